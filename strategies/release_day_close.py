"""release-day-close: buy the close of the session in which a thing is known to have happened, sell after a while."""

from eventfolio.strategies import AtClose, EventStrategy, Leave, Release


class ReleaseDayClose(EventStrategy):
    """Go long at the close of the session in which an event is known to have occurred, for a fixed time.

    Idea: the drift after a report begins the day it is out; an order for the same day's closing auction need not wait
    for the next open.
    Source: Bernard and Thomas (1989), J. Accounting Research 27, 1-36, measure the drift from the day after; that the
    close of the day itself is early enough is our assumption.

    cutoff : minutes before the close by which the news must be known; the exchange's own deadline, if that is longer
    hold, stop, take, trail, weight : as in announcement-drift; session 0 is the one bought in, sales are at opens
    """

    trigger = Release()
    entry = AtClose("cutoff")
    leave = Leave("hold", "stop", "take", "trail")
    params = dict(cutoff=15, hold=20, stop=None, take=None, trail=None, weight=0.5)
