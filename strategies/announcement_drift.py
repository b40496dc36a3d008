"""announcement-drift: buy when the news can first be traded, sell after a while."""

from eventfolio.strategies import Announcement, EventStrategy, Leave


class AnnouncementDrift(EventStrategy):
    """Go long a theme's companies once its news is public, for a fixed time.

    Idea: prices absorb news slowly, so part of the move comes afterwards.
    Source: Bernard and Thomas (1989), J. Accounting Research 27, 1-36, on earnings news; carrying it over to
    political news is our assumption.

    hold   : sessions of the listing's own exchange, from the entry session on
    stop   : loss from the entry fill that ends it, fraction, or None
    take   : gain from the entry fill that ends it, fraction, or None
    trail  : fall from the highest close since entry that ends it, fraction, or None
    weight : fraction of equity shared by the theme's members
    """

    trigger = Announcement()
    leave = Leave("hold", "stop", "take", "trail")
    params = dict(hold=20, stop=None, take=None, trail=None, weight=0.5)
