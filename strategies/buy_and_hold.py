"""buy-and-hold: the yardstick that knows no events."""

from eventfolio.strategies import EventStrategy, Leave, ShareOfAll, WindowStart


class BuyAndHold(EventStrategy):
    """Buy every member of every theme at its first session of the window and never sell.

    Idea: none; it says what the themes did without any timing, and is hindsight through and through where it buys
    before the article that chose the names.

    weight : fraction of equity spent in equal parts on all members
    """

    trigger = WindowStart()
    size = ShareOfAll("weight")
    leave = Leave()
    params = dict(weight=0.95)
