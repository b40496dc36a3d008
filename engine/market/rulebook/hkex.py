"""Hong Kong Exchanges and Clearing."""

import math
from datetime import date

from engine.market.rulebook.shape import FIRST, MarketRules, Since, Ticks

_LEVIES = (
    "Levies of SFC 0.27 bp and AFRC 0.015 bp, trading fee 0.565 bp a side; hkex.com.hk, securities transaction fees"
)
_STAMP = "Stamp duty on both sides, rounded up to a dollar; utrade.com.hk, important notice"
_CLEARING = "HKSCC stock settlement fee: 0.2 bp, HKD 2 to 100; 0.42 bp without bounds from 2025-06-30"

HKEX = MarketRules(
    zone="Asia/Hong_Kong",
    figures={
        "commission_bps": (Since(FIRST, 8.0, "assumed: online rates run from 3 to 10 bp", verified=False),),
        "buy_fee_bps": (Since(FIRST, 0.85, _LEVIES),),
        "sell_fee_bps": (Since(FIRST, 0.85, _LEVIES),),
        "clearing_bps": (
            Since(FIRST, 0.2, _CLEARING, verified=False),
            Since(date(2025, 6, 30), 0.42, _CLEARING, verified=False),
        ),
        "clearing_min": (Since(FIRST, 2.0, _CLEARING, False), Since(date(2025, 6, 30), 0.0, _CLEARING, False)),
        "clearing_max": (Since(FIRST, 100.0, _CLEARING, False), Since(date(2025, 6, 30), math.inf, _CLEARING, False)),
        "buy_tax_bps": (Since(FIRST, 13.0, _STAMP), Since(date(2023, 11, 17), 10.0, _STAMP)),
        "sell_tax_bps": (Since(FIRST, 13.0, _STAMP), Since(date(2023, 11, 17), 10.0, _STAMP)),
        "tax_rounds_up_to": (Since(FIRST, 1.0, _STAMP),),
        "withholding": (Since(FIRST, 0.10, "issuers resident in mainland China", verified=False),),
    },
    ticks=(
        Ticks(FIRST, ((10, 0.01), (20, 0.02), (100, 0.05), (math.inf, 0.1)), "HKEX spread table", verified=False),
        Ticks(
            date(2025, 8, 4),
            ((20, 0.01), (50, 0.02), (100, 0.05), (math.inf, 0.1)),
            "HKEX, reduction of minimum spreads, first phase; the second, planned for mid-2026, is not applied",
            verified=False,
        ),
    ),
)
