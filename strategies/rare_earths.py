"""rare-earths: miners outside the West, by the names and stand-ins of the article."""

from eventfolio.strategies import EventStrategy


class RareEarths(EventStrategy):
    """Hold REMX, Sinomine and Northern Rare Earth for six weeks after rare-earth news; stop at -12 %.

    Idea: the article has supply leave Western chains. REMX stands in for a fund that does not exist, and Sinomine
    mines lithium.

    hold : sessions; stop : loss from the entry fill, fraction; weight : fraction of equity for the theme
    """

    themes = ("rare-earths",)
    params = dict(hold=30, stop=0.12, weight=0.5)
