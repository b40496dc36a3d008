"""Hong Kong Exchanges and Clearing."""

import math
from datetime import date

from eventfolio.engine.market.rulebook.shape import FIRST, Bands, End, MarketRules, Since, Ticks

_LEVIES = "bp a side: SFC levy 0.27{}, trading fee {}; hkex.com.hk, securities transaction fees, {}"
# The tariff of HKD 0.50 that each trade paid until 2022-12-31 is left out: into how many trades a fill fell is unknown.
_SIDES = (
    Since(FIRST, 0.27 + 0.5, _LEVIES.format("", 0.5, "221101news")),
    Since(date(2022, 1, 1), 0.27 + 0.015 + 0.5, _LEVIES.format(", AFRC levy 0.015", 0.5, "minterellison.com.hk")),
    Since(date(2023, 1, 1), 0.27 + 0.015 + 0.565, _LEVIES.format(", AFRC levy 0.015", 0.565, "221101news")),
)
_STAMP = (
    Since(FIRST, 10.0, "stamp duty on both sides; ird.gov.hk, Budget 2021"),
    Since(date(2021, 8, 1), 13.0, "stamp duty on both sides; ird.gov.hk, Budget 2021"),
    Since(date(2023, 11, 17), 10.0, "Stamp Duty (Amendment) (Stock Transfers) Ordinance 2023; deloitte.com 2023-11-17"),
)
_FUNDS = (Since(FIRST, 0.0, "no stamp duty on any ETF since 2015-02-13; ird.gov.hk, FAQ on ETFs"),)
# Stamp duty on transfers of units of real estate investment trusts is waived; Stamp Duty Legislation (Miscellaneous
# Amendments) Ordinance 2024, alvarezandmarsaltax.com 2024-12-20, taxsummaries.pwc.com 2025-01-03.
REITS_UNTAXED_SINCE = date(2024, 12, 21)
_CLEARING = "HKSCC stock settlement fee: 0.2 bp, HKD 2 to 100; 0.42 bp without bounds from 2025-06-30; HKEX 250221news"
_TO_DOLLAR = "stamp duty is rounded up to a dollar; utrade.com.hk, primesec.com.hk"
_ABOVE_50: Bands = (
    (100, 0.05), (200, 0.1), (500, 0.2), (1000, 0.5), (2000, 1.0), (5000, 2.0), (math.inf, 5.0),
)  # fmt: skip

HKEX = MarketRules(
    zone="Asia/Hong_Kong",
    figures={
        "commission_bps": (Since(FIRST, 8.0, "assumed: online rates run from 3 to 10 bp", verified=False),),
        "buy_fee_bps": _SIDES,
        "sell_fee_bps": _SIDES,
        "clearing_bps": (Since(FIRST, 0.2, _CLEARING), Since(date(2025, 6, 30), 0.42, _CLEARING)),
        "clearing_min": (Since(FIRST, 2.0, _CLEARING), Since(date(2025, 6, 30), 0.0, _CLEARING)),
        "clearing_max": (Since(FIRST, 100.0, _CLEARING), Since(date(2025, 6, 30), math.inf, _CLEARING)),
        "buy_tax_bps": _STAMP,
        "sell_tax_bps": _STAMP,
        "tax_rounds_up_to": (Since(FIRST, 1.0, _TO_DOLLAR),),
        "withholding": (Since(FIRST, 0.10, "issuers resident in mainland China", verified=False),),
    },
    of_funds={
        "buy_tax_bps": _FUNDS,
        "sell_tax_bps": _FUNDS,
        "withholding": (Since(FIRST, 0.0, "Hong Kong withholds nothing from what is paid out; mazars.hk 2014-11"),),
    },
    ticks=(
        Ticks(
            FIRST,
            ((0.25, 0.001), (0.5, 0.005), (10, 0.01), (20, 0.02), *_ABOVE_50),
            "HKEX spread table of 2006-07-24; mondovisione.com 2006-07-18",
        ),
        Ticks(
            date(2025, 8, 4),
            ((0.25, 0.001), (0.5, 0.005), (20, 0.01), (50, 0.02), *_ABOVE_50),
            "first phase; hkex.com.hk, reduction of minimum spreads",
        ),
    ),
    ends=(
        End(
            "ticks",
            date(2026, 6, 30),
            "a second phase was planned for the middle of 2026 (0.005 instead of 0.01 from HKD 0.50 to 10); whether it "
            "came was not seen, and it is not applied",
        ),
    ),
)
