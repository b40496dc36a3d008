"""A warning about prices, and folding many of them into a line a kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_SYMBOLS, _FINDS, _NAMES = 5, 3, 12  # so many a folded line names; of symbols without a place more


@dataclass(frozen=True)
class PriceWarning:
    """What looks wrong, or is worth knowing, about the prices of one symbol.

    kind  : what it is, without symbol and date; warnings of one kind are told together
    found : each place where it is, a date with its figures; none where it is of the whole table
    so    : what is done about it or what to do, a sentence that ends the line
    """

    kind: str
    symbol: str
    found: tuple[str, ...] = ()
    so: str = ""


def folded(warnings: Iterable[PriceWarning]) -> list[str]:
    """A line a kind, in the order they first come in: the first symbols, the first places of each, counts of the rest.

    A symbol that is warned of twice for one reason stands once, with both places.
    """
    kinds: dict[tuple[str, str], dict[str, list[str]]] = {}
    for warning in warnings:
        kinds.setdefault((warning.kind, warning.so), {}).setdefault(warning.symbol, []).extend(warning.found)
    return [_line(kind, so, by_symbol) for (kind, so), by_symbol in kinds.items()]


def in_full(warnings: Iterable[PriceWarning]) -> list[str]:
    """A line a warning with every place of it, without the symbol."""
    return [": ".join(filter(None, (warning.kind, "; ".join(warning.found)))) for warning in warnings]


def _line(kind: str, so: str, by_symbol: dict[str, list[str]]) -> str:
    most, between = (_SYMBOLS, "; ") if any(by_symbol.values()) else (_NAMES, ", ")
    named = [f"{symbol} {_first(found)}".strip() for symbol, found in list(by_symbol.items())[:most]]
    more = len(by_symbol) - len(named)
    listed = between.join(named) + (f"{between}and {more} more" if more else "")
    return f"{kind[0].upper()}{kind[1:]}: {listed}." + (f" {so}" if so else "")


def _first(found: list[str]) -> str:
    more = len(found) - _FINDS
    return ", ".join(found[:_FINDS]) + (f" and {more} more" if more > 0 else "")
