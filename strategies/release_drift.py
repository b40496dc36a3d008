"""release-drift: buy once a thing is known to have happened, sell after a while."""

from eventfolio.strategies import EventStrategy, Leave, Release


class ReleaseDrift(EventStrategy):
    """Go long once an event is known to have occurred, for a fixed time.

    Idea: prices absorb a report slowly, so part of the move comes afterwards.
    Source: Bernard and Thomas (1989), J. Accounting Research 27, 1-36, on earnings news. It holds whatever the report
    says: `only = (Where("surprise", ">", "least"),)` in a class of one's own takes the good ones.

    hold, stop, take, trail, weight : as in announcement-drift
    """

    trigger = Release()
    leave = Leave("hold", "stop", "take", "trail")
    params = dict(hold=20, stop=None, take=None, trail=None, weight=0.5)
