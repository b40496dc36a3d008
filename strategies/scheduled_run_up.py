"""scheduled-run-up: buy ahead of a date that is known beforehand, sell when it comes."""

from eventfolio.strategies import EventStrategy, Leave, RunUp


class ScheduledRunUp(EventStrategy):
    """Go long ahead of a scheduled event and be out before it happens.

    Idea: expectation builds up before a date that everybody knows; the event itself is then "sold on the news".
    Source: the earnings announcement premium, Frazzini and Lamont (2007), NBER 13090; carrying it over to openings
    and summits is our assumption.

    lead : sessions before the start of the window believed at the time; hold : at most so many sessions
    stop, take, trail, weight : as in announcement-drift
    """

    trigger = RunUp("lead")
    leave = Leave("hold", "stop", "take", "trail")
    params = dict(lead=15, hold=20, stop=None, take=None, trail=None, weight=0.5)
