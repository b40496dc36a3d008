"""Lists other known news of listings, which may explain a move inside an event's window.

Each with its source; those marked "general knowledge" are dated by common record and no page is cited.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Confounder:
    """News that moves some listings whatever else happens. symbols : those it bears on; () for all."""

    date: str
    what: str
    symbols: tuple[str, ...]
    source: str


_RARE = ("600111.SS", "002738.SZ", "REMX", "MP")
_KOREA = ("036460.KS", "028260.KS", "034020.KS", "063080.KQ")

CONFOUNDERS = (
    Confounder("2023-11-06", "Korea bars short sales; KOSPI +5.66 %", _KOREA, "kaohooninternational.com 532913"),
    Confounder("2024-06-03", "East Sea gas: KOGAS limit up", ("036460.KS",), "m.news2day.co.kr 20240603500116"),
    Confounder("2024-12-04", "martial law in Seoul the night before", _KOREA, "general knowledge"),
    Confounder("2025-02-07", "East Sea gas: KOGAS falls back", ("036460.KS",), "rckir.com 26546"),
    Confounder("2025-03-31", "Korea allows short sales again", _KOREA, "koreajoongangdaily 2025-03-21"),
    Confounder("2025-04-03", "United States tariffs announced", (), "general knowledge"),
    Confounder("2025-04-04", "China licenses rare-earth exports", _RARE, "rawmaterials.net"),
    Confounder("2025-06-03", "Korean presidential election", _KOREA, "general knowledge"),
    Confounder("2025-06-13", "Israel strikes Iran: oil shock", (), "general knowledge"),
    Confounder("2025-08-06", "IHI announces a 7-for-1 split", ("7013.T",), "en.kabutan.com 7013"),
    Confounder("2025-10-09", "China widens rare-earth export rules", _RARE, "rawmaterials.net"),
    Confounder("2025-11-07", "China suspends the rules of October", _RARE, "rawmaterials.net"),
)


def confounders_in(symbol: str, first: str, last: str) -> list[Confounder]:
    """Those that bear on a listing within two dates (ISO), both included."""
    return [one for one in CONFOUNDERS if first <= one.date <= last and (not one.symbols or symbol in one.symbols)]
