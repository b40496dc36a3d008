"""kogas-lng: the article's LNG names, KOGAS and CNOOC."""

from eventfolio.strategies import EventStrategy


class KogasLng(EventStrategy):
    """Hold KOGAS and CNOOC for a month after LNG news; give up at -8 %.

    Idea: the article has Russian gas turn to Northeast Asia's terminals. Neither company's link to it is supported by
    any source found, which is what the notes of every run say.

    hold : sessions; stop : loss from the entry fill, fraction; weight : fraction of equity for the theme
    """

    themes = ("lng",)
    params = dict(hold=20, stop=0.08, weight=0.5)
