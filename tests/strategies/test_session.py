"""Classes given in Python: of a file, shipped, or typed in a session."""

from __future__ import annotations

import importlib
import linecache
import pickle
import sys
from pathlib import Path
from typing import Any

import pytest

from eventfolio.strategies import EventStrategy, Leave, RunUp, Share, StrategyError
from eventfolio.strategies.kogas_lng import KogasLng
from eventfolio.strategies.loader import load_strategy
from eventfolio.strategies.session import load_class

MINE = '''from eventfolio import EventStrategy


class Mine(EventStrategy):
    """Hold strong news."""

    params = dict(hold=7, least=0.5)

    def on_trigger(self, trigger):
        if trigger.event.strength >= self.p.least:
            self.go_long(trigger)
'''


@pytest.fixture
def imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A module with the class, imported as Python does."""
    (tmp_path / "my_own_ideas.py").write_text(MINE)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    importlib.invalidate_caches()
    yield importlib.import_module("my_own_ideas")
    del sys.modules["my_own_ideas"]


def typed(text: str, name: str = "Mine") -> Any:
    """A class as a notebook makes it of a cell: its text is known to linecache alone."""
    cell = f"<cell {len(linecache.cache)}>"
    linecache.cache[cell] = (len(text), None, text.splitlines(keepends=True), cell)
    space: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(text, cell, "exec"), space)
    return space[name]


def test_a_shipped_class_is_its_name() -> None:
    assert load_class(KogasLng) == load_strategy("kogas-lng")


def test_a_class_of_a_file_is_that_file_s(imported: Any, tmp_path: Path) -> None:
    loaded = load_class(imported.Mine)
    assert loaded.name == f"{tmp_path / 'my_own_ideas.py'}:Mine"
    assert (loaded.cls, loaded.source, loaded.runs_again) == (imported.Mine, MINE, True)
    assert pickle.loads(pickle.dumps(loaded)).cls.defaults()["hold"] == 7
    again = load_strategy(loaded.name)
    assert load_class(again.cls) == again


@pytest.mark.parametrize(("old", "new"), [("hold=7", "hold=8"), (">=", ">"), ("Hold strong", "Hold weak")])
def test_a_class_whose_file_says_something_else_by_now_is_not_that_file_s(
    imported: Any, tmp_path: Path, old: str, new: str
) -> None:
    (tmp_path / "my_own_ideas.py").write_text(MINE.replace(old, new))
    loaded = load_class(imported.Mine)
    assert (loaded.name, loaded.cls, loaded.runs_again) == ("session:Mine", imported.Mine, False)


def test_a_class_of_parts_that_was_typed_is_written_out_as_a_file_that_makes_it_again(tmp_path: Path) -> None:
    class Ahead(EventStrategy):
        """Buy ahead of 'it',

        and "sell" after.
        """

        themes = ("lng", "coal")
        trigger = RunUp("lead")
        size = Share("part")
        leave = Leave("hold", "stop")
        params = dict(hold=None, stop=0.08, lead=12, part=0.3, spare="a word")

    loaded = load_class(Ahead)
    assert (loaded.name, loaded.cls, loaded.runs_again) == ("session:Ahead", Ahead, True)
    (tmp_path / "strategy.py").write_text(loaded.source)
    again = load_strategy(f"{tmp_path}/strategy.py:Ahead")
    assert again.cls.resolve() == Ahead.resolve()
    assert again.cls.__doc__ == Ahead.__doc__
    assert again.sha256 == loaded.sha256
    assert pickle.loads(pickle.dumps(loaded)).cls.resolve() == Ahead.resolve()


def test_of_a_class_with_code_that_was_typed_the_text_is_kept_and_said_not_to_run_again() -> None:
    cls = typed("from eventfolio import EventStrategy\nLEAST = 0.5\n" + MINE.replace("self.p.least", "LEAST"))
    loaded = load_class(cls)
    assert (loaded.name, loaded.cls, loaded.runs_again) == ("session:Mine", cls, False)
    assert "does not run by itself" in loaded.source
    assert MINE[MINE.index("class") :].replace("self.p.least", "LEAST") in loaded.source
    with pytest.raises(StrategyError, match=r"Mine was typed in a Python session, and only the text.*file\.py:Class"):
        load_strategy("session:Mine")
    with pytest.raises(StrategyError, match=r"Mine was typed in a Python session, which another process does not have"):
        pickle.loads(pickle.dumps(loaded))


def test_the_same_code_typed_twice_is_the_same_and_other_code_is_not() -> None:
    one, two, other = (
        load_class(typed(text)) for text in (MINE, MINE, MINE.replace("self.p.least", "self.p.least / 2"))
    )
    assert one.sha256 == two.sha256 != other.sha256


def test_code_whose_text_python_does_not_have_is_told_apart_all_the_same() -> None:
    def made(sign: str) -> Any:
        space: dict[str, Any] = {"__name__": "__main__"}
        exec(MINE.replace(">=", sign), space)
        return load_class(space["Mine"])

    assert "class Mine" not in made(">").source
    assert made(">").sha256 == made(">").sha256 != made("<").sha256


@pytest.mark.parametrize("given", [EventStrategy, int, KogasLng.resolve, 3, None, object()])
def test_what_is_no_strategy_class_is_refused(given: Any) -> None:
    with pytest.raises(StrategyError, match=r"is not a strategy\. Give a shipped name, 'file\.py:Class', or a class"):
        load_class(given)


def test_a_typed_class_that_makes_no_sense_is_refused_by_its_name() -> None:
    class Wrong(EventStrategy):
        params = dict(hold=-3)

    with pytest.raises(StrategyError, match="Wrong: hold = -3 cannot be"):
        load_class(Wrong)
