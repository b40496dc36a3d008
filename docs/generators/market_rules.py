"""Writes the tables of fees, taxes, price steps and limits from the rulebook, with dates and sources."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from eventfolio.engine.market.closing import DEADLINES
from eventfolio.engine.market.rulebook import COMMISSION_BPS, MARKETS, TAXES, Bands, DailyLimit, MarketRules, Rules
from eventfolio.events.exchanges import EXCHANGES

_UNITS = {"bps": "bp", "min": "a fill, local money", "max": "a fill, local money", "to": "local money"}
_HEAD = "| figure | from | value | source |\n|---|---|---|---|"


def page() -> str:
    """A section a set of rules, with its exchanges; then taxes by country, deadlines of closes, every exchange."""
    exchanges: dict[int, list[str]] = {}
    rules: dict[int, MarketRules] = {}
    for exchange, market in MARKETS.items():
        exchanges.setdefault(id(market), []).append(exchange)
        rules[id(market)] = market
    lines = [line for key, market in rules.items() for line in _section(exchanges[key], market)]
    return "\n".join([*lines, *_taxes(), *_deadlines(), *_exchanges()])


def _section(exchanges: list[str], market: MarketRules) -> Iterator[str]:
    yield f"### {', '.join(exchanges)}\n"
    yield _HEAD
    yield from _figures(market.figures)
    yield from _figures(market.of_funds, ", funds")
    others = ((f"price steps, {name}", table) for name, table in market.other_ticks.items())
    for title, steps in (("price steps", market.ticks), *others):
        for row in steps:
            yield _row(title, str(row.start), _bands(row.bands), _source(row.source, row.verified))
    for title, limits in _limits(market):
        for limit in limits:
            width = (
                f"{limit.fraction:.0%} ({limit.kind})" if limit.fraction else f"by base price: {_bands(limit.widths)}"
            )
            yield _row(f"daily limit, {title}", str(limit.start), width, _source(limit.source, True))
    yield ""
    if market.t_plus_one:
        yield "What is bought on a session is sold from the next session on (T+1).\n"
    if market.note:
        yield f"{market.note[0].upper()}{market.note[1:]}.\n"
    for end in market.ends:
        yield f"`{end.of}` is known to {end.on}: {end.why}.\n"


def _taxes() -> Iterator[str]:
    yield "### Taxes by country\n"
    yield "Of markets without a section of their own, and of securities whose `tax` names another country.\n"
    yield "| country, figure | from | value | source |\n|---|---|---|---|"
    for country, tax in TAXES.items():
        for table, who in ((tax.figures, ""), (tax.of_funds, ", funds")):
            yield from (f"| {country}, {line[2:]}" for line in _figures(table, who))
    yield ""
    yield from (f"{country}: {tax.note}.\n" for country, tax in TAXES.items() if tax.note)


def _deadlines() -> Iterator[str]:
    yield "### Orders for the close\n"
    yield (
        "How long before its regular close an exchange last takes orders for it, half days alike. Exchanges that are "
        "not listed take them up to the close or past it.\n"
    )
    yield "| exchange | from | minutes | source |\n|---|---|---|---|"
    for exchange, rows in DEADLINES.items():
        for row in rows:
            yield _row(exchange, str(row.start), _number(row.value), _source(row.source, row.verified))
    yield ""


def _exchanges() -> Iterator[str]:
    yield "### Every exchange\n"
    yield (
        f"*Generic* rules are a commission of {COMMISSION_BPS:g} bp (an assumption), slippage of "
        f"{Rules().slippage_bps:g} bp, {Rules().volume_share:.0%} of a bar's volume, and the taxes of the exchange's "
        "country; no price steps, no limits. Pages of studies that trade there say so.\n"
    )
    yield "| MIC | sessions of | time zone | currency | Yahoo's suffixes | rules |\n|---|---|---|---|---|---|"
    for mic, exchange in EXCHANGES.items():
        suffixes = ", ".join(f"`.{suffix}`" for suffix in exchange.suffixes) or "–"
        own = "own" if mic in MARKETS else "generic"
        yield _row(mic, exchange.calendar, exchange.zone, exchange.currency, suffixes, own)
    yield ""


def _figures(table: Mapping[str, tuple], who: str = "") -> Iterator[str]:
    for name, rows in table.items():
        for row in rows:
            value = f"{_number(row.value)} {_unit(name)}" if math.isfinite(row.value) else "no bound"
            yield _row(f"`{name}`{who}", str(row.start), value.strip(), _source(row.source, row.verified))


def _limits(market: MarketRules) -> Iterator[tuple[str, tuple[DailyLimit, ...]]]:
    if market.limit:
        yield "main board", (market.limit,)
    for board in market.boards:
        yield f"symbols {', '.join(board.prefixes)}…", board.limits


def _bands(bands: Bands) -> str:
    return "; ".join(
        f"{_number(width)} below {_number(below)}" if math.isfinite(below) else f"{_number(width)} above"
        for below, width in bands
    )


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _source(text: str, verified: bool) -> str:
    return text if verified else f"{text} — **unverified**"


def _unit(name: str) -> str:
    return "" if name == "withholding" else _UNITS.get(name.rsplit("_", 1)[-1], "")


def _number(value: float) -> str:
    return f"{value:,.10f}".rstrip("0").rstrip(".")
