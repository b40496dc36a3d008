"""What changed between two runs is found, and what did not is not."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from support.records import changed

from eventfolio.engine.record import StudyRecord
from eventfolio.results.diff import Change, differences
from eventfolio.results.write_run import load_run, write_run


@pytest.fixture
def stored(study, folder):
    def write(*runs, **facts):
        return load_run(write_run(StudyRecord(changed(study.facts, **facts)), runs, folder, tearsheets=False))

    return write


def test_the_same_run_twice_differs_in_nothing(stored, runs):
    found = differences(stored(*runs), stored(*runs))
    assert found.nothing
    assert len(found.pairs) == 3


def test_a_tweak_shows_its_parameters_its_code_and_what_they_did(stored, make_run):
    old = make_run("drift")
    params = {"hold": 30, "stop": None, "weight": 0.5, "least": 0.3}
    strategy = replace(old.facts.strategy, params=params, source_sha256="ee" * 32)
    facts = replace(old.facts, strategy=strategy, metrics=old.facts.metrics | {"sharpe": 1.5})
    trades = old.trades.assign(pnl=[10.0, 2.0])
    new = replace(old, facts=facts, trades=trades, source=old.source.replace("KOGAS", "Gas"))
    (pair,) = differences(stored(old), stored(new)).pairs
    assert pair.params == (Change("hold", 20, 30), Change("least", None, 0.3))
    assert [line for line in pair.code if line[0] in "+-" and line[:3] not in ("+++", "---")] == [
        "-    '''Hält KOGAS.'''",
        "+    '''Hält Gas.'''",
    ]
    assert pair.metrics["metrics"]["sharpe"] == (old.facts.metrics["sharpe"], 1.5)
    assert pair.metrics["metrics"]["cagr"][0] == pair.metrics["metrics"]["cagr"][1]
    assert pair.events == (Change("article", 0.0, 2.0), Change("bridge-announced", 3.5, 10.0))


def test_a_lone_strategy_under_another_label_is_taken_for_the_same(stored, make_run):
    (pair,) = differences(stored(make_run("one")), stored(make_run("two"))).pairs
    assert pair.name == "one → two"


def test_strategies_on_one_side_only_are_named(stored, runs):
    found = differences(stored(*runs[:2]), stored(*runs[1:]))
    assert (found.only_before, found.only_after) == (("announcement-drift",), ("buy-and-hold",))
    assert [pair.name for pair in found.pairs] == ["kogas-lng"]
    assert not found.nothing


def test_calendar_window_prices_and_versions_are_compared(stored, study, make_run):
    events = json.loads(json.dumps(study.facts.to_json()["events"]))
    events[0]["known_at"] = "2024-06-20T21:55:00+00:00"
    del events[1]
    run = make_run("drift")
    other = replace(
        run,
        facts=replace(
            run.facts,
            versions={"python": "3.12", "quantstats": "0.0.86"},
            data=replace(run.facts.data, fingerprint="00" * 32),
        ),
    )
    found = differences(stored(run), stored(other, events=events))
    assert {change.what for change in found.calendar} == {"spans-meet", "bridge-announced: known_at"}
    assert {change.what: change.after for change in found.settings} == {
        "prices' fingerprint": "0" * 16,
        "version of python": "3.12",
    }
    json.dumps(found.to_json(), allow_nan=False)


def test_a_difference_comes_with_its_interval_where_the_paths_differ(stored, make_run):
    rng = np.random.default_rng(1)
    plain = rng.normal(0.0, 0.01, 300)
    old, new = make_run("drift", plain.tolist()), make_run("drift", (plain + 0.002).tolist())
    (pair,) = differences(stored(old), stored(new)).pairs
    ahead = pair.gaps["total_return"]
    assert ahead.value == pytest.approx(np.prod(1 + plain + 0.002) - np.prod(1 + plain), abs=1e-12)
    assert 0 < ahead.low < ahead.value < ahead.high
    assert pair.gaps["volatility"].low == pytest.approx(0.0, abs=1e-12)  # what both share cancels
    json.dumps(differences(stored(old), stored(new)).to_json())
    assert differences(stored(old), stored(old)).pairs[0].gaps == {}
    assert differences(stored(old), stored(new), sure=False).pairs[0].gaps == {}


def test_paths_of_other_lengths_are_compared_on_the_dates_of_both(stored, make_run):
    plain = np.random.default_rng(2).normal(0.0, 0.01, 300).tolist()
    (pair,) = differences(stored(make_run("drift", plain)), stored(make_run("drift", plain[:200]))).pairs
    assert pair.gaps == {}
