"""Forged run folders: whatever is changed, `runs verify` says so, and it runs no code that it does not know."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from eventfolio.engine.backtest import backtest
from eventfolio.engine.record import RunRecord, StudyRecord
from eventfolio.engine.study.strategy import StrategyEntry
from eventfolio.engine.study.study import load_study
from eventfolio.results.verify import verify
from eventfolio.results.write_run import load_run, write_run

EARLIER = "2020-01-01T00:00:00+00:00"
MARK = "ran-by-verify"
STRATEGY = '''
from eventfolio.strategies import Announcement, EventStrategy, Leave


class Mine(EventStrategy):
    """Holds for a while."""

    trigger = Announcement()
    leave = Leave("hold")
    params = dict(hold=10, weight=0.5)
'''
EVIL = STRATEGY + f"\n\nimport pathlib\npathlib.Path({MARK!r}).write_text('code ran')\nraise RuntimeError\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory, write_study) -> tuple[Path, StudyRecord, list[RunRecord]]:
    """A run with a strategy of the user's own, and the same as it came out: (working folder, study, runs)."""
    place = tmp_path_factory.mktemp("made")
    (place / "mine.py").write_text(STRATEGY)
    mine = StrategyEntry(name=f"{place}/mine.py:Mine")
    study = load_study(write_study(place)).with_options(strategies=(mine, StrategyEntry(name="buy-and-hold")))
    record, runs = backtest(study)
    write_run(record, runs, place / "results" / "runs")  # drawn in processes, as `run` does; held in this one
    return place, record, runs


@pytest.fixture
def folder(made, cli) -> Path:
    """A copy of it, in a store of its own, relative to the working folder."""
    shutil.copytree(made[0] / "results", "results")
    (folder,) = Path("results/runs").glob("tiny-*")
    return folder


def forged(path: Path, change: Callable[[Any], Any]) -> None:
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


def study_json(change: Callable[[Any], Any]) -> Callable[[Path], None]:
    return lambda folder: forged(folder / "study.json", change)


def run_json(change: Callable[[Any], Any]) -> Callable[[Path], None]:
    return lambda folder: forged(folder / "Mine" / "run.json", change)


def text(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        found = (folder / name).read_text()
        assert old in found
        (folder / name).write_text(found.replace(old, new))

    return change


def table(name: str, column: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        frame = pd.read_parquet(folder / "Mine" / f"{name}.parquet")
        frame[column] = frame[column] * 1.01
        frame.to_parquet(folder / "Mine" / f"{name}.parquet")

    return change


def without_a_strategy(folder: Path) -> None:
    """A loser taken out of the record."""
    shutil.rmtree(folder / "buy-and-hold")
    forged(folder / "study.json", lambda facts: facts["runs"].remove("buy-and-hold"))
    forged(folder / "study.json", lambda facts: facts["figures"].pop("buy-and-hold"))


FORGED = {
    "simulated, of the study": (study_json(lambda d: d.update(simulated=True)), "simulated"),
    "simulated, of the run": (run_json(lambda d: d["data"].update(simulated=True)), "simulated"),
    "source of the prices": (run_json(lambda d: d["data"].update(source="yahoo")), "data.source"),
    "fingerprint": (run_json(lambda d: d["data"].update(fingerprint="ab" * 32)), "fingerprint"),
    "a metric": (run_json(lambda d: d["metrics"].update(sharpe=9.0)), "metrics.sharpe"),
    "a metric point in time": (run_json(lambda d: d["metrics_point_in_time"].update(sharpe=9.0)), "time.sharpe"),
    "a figure of the list": (study_json(lambda d: d["figures"]["Mine"].update(sharpe=9.0)), "figures of Mine"),
    "a parameter": (run_json(lambda d: d["strategy"]["params"].update(hold=99)), "params.hold"),
    "the class": (run_json(lambda d: d["strategy"].update({"class": "Other"})), "strategy.class"),
    "the words of a strategy": (run_json(lambda d: d["strategy"].update(doc="Never loses.")), "strategy.doc"),
    "the verdict": (run_json(lambda d: d["significance"].update(verdict="Surely real.")), "significance.verdict"),
    "verdicts added": (run_json(lambda d: d["significance"].update(verdicts=["Surely real."])), "verdicts"),
    "an interval": (run_json(lambda d: d["significance"]["intervals"]["sharpe"].update(low=1.0)), "sharpe.low"),
    "a warning taken out": (run_json(lambda d: d.update(warnings=["All is well."])), "warnings"),
    "a note": (study_json(lambda d: d["notes"].append("Audited by others.")), "notes"),
    "the window": (study_json(lambda d: d["window"].update(start="2020-01-01")), "window.start"),
    "the cash": (study_json(lambda d: d["account"].update(cash=5.0)), "account.cash"),
    "the article": (study_json(lambda d: d["calendar"]["article"].update(publisher="P")), "article.publisher"),
    "hindsight": (study_json(lambda d: d["events"][0].update(hindsight=False)), "hindsight"),
    "when an event was known": (study_json(lambda d: d["events"][0].update(known_at=EARLIER)), "known_at"),
    "a theme": (study_json(lambda d: d["themes"][0].update(why="Because.")), "themes"),
    "when it was made": (study_json(lambda d: d.update(created=EARLIER)), "run_id"),
    "the run's name": (run_json(lambda d: d.update(run_id="another-20200101T000000Z/Mine")), "run_id"),
    "the hash of the calendar": (study_json(lambda d: d["calendar"].update(sha256="ab" * 32)), "calendar changed"),
    "a fact nobody made": (run_json(lambda d: d.update(audited_by="an auditor")), "audited_by"),
    "a strategy taken out": (without_a_strategy, "study.json, runs"),
    "returns": (table("returns", "return"), "returns.parquet"),
    "lots": (table("trades", "pnl"), "trades.parquet"),
    "holdings": (table("positions", "value"), "positions.parquet"),
    "a count of triggers": (run_json(lambda d: d["triggers"]["whole"]["with_trigger"].update(no_cash=9)), "no_cash"),
    "the table of triggers": (lambda folder: (folder / "Mine" / "triggers.parquet").unlink(), "triggers.parquet"),
    "the kept themes": (text("inputs/themes.toml", "made up", "well founded"), "themes.toml"),
    "the kept calendar": (text("inputs/calendar.toml", "A tariff", "A duty"), "calendar.toml"),
    "the kept study": (text("inputs/study.toml", "100000", "100001"), "study.toml"),
    "code that does not run": (text("buy-and-hold/strategy.py", '"""', '"""Sure. '), "strategy.py"),
    "the page": (text("index.html", "<h1>", "<h1>Best "), "index.html"),
    "a tearsheet": (text("Mine/tearsheet.html", "<h1>", "<h1>Best "), "tearsheet.html"),
    "the event study": (lambda folder: forged(folder / "event_study.json", lambda d: d.update(model="mine")), "model"),
}  # fmt: skip


def test_an_honest_run_is_the_same_again(cli, folder):
    result = cli("runs", "verify", "latest")
    assert result.exit_code == 0, result.output
    words = " ".join(result.stdout.split())
    assert "the same again: 18 tables byte for byte" in words
    assert "deflated Sharpe ratios" in words


@pytest.mark.prove
@pytest.mark.parametrize(("forge", "words"), FORGED.values(), ids=FORGED.keys())
def test_whatever_is_forged_is_found_and_named(made, folder, forge, words):
    forge(folder)
    assert_found(verify(load_run(folder), *made[1:]), words)


@pytest.mark.parametrize("part", range(5))
def test_several_forgeries_are_each_found_and_named(made, folder, part):
    """A fifth of all at once; `make prove` finds them one by one, too."""
    several = [FORGED[name] for name in list(FORGED)[part::5]]
    for forge, _ in several:
        forge(folder)
    found = verify(load_run(folder), *made[1:])
    for _, words in several:
        assert_found(found, words)


def assert_found(found, words):
    assert not found.same
    assert any(words in line for line in [*found.differs, *found.causes]), found


def test_what_is_forged_is_told_by_the_command(cli, folder):
    FORGED["simulated, of the study"][0](folder)
    result = cli("runs", "verify", "latest")
    assert result.exit_code == 1
    assert "study.json, simulated: was True, now False" in " ".join(result.stdout.split())


def evil(folder: Path) -> None:
    (folder / "Mine" / "strategy.py").write_text(EVIL)


def evil_with_its_hash(folder: Path) -> None:
    """A forger who knows the record well."""
    import hashlib

    evil(folder)
    digest = hashlib.sha256(EVIL.encode()).hexdigest()
    forged(folder / "Mine" / "run.json", lambda facts: facts["strategy"].update(source_sha256=digest))


def evil_elsewhere(folder: Path) -> None:
    """The kept study names a file outside."""
    (folder.parent / "evil.py").write_text(EVIL)
    text("inputs/study.toml", "../Mine/strategy.py:Mine", "../../evil.py:Mine")(folder)


def evil_by_a_link(folder: Path) -> None:
    (folder.parent / "evil.py").write_text(EVIL)
    (folder / "Mine" / "strategy.py").unlink()
    (folder / "Mine" / "strategy.py").symlink_to(folder.parent.resolve() / "evil.py")


def evil_before_it(folder: Path) -> None:
    """A file that lies where the name in the kept study would lead from the working folder."""
    place = Path.cwd().parent / "Mine"
    place.mkdir()
    (place / "strategy.py").write_text(EVIL)


HOSTILE = {
    "another file": (evil, "is not the file that was run"),
    "another file and its hash": (evil_with_its_hash, "has not seen it"),
    "a file outside": (evil_elsewhere, "not strategy.py in the run folder"),
    "a link": (evil_by_a_link, "not strategy.py in the run folder"),
}


@pytest.mark.parametrize("command", [("runs", "verify", "latest"), ("placebo", "Mine", "--run", "latest")])
@pytest.mark.parametrize(("spoil", "words"), HOSTILE.values(), ids=HOSTILE.keys())
def test_code_that_this_store_did_not_run_is_not_run_unasked(cli, folder, spoil, words, command):
    spoil(folder)
    result = cli(*command)
    assert result.exit_code == 2, result.output
    assert words in " ".join(result.stderr.split())
    assert "--trust" in result.stderr
    assert not Path(MARK).exists()
    cli(*command, "--trust")
    assert Path(MARK).exists()


def test_a_run_from_outside_the_store_is_not_run_unasked(cli, folder, tmp_path):
    shutil.copytree(folder, tmp_path / "sent" / folder.name)
    result = cli("runs", "verify", f"sent/{folder.name}")
    assert result.exit_code == 2
    assert "outside the store" in " ".join(result.stderr.split())
    assert cli("runs", "verify", f"sent/{folder.name}", "--trust").exit_code == 0


def test_only_the_file_in_the_run_folder_is_run(cli, folder):
    evil_before_it(folder)
    result = cli("runs", "verify", "latest")
    assert result.exit_code == 0, result.output
    assert not Path(MARK).exists()


def test_shipped_strategies_need_no_trust(cli, study, tmp_path):
    folder = Path(json.loads(cli("run", study, "--no-tearsheet", "--json").stdout)["run_folder"])
    shutil.copytree(folder, tmp_path / "sent" / folder.name)
    assert cli("runs", "verify", f"sent/{folder.name}").exit_code == 0


def test_a_run_without_pages_or_under_another_name_says_what_was_not_held(cli, folder):
    (folder / "index.html").unlink()
    assert cli("runs", "verify", "latest").exit_code == 0
    folder.rename(folder.with_name("renamed"))
    result = cli("runs", "verify", "renamed")
    assert result.exit_code == 0, result.output
    assert "its pages were not held" in " ".join(result.stdout.split())
