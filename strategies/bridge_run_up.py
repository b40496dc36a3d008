"""bridge-run-up: ahead of the Tumen bridge's opening, as it was believed at each time."""

from eventfolio.strategies import EventStrategy, Leave, RunUp


class BridgeRunUp(EventStrategy):
    """Go long the builders before the opening of the bridge, by the window believed then; stop at -10 %.

    Idea: the opening is the article's one dated forecast. It slipped, and each revision plans the run-up anew.

    lead : sessions before the window's start; hold : at most so many sessions; stop, weight : as in announcement-drift
    """

    themes = ("infrastructure",)
    trigger = RunUp("lead")
    leave = Leave("hold", "stop", "take", "trail")
    params = dict(lead=30, hold=40, stop=0.10, weight=0.5)
