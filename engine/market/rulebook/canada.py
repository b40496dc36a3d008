"""Toronto Stock Exchange and TSX Venture Exchange.

Board lots are 100, 500 or 1,000 shares by price; odd lots are filled at the same price, so a lot may be 1.
No taxes on trades; a share that moves 10 % in five minutes is halted for five, and there is no daily limit.
"""

import math

from eventfolio.engine.market.rulebook.shape import FIRST, MarketRules, Since, Ticks

TORONTO = MarketRules(
    zone="America/Toronto",
    figures={
        "commission_bps": (Since(FIRST, 10.0, "assumed: online rates run from 1 to 20 bp", verified=False),),
        "withholding": (Since(FIRST, 0.25, "Canada, before any treaty", verified=False),),
    },
    ticks=(Ticks(FIRST, ((0.5, 0.005), (math.inf, 0.01)), "tsx.com, order types guide, 6.1.2"),),
)
