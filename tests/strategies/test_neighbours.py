"""Modules beside a strategy's file: each strategy gets its own, nobody else meets them, and they belong to the run."""

from __future__ import annotations

import hashlib
import pickle
import sys
from pathlib import Path

import pytest

from eventfolio.strategies import StrategyError
from eventfolio.strategies.loader import LoadedStrategy, load_strategy
from eventfolio.strategies.neighbours import neighbours_of

MINE = "from eventfolio import EventStrategy\n{}\n\nclass Mine(EventStrategy):\n    params = dict(hold=K)\n"


def write(folder: Path, **files: str) -> Path:
    """Files by name without .py, `__` for a folder; the path of the strategy's, which is mine.py."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/', 1) if not name.startswith('__') else name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "mine.py"


def hold(loaded: LoadedStrategy) -> int:
    return loaded.cls.defaults()["hold"]


def refused(path: Path, words: str) -> None:
    with pytest.raises(StrategyError, match=words):
        load_strategy(str(path))


def test_a_neighbour_is_found_from_any_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = write(tmp_path / "there", mine=MINE.format("from helpers import K"), helpers="K = 7\n")
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "helpers.py").write_text("K = 8\n")
    for folder in ("here", "there", "."):
        monkeypatch.chdir(tmp_path / folder)
        assert hold(load_strategy(str(mine))) == 7


def test_two_strategies_with_helpers_of_the_same_name_each_get_theirs(tmp_path: Path) -> None:
    late = "\n\ndef later():\n    import helpers\n    return helpers.K\n"
    text = MINE.format("from helpers import K") + late
    one = load_strategy(str(write(tmp_path / "one", mine=text, helpers="K = 5\n")))
    two = load_strategy(str(write(tmp_path / "two", mine=text, helpers="K = 6\n")))
    assert (hold(one), hold(two)) == (5, 6)
    laters = [sys.modules[loaded.cls.__module__].later for loaded in (one, two)]  # type: ignore[attr-defined]
    assert [later() for later in laters] == [5, 6]
    assert "helpers" not in sys.modules


def test_a_neighbour_takes_no_other_module_s_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the standard library's, in the strategy too, nor an installed package's for anybody else."""
    write(tmp_path / "site", helpers="K = 'installed'\n", library="import helpers\n\nK = helpers.K\n")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    for name in ("helpers", "library"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    text = MINE.format("from helpers import K\nimport library\nimport calendar\nimport eventfolio\nL = library.K")
    files = {"helpers": "K = 9\n", "calendar": "1 / 0\n", "eventfolio": "1 / 0\n"}
    loaded = load_strategy(str(write(tmp_path / "own", mine=text, **files)))
    module = sys.modules[loaded.cls.__module__]
    assert (hold(loaded), module.L) == (9, "installed")  # type: ignore[attr-defined]
    assert module.calendar.isleap(2024)  # type: ignore[attr-defined]
    assert sys.modules["helpers"].K == "installed"
    assert list(loaded.neighbours) == ["helpers.py"]
    for name in ("helpers", "library"):
        sys.modules.pop(name, None)


def test_folders_of_modules_and_neighbours_of_neighbours_are_followed(tmp_path: Path) -> None:
    files = {
        "lib____init__": "from .numbers import TWO\n",
        "lib__numbers": "import base\n\nTWO = base.ONE + 1\n",
        "plain__deep": "FOUR = 4\n",
        "base": "ONE = 1\n",
        "unused": "1 / 0\n",
        "rel": "from dataclasses import dataclass\n\n\n@dataclass\nclass Five:\n    n: 'int' = 5\n",
    }
    first = "import lib.numbers\nimport plain.deep as deep\nfrom lib import TWO\nfrom . import rel\n"
    text = MINE.format(f"{first}K = lib.numbers.TWO + TWO + deep.FOUR + rel.Five().n")
    loaded = load_strategy(str(write(tmp_path, mine=text, **files)))
    assert hold(loaded) == 2 + 2 + 4 + 5
    assert list(loaded.neighbours) == ["base.py", "lib/__init__.py", "lib/numbers.py", "plain/deep.py", "rel.py"]
    assert {path.name for path in loaded.files} >= {"mine.py", "base.py", "deep.py"}


def test_a_neighbour_belongs_to_the_hash_and_a_change_of_it_loads_anew(tmp_path: Path) -> None:
    mine = write(tmp_path, mine=MINE.format("from helpers import K"), helpers="K = 5\n")
    before = load_strategy(str(mine))
    assert load_strategy(str(mine)).cls is before.cls
    (tmp_path / "helpers.py").write_text("K = 6\n")
    after = load_strategy(str(mine))
    assert (hold(before), hold(after)) == (5, 6)
    assert before.sha256 != after.sha256
    text = mine.read_text()
    assert before.sha256 == hashlib.sha256(f"{text}\0helpers.py\0K = 5\n".encode()).hexdigest()
    alone = write(tmp_path / "alone", mine=MINE.format("K = 5"))
    assert load_strategy(str(alone)).sha256 == hashlib.sha256(alone.read_bytes()).hexdigest()


def test_a_strategy_is_sent_with_its_neighbours_as_they_stood(tmp_path: Path) -> None:
    mine = write(tmp_path, mine=MINE.format("from helpers import K"), helpers="K = 5\n")
    sent = pickle.dumps(load_strategy(str(mine)))
    (tmp_path / "helpers.py").unlink()
    assert hold(pickle.loads(sent)) == 5
    refused(mine, r"mine\.py, line 2: ModuleNotFoundError: No module named 'helpers'")


def test_what_is_wrong_with_a_neighbour_is_said_with_its_line(tmp_path: Path) -> None:
    mine = write(tmp_path, mine=MINE.format("from helpers import K"), helpers="K = 5\n\n1 / 0\n")
    refused(mine, r"helpers\.py, line 3: ZeroDivisionError")
    refused(mine, r"helpers\.py, line 3: ZeroDivisionError")  # what failed once is not kept
    (tmp_path / "helpers.py").write_text("K = (\n")
    refused(mine, r"helpers\.py, line 1: '\(' was never closed")
    (tmp_path / "helpers.py").write_text("L = 5\n")
    refused(mine, r"mine\.py, line 2: ImportError: cannot import name 'K'")
    (tmp_path / "helpers.py").write_bytes(b"\xff\xfe")
    refused(mine, r"helpers\.py is not text in UTF-8")
    (tmp_path / "helpers.py").write_text("K = 5\n")
    assert hold(load_strategy(str(mine))) == 5


def test_neighbours_that_a_run_could_not_keep_beside_it_are_refused(tmp_path: Path) -> None:
    mine = write(tmp_path / "a", mine=MINE.format("from helpers import K"), helpers="import mine\n\nK = 5\n")
    refused(mine, r"a module that it imports imports mine\.py again.*third file")
    mine = write(tmp_path / "b", mine=MINE.format("from strategy import K"), strategy="K = 5\n")
    refused(mine, r"imports strategy\.py beside it, and a run keeps.*Rename strategy\.py")


def test_only_what_is_imported_is_a_neighbour_and_nothing_of_it_is_run(tmp_path: Path) -> None:
    (tmp_path / "helpers.py").write_text("1 / 0\n")
    (tmp_path / "results").mkdir()
    (tmp_path / "helpers_too.py").write_text("")
    text = "import numpy\nimport results\nfrom nowhere import x\ndef f():\n    from helpers import y\n"
    assert list(neighbours_of(tmp_path / "mine.py", text)) == ["helpers.py"]
    assert neighbours_of(tmp_path / "mine.py", "import (\n") == {}
    assert neighbours_of(tmp_path / "mine.py", "from ... import helpers\n") == {}
