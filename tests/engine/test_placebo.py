"""Placebo calendars: drawn as they should be, played like the real one, the same on any number of processes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import permutations

import numpy as np
import pytest

from engine.errors import StudyError
from engine.schedule import Place, first_sessions
from engine.search.game import Game, make_game
from engine.search.placebo import (
    FIGURES,
    Dates,
    drawn,
    event_dates,
    figures,
    moved,
    placebo,
    shifted,
)
from engine.search.workers import crew
from events.dprk_russia import STUDY


@pytest.fixture(scope="module")
def game() -> Game:
    return make_game(STUDY, "announcement-drift", ("hold=5",), themes=("lng", "coal"))


def test_every_event_lands_on_its_place_for_the_first_listing_that_can_trade_it(game: Game) -> None:
    dates, tape = event_dates(game), game.market.tape
    places = tuple((np.array(dates.places) + 137).tolist()[::-1])
    places = tuple(place % dates.sessions for place in places)
    calendar = moved(game, dates, places)
    everywhere = [Place(symbol, game.market.sessions[symbol]) for symbol in tape.symbols]
    by_id = {event.id: event for event in calendar.events}
    for group, place in zip(dates.groups, places, strict=True):
        for name in group:
            assert first_sessions(by_id[name], everywhere)
            first = max(tape.opens_at[:, tape.first + place])
            known = by_id[name].known.timestamp() * 1e9
            before = max(tape.opens_at[:, tape.first + place - 1])
            assert before <= known < first


def test_the_real_places_give_the_real_run(game: Game) -> None:
    dates = event_dates(game)
    same = moved(game, dates, dates.places)
    assert same.events == game.study.calendar.events
    assert figures(game.play(same)) == figures(game.play(game.study.calendar))


def test_an_event_keeps_its_themes_and_its_revisions_their_distance() -> None:
    game = make_game(STUDY, "bridge-run-up")
    dates = event_dates(game)
    places = tuple((place + 40) % dates.sessions for place in dates.places)
    real = {event.id: event for event in game.study.calendar.events}
    for event in moved(game, dates, places).events:
        then = real[event.id]
        if not any(event.id in group for group in dates.groups):
            assert event == then
            continue
        assert event.themes == then.themes
        beliefs = [belief for belief in then.beliefs if belief.known_precision != "month"]
        assert len(event.beliefs) == len(beliefs)
        for now, was in zip(event.beliefs, beliefs, strict=True):
            assert now.known - event.known == was.known - then.known
            assert now.status == was.status
            if was.occurs.start:
                assert now.occurs.start is not None
                assert now.occurs.start - was.occurs.start == event.known.date() - then.known.date()


def test_events_stand_together_where_their_own_listings_can_first_trade_them_together() -> None:
    """The builders' news of 11:07 UTC is New York's of that day; the infrastructure names, all in Asia, trade it the
    next, with the article."""
    dates = event_dates(make_game(STUDY, "ihi-infrastructure"))
    (group,) = (group for group in dates.groups if "article-published" in group)
    assert "kursk-builders" in group
    assert dates.gap > 1


def test_shifts_keep_the_spacing_and_are_all_there_once() -> None:
    dates = Dates((("a",), ("b", "c"), ("d",)), (2, 5, 9), 12)
    found = shifted(dates)
    assert len(found) == len({tuple(row) for row in found.tolist()}) == 11
    assert {tuple(np.diff(row) % 12) for row in found.tolist()} == {(3, 4)}
    assert dates.places not in {tuple(row) for row in found.tolist()}


def test_random_placements_are_uniform_over_all_that_keep_the_smallest_gap() -> None:
    dates = Dates((("a",), ("b",)), (0, 3), 7)  # gap 3
    allowed = {pair for pair in permutations(range(7), 2) if abs(pair[0] - pair[1]) >= 3}
    assert {tuple(row) for row in drawn(dates, 2_000, 1).tolist()} == allowed - {(0, 3)}
    counts = Counter(tuple(row) for seed in range(4_000) for row in drawn(dates, 1, seed).tolist())
    expected = 4_000 / len(allowed)
    assert len(allowed) == 20
    assert all(abs(counts[pair] - expected) < 5 * np.sqrt(expected) for pair in allowed - {(0, 3)})


def test_a_seed_is_an_answer() -> None:
    dates = Dates((("a",), ("b",)), (10, 30), 200)
    assert (drawn(dates, 50, 3) == drawn(dates, 50, 3)).all()
    assert (drawn(dates, 50, 3) != drawn(dates, 50, 4)).any()


def test_p_counts_the_real_calendar_among_those_at_least_as_good(game: Game) -> None:
    with crew(game, 1) as hands:
        found = placebo(game, hands, "random", 25, 1)
    assert found.distinct == 25
    for column, name in enumerate(FIGURES):
        better = int((found.values[:, column] >= found.real[name] - 1e-12).sum())
        assert found.p[name] == (1 + better) / 26


@pytest.mark.parametrize("engine", ["kernel", "backtrader"])
def test_the_number_of_processes_or_threads_changes_nothing(engine: str) -> None:
    game = make_game(STUDY, "announcement-drift", ("hold=5",), engine, themes=("lng", "coal"))
    assert game.engine == engine
    answers = []
    for jobs in (1, 2, 3):
        with crew(game, jobs if engine == "backtrader" else 1) as hands:
            answers.append(placebo(game, hands, "random", 12, 5, threads=jobs))
    assert all((answers[0].values == other.values).all() for other in answers[1:])
    assert answers[0].p == answers[1].p == answers[2].p


DRIFTS = ("announcement-drift", "confirmed-breakout", "event-intensity", "kogas-lng")
RUN_UPS = ("scheduled-run-up", "bridge-run-up")


@pytest.mark.parametrize(
    ("strategy", "method"), [*((s, "random") for s in (*DRIFTS, *RUN_UPS)), *((s, "shift") for s in DRIFTS)]
)
def test_kernel_and_backtrader_give_every_calendar_the_same_figures(strategy: str, method: str) -> None:
    window = {"start": date(2025, 1, 15), "end": date(2025, 7, 15)} if method == "shift" else {}
    both = [make_game(STUDY, strategy, (), engine, **window) for engine in ("kernel", "backtrader")]
    with crew(both[0], 1) as hands:
        kernel = placebo(both[0], hands, method, 12, 3)
    with crew(both[1], 2) as hands:
        slow = placebo(both[1], hands, method, 12, 3)
    assert (kernel.places == slow.places).all()
    np.testing.assert_allclose(kernel.values, slow.values, rtol=1e-9, atol=1e-12)
    assert kernel.real == pytest.approx(slow.real, rel=1e-9)
    assert kernel.p == slow.p
    assert np.ptp(kernel.values[:, 0]) > 0


def test_news_of_one_happening_triggers_once_whatever_order_the_draw_gives_it(game: Game) -> None:
    """All events of the theme as one episode: the kernel's calendars, put together, still know which came first."""
    tied = [event.model_copy(update={"episode": "one"}) for event in game.study.calendar.events]
    study = replace(game.study, calendar=replace(game.study.calendar, events=tuple(tied)))
    both = [replace(game, study=study, engine=engine) for engine in ("kernel", "backtrader")]
    with crew(both[0], 1) as hands:
        kernel, slow = (placebo(one, hands, "random", 15, 8) for one in both)
    np.testing.assert_allclose(kernel.values, slow.values, rtol=1e-9, atol=1e-12)
    with crew(game, 1) as hands:
        assert placebo(game, hands, "random", 15, 8).values != pytest.approx(kernel.values)  # the episode mattered


def test_dense_calendars_are_drawn_uniformly_too() -> None:
    """Three of four places: nearly every row of free draws would repeat one, so whole rows are shuffled."""
    dates = Dates((("a",), ("b",), ("c",)), (0, 1, 2), 4)
    counts = Counter(tuple(row) for seed in range(3_000) for row in drawn(dates, 1, seed).tolist())
    assert set(counts) == set(permutations(range(4), 3)) - {(0, 1, 2)}
    assert all(abs(count - 125) < 5 * np.sqrt(125) for count in counts.values())


def test_what_trades_no_event_has_no_placebo(game: Game) -> None:
    for strategy, options, words in (
        ("buy-and-hold", {}, "trades no events"),
        ("kogas-lng", {"start": game.study.end}, "becomes known in the window"),
    ):
        bare = make_game(STUDY, strategy, **options)  # type: ignore[arg-type]
        with crew(bare, 1) as hands, pytest.raises(StudyError, match=words):
            placebo(bare, hands, "random", 5, 1)


def test_other_methods_and_engines_are_refused(game: Game) -> None:
    with crew(game, 1) as hands, pytest.raises(StudyError, match="'shift'"):
        placebo(game, hands, "shfit", 5, 1)
    with pytest.raises(StudyError, match="backtrader"):
        make_game(STUDY, "kogas-lng", engine="backtrade")
