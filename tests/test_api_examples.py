"""Every public name says in its own words what it is, and its example runs."""

from __future__ import annotations

import doctest
import inspect
from pathlib import Path

import pytest

import eventfolio
from eventfolio.cli.scaffold.files import blank_study

NAMES = [name for name in eventfolio.__all__ if name != "ALL"]  # a tuple, which has no words of its own


@pytest.fixture
def blank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A study of one's own in the working folder."""
    blank_study(tmp_path / "study")
    monkeypatch.chdir(tmp_path / "study")


@pytest.mark.parametrize("name", NAMES)
def test_the_example_of_a_public_name_runs(name: str, blank: None) -> None:
    found = doctest.DocTestFinder(recurse=False).find(getattr(eventfolio, name), name, globs={})
    assert found
    assert found[0].examples
    told: list[str] = []
    result = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(found[0], out=told.append)
    assert result.failed == 0, "".join(told)


@pytest.mark.parametrize("name", NAMES)
def test_every_argument_of_a_public_function_is_explained(name: str) -> None:
    one = getattr(eventfolio, name)
    words = inspect.getdoc(one) or ""
    assert words.partition("\n")[0].endswith(".")
    explained = words.partition("Examples\n")[0]
    for argument in inspect.signature(one).parameters if inspect.isfunction(one) else ():
        assert argument in explained, argument
