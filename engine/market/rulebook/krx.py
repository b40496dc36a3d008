"""Korea Exchange: KOSPI and KOSDAQ."""

import math
from dataclasses import replace
from datetime import date

from eventfolio.engine.market.rulebook.shape import FIRST, DailyLimit, MarketRules, Since, Ticks

_TAX = "securities transaction tax and rural levy, all in; "
_UNIFIED = Ticks(
    date(2023, 1, 25),
    ((2e3, 1), (5e3, 5), (2e4, 10), (5e4, 50), (2e5, 100), (5e5, 500), (math.inf, 1000)),
    "one table for both markets; etoday.co.kr 2213548",
)

KOSPI = MarketRules(
    zone="Asia/Seoul",
    figures={
        "commission_bps": (Since(FIRST, 5.0, "assumed: online rates run from 0.5 to 15 bp", verified=False),),
        "sell_tax_bps": (
            Since(FIRST, 23.0, _TAX + "edaily.co.kr 02555126626003440"),
            Since(date(2023, 1, 1), 20.0, _TAX + "studygov.kr 0337"),
            Since(date(2024, 1, 1), 18.0, _TAX + "moneymindsite.com 2025"),
            Since(date(2025, 1, 1), 15.0, _TAX + "moneymindsite.com 2025"),
            Since(date(2026, 1, 1), 20.0, _TAX + "studygov.kr 0337, biz.chosun.com 2025-12-01"),
        ),
        "withholding": (Since(FIRST, 0.15, "treaty rate for an account in the United States", verified=False),),
    },
    of_funds={
        "sell_tax_bps": (
            Since(FIRST, 0.0, "no tax on the sale of an ETF; alldig0001.tistory.com 47, etoday.co.kr 548356"),
        )
    },
    ticks=(
        Ticks(
            FIRST,
            ((1e3, 1), (5e3, 5), (1e4, 10), (5e4, 50), (1e5, 100), (5e5, 500), (math.inf, 1000)),
            "global.krx.co.kr GLB0602010201T3",
        ),
        _UNIFIED,
    ),
    limit=DailyLimit(
        "truncated",
        0.30,
        source="width and price each cut to the tick; global.krx.co.kr GLB0602010201T5, GLB0602020202T2",
        start=date(2015, 6, 15),
    ),
    settles_tax_in=2,  # the rate follows the settlement date: fills of 2024-12-27 settle in 2025
    short_bans=((date(2023, 11, 6), date(2025, 3, 30)),),
)
KOSDAQ = replace(
    KOSPI,
    ticks=(
        Ticks(
            FIRST,
            ((1e3, 1), (5e3, 5), (1e4, 10), (5e4, 50), (math.inf, 100)),
            "global.krx.co.kr GLB0602020201",
        ),
        _UNIFIED,
    ),
)
