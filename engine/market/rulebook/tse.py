"""Tokyo Stock Exchange."""

import math
from datetime import date

from eventfolio.engine.market.rulebook.shape import FIRST, Bands, DailyLimit, MarketRules, Since, Ticks

_USUAL: Bands = (
    (3e3, 1), (5e3, 5), (3e4, 10), (5e4, 50), (3e5, 100), (5e5, 500), (3e6, 1e3), (5e6, 5e3), (3e7, 1e4), (5e7, 5e4),
    (math.inf, 1e5),
)  # fmt: skip
_FINE: Bands = (
    (1e3, 0.1), (3e3, 0.5), (1e4, 1), (3e4, 5), (1e5, 10), (3e5, 50), (1e6, 100), (3e6, 500), (1e7, 1e3), (3e7, 5e3),
    (math.inf, 1e4),
)  # fmt: skip
_TABLES = "both tables: kabu.com, table.asp; the usual one: tse.or.jp, trading overview"

TSE = MarketRules(
    zone="Asia/Tokyo",
    figures={
        "commission_bps": (Since(FIRST, 5.0, "assumed: online rates run from 0 to 10 bp", verified=False),),
        "withholding": (Since(FIRST, 0.15315, "listed shares, before any treaty; clearstream.com"),),
    },
    ticks=(Ticks(FIRST, _USUAL, f"outside TOPIX 500; {_TABLES}"),),
    other_ticks={
        "TOPIX Mid400": (
            Ticks(FIRST, _USUAL, _TABLES),
            Ticks(date(2023, 6, 5), _FINE, f"the steps of TOPIX 100; roadmap.japannext.co.jp; {_TABLES}"),
        ),
        "TOPIX 100": (Ticks(FIRST, _FINE, f"narrower steps since 2014-01-14; jpx.co.jp 20211008-01; {_TABLES}"),),
    },
    limit=DailyLimit(
        "yen",
        widths=(
            (100, 30), (200, 50), (500, 80), (700, 100), (1000, 150), (1500, 300), (2000, 400), (3000, 500),
            (5000, 700), (7000, 1000), (10000, 1500), (15000, 3000), (20000, 4000), (30000, 5000), (50000, 7000),
            (70000, 10000), (100000, 15000), (150000, 30000), (200000, 40000), (300000, 50000), (500000, 70000),
            (700000, 100000), (1e6, 150000), (1.5e6, 300000), (2e6, 400000), (3e6, 500000), (5e6, 700000), (7e6, 1e6),
            (1e7, 1.5e6), (1.5e7, 3e6), (2e7, 4e6), (3e7, 5e6), (5e7, 7e6), (math.inf, 1e7),
        ),
        source="jpx.co.jp, daily price limits",
    ),
)  # fmt: skip
