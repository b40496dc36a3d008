"""New York Stock Exchange, NYSE Arca and Nasdaq.

FINRA's trading activity fee (a few hundredths of a cent a share sold, to 9.79 dollars a trade) is not charged.
"""

import math
from datetime import date

from eventfolio.engine.market.rulebook.shape import FIRST, End, MarketRules, Since, Ticks

_FEE = "SEC fee on sales (Securities Exchange Act, section 31), {} dollars a million; "

NEW_YORK = MarketRules(
    zone="America/New_York",
    figures={
        "sell_fee_bps": (
            Since(FIRST, 0.221, _FEE.format("22.10") + "FINRA 2021-02-16, in regulatory.news"),
            Since(date(2021, 2, 25), 0.051, _FEE.format("5.10") + "FINRA 2021-02-16, in regulatory.news"),
            Since(date(2022, 5, 14), 0.229, _FEE.format("22.90") + "newtelegraphng.com 2023-01-24", verified=False),
            Since(date(2023, 2, 27), 0.08, _FEE.format("8.00") + "newtelegraphng.com 2023-01-24"),
            Since(date(2024, 5, 22), 0.278, _FEE.format("27.80") + "ftfnews.com; FR 2024-08512"),
            Since(date(2025, 5, 14), 0.0, _FEE.format("0.00") + "securitytraders.org 2025-05-14"),
            Since(date(2026, 4, 4), 0.206, _FEE.format("20.60") + "FR 2026-04233; in copies alone", verified=False),
        ),
    },
    ticks=(Ticks(FIRST, ((1.0, 0.0001), (math.inf, 0.01)), "Regulation NMS, rule 612"),),
    ends=(
        End(
            "sell_fee_bps",
            date(2026, 4, 3),
            "the SEC fee of 20.60 dollars a million from 2026-04-04 on was read in copies of the order alone, and the "
            "next order falls due after September 2026",
        ),
        End(
            "ticks",
            date(2026, 10, 31),
            "steps of half a cent were planned for some shares from November 2026 on and are not applied",
        ),
    ),
)
