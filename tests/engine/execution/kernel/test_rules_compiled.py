"""The rules compiled give the bits of the rules as Python runs them, where both may round by different libraries."""

from __future__ import annotations

import math
from types import FunctionType, SimpleNamespace
from typing import Any

import numba
import numpy as np
import pytest

from eventfolio.engine.execution import rules as plain
from eventfolio.engine.market.rulebook import MARKETS

RNG = np.random.default_rng(7)
PRICES = np.concatenate([RNG.uniform(0.01, 300_000, 20_000), np.round(RNG.uniform(0.01, 3_000, 20_000), 2)])
TABLES = [table for market in MARKETS.values() for table in (market.ticks, *market.other_ticks.values())]
BANDS = [row.bands for table in TABLES for row in table]

whole: Any = numba.njit(error_model="numpy")


def _compiled() -> Any:
    """The functions of the rules compiled, each calling the others' compiled form."""
    space = dict(vars(plain))
    for name, one in vars(plain).items():
        if isinstance(one, FunctionType):
            space[name] = whole(FunctionType(one.__code__, space, name, one.__defaults__))
    return SimpleNamespace(**{name: value for name, value in space.items() if not name.startswith("__")})


rules = _compiled()
_decayed, _purchase_price, _sale_price, _sale_size, _tick_down, _tick_up, _volume_cap, _whole_lots = (
    rules.decayed,
    rules.purchase_price,
    rules.sale_price,
    rules.sale_size,
    rules.tick_down,
    rules.tick_up,
    rules.volume_cap,
    rules.whole_lots,
)


@whole
def decayed(ages: Any, half_lives: Any, out: Any) -> None:
    for i in range(len(ages)):
        out[i] = _decayed(ages[i], half_lives[i])


@whole
def stepped(prices: Any, bands: Any, out: Any) -> None:
    for i in range(len(prices)):
        out[i, 0] = _tick_down(prices[i], bands)
        out[i, 1] = _tick_up(prices[i], bands)
        out[i, 2] = _purchase_price(prices[i], 0.0005, bands, 0.99 * prices[i], 1.0004 * prices[i])
        out[i, 3] = _sale_price(prices[i], 0.0005, bands, math.nan, math.nan)


@whole
def lots(shares: Any, lot: Any, out: Any) -> None:
    for i in range(len(shares)):
        out[i, 0] = _whole_lots(shares[i], lot)
        out[i, 1] = _volume_cap(shares[i], 0.1)
        out[i, 2] = _sale_size(shares[i], _volume_cap(shares[i], 0.7), lot)


@whole
def interest(rates: Any, lapses: Any, out: Any) -> None:
    for i in range(len(rates)):
        out[i] = (1.0 + rates[i]) ** lapses[i]


def test_the_decay_of_news() -> None:
    ages, half_lives = RNG.integers(0, 300, 50_000), RNG.uniform(0.3, 60, 50_000)
    found = np.empty(50_000)
    decayed(ages, half_lives, found)
    assert found.tolist() == [plain.decayed(*pair) for pair in zip(ages.tolist(), half_lives.tolist(), strict=True)]
    assert found == pytest.approx(0.5 ** (ages / half_lives), rel=1e-15)
    assert plain.decayed(20, 20.0) == 0.5


def test_interest() -> None:
    rates, lapses = RNG.uniform(-0.1, 0.2, 50_000), RNG.integers(1, 30, 50_000) / 365.25
    found = np.empty(50_000)
    interest(rates, lapses, found)
    assert found.tolist() == [(1.0 + r) ** t for r, t in zip(rates.tolist(), lapses.tolist(), strict=True)]


@pytest.mark.parametrize("bands", [(), *dict.fromkeys(BANDS)])
def test_price_steps_and_fill_prices(bands: Any) -> None:
    """`round` to six digits is numba's own in the one and Python's in the other."""
    table = np.array(bands, float).reshape(-1, 2)
    if not bands:
        table, bands = np.array([[math.inf, 0.01]]), ((math.inf, 0.01),)
    found = np.empty((len(PRICES), 4))
    stepped(PRICES, table, found)
    want = [
        (
            plain.tick_down(price, bands), plain.tick_up(price, bands),
            plain.purchase_price(price, 0.0005, bands, 0.99 * price, 1.0004 * price),
            plain.sale_price(price, 0.0005, bands, math.nan, math.nan),
        )
        for price in PRICES.tolist()
    ]  # fmt: skip
    assert (found == np.array(want)).all()


def test_whole_lots_and_caps() -> None:
    shares = np.concatenate(
        [RNG.uniform(0, 1e7, 20_000), RNG.integers(0, 10**9, 20_000) / 10, 10.0 ** RNG.uniform(15, 40, 2_000)]
    )
    for lot in (1.0, 100.0):
        found = np.empty((len(shares), 3))
        lots(shares, lot, found)
        want = [
            (
                plain.whole_lots(one, lot), plain.volume_cap(one, 0.1),
                plain.sale_size(one, plain.volume_cap(one, 0.7), lot),
            )
            for one in shares.tolist()
        ]  # fmt: skip
        assert (found == np.array(want)).all()


def test_an_unknown_volume_caps_nothing() -> None:
    found = np.empty((1, 3))

    @whole
    def cap(volume: Any, out: Any) -> None:
        out[0, 0] = _volume_cap(volume, 0.1)

    cap(math.nan, found)
    assert found[0, 0] == math.inf == plain.volume_cap(math.nan, 0.1)
