"""eventfolio run --watch: a save is answered at once, a mistake is told and waited for."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.processes import HANG, start, wait_until

from eventfolio.cli.commands.watch import Runner, files_of
from eventfolio.engine.study.study import load_study

STRATEGY = '''
from eventfolio.strategies import Announcement, EventStrategy, Leave


class Mine(EventStrategy):
    """Holds for a while."""

    trigger = Announcement()
    leave = Leave("hold")
    params = dict(hold=10, weight=0.5)
'''


class Watching:
    """The command at work in its own process, and what it has printed, line breaks made blanks."""

    def __init__(self, folder: Path, *args: str) -> None:
        self.printed = ""
        self._process = start("run", "--watch", *args, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self.printed += " ".join(line.split()) + " "

    def wait_for(self, words: str) -> None:
        """Until the words are printed; what was printed up to them is forgotten."""
        wait_until(lambda: words in self.printed)
        self.printed = self.printed.partition(words)[2]

    def end(self) -> int:
        """Wait for its end; the exit status."""
        return self._process.wait(timeout=HANG)

    def stop(self) -> int:
        self._process.send_signal(signal.SIGINT)
        return self.end()


@pytest.fixture
def mine(study: Path) -> Path:
    path = study.parent / "mine.py"
    path.write_text(STRATEGY)
    return path


@pytest.fixture
def watching(study: Path, mine: Path) -> Iterator[Callable[..., Watching]]:
    started: list[Watching] = []

    def start(*args: str) -> Watching:
        started.append(Watching(study.parent, "study.toml", *args))
        return started[-1]

    yield start
    for one in started:
        one._process.kill()


def test_a_save_reprints_the_table_with_the_change_and_a_mistake_is_told_and_waited_for(watching, mine):
    shell = watching("-s", "mine.py:Mine")
    shell.wait_for("Mine")
    page = mine.parent / "results" / "runs" / "watch.html"
    wait_until(page.is_file)

    mine.write_text(STRATEGY.replace("hold=10", "hold=20"))
    shell.wait_for("change")
    wait_until(lambda: "2 runs compared" in page.read_text())

    mine.write_text(STRATEGY.replace("hold=10", "hold=10,,"))
    shell.wait_for("line 10: invalid syntax.")
    shell.wait_for("Waiting for the next save.")

    mine.write_text(STRATEGY.replace('Leave("hold")', 'Leave("hodl")'))
    shell.wait_for("Waiting for the next save.")

    calendar = mine.parent / "calendar.toml"
    calendar.write_text(calendar.read_text().replace("2025-03-10T12:00", "2025-03-12T12:00"))
    mine.write_text(STRATEGY)
    shell.wait_for("change")
    stamp = (page.parent / "watch.js").read_text()
    assert stamp.startswith('eventfolioStamp("tiny-')
    assert shell.stop() == 0
    assert "Traceback" not in shell.printed
    assert not list(page.parent.glob(".*"))


def test_what_is_wrong_from_the_outset_is_refused(watching):
    assert watching("-s", "mine.py:Yours").end() == 2


def test_only_what_changed_is_run_again(study, mine, monkeypatch):
    import eventfolio.engine.backtest as module  # noqa: F401  (the name below is what the runner imports)

    played: list[list[str]] = []
    real = sys.modules["eventfolio.engine.backtest"].backtest

    def counted(study, *rest, **more):
        played.append([entry.label for entry in study.strategies])
        return real(study, *rest, **more)

    monkeypatch.setattr(sys.modules["eventfolio.engine.backtest"], "backtest", counted)
    text = study.read_text() + '[[strategy]]\nname = "mine.py:Mine"\n'
    study.write_text(text)
    runner = Runner(point_in_time=False)
    runner.run(load_study(study))
    mine.write_text(STRATEGY.replace("hold=10", "hold=20"))
    record, runs = runner.run(load_study(study))
    assert [run.facts.strategy.params["hold"] for run in runs] == [10, 20]
    assert record.inputs["study.toml"].count("[[strategy]]") == 2
    runner.run(load_study(study))
    study.write_text(text.replace("cash = 100_000", "cash = 200_000"))
    runner.run(load_study(study))
    assert played == [["announcement-drift", "Mine"], ["Mine"], ["announcement-drift", "Mine"]]


def test_a_module_beside_a_strategy_is_watched_and_its_change_runs_the_strategy_again(study, mine):
    mine.write_text("from helpers import HOLD\n" + STRATEGY.replace("hold=10", "hold=HOLD"))
    helpers = mine.with_name("helpers.py")
    study.write_text(study.read_text() + '[[strategy]]\nname = "mine.py:Mine"\n')
    runner = Runner(point_in_time=False)
    held = []
    for hold in (10, 20):
        helpers.write_text(f"HOLD = {hold}\n")
        loaded = load_study(study)
        assert helpers.resolve() in files_of(loaded, study)
        held.append(runner.run(loaded)[1][1].facts.strategy.params["hold"])
    assert held == [10, 20]
    helpers.write_text("HOLD = (\n")  # half written, and watched all the same
    assert helpers.resolve() in files_of(load_study(study), study)


def test_every_file_that_matters_is_watched(study, mine, monkeypatch):
    monkeypatch.chdir(study.parent)
    study.write_text(study.read_text() + '[[strategy]]\nname = "mine.py:Mine"\n')
    names = {path.name for path in files_of(load_study(study), study)}
    assert names == {"study.toml", "calendar.toml", "themes.toml", "mine.py", "announcement_drift.py"}
