"""Every trial a study has ever seen counts once, in whichever run, and goes on counting when the run is gone."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.records import changed

from eventfolio.engine.metrics import PERIODS
from eventfolio.engine.record import RunFacts, RunRecord, StudyRecord
from eventfolio.engine.record.identity import identity_of
from eventfolio.results.significance.deflated_sharpe import deflated_sharpe, moments
from eventfolio.results.significance.of_run import deflated_beside
from eventfolio.results.store.index import remove_runs
from eventfolio.results.store.trials import FILE, TrialLog, adopt_runs, note_trials, read_trials, study_key
from eventfolio.results.tearsheet.workers import Here
from eventfolio.results.write_run import finish_run, keep_run, load_run, write_run

KEY = study_key("made-up", True)


def tweaked(run: RunRecord, hold: int) -> RunRecord:
    return replace(run, facts=replace(run.facts, strategy=replace(run.facts.strategy, params={"hold": hold})))


def with_sharpe(run: RunRecord, sharpe: float) -> RunRecord:
    return replace(run, facts=replace(run.facts, metrics=run.facts.metrics | {"sharpe": sharpe}))


def trial_of(facts: RunFacts) -> str:
    return identity_of(facts).id


def test_a_trial_is_its_code_numbers_calendar_prices_window_and_setting(make_run: Callable[..., RunRecord]) -> None:
    facts = make_run(members={"lng": {"036460.KS": None}}, costs=None, point_in_time=False).facts
    document = facts.to_json()
    others = [
        {"account": document["account"] | {"cash": 50_000.0}},
        {"account": document["account"] | {"cash_rate": 0.03}},
        {"data": document["data"] | {"dividends": "cash"}},
        {"costs": "none"},
        {"costs": {"XKRX": {"commission_bps": 5.0}}},
        {"members": {"coal": {"036460.KS": None}}},
        {"members": {"lng": {"036460.KS": "2025-01-01"}}},
        {"members": {"lng": {"036460.KS": None, "0883.HK": None}}},
        {"point_in_time": True},
        {"strategy": document["strategy"] | {"params": {"hold": 21, "stop": None, "weight": 0.5}}},
        {"strategy": document["strategy"] | {"source_sha256": "00" * 32}},
        {"strategy": document["strategy"] | {"class": "Other"}},
        {"calendar": document["calendar"] | {"sha256": "00" * 32}},
        {"data": document["data"] | {"fingerprint": "00" * 32}},
        {"window": document["window"] | {"end": "2026-01-01"}},
    ]
    assert len({trial_of(facts), *(trial_of(changed(facts, **other)) for other in others)}) == 16
    renamed = replace(facts, run_id="another", strategy=replace(facts.strategy, label="renamed"))
    assert trial_of(renamed) == trial_of(facts)


def test_the_store_counts_distinct_trials_over_runs_even_removed_ones(
    study: StudyRecord, make_run: Callable[..., RunRecord], folder: Path
) -> None:
    first = write_run(study, [tweaked(make_run(seed=1), 10), tweaked(make_run("b", seed=2), 20)], folder, False)
    write_run(study, [tweaked(make_run(seed=1), 10)], folder, False)  # the same again
    assert len(read_trials(folder, KEY).sharpes) == 2
    remove_runs([first.name], folder)
    write_run(study, [tweaked(make_run(seed=3), 30)], folder, False)
    seen = read_trials(folder, KEY).sharpes
    assert len(seen) == 3
    expected = moments(make_run(seed=1).returns["return"].to_numpy())
    assert expected is not None
    assert next(iter(seen.values())) == expected.sharpe
    assert read_trials(folder, study_key("made-up", False)).sharpes == {}  # real prices have seen none of it


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
    assert read_trials(tmp_path / "new", "s").sharpes == {"aa": None, "bb": 0.25}
    found = deflated_beside({"one": np.array([0.01, -0.01, 0.02] * 20)}, {"aa": None, "bb": 0.25, "cc": 0.1})
    assert found["one"].trials_seen == 3


def test_many_writers_lose_no_trial_and_a_torn_line_does_no_harm(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: note_trials(tmp_path, "s", {f"{n:02}": n / 10}, f"run-{n}"), range(40)))
    assert len(read_trials(tmp_path, "s").sharpes) == 40
    with (tmp_path / FILE).open("a") as file:
        file.write("s,half")
    seen = read_trials(tmp_path, "s")
    assert len(seen.sharpes) == 40
    torn = len((tmp_path / FILE).read_text().splitlines())  # 42, or later: two that begin the list each write its head
    assert f"{FILE}: line {torn} is" in seen.note
    note_trials(tmp_path, "s", {"new": 0.5}, "run-40")  # begins a line of its own
    assert read_trials(tmp_path, "s").sharpes["new"] == 0.5


def test_a_store_older_than_the_list_begins_it_with_its_runs(
    study: StudyRecord, make_run: Callable[..., RunRecord], folder: Path
) -> None:
    for hold in (1, 2):
        run = tweaked(make_run(seed=hold), hold)
        found = moments(run.returns["return"].to_numpy())
        assert found is not None
        run = with_sharpe(run, found.sharpe * PERIODS**0.5)
        write_run(study, [run], folder, tearsheets=False)
    before = read_trials(folder, KEY).sharpes
    (folder / FILE).unlink()
    write_run(study, [tweaked(make_run(seed=3), 3)], folder, tearsheets=False)
    after = read_trials(folder, KEY).sharpes
    assert len(after) == 3
    assert {key: after[key] for key in before} == pytest.approx(before)


HEAD = "study,trial,sharpe,made_by\n"
GOOD = f"{HEAD}made-up (simulated),aa,0.25,earlier\n"
DAMAGE = {
    "a byte of another encoding": (GOOD.encode() + b"made-up (simulated),bb,0.1,caf\xe9\n", 1, "line 3 is"),
    "not a number": (
        GOOD.encode() + b"made-up (simulated),bb,nan,x\nmade-up (simulated),cc,-inf,x\n",
        1,
        "2 lines (3, 4)",
    ),
    "beyond any number": (GOOD.encode() + b"made-up (simulated),bb,1e300,x\n", 1, "line 3 is"),
    "words for a number": (GOOD.encode() + b"made-up (simulated),bb,high,x\n", 1, "line 3 is"),
    "too few fields": (GOOD.encode() + b"made-up (simulated),bb\n,,,\n", 1, "2 lines (3, 4)"),
    "no trial": (GOOD.encode() + b"made-up (simulated),,0.1,x\n", 1, "line 3 is"),
    "an open quote": (GOOD.encode() + b'made-up (simulated),bb,0.1,"x\nmade-up (simulated),cc,0.1,x\n', 2, "line 3 is"),
    "a carriage return inside": (GOOD.encode() + b"made-up (simulated),b\rb,0.1,x\n", 1, "line 3 is"),
    "zero bytes": (GOOD.encode() + b"made-up (simulated),b\0b,0.1,x\n", 1, "line 3 is"),
    "a huge field": (GOOD.encode() + b"made-up (simulated),bb,0.1," + b"x" * 3_000_000 + b"\n", 1, "line 3 is"),
    "one line without end": (b"x" * 3_000_000, 0, "line 1 is"),
    "as a spreadsheet saves it": (GOOD.encode("utf-16"), 0, "3 lines (1, 2, 3)"),
    "with semicolons": (GOOD.replace(",", ";").encode(), 0, "2 lines (1, 2)"),
    "binary": (bytes(range(256)) * 8, 0, "lines (1, 2, 3, 4, 5 …)"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_no_run_is_lost_to_a_damaged_list_which_keeps_its_bytes(
    what: str, study: StudyRecord, make_run: Callable[..., RunRecord], folder: Path
) -> None:
    content, left, words = DAMAGE[what]
    folder.mkdir(exist_ok=True)
    (folder / FILE).write_bytes(content)
    found = read_trials(folder, KEY)
    assert len(found.sharpes) == left
    assert found.sharpes.get("aa") == (0.25 if left else None)
    assert f"{folder / FILE}: " in found.note
    assert words in found.note
    run = make_run()
    kept = keep_run(study, [run], folder)
    assert finish_run(kept, study, [run], Here(), tearsheets=False) == []
    stored = load_run(kept)
    assert (folder / FILE).read_bytes().startswith(content)
    assert stored.facts.store_notes == (found.note,)
    assert FILE in (stored.folder / "index.html").read_text()
    again = read_trials(folder, KEY)
    assert again.sharpes.keys() - found.sharpes.keys() == {trial_of(stored.runs[0].facts)}  # noted all the same
    assert json.loads((stored.runs[0].folder / "run.json").read_text())["significance"]["trials_seen"] == left + 1


def test_a_list_written_earlier_or_saved_with_a_mark_or_windows_lines_is_read_whole(tmp_path: Path) -> None:
    for text in (GOOD.encode(), GOOD.encode("utf-8-sig"), GOOD.replace("\n", "\r\n").encode(), f"{GOOD}\n\n".encode()):
        (tmp_path / FILE).write_bytes(text)
        found = read_trials(tmp_path, KEY)
        assert (found.sharpes, found.note) == ({"aa": 0.25}, "")


@pytest.mark.parametrize("what", ["a device", "a folder"])
def test_what_is_no_file_is_said_and_left_alone(
    what: str, study: StudyRecord, make_run: Callable[..., RunRecord], folder: Path
) -> None:
    folder.mkdir(exist_ok=True)
    if what == "a device":
        (folder / FILE).symlink_to("/dev/zero")
    else:
        (folder / FILE).mkdir()
    assert what in read_trials(folder, KEY).note
    stored = load_run(write_run(study, [make_run()], folder, tearsheets=False))
    assert what in stored.facts.store_notes[0]
    assert "none is added" in stored.facts.store_notes[0]


def test_runs_of_any_age_or_damage_begin_a_list(
    study: StudyRecord, make_run: Callable[..., RunRecord], folder: Path
) -> None:
    for number, sharpe in enumerate((1.0, None, "high", float("nan"))):
        run = with_sharpe(tweaked(make_run(seed=number), number), 1.0)
        path = write_run(study, [run], folder, tearsheets=False) / run.label / "run.json"
        facts = json.loads(path.read_text())
        facts["metrics"]["sharpe"] = sharpe
        path.write_text(json.dumps(facts))
    (folder / FILE).unlink()
    adopt_runs(folder)
    found = read_trials(folder, KEY)
    assert list(found.sharpes.values()) == [1.0 / PERIODS**0.5, None, None]
    assert not found.note


def test_a_log_counts_its_own_trials_those_before_and_those_others_add_meanwhile(tmp_path: Path) -> None:
    note_trials(tmp_path, KEY, {"a" * 16: 0.1}, "earlier")
    log = TrialLog(tmp_path, KEY)
    assert log.add({"b" * 16: 0.2, "a" * 16: 9.0}, "studio") == {"a" * 16: 0.1, "b" * 16: 0.2}
    note_trials(tmp_path, KEY, {"c" * 16: None}, "beside")
    note_trials(tmp_path, "another", {"d" * 16: 1.0}, "beside")
    assert len(log.add({"b" * 16: 0.2}, "studio")) == 3
    assert read_trials(tmp_path, KEY).sharpes == log.seen == {"a" * 16: 0.1, "b" * 16: 0.2, "c" * 16: None}
    lines = (tmp_path / FILE).read_text().splitlines()
    assert lines[2] == f"{KEY},{'b' * 16},0.2,studio"
    assert len(lines) == 5


def test_a_log_begins_a_list_and_goes_on_after_a_torn_line(tmp_path: Path) -> None:
    TrialLog(tmp_path, KEY).add({"a" * 16: 0.5}, "studio")
    assert (tmp_path / FILE).read_text().splitlines()[0] == "study,trial,sharpe,made_by"
    with (tmp_path / FILE).open("a") as file:
        file.write("torn")
    log = TrialLog(tmp_path, KEY)
    assert "line 3 is not" in log.note
    log.add({"b" * 16: 0.25}, "studio")
    log.add({"c" * 16: 0.75}, "studio")
    assert read_trials(tmp_path, KEY).sharpes == {"a" * 16: 0.5, "b" * 16: 0.25, "c" * 16: 0.75}


def test_a_log_leaves_a_list_that_cannot_be_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    log = TrialLog(tmp_path, KEY)
    assert log.note
    assert log.add({"a" * 16: 0.5}, "studio") == {"a" * 16: 0.5}
    assert (tmp_path / FILE).is_dir()


def test_a_log_writes_what_was_counted_while_the_list_could_not_be_read(tmp_path: Path) -> None:
    note_trials(tmp_path, KEY, {"a" * 16: 0.1}, "earlier")
    log = TrialLog(tmp_path, KEY)
    (tmp_path / FILE).rename(tmp_path / "aside")
    (tmp_path / FILE).mkdir()
    log.add({"b" * 16: 0.2}, "studio")
    log.add({"c" * 16: None, "b" * 16: 0.2}, "heat")
    (tmp_path / FILE).rmdir()
    (tmp_path / "aside").rename(tmp_path / FILE)
    assert len(log.add({"a" * 16: 0.1}, "studio")) == 3
    assert read_trials(tmp_path, KEY).sharpes == log.seen == {"a" * 16: 0.1, "b" * 16: 0.2, "c" * 16: None}
    lines = (tmp_path / FILE).read_text().splitlines()
    assert lines[2:] == [f"{KEY},{'b' * 16},0.2,studio", f"{KEY},{'c' * 16},,heat"]
    log.add({"b" * 16: 0.2, "c" * 16: None}, "studio")
    assert (tmp_path / FILE).read_text().splitlines() == lines


def test_a_log_writes_its_own_trials_again_where_the_list_was_taken_away(tmp_path: Path) -> None:
    log = TrialLog(tmp_path, KEY)
    log.add({"a" * 16: 0.1}, "studio")
    (tmp_path / FILE).unlink()
    assert len(log.add({"b" * 16: 0.2}, "studio")) == 2
    assert read_trials(tmp_path, KEY).sharpes == {"a" * 16: 0.1, "b" * 16: 0.2}
