"""Names in code are the field's words: those that were given up for one do not come back."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from support.places import PROJECT

FOLDERS = ("cli", "engine", "events", "results", "strategies", "eventfolio/api", "tools")

# Word given up: the word for it, and the folders in which it means something of its own.
GIVEN_UP: dict[str, tuple[str, tuple[str, ...]]] = {
    "claim": ("time exit", ()),
    "crew": ("worker pool", ()),
    "desk": ("order manager", ()),
    "door": ("errors, validation", ()),
    "doubts": ("warnings", ("events/article",)),  # there: why a date read may be another one
    "further": ("quantstats figures", ("results/tearsheet/drawn.py",)),  # there: the key of a file
    "game": ("setup", ()),
    "games": ("setups", ()),
    "gear": ("compiled", ()),
    "hands": ("executor", ()),
    "honesty": ("overfitting", ()),
    "lean": ("fast loop", ("events/article", "events/dates")),  # there: to the past or the future
    "purse": ("account", ()),
    "remarks": ("comments", ("events/article",)),
    "ticket": ("order", ()),
    "tickets": ("orders", ()),
    "yardstick": ("benchmark", ()),
    "yardsticks": ("benchmarks", ()),
}

# Names of modules that say nothing of what is in them, and where one of them does.
SAYS_NOTHING: dict[str, tuple[str, ...]] = {
    "common": (),
    "ends": (),  # listing_ends, delisting
    "handed": (),
    "helper": (),
    "helpers": (),
    "many": (),
    "misc": (),
    "public": (),
    "terms": (),
    "text": ("events/article",),  # there: the text of an article
    "util": (),
    "utils": (),
}


def words_of(name: str) -> list[str]:
    """The words of a name: StrategySetup, make_setup."""
    return re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower())


def names_in(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every name that a module gives or uses, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id, node.lineno
        elif isinstance(node, ast.Attribute):
            yield node.attr, node.lineno
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg) or (isinstance(node, ast.keyword) and node.arg):
            yield str(node.arg), node.lineno


def given_up(text: str, path: str) -> list[str]:
    """The names in a module that hold a word given up."""
    return [
        f"{path}, line {line}: {name} (say {GIVEN_UP[word][0]})"
        for name, line in names_in(ast.parse(text))
        for word in words_of(name)
        if word in GIVEN_UP and not path.startswith(GIVEN_UP[word][1])
    ]


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_name_holds_a_word_that_was_given_up(folder: str) -> None:
    modules = sorted((PROJECT / folder).rglob("*.py"))
    assert modules
    found = [
        line
        for path in modules
        if "runs" not in path.parts
        for line in given_up(path.read_text(encoding="utf-8"), path.relative_to(PROJECT).as_posix())
    ]
    assert found == []


def test_a_word_given_up_is_found_in_every_kind_of_name() -> None:
    text = "class GameSetup:\n    def yardstick_of(self, crew): return crew.purse(desk=self.ticket)\n"
    found = {line.partition(": ")[2] for line in given_up(text, "engine/made_up.py")}
    assert found == {
        "GameSetup (say setup)",
        "yardstick_of (say benchmark)",
        "crew (say worker pool)",
        "purse (say account)",
        "desk (say order manager)",
        "ticket (say order)",
    }
    assert given_up("lean = 1\n", "events/dates/expression.py") == []
    assert given_up("lean = 1\n", "engine/made_up.py") == ["engine/made_up.py, line 1: lean (say fast loop)"]


def unclear(path: str) -> bool:
    """Whether a module's name says nothing of what is in it."""
    folder, _, name = path.removesuffix(".py").rpartition("/")
    return name in SAYS_NOTHING and folder not in SAYS_NOTHING[name]


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_module_has_a_name_that_says_nothing(folder: str) -> None:
    paths = [path.relative_to(PROJECT).as_posix() for path in (PROJECT / folder).rglob("*.py")]
    assert [path for path in paths if unclear(path)] == []
    assert unclear(f"{folder}/kernel/text.py")


def test_every_module_says_first_what_it_does() -> None:
    """A docstring opens every module, and its first paragraph is two lines at most."""
    silent = []
    for path in (path for folder in FOLDERS for path in sorted((PROJECT / folder).rglob("*.py"))):
        if "runs" in path.parts:
            continue
        first = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n\n")[0]
        if not first or first[0].isspace() or first.count("\n") > 1:
            silent.append(path.relative_to(PROJECT).as_posix())
    assert silent == []
