"""Korea Exchange: KOSPI and KOSDAQ."""

import math
from datetime import date

from engine.market.rulebook.shape import FIRST, DailyLimit, MarketRules, Since, Ticks

_TAX = "Securities transaction tax and rural levy, all in; biz.chosun.com 2025-12-01, moneymindsite.com 2025"

KRX = MarketRules(
    zone="Asia/Seoul",
    figures={
        "commission_bps": (Since(FIRST, 5.0, "assumed: online rates run from 0.5 to 15 bp", verified=False),),
        "sell_tax_bps": (
            Since(FIRST, 23.0, _TAX, verified=False),
            Since(date(2023, 1, 1), 20.0, _TAX),
            Since(date(2024, 1, 1), 18.0, _TAX),
            Since(date(2025, 1, 1), 15.0, _TAX),
            Since(date(2026, 1, 1), 20.0, _TAX),
        ),
        "withholding": (Since(FIRST, 0.15, "treaty rate for an account in the United States", verified=False),),
    },
    ticks=(
        Ticks(
            FIRST,
            ((1e3, 1), (5e3, 5), (1e4, 10), (5e4, 50), (1e5, 100), (5e5, 500), (math.inf, 1000)),
            "KRX before 2023-01-25",
            verified=False,
        ),
        Ticks(
            date(2023, 1, 25),
            ((2e3, 1), (5e3, 5), (2e4, 10), (5e4, 50), (2e5, 100), (5e5, 500), (math.inf, 1000)),
            "KRX, unified price steps",
            verified=False,
        ),
    ),
    limit=DailyLimit("truncated", 0.30, source="KRX since 2015-06-15: width and price each cut to the tick"),
    settles_tax_in=2,  # the rate follows the settlement date: fills of 2024-12-27 settle in 2025
    short_bans=((date(2023, 11, 6), date(2025, 3, 30)),),
)
