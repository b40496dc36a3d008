"""all-themes: every name of the article on every event that bears on it."""

from eventfolio.strategies import ALL, EventStrategy


class AllThemes(EventStrategy):
    """Hold every theme's members for a month after its news; stop at -10 %.

    Idea: the article read as one portfolio.

    hold : sessions; stop : loss from the entry fill, fraction; weight : fraction of equity for each theme
    """

    themes = ALL
    params = dict(hold=20, stop=0.10, weight=0.2)
