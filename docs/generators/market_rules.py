"""Writes the tables of fees, taxes, price steps and limits from the rulebook, with dates and sources."""

from __future__ import annotations

import math
from collections.abc import Iterator

from eventfolio.engine.market.rulebook import MARKETS, MarketRules

_UNITS = {"bps": "bp", "min": "a fill, local money", "max": "a fill, local money", "to": "local money"}


def page() -> str:
    """A section a set of rules, with the exchanges that share it."""
    exchanges: dict[int, list[str]] = {}
    rules: dict[int, MarketRules] = {}
    for exchange, market in MARKETS.items():
        exchanges.setdefault(id(market), []).append(exchange)
        rules[id(market)] = market
    return "\n".join(line for key, market in rules.items() for line in _section(exchanges[key], market))


def _section(exchanges: list[str], market: MarketRules) -> Iterator[str]:
    yield f"### {', '.join(exchanges)}\n"
    yield "| figure | from | value | source |\n|---|---|---|---|"
    for name, rows, who in (
        *((name, rows, "") for name, rows in market.figures.items()),
        *((name, rows, ", funds") for name, rows in market.of_funds.items()),
    ):
        for row in rows:
            value = f"{_number(row.value)} {_unit(name)}" if math.isfinite(row.value) else "no bound"
            yield _row(f"`{name}`{who}", str(row.start), value.strip(), _source(row.source, row.verified))
    for title, steps in (
        ("price steps", market.ticks),
        *((f"price steps, {k}", v) for k, v in market.other_ticks.items()),
    ):
        for row in steps:
            bands = "; ".join(
                f"{_number(step)} below {_number(below)}" if math.isfinite(below) else f"{_number(step)} above"
                for below, step in row.bands
            )
            yield _row(title, str(row.start), bands, _source(row.source, row.verified))
    for title, limits in _limits(market):
        for limit in limits:
            width = f"{limit.fraction:.0%} ({limit.kind})" if limit.fraction else "yen by base price"
            yield _row(f"daily limit, {title}", str(limit.start), width, _source(limit.source, True))
    yield ""
    if market.t_plus_one:
        yield "What is bought on a session is sold from the next session on (T+1).\n"
    for end in market.ends:
        yield f"`{end.of}` is known to {end.on}: {end.why}.\n"


def _limits(market: MarketRules) -> Iterator[tuple[str, tuple]]:
    if market.limit:
        yield "main board", (market.limit,)
    for board in market.boards:
        yield f"symbols {', '.join(board.prefixes)}…", board.limits


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _source(text: str, verified: bool) -> str:
    return text if verified else f"{text} — **unverified**"


def _unit(name: str) -> str:
    return "" if name == "withholding" else _UNITS.get(name.rsplit("_", 1)[-1], "")


def _number(value: float) -> str:
    return f"{value:,.10f}".rstrip("0").rstrip(".")
