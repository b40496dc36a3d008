"""Tokyo Stock Exchange."""

import math
from datetime import date

from engine.market.rulebook.shape import FIRST, DailyLimit, MarketRules, Since, Ticks

TSE = MarketRules(
    zone="Asia/Tokyo",
    figures={
        "commission_bps": (Since(FIRST, 5.0, "assumed: online rates run from 0 to 10 bp", verified=False),),
        "withholding": (Since(FIRST, 0.15315, "Japan, listed shares", verified=False),),
    },
    ticks=(
        Ticks(FIRST, ((3e3, 1), (5e3, 5), (3e4, 10), (math.inf, 50)), "JPX, before 2023-06-05", verified=False),
        Ticks(
            date(2023, 6, 5),
            ((1e3, 0.1), (3e3, 0.5), (1e4, 1), (3e4, 5), (math.inf, 10)),
            "JPX, TOPIX Mid400 names (IHI is one)",
            verified=False,
        ),
    ),
    limit=DailyLimit(
        "yen",
        widths=(
            (100, 30), (200, 50), (500, 80), (700, 100), (1000, 150), (1500, 300), (2000, 400), (3000, 500),
            (5000, 700), (7000, 1000), (10000, 1500), (15000, 3000), (20000, 4000), (30000, 5000), (50000, 7000),
            (70000, 10000), (100000, 15000), (150000, 30000), (200000, 40000), (300000, 50000), (500000, 70000),
            (math.inf, 100000),
        ),
        source="jpx.co.jp daily price limits; bands below 1,000 and above 30,000 yen from general knowledge",
    ),
)  # fmt: skip
