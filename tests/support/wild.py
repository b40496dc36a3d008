"""Random cases where `duel` never goes: classes drawn from all parts, on markets with everything that markets do.

The reference knows only what the shipped strategies are made of, so these are for ways of playing a plan that take any
class of parts.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from support import duel
from support import reference as ref

from eventfolio import EventStrategy
from eventfolio.strategies.parts import (
    AfterHigh,
    Announcement,
    AtClose,
    AtOpen,
    Decaying,
    Leave,
    Occurrence,
    RunUp,
    Share,
    ShareOfAll,
    WindowStart,
)


def wild_case(random: Random) -> duel.Case:
    """A market of `duel`'s, made wilder, and a class of parts drawn for it."""
    case = random.choice([duel.random_case, duel.random_rules_case])(random)
    market = case.market
    for number in range(random.choice([0, 3, 8])):  # many listings on one instant of open
        like = random.choice(list("ABCD"))
        market = replace(
            market, listings={**market.listings, f"N{number}": _akin(random, market.listings[like], f"N{number}")}
        )
    market = replace(
        market,
        listings={symbol: _harder(random, x) for symbol, x in market.listings.items()},
        sessions={exchange: _odd_hours(random, days) for exchange, days in market.sessions.items()},
    )
    symbols = list(market.listings)
    themes = {
        "t": random.sample(symbols, random.randint(1, len(symbols))),
        "u": random.sample(symbols, random.randint(1, len(symbols))),
    }
    return replace(
        case,
        market=market,
        themes=themes,
        strategy=drawn_class(random),
        cash=random.choice([100_000.0, 5_000.0, 1_000_000.0]),
        cash_rate=random.choice([0.0, 0.05, -0.03]),
        events=[*case.events, *_more_events(random, case)],
    )


def drawn_class(random: Random) -> type:
    """Any parts with any numbers."""
    trigger = random.choice([Announcement(), Announcement(), RunUp("lead"), Occurrence(), WindowStart()])
    size = random.choice([Share("weight"), ShareOfAll("weight"), Decaying("weight", "half_life", "band")])
    params: dict[str, Any] = {
        "hold": random.choice([None, 1, random.randint(1, 20)]),
        "stop": random.choice([None, 0.005, random.uniform(0.01, 0.2)]),
        "take": random.choice([None, 0.005, random.uniform(0.01, 0.2)]),
        "trail": random.choice([None, 0.01, random.uniform(0.01, 0.2)]),
        "weight": random.choice([0.2, 1.0, random.random() + 1e-6]),
        "patience": random.choice([0, 1, 5]),
        "repeat": random.choice(["extend", "ignore", "add", "add"]),
        "lead": random.randint(1, 12),
        "lookback": random.randint(1, 12),
        "within": random.randint(1, 8),
        "half_life": random.choice([1, 5, random.uniform(0.3, 40)]),
        "band": random.choice([0.0, 0.002, 0.05]),
    }
    params["cutoff"] = Random(repr(params)).choice([0, 10, 200])
    leave = random.sample(["hold", "stop", "take", "trail"], random.choice([0, 1, 2, 4, 4]))
    entry: Any = random.choice([AtOpen(), AtOpen(), AfterHigh("lookback", "within")])
    apart = Random(repr(params))  # so that the other draws of a seed stay what they were
    if isinstance(entry, AtOpen) and not isinstance(size, Decaying) and apart.random() < 0.5:
        entry = AtClose("cutoff")
    return type(
        "Drawn",
        (EventStrategy,),
        {"trigger": trigger, "entry": entry, "size": size, "leave": Leave(*leave), "params": params},
    )


def _akin(random: Random, like: ref.Listing, symbol: str) -> ref.Listing:
    """Another listing of the same market, at other prices and in other lots, without bars on some of its sessions."""
    by = random.uniform(0.3, 3)
    bars = {
        day: (*(None if price is None else price * by for price in bar[:4]), bar[4])
        for day, bar in like.bars.items()
        if random.random() > 0.05
    }
    return replace(like, symbol=symbol, bars=bars or like.bars, lot=random.choice([1, 10, 100]), splits={})


def _harder(random: Random, listing: ref.Listing) -> ref.Listing:
    """Thin trading, and consolidations that may leave no whole share."""
    bars, days = listing.bars, list(listing.bars)
    thin = random.random() < 0.4
    if thin:
        volumes = [random.choice([40, 300, 2_000]) for _ in days]
        bars = {day: (*bar[:4], v if bar[4] else bar[4]) for v, (day, bar) in zip(volumes, bars.items(), strict=True)}
    splits = listing.splits
    if random.random() < 0.3:
        splits = {random.choice(days): random.choice([0.001, 0.01, 1 / 3, 1.5, 7])}
    return replace(listing, bars=bars, splits=splits)


def _odd_hours(random: Random, days: dict[date, tuple[datetime, datetime]]) -> dict[date, tuple[datetime, datetime]]:
    """Half days, late opens, and days on which the exchange keeps another's hours."""
    found = {}
    for day, (opens, closes) in days.items():
        x = random.random()
        if x < 0.08:
            closes -= timedelta(hours=3)
        elif x < 0.16:
            opens += timedelta(hours=random.choice([1, 2]))
        found[day] = (opens, closes)
    return found


def _more_events(random: Random, case: duel.Case) -> list[ref.Ev]:
    """News that repeats itself: soon after other news, on several themes."""
    found: list[ref.Ev] = []
    for number in range(random.choice([0, 0, 10])):
        like = random.choice(case.events)
        found.append(
            replace(
                like,
                id=f"m{number}",
                known=like.known + timedelta(days=random.randint(0, 9)),
                precision="minute",
                themes=random.choice([("t",), ("u",), ("t", "u")]),
                start=like.start and like.start + timedelta(days=random.randint(0, 30)),
                strength=random.random(),
                episode=None,
                revisions=[],
            )
        )
    return found
