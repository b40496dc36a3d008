"""confirmed-breakout: buy only what the market has begun to move."""

from eventfolio.strategies import AfterHigh, Announcement, EventStrategy, Leave


class ConfirmedBreakout(EventStrategy):
    """After news, wait for a close above the recent high; ride it with a trailing stop.

    Idea: most news moves nothing; a new high after it says that somebody acts on it.
    Source: George and Hwang (2004), J. Finance 59(5), 2145-2176, on nearness to highs; the wait for news is ours.

    lookback : sessions before the trigger session whose highest close must be passed
    within   : sessions, the trigger session the first of them, in which a close may pass it
    hold, trail, stop, take, weight : as in announcement-drift
    """

    trigger = Announcement()
    entry = AfterHigh("lookback", "within")
    leave = Leave("hold", "stop", "take", "trail")
    params = dict(lookback=20, within=10, hold=60, stop=None, take=None, trail=0.08, weight=0.5)
