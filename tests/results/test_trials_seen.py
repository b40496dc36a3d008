"""Every trial a study has ever seen counts once, in whichever run, and goes on counting when the run is gone."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.metrics import PERIODS
from engine.record import RunRecord, StudyRecord
from results.overfit import deflated_sharpe, moments
from results.run_evidence import deflated_beside
from results.runs import remove_runs
from results.store import write_run
from results.trials_seen import FILE, note_trials, read_trials, study_key, trial_of

KEY = study_key("made-up", True)


def tweaked(run: RunRecord, hold: int) -> RunRecord:
    facts = run.facts | {"strategy": run.facts["strategy"] | {"params": {"hold": hold}}}
    return replace(run, facts=facts)


def test_a_trial_is_its_code_numbers_calendar_prices_and_window(make_run: Callable[..., RunRecord]) -> None:
    facts = make_run().facts
    changed = [
        {"strategy": facts["strategy"] | {"params": {"hold": 21, "stop": None, "weight": 0.5}}},
        {"strategy": facts["strategy"] | {"source_sha256": "00" * 32}},
        {"strategy": facts["strategy"] | {"class": "Other"}},
        {"calendar": facts["calendar"] | {"sha256": "00" * 32}},
        {"data": facts["data"] | {"fingerprint": "00" * 32}},
        {"window": facts["window"] | {"end": "2026-01-01"}},
    ]
    assert len({trial_of(facts), *(trial_of(facts | change) for change in changed)}) == 7
    assert trial_of(facts | {"run_id": "another", "strategy": facts["strategy"] | {"label": "renamed"}}) == trial_of(
        facts
    )


def test_the_store_counts_distinct_trials_over_runs_even_removed_ones(
    study: StudyRecord, make_run: Callable[..., RunRecord], folder: Path
) -> None:
    first = write_run(study, [tweaked(make_run(seed=1), 10), tweaked(make_run("b", seed=2), 20)], folder, False)
    write_run(study, [tweaked(make_run(seed=1), 10)], folder, False)  # the same again
    assert len(read_trials(folder, KEY)) == 2
    remove_runs([first.name], folder)
    write_run(study, [tweaked(make_run(seed=3), 30)], folder, False)
    seen = read_trials(folder, KEY)
    assert len(seen) == 3
    expected = moments(make_run(seed=1).returns["return"].to_numpy())
    assert expected is not None
    assert next(iter(seen.values())) == expected.sharpe
    assert read_trials(folder, study_key("made-up", False)) == {}  # real prices have seen none of it


def test_a_run_is_deflated_over_all_trials_seen(
    study: StudyRecord, make_run: Callable[..., RunRecord], folder: Path
) -> None:
    for hold in range(6):
        write_run(study, [tweaked(make_run(seed=hold), hold)], folder, tearsheets=False)
    written = write_run(study, [tweaked(make_run(seed=9), 9)], folder, tearsheets=True)
    judged = json.loads((written / "announcement-drift" / "run.json").read_text())["significance"]
    assert judged["trials_seen"] == 7
    paths = [make_run(seed=seed).returns["return"].to_numpy() for seed in (0, 1, 2, 3, 4, 5, 9)]
    found = [moments(path) for path in paths]
    variance = max(float(np.var([one.sharpe for one in found if one], ddof=1)), 1 / len(paths[0]))
    assert found[-1] is not None
    assert judged["deflated_sharpe"] == pytest.approx(deflated_sharpe(found[-1], 7, variance), abs=1e-12)
    assert judged["deflated_sharpe"] < judged["probabilistic_sharpe"]


def test_a_path_that_never_moved_is_a_trial_without_a_sharpe_ratio(tmp_path: Path) -> None:
    assert note_trials(tmp_path / "new", "s", {"aa": None, "bb": 0.25}, "a sweep") == 2
    assert note_trials(tmp_path / "new", "s", {"bb": 0.5}, "another") == 2
    assert note_trials(tmp_path / "new", "t", {"bb": 0.5}, "another") == 1
    assert read_trials(tmp_path / "new", "s") == {"aa": None, "bb": 0.25}
    found = deflated_beside({"one": np.array([0.01, -0.01, 0.02] * 20)}, {"aa": None, "bb": 0.25, "cc": 0.1})
    assert found["one"]["trials_seen"] == 3


def test_many_writers_lose_no_trial_and_a_torn_line_does_no_harm(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: note_trials(tmp_path, "s", {f"{n:02}": n / 10}, f"run-{n}"), range(40)))
    assert len(read_trials(tmp_path, "s")) == 40
    with (tmp_path / FILE).open("a") as file:
        file.write("s,half")
    assert len(read_trials(tmp_path, "s")) == 40


def test_a_store_older_than_the_list_begins_it_with_its_runs(
    study: StudyRecord, make_run: Callable[..., RunRecord], folder: Path
) -> None:
    for hold in (1, 2):
        run = tweaked(make_run(seed=hold), hold)
        found = moments(run.returns["return"].to_numpy())
        assert found is not None
        run.facts["metrics"]["sharpe"] = found.sharpe * PERIODS**0.5
        write_run(study, [run], folder, tearsheets=False)
    before = read_trials(folder, KEY)
    (folder / FILE).unlink()
    write_run(study, [tweaked(make_run(seed=3), 3)], folder, tearsheets=False)
    after = read_trials(folder, KEY)
    assert len(after) == 3
    assert {key: after[key] for key in before} == pytest.approx(before)
