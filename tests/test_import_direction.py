"""One direction: events, strategies, engine, results, and cli that joins them. Every import of the code is parsed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("events", "strategies", "engine", "results", "cli")

# What a package may import of ours besides itself: a package, or one module of it.
MAY_IMPORT = {
    "events": (),
    "strategies": ("events",),
    "engine": ("events", "strategies"),
    "results": ("events", "engine.record", "engine.metrics"),
    "cli": ("events", "strategies", "engine", "results"),
}


def files(package: str) -> list[Path]:
    """The package's code; runs kept below results/ hold copies of strategies and are not ours."""
    return sorted(
        path for path in (ROOT / package).rglob("*.py") if path.relative_to(ROOT).parts[:2] != ("results", "runs")
    )


def imported(source: str, package: str) -> Iterator[tuple[int, str]]:
    """Line and full name of every module or name imported: anywhere in the text, TYPE_CHECKING and by name included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package if node.level else ""
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
    if name.split(".")[0] not in PACKAGES:
        return True
    return any(f"{name}.".startswith(f"{allowed}.") for allowed in (package, *MAY_IMPORT[package]))


def breaches(source: str, package: str) -> list[tuple[int, str]]:
    return [(line, name) for line, name in imported(source, package) if not is_allowed(name, package)]


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_only_what_lies_before_it(package: str) -> None:
    found = files(package)
    assert len(found) > 5
    wrong = [
        f"{path.relative_to(ROOT)}, line {line}: {name}"
        for path in found
        for line, name in breaches(path.read_text(encoding="utf-8"), package)
    ]
    assert wrong == []


@pytest.mark.parametrize("package", PACKAGES)
def test_no_code_imports_the_tests(package: str) -> None:
    theirs = {"tests", *(path.stem for path in (ROOT / "tests").glob("*.py"))}
    for path in files(package):
        names = {name.split(".")[0] for _, name in imported(path.read_text(encoding="utf-8"), package)}
        assert not names & theirs, path


@pytest.mark.parametrize(
    ("package", "source"),
    [
        ("events", "import engine.study"),
        ("events", "from strategies import EventStrategy"),
        ("strategies", "from engine.market import tape"),
        ("engine", "from results.store import store"),
        ("engine", "import pandas, cli"),
        ("results", "from engine.market.tape import Tape"),
        ("results", "from engine import study"),
        ("results", "import engine"),
        ("results", "from engine.records import x"),
        ("results", "from strategies.parts import Plan"),
        ("results", "def late():\n    from engine.backtest import backtest"),
        ("results", "if TYPE_CHECKING:\n    from engine.ledger import Ledger"),
        ("results", "import_module('engine.study')"),
        ("results", "importlib.import_module(f'engine.{name}')"),
        ("strategies", "__import__('results')"),
    ],
)
def test_an_import_against_the_direction_is_seen(package: str, source: str) -> None:
    assert breaches(source, package)


@pytest.mark.parametrize(
    ("package", "source"),
    [
        ("strategies", "from events.errors import InputError"),
        ("engine", "from strategies.parts import Plan"),
        ("results", "from engine.record import RunRecord"),
        ("results", "from engine import record"),
        ("results", "import engine.metrics"),
        ("results", "from . import store"),
        ("cli", "from engine.market.market import read_market"),
        ("events", "import eventsource, numpy as np"),
    ],
)
def test_an_import_in_the_direction_is_let_pass(package: str, source: str) -> None:
    assert not breaches(source, package)
