"""MyStrategy: say here in a line what the idea is.

Run it:    eventfolio run -s my_strategy.py:MyStrategy
Tweak it:  eventfolio run -s my_strategy.py:MyStrategy -p hold=40 -p stop=none
"""

from eventfolio import ALL, Announcement, AtOpen, EventStrategy, Leave, Share


class MyStrategy(EventStrategy):
    """Buy on strong news, and sell when the price falls below its own average or time is up.

    Say why it should work, and where the idea comes from.

    hold    : sessions of the listing's own exchange, from the entry session on, or None
    stop    : loss from the entry fill that ends it, fraction, or None
    weight  : fraction of equity shared by the theme's members
    least   : strength an event must have, 0 to 1
    average : sessions of the average that the last close is held against
    """

    # The parts. Words in quotes name a parameter below, so -p reaches every number.
    themes = ALL  # or some of them: ("lng", "coal")
    trigger = Announcement()  # or RunUp("lead"): before a scheduled event; Occurrence(): when it begins
    entry = AtOpen()  # or AfterHigh("lookback", "within"): once a close confirms it
    size = Share("weight")  # or Decaying("weight", "half_life", "band"): more while much happens
    leave = Leave("hold", "stop")  # any of "hold", "stop", "take", "trail"
    params = dict(hold=20, stop=0.08, weight=0.5, least=0.3, average=20)

    # The hooks, for what no part says. Delete those you do not need.

    def on_trigger(self, trigger):
        """An event can be traded on a listing: trigger.event, .theme, .listing, .known_at. Buy, or do nothing."""
        if trigger.event.strength >= self.p.least:
            self.go_long(trigger)

    def should_exit(self, holding):
        """Asked once a session: sell at the coming open? holding.listing, .gain, .sessions, .event."""
        closes = self.closes(holding.listing, self.p.average)  # up to the last close, never today's
        return holding.sessions >= 5 and closes[-1] < sum(closes) / len(closes)
