"""ihi-infrastructure: the article's builders, IHI, Samsung C&T and Doosan Enerbility."""

from eventfolio.strategies import EventStrategy


class IhiInfrastructure(EventStrategy):
    """Hold IHI, Samsung C&T and Doosan Enerbility for two months after news of bridge and rebuilding; stop at -10 %.

    Idea: the article has them win contracts. The bridge's builder is a Russian firm, so expect nothing.

    hold : sessions; stop : loss from the entry fill, fraction; weight : fraction of equity for the theme
    """

    themes = ("infrastructure",)
    params = dict(hold=40, stop=0.10, weight=0.5)
