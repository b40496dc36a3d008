"""Random cases in which listings end: for cash, into others, for nothing, or because their prices stop.

Splits and halts fall around the ends, and a listing may turn into one that nobody trades, or that itself ends later.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from support import duel, wild
from support import reference as ref


def ending_case(random: Random) -> duel.Case:
    """Any case that the reference knows, on a market of which listings end."""
    return with_ends(random, random.choice(_KNOWN)(random))


def wild_ending_case(random: Random) -> duel.Case:
    """Any class of parts on a market of which listings end."""
    return with_ends(random, wild.wild_case(random))


_KNOWN = (duel.random_case, duel.random_company_case, duel.random_rules_case, duel.random_closing_case)


def with_ends(random: Random, case: duel.Case) -> duel.Case:
    """The case's market with one listing more, E, which is in no theme, and with ends."""
    market = case.market
    days = sorted({day for sessions in market.sessions.values() for day in sessions})
    begin = next(place for place, day in enumerate(days) if day >= case.start)
    listings = dict(market.listings)
    like = listings[random.choice(sorted(listings))]
    listings["E"] = replace(like, symbol="E", bars=_scaled(like, random.uniform(0.2, 5)), home=None)
    ends: dict[str, ref.End] = {}
    for symbol in random.sample(sorted(listings), random.randint(1, 3)):
        on = days[random.randint(begin + 1, min(begin + 50, len(days) - 1))]
        on += timedelta(days=random.choice([0, 0, 0, 1, 2]))
        if not _known(market, listings[symbol], on):
            continue
        others = [
            other
            for other in sorted(listings)
            if other != symbol and (other not in ends or ends[other].on > on) and _known(market, listings[other], on)
            if not _is_before(ends, symbol, other, on)
        ]
        ends[symbol] = _end(random, on, listings[symbol], others)
    for symbol, end in ends.items():
        listings[symbol] = _broken(random, listings[symbol], end.on, days)
        if end.into:
            listings[end.into] = _broken(random, listings[end.into], end.on, days)
    vanished = random.choice([None, None, -0.5, -1.0, 0.0])
    if vanished is not None:
        symbol = random.choice(sorted(listings))
        if not any(symbol in (name, end.into) for name, end in ends.items()):
            stops = days[random.randint(begin + 5, begin + 45)]
            kept = {day: bar for day, bar in listings[symbol].bars.items() if day <= stops}
            listings[symbol] = replace(listings[symbol], bars=kept or listings[symbol].bars)
    ends = {symbol: end for symbol, end in ends.items() if _stands(market, listings, symbol, end)}
    market = replace(market, listings=listings, ends=ends, vanished=vanished)
    all_ends = ref.cut_at_ends(market, case.start, case.end).ends  # of prices that stop too
    gone = {symbol for symbol, end in ends.items() if end.into in all_ends and all_ends[end.into].on <= end.on}
    market.ends = {symbol: end for symbol, end in ends.items() if symbol not in gone}
    return replace(
        case,
        market=market,
        events=_with_news(random, case, ends, days),
        spec=replace(case.spec, hold=random.choice([case.spec.hold, 25])),
    )


def _end(random: Random, on: date, listing: ref.Listing, others: list[str]) -> ref.End:
    """Cash near the price, shares of another, both, or nothing."""
    cash = _price(listing) * random.uniform(0.3, 1.5)
    kind = random.choice(["cash", "into", "into", "into", "both", "worthless"])
    if kind in ("into", "both") and others:
        ratio = random.choice([1.0, 0.5, 0.0001, random.uniform(0.05, 4)])
        return ref.End(on, cash=cash / 3 if kind == "both" else 0.0, into=random.choice(others), ratio=ratio)
    return ref.End(on, cash=0.0 if kind == "worthless" else cash)


def _is_before(ends: dict[str, ref.End], symbol: str, other: str, on: date) -> bool:
    """Whether `other` is to turn into `symbol`, at once or over others, which then could not turn into it."""
    return any(end.into == symbol and end.on >= on for end in ends.values())


def _stands(market: ref.Market, listings: dict[str, ref.Listing], symbol: str, end: ref.End) -> bool:
    """Whether an end has the prices and rates that it needs."""
    return _known(market, listings[symbol], end.on) and (not end.into or _known(market, listings[end.into], end.on))


def _known(market: ref.Market, listing: ref.Listing, on: date) -> bool:
    """Whether a listing has a close, and its currency a rate, before a date; a close on a session."""
    sessions, rates = market.sessions[listing.exchange], market.fx.get(listing.currency)
    priced = any(bar[3] is not None and day < on and day in sessions for day, bar in listing.bars.items())
    return priced and (rates is None or any(day < ref.weekday_before(on) for day in rates))


def _broken(random: Random, listing: ref.Listing, on: date, days: list[date]) -> ref.Listing:
    """With a halt before a date, and perhaps a split or a dividend around it."""
    place = next((place for place, day in enumerate(days) if day >= on), len(days) - 1)
    halted = set(days[max(place - random.choice([0, 0, 1, 4, 9]), 0) : place + random.choice([0, 0, 2])])
    bars = {day: bar for day, bar in listing.bars.items() if day not in halted or day == min(listing.bars)}
    near = [days[place + step] for step in (-2, -1, 0, 1, 3) if 0 <= place + step < len(days)]
    splits, dividends = dict(listing.splits), dict(listing.dividends)
    if random.random() < 0.4:
        splits[random.choice(near)] = random.choice([2.0, 0.1, 1.3])
    if random.random() < 0.3:
        dividends[random.choice(near)] = random.uniform(0.01, 0.1) * _price(listing)
    return replace(listing, bars=bars, splits=splits, dividends=dividends)


def _price(listing: ref.Listing) -> float:
    return next(bar[3] for _, bar in sorted(listing.bars.items()) if bar[3] is not None)


def _scaled(listing: ref.Listing, by: float) -> dict:
    return {
        day: (*(None if price is None else price * by for price in bar[:4]), bar[4])
        for day, bar in listing.bars.items()
    }


def _with_news(random: Random, case: duel.Case, ends: dict[str, ref.End], days: list[date]) -> list[ref.Ev]:
    """The case's events, and news a few days before each end and after it."""
    found = list(case.events)
    for symbol, end in ends.items():
        place = next((place for place, day in enumerate(days) if day >= end.on), len(days) - 1)
        for number in range(random.randint(1, 3)):
            known = duel.at_noon(days[max(place - random.randint(-1, 9), 0)])
            start = days[min(place + random.randint(-2, 8), len(days) - 1)]
            event = replace(random.choice(case.events), known=known, precision="minute", direction=1, revisions=[])
            named = {"themes": event.themes, "listings": (symbol,)} if random.random() < 0.8 else {"themes": ("t", "u")}
            event = replace(event, id=f"{symbol}{number}", episode=None, start=start, **named)
            found.append(event)
    return found
