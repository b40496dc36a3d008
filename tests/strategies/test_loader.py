"""Finding a strategy: a shipped name, or a class in a file of one's own; whatever is wrong with either, in words."""

from __future__ import annotations

import hashlib
import pickle
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from eventfolio.strategies import EventStrategy, StrategyError
from eventfolio.strategies.loader import SHIPPED, load_strategy

MINE = '''"""Mine."""
from eventfolio import EventStrategy


class Mine(EventStrategy):
    """Hold a week."""

    params = dict(hold=5)
'''


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.py"
    path.write_text(MINE)
    return path


def refused(name: str, folder: Path, words: str) -> None:
    with pytest.raises(StrategyError, match=words):
        load_strategy(name, folder)


def test_the_shipped_strategies_are_found_each_in_its_own_file() -> None:
    found = [load_strategy(name) for name in SHIPPED]
    assert len({one.path for one in found}) == len({one.cls for one in found}) == 13
    for name, one in zip(SHIPPED, found, strict=True):
        assert issubclass(one.cls, EventStrategy)
        assert one.path.stem == name.replace("-", "_")
        assert one.cls.__name__.lower() == name.replace("-", "")
        assert f"class {one.cls.__name__}(EventStrategy):" in one.source


def test_a_class_of_a_file_is_found_with_the_file_s_text_and_hash(mine: Path, tmp_path: Path) -> None:
    found = load_strategy("mine.py:Mine", tmp_path)
    assert (found.name, found.cls.__name__, found.path, found.source) == ("mine.py:Mine", "Mine", mine, MINE)
    assert found.sha256 == hashlib.sha256(MINE.encode()).hexdigest()
    assert found.cls.resolve()[0].hold == 5  # type: ignore[attr-defined]


def test_the_only_strategy_of_a_file_needs_no_name(mine: Path, tmp_path: Path) -> None:
    assert load_strategy("mine.py", tmp_path).cls is load_strategy(str(mine)).cls


def test_the_working_folder_goes_before_the_study_s(mine: Path, tmp_path: Path, monkeypatch) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (here / "mine.py").write_text(MINE.replace("hold=5", "hold=6"))
    monkeypatch.chdir(here)
    assert load_strategy("mine.py:Mine", tmp_path).cls.resolve()[0].hold == 6  # type: ignore[attr-defined]


def test_an_imported_class_does_not_count_as_the_file_s_own(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("from eventfolio.strategies.kogas_lng import KogasLng\n" + MINE)
    assert load_strategy("mine.py", tmp_path).cls.__name__ == "Mine"


def test_a_file_changed_since_is_loaded_anew(mine: Path, tmp_path: Path) -> None:
    before = load_strategy("mine.py:Mine", tmp_path)
    assert load_strategy("mine.py:Mine", tmp_path).cls is before.cls  # the same text, the same class
    mine.write_text(MINE.replace("hold=5", "hold=9"))
    after = load_strategy("mine.py:Mine", tmp_path)
    assert (before.cls.resolve()[0].hold, after.cls.resolve()[0].hold) == (5, 9)  # type: ignore[attr-defined]


def test_a_class_of_the_file_itself_may_be_derived_from(tmp_path: Path) -> None:
    (tmp_path / "two.py").write_text(MINE + "\n\nclass Longer(Mine):\n    params = dict(hold=50)\n")
    found = load_strategy("two.py:Longer", tmp_path)
    assert found.cls.resolve()[0].hold == 50  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("kogas-lgn", "'kogas-lgn' is not a strategy. Did you mean 'kogas-lng'"),
        ("KOGAS-LNG", "Did you mean 'kogas-lng'"),
        ("zzz", "'zzz' is not a strategy. Known: announcement-drift, .* A file of your own is file.py:Class"),
        ("", "'' is not a strategy"),
        ("nowhere.py:Mine", r"There is no file nowhere\.py to load a strategy from"),
        ("nowhere.py", r"There is no file nowhere\.py"),
        ("mine.py:Mien", r"mine\.py has no strategy 'Mien'\. Did you mean 'Mine'"),
        ("mine.py:", r"mine\.py has no strategy ''"),
        (".:Mine", r"There is no file \. to load"),
        ("../events/calendar", "is not a strategy"),
    ],
)
def test_a_name_that_leads_nowhere_is_refused(mine: Path, tmp_path: Path, name: str, words: str) -> None:
    refused(name, tmp_path, words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = (\n", r"bad\.py, line 1: '\(' was never closed"),
        ("import os\n\n\n1 / 0\n", r"bad\.py, line 4: ZeroDivisionError: division by zero"),
        ("import no_such_module_here\n", r"bad\.py, line 1: ModuleNotFoundError: No module named 'no_such"),
        ("from eventfolio.strategies import Leave\n\nleave = Leave('hodl')\n", r"bad\.py, line 3: StrategyError"),
        ("", r"bad\.py holds 0 strategies.*Known: none"),
        ("x = 1\n", r"bad\.py holds 0 strategies"),
        (MINE + "\n\nclass Other(EventStrategy):\n    pass\n", r"bad\.py holds 2 strategies.*Known: Mine, Other"),
    ],
    ids=["syntax", "fails", "imports nothing", "bad part", "empty", "no class", "two classes"],
)
def test_a_file_that_holds_no_one_strategy_is_refused_with_the_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "bad.py").write_text(text)
    refused("bad.py", tmp_path, words)
    refused("bad.py", tmp_path, words)  # what failed once is not kept as loaded


def test_a_file_of_before_the_one_import_name_is_told_what_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "strategies", None)  # as where nothing of that name is installed
    (tmp_path / "bad.py").write_text("from strategies import EventStrategy\n")
    refused("bad.py", tmp_path, r"line 1: .*Everything of eventfolio.*from eventfolio import EventStrategy")


def test_a_module_that_is_neither_beside_the_file_nor_installed_is_named_with_the_line(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("import neither_here_nor_installed\n")
    refused("bad.py", tmp_path, r"line 1: ModuleNotFoundError: No module named 'neither_here_nor_installed'$")


def test_a_class_that_is_no_strategy_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text("import backtrader as bt\n\n\nclass Plain(bt.Strategy):\n    pass\n")
    refused("plain.py:Plain", tmp_path, r"Plain in plain\.py does not derive from EventStrategy")


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bytes.py").write_bytes(b"\xff\xfe\x00")
    refused("bytes.py:Mine", tmp_path, r"bytes\.py is not text in UTF-8")


def test_a_strategy_is_sent_as_its_file_stood_when_it_was_loaded(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("from eventfolio import EventStrategy\n\n\nclass Mine(EventStrategy):\n    params = dict(hold=7)\n")
    sent = pickle.dumps(load_strategy(str(file)))
    file.write_text(file.read_text().replace("7", "8"))
    assert pickle.loads(sent).cls.defaults()["hold"] == 7
    assert load_strategy(str(file)).cls.defaults()["hold"] == 8  # type: ignore[attr-defined]
    file.unlink()
    assert pickle.loads(sent).cls.defaults()["hold"] == 7


def test_a_shipped_strategy_that_reads_otherwise_here_is_refused() -> None:
    loaded = load_strategy("kogas-lng")
    assert pickle.loads(pickle.dumps(loaded)) == loaded
    with pytest.raises(StrategyError, match="not the same in this installation"):
        pickle.loads(pickle.dumps(replace(loaded, source=f"{loaded.source}\n# changed")))
