"""One direction: events, strategies, engine, results, and cli that joins them, and no circle among the rooms of any.

Every import of the code is parsed. A room is a folder without folders below it, or else a single file.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("events", "strategies", "engine", "results", "cli")
API = "api"  # joins the packages for Python; it lies in eventfolio/ itself

# What a package may import of ours besides itself: a package, or one module of it.
MAY_IMPORT = {
    "events": (),
    "strategies": ("events",),
    "engine": ("events", "strategies"),
    "results": ("events", "engine.record", "engine.metrics", "engine.processes", "engine.files"),
    API: ("events", "strategies", "engine", "results"),
    "cli": ("events", "strategies", "engine", "results"),
}


def files(package: str) -> list[Path]:
    """The package's code; runs kept below results/ hold copies of strategies and are not ours."""
    folder = ROOT / "eventfolio" / API if package == API else ROOT / package
    return sorted(path for path in folder.rglob("*.py") if path.relative_to(ROOT).parts[:2] != ("results", "runs"))


def imported(source: str, package: str) -> Iterator[tuple[int, str]]:
    """Line and full name of every module or name imported: anywhere in the text, TYPE_CHECKING and by name included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = f"eventfolio.{package}" if node.level else ""
            module = ".".join(part for part in (start, node.module) if part)
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and _called(node.func) in ("import_module", "__import__") and node.args:
            yield node.lineno, _text(node.args[0])


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _text(argument: ast.expr) -> str:
    """A module named in a string; of an f-string what stands before its first brace."""
    if isinstance(argument, ast.JoinedStr):
        argument = argument.values[0]
    return str(argument.value) if isinstance(argument, ast.Constant) else ""


def is_allowed(name: str, package: str) -> bool:
    first, _, ours = name.partition(".")
    if first in PACKAGES:
        return False  # everything of ours is imported as eventfolio
    if first == "eventfolio" and ours.split(".")[0] == API:
        return package in (API, "cli")
    if first != "eventfolio" or ours.split(".")[0] not in PACKAGES:
        return True
    return any(f"{ours}.".startswith(f"{allowed}.") for allowed in (package, *MAY_IMPORT[package]))


def breaches(source: str, package: str) -> list[tuple[int, str]]:
    return [(line, name) for line, name in imported(source, package) if not is_allowed(name, package)]


@pytest.mark.parametrize("package", [*PACKAGES, API])
def test_a_package_imports_only_what_lies_before_it(package: str) -> None:
    found = files(package)
    assert len(found) > 5
    wrong = [
        f"{path.relative_to(ROOT)}, line {line}: {name}"
        for path in found
        for line, name in breaches(path.read_text(encoding="utf-8"), package)
    ]
    assert wrong == []


@pytest.mark.parametrize("package", [*PACKAGES, API])
def test_no_code_imports_the_tests(package: str) -> None:
    theirs = {"tests", "support"}
    for path in files(package):
        names = {name.split(".")[0] for _, name in imported(path.read_text(encoding="utf-8"), package)}
        assert not names & theirs, path


@pytest.mark.parametrize(
    ("package", "source"),
    [
        ("events", "import eventfolio.engine.study.study"),
        ("events", "from eventfolio.strategies import EventStrategy"),
        ("strategies", "from eventfolio.engine.market import tape"),
        ("engine", "from eventfolio.results.write_run import store"),
        ("engine", "import pandas, cli"),
        ("engine", "import pandas, eventfolio.cli"),
        ("results", "from eventfolio.engine.market.tape import Tape"),
        ("results", "from eventfolio.engine import study"),
        ("results", "import eventfolio.engine"),
        ("results", "from eventfolio.engine.records import x"),
        ("results", "from eventfolio.strategies.parts import Plan"),
        ("results", "def late():\n    from eventfolio.engine.backtest import backtest"),
        ("results", "if TYPE_CHECKING:\n    from eventfolio.engine.ledger.ledger import Ledger"),
        ("results", "import_module('eventfolio.engine.study.study')"),
        ("results", "importlib.import_module(f'eventfolio.engine.{name}')"),
        ("strategies", "__import__('eventfolio.results')"),
        ("results", "from eventfolio.api.backtest import Backtest"),
        ("engine", "import eventfolio.api"),
        ("api", "from eventfolio.cli.prices import with_prices"),
    ],
)
def test_an_import_against_the_direction_is_seen(package: str, source: str) -> None:
    assert breaches(source, package)


@pytest.mark.parametrize(
    ("package", "source"),
    [
        ("strategies", "from eventfolio.events.errors import InputError"),
        ("engine", "from eventfolio.strategies.parts import Plan"),
        ("results", "from eventfolio.engine.record import RunRecord"),
        ("results", "from eventfolio.engine import record"),
        ("results", "import eventfolio.engine.metrics"),
        ("results", "from . import store"),
        ("cli", "from eventfolio.engine.market.market import read_market"),
        ("cli", "from eventfolio.api.rerun import study_as_run"),
        ("api", "from eventfolio.results.write_run import keep_run"),
        ("events", "import eventsource, numpy as np"),
    ],
)
def test_an_import_in_the_direction_is_let_pass(package: str, source: str) -> None:
    assert not breaches(source, package)


# --- rooms -----------------------------------------------------------------------------------------------------------


def modules() -> dict[str, Path]:
    """Every module of ours by its name below eventfolio, but the `__init__` files, which only name what is public."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path
        for package in PACKAGES
        for path in files(package)
        if path.name != "__init__.py"
    }


def room_of(path: Path, folders: set[Path]) -> str:
    """The folder of a file, or the file itself where its folder has others below it."""
    is_leaf = not any(path.parent in folder.parents for folder in folders)
    return str((path.parent if is_leaf else path).relative_to(ROOT))


def arrows(found: dict[str, Path]) -> dict[str, set[str]]:
    """The modules that each imports, anywhere in its text."""
    return {
        name: {
            other
            for _, imported_name in imported(path.read_text(encoding="utf-8"), "")
            for other in (_module(imported_name, found),)
            if other not in (None, name)
        }
        for name, path in found.items()
    }


def _module(name: str, found: dict[str, Path]) -> str | None:
    parts = name.removeprefix("eventfolio.").split(".") if name.startswith("eventfolio.") else []
    tries = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((one for one in tries if one in found), None)


def circle(graph: dict[str, set[str]]) -> list[str]:
    """The names on one circle; empty where there is none."""
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        done.add(name)
        return next((one for other in sorted(graph.get(name, ())) if (one := walk(other, [*path, name]))), [])

    return next((one for name in sorted(graph) if (one := walk(name, []))), [])


def test_no_module_imports_in_a_circle() -> None:
    found = arrows(modules())
    assert len(found) > 200
    assert circle(found) == []


def test_no_room_imports_in_a_circle() -> None:
    found = modules()
    folders = {path.parent for path in found.values()}
    rooms: dict[str, set[str]] = {}
    for name, others in arrows(found).items():
        here = room_of(found[name], folders)
        rooms.setdefault(here, set()).update(room_of(found[other], folders) for other in others)
        rooms[here].discard(here)
    assert circle(rooms) == []


def test_a_circle_is_seen() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []
