"""Writes the tables of fees, taxes, price steps and limits from the rulebook, with dates and sources."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from eventfolio.engine.market.closing import DEADLINES
from eventfolio.engine.market.rulebook import COMMISSION_BPS, MARKETS, TAXES, Bands, DailyLimit, MarketRules, Rules
from eventfolio.engine.market.rulebook.large_companies import SizeLists, size_lists
from eventfolio.engine.market.rulebook.mifid import COLUMNS
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
    return "\n".join([*lines, *_liquidity(), *_taxes(), *_sizes(), *_deadlines(), *_exchanges()])


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


def _liquidity() -> Iterator[str]:
    yield "### Price steps by liquidity band\n"
    yield (
        "Of MiFID II, for the exchanges above whose price steps name their annex: a row a range of prices, a column a "
        "band. LB1 has fewer than 10 transactions a day, LB2 fewer than 80, LB3 than 600, LB4 than 2,000, LB5 than "
        "9,000, LB6 as many or more.\n"
    )
    bounds = sorted({below for bands in COLUMNS.values() for below, _ in bands})
    yield f"| price below | {' | '.join(COLUMNS)} |\n|{'---|' * (len(COLUMNS) + 1)}"
    for below in bounds:
        steps = [next(step for bound, step in bands if below <= bound) for bands in COLUMNS.values()]
        yield _row(_number(below) if math.isfinite(below) else "no bound", *(_number(step) for step in steps))
    yield ""


def _sizes() -> Iterator[str]:
    yield "### Large companies by year\n"
    yield (
        "France, Italy and Spain tax the shares of large companies alone. How many companies of each year's list stand "
        "in the package: all of them, so that a known company of the country's exchange that is missing goes free, or "
        "single ones that are known to be taxed, or to go free.\n"
    )
    yield "| country, worth | year | companies | source |\n|---|---|---|---|"
    for lists in size_lists().values():
        yield from _years(lists)
    yield ""


def _years(lists: SizeLists) -> Iterator[str]:
    for year, published in sorted(lists.years.items()):
        taxed, free = (
            sum(company.first <= year <= company.last for company in companies)
            for companies in (lists.taxed, lists.free)
        )
        known = "all" if published.companies is not None else "of them"
        counts = [f"{taxed} taxed, {known}"] * bool(taxed) + [f"{free} free"] * bool(free)
        yield _row(f"{lists.name}, {lists.threshold}", str(year), "; ".join(counts), published.source)


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
