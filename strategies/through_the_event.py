"""through-the-event: buy ahead of a date that is known beforehand, sell some sessions after it."""

from eventfolio.strategies import EventStrategy, Leave, RunUp


class ThroughTheEvent(EventStrategy):
    """Go long ahead of a scheduled event and hold through it.

    Idea: those who bear the risk of a date that everybody knows are paid for it, over the date itself too.
    Source: the earnings announcement premium, Frazzini and Lamont (2007), NBER 13090, which is earned over days before
    and after the date.

    lead : sessions before the start of the window believed at the time; through : sessions after it
    hold : at most so many sessions; stop, take, trail, weight : as in announcement-drift
    """

    trigger = RunUp("lead", "through")
    leave = Leave("hold", "stop", "take", "trail")
    params = dict(lead=5, through=2, hold=40, stop=None, take=None, trail=None, weight=0.5)
