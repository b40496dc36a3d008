"""What -p means in a sweep."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventfolio.engine.errors import StudyError
from eventfolio.engine.search.grid import MOST, Draw, make_grid, split_themes, words
from eventfolio.events.errors import InputError

DEFAULTS: dict[str, Any] = {
    "hold": 20, "stop": None, "weight": 0.5, "patience": 5, "repeat": "extend", "least": 0.3, "average": 20,
    "loud": False,
}  # fmt: skip


def tried(*texts: str, draws: int | None = None, seed: int = 1) -> list[dict[str, Any]]:
    return list(make_grid(texts, DEFAULTS, "Mine", draws, seed).params)


def test_every_combination_is_there_once_with_the_ends() -> None:
    found = tried("hold=5:60:5", "stop=none,0.05,0.1")
    assert len(found) == 36
    assert [one["hold"] for one in found[::3]] == list(range(5, 61, 5))
    assert [one["stop"] for one in found[:3]] == [None, 0.05, 0.1]
    assert all(type(one["hold"]) is int for one in found)


def test_a_range_of_fractions_does_not_drift() -> None:
    assert [one["stop"] for one in tried("stop=0.02:0.10:0.02")] == [0.02, 0.04, 0.06, 0.08, 0.1]
    assert [one["stop"] for one in tried("stop=0.1:0.3:0.1")] == [0.1, 0.2, 0.3]


def test_a_range_ends_at_the_last_step_that_fits() -> None:
    assert [one["hold"] for one in tried("hold=5:60:20")] == [5, 25, 45]
    assert [one["hold"] for one in tried("hold=7:7:3")] == [7]


@given(first=st.decimals(0, 5, places=3), step=st.decimals(Decimal("0.001"), 2, places=3), count=st.integers(0, 60))
def test_any_decimal_range_holds_exactly_the_numbers_one_would_write(first: Decimal, step: Decimal, count: int) -> None:
    last = first + count * step
    expected = [float(first + number * step) for number in range(count + 1)]
    assert [one["least"] for one in tried(f"least={first}:{last}:{step}")] == expected


def test_values_given_twice_are_tried_once() -> None:
    assert [one["hold"] for one in tried("hold=5,10,5.0,5:10:5")] == [5, 10]
    assert [one["weight"] for one in tried("weight=1,1.0,0.5")] == [1.0, 0.5]
    assert [one["average"] for one in tried("average=1,true")] == [1, True]


def test_lists_may_hold_ranges_words_and_truths() -> None:
    assert [one["hold"] for one in tried("hold=none,5:7:1,60")] == [None, 5, 6, 7, 60]
    assert [one["repeat"] for one in tried("repeat=extend,ignore,add")] == ["extend", "ignore", "add"]
    assert [one["loud"] for one in tried("loud=true,false")] == [True, False]


def test_a_single_value_is_fixed_and_does_not_vary() -> None:
    grid = make_grid(("hold=5,10", "stop=0.05"), DEFAULTS, "Mine")
    assert grid.varied == ("hold",)
    assert grid.label(grid.params[0]) == "hold=5"
    assert make_grid((), DEFAULTS, "Mine").params == ({},)


def test_draws_are_distinct_within_their_ends_and_the_same_for_a_seed() -> None:
    found = tried("hold=5..60", "stop=0.02..0.15:log", draws=200, seed=7)
    assert len({(one["hold"], one["stop"]) for one in found}) == len(found) == 200
    assert all(type(one["hold"]) is int and 5 <= one["hold"] <= 60 for one in found)
    assert all(0.02 <= one["stop"] <= 0.15 for one in found)
    assert found == tried("hold=5..60", "stop=0.02..0.15:log", draws=200, seed=7)
    assert found[:50] == tried("hold=5..60", "stop=0.02..0.15:log", draws=50, seed=7)
    assert found != tried("hold=5..60", "stop=0.02..0.15:log", draws=200, seed=8)


def test_whole_numbers_are_drawn_with_equal_chances_at_the_ends_too() -> None:
    draw, rng = Draw(1, 4, log=False, whole=True), np.random.default_rng(3)
    counts = Counter(draw.one(rng) for _ in range(8_000))
    assert sorted(counts) == [1, 2, 3, 4]
    assert all(abs(count - 2_000) < 5 * np.sqrt(2_000) for count in counts.values())


def test_a_logarithmic_draw_has_its_median_at_the_geometric_mean() -> None:
    draw, rng = Draw(0.01, 1.0, log=True, whole=False), np.random.default_rng(3)
    found = np.array([draw.one(rng) for _ in range(4_000)])
    assert abs((found < 0.1).mean() - 0.5) < 5 * 0.5 / np.sqrt(4_000)


def test_a_small_space_is_drawn_whole_and_no_more() -> None:
    assert sorted(one["hold"] for one in tried("hold=5..8", draws=100)) == [5, 6, 7, 8]
    assert len(tried("hold=5:60:5", "stop=none,0.05", draws=10)) == 10  # a sample of a grid


def test_themes_are_a_dimension() -> None:
    assert [one["themes"] for one in tried("themes=all,lng,lng+coal,coal+lng")] == ["all", "lng", "coal+lng"]
    assert split_themes("all", ("lng", "coal")) == ()
    assert split_themes("coal+lng", ("lng", "coal")) == ("coal", "lng")
    with pytest.raises(StudyError, match="'lng'"):
        split_themes("lgn", ("lng", "coal"))


def test_words_are_as_typed() -> None:
    assert [words(value) for value in (None, True, 0.05, 5, "extend")] == ["none", "true", "0.05", "5", "extend"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hld=5,10", "Did you mean 'hold'"),
        ("theme=lng", "Did you mean 'themes'"),
        ("hold", "name=values"),
        ("hold=", "name=values"),
        ("=5", "name=values"),
        ("hold=5,,10", "missing between two commas"),
        ("hold=5:60", "first:last:step"),
        ("hold=5:60:5:1", "first:last:step"),
        ("hold=5:x:5", "first:last:step"),
        ("hold=60:5:5", "goes up"),
        ("hold=5:60:0", "goes up"),
        ("hold=5:60:-5", "goes up"),
        ("stop=0:1:1e-9", f"more than {MOST:,}"),
        ("stop=1:9e999:1", "first:last:step"),
        ("stop=nan,0.1", "give a number"),
        ("stop=0.02..0.15", "--random N"),
        ("stop=0.02..", r"a\.\.b"),
        ("stop=0.15..0.02", "below"),
        ("stop=0..0.1:log", "logarithm"),
        ("stop=0.1..0.2:lgo", r"a\.\.b"),
        ("hold=5.5..10", "whole numbers"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        tried(text)


def test_one_name_twice_and_too_many_combinations_are_refused() -> None:
    with pytest.raises(StudyError, match="given twice"):
        tried("hold=5", "hold=10")
    with pytest.raises(StudyError, match=r"1,000,000 combinations .hold 1,000 x patience 1,000. .*--random"):
        tried("hold=1:1000:1", "patience=1:1000:1")
    with pytest.raises(StudyError, match="from 1 to"):
        tried("hold=1..9", draws=MOST + 1)
    with pytest.raises(StudyError, match="of its own"):
        make_grid(("themes=lng",), {"themes": 3}, "Mine")
