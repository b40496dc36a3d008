"""Australian Securities Exchange. No taxes on trades, no daily limits."""

import math

from eventfolio.engine.market.rulebook.shape import FIRST, MarketRules, Since, Ticks

ASX = MarketRules(
    zone="Australia/Sydney",
    figures={
        "commission_bps": (Since(FIRST, 10.0, "assumed: online rates run from 3 to 12 bp", verified=False),),
        "withholding": (Since(FIRST, 0.0, "fully franked dividends; others bear 15 or 30 %", verified=False),),
    },
    ticks=(
        Ticks(FIRST, ((0.1, 0.001), (2, 0.005), (math.inf, 0.01)), "asx.com.au, trading services, price steps"),
    ),
)  # fmt: skip
