"""Nothing of a user's own disturbs eventfolio, and eventfolio nothing of theirs: it has one name."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = ("events", "strategies", "engine", "results", "cli")

CELL = """
import sys
from eventfolio import EventStrategy, backtest, sweep

class Mine(EventStrategy):
    params = dict(hold=10)

    def should_exit(self, holding):
        return holding.gain > 0.2

if __name__ == "__main__":
    done = backtest(None, Mine, "my_idea.py:Idea", themes="lng", end="2025-06-30")
    done.save("runs", tearsheets=False)
    sweep(None, "my_idea.py:Idea", hold=[5, 10], end="2025-06-30", jobs=2)
    import events
    print(len(done.trades) > 0, events.WHOSE, [name for name in OURS if name in sys.modules])
""".replace("OURS", repr(OURS))
IDEA = """
from eventfolio import EventStrategy
from helpers import LEAST

class Idea(EventStrategy):
    def on_trigger(self, trigger):
        if trigger.event.strength >= LEAST:
            self.go_long(trigger)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder beside a notebook that holds files and packages of all our names, none of which may be run."""
    for name in OURS[1:3]:
        (tmp_path / f"{name}.py").write_text(f"raise RuntimeError('{name} is not yours')\n")
    for name in OURS[3:]:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(f"raise RuntimeError('{name} is not yours')\n")
    (tmp_path / "helpers.py").write_text("LEAST = 0.1\n")
    (tmp_path / "my_idea.py").write_text(IDEA)
    site = tmp_path / "site" / "events"
    site.mkdir(parents=True)
    (site / "__init__.py").write_text("WHOSE = 'another package'\n")
    return tmp_path


def ran(folder: Path, *args: str) -> str:
    path = os.pathsep.join((str(folder / "site"), os.environ.get("PYTHONPATH", "")))
    done = subprocess.run(
        [sys.executable, *args], cwd=folder, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_script_beside_files_and_a_package_of_our_names_meets_none_of_them(folder: Path) -> None:
    (folder / "cell.py").write_text(CELL)
    assert ran(folder, "cell.py").split("\n")[-2] == "True another package ['events']"


def test_the_command_line_in_such_a_folder_meets_none_of_them(folder: Path) -> None:
    args = ("run", "-s", "my_idea.py:Idea", "--theme", "lng", "--end", "2025-06-30", "--no-tearsheet")
    assert "Idea" in ran(folder, "-m", "eventfolio", *args)
    assert "the same again" in ran(folder, "-m", "eventfolio", "runs", "verify", "latest")


def test_only_eventfolio_is_installed_at_the_top_level() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    assert build["packages"]["find"]["include"] == ["eventfolio*"]
    assert "py-modules" not in build
    for name in OURS:
        assert (ROOT / "eventfolio" / name).resolve() == ROOT / name
