"""Taiwan Stock Exchange and Taipei Exchange.

Lots are 1,000 shares; since 2020-10-26 odd lots trade in an auction of their own all day, so `lot = 1` on a security
says that odd lots are traded. Steps and limits of funds are not modelled.
"""

import math

from eventfolio.engine.market.rulebook.shape import FIRST, DailyLimit, MarketRules, Since, Ticks
from eventfolio.engine.market.rulebook.taxes import TAXES

TAIWAN = MarketRules(
    zone="Asia/Taipei",
    figures={
        "commission_bps": (
            Since(FIRST, 14.25, "the most that brokers may take, which few do; tpex.org.tw", verified=False),
        ),
        "withholding": (Since(FIRST, 0.21, "Taiwan, before any treaty", verified=False),),
        **TAXES["TW"].figures,
    },
    of_funds=dict(TAXES["TW"].of_funds),
    ticks=(
        Ticks(
            FIRST,
            ((10, 0.01), (50, 0.05), (100, 0.1), (500, 0.5), (1e3, 1), (math.inf, 5)),
            "TWSE operating rules, article 62; the table itself not seen",
            verified=False,
        ),
    ),
    limit=DailyLimit(
        "stepped",
        0.10,
        source="10 % of the reference price, which is less a dividend that goes ex; tpex.org.tw, trading mechanism",
    ),
    free_for=(
        Since(FIRST, 5, "first five sessions; twse.com.tw of its innovation board, taken for all", verified=False),
    ),
)  # fmt: skip
