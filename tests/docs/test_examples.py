"""Every example of README.md and docs/ does what it says: each page's blocks in their order, in a folder of its own.

- `shell`: each line is a command; `console`: each `$ ` line, and what it prints stands below it (`...`: anything).
- `python`: run in one namespace a page; lines after `>>>` print what stands below them.
- `toml` is TOML. A comment above a block says more: `<!-- file: NAME -->` writes it, `<!-- whole file: KIND -->` holds
  it against the model of that kind of file, `<!-- edit: NAME -->` applies a diff, `<!-- not run: WHY -->` leaves it.
"""

from __future__ import annotations

import doctest
import io
import linecache
import re
import shlex
import sys
import tomllib
from contextlib import redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from support import pages
from typer.testing import CliRunner

from docs.generators.file_keys import FILES
from eventfolio.cli import app

LANGUAGES = {"shell", "console", "python", "toml", "diff", "text", "{include}", "{toctree}", "{eval-rst}"}


def with_examples() -> list[Path]:
    return [page for page in pages.pages() if any(_runs(block) for block in pages.blocks(page))]


def _runs(block: pages.Block) -> bool:
    return block.language in ("shell", "console", "python", "toml", "diff") and "not run" not in block.notes


@pytest.mark.parametrize("page", with_examples(), ids=lambda page: page.name)
def test_the_examples_of_a_page_work_in_their_order(page: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [str(tmp_path), *sys.path])
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("EVENTFOLIO_DEBUG", raising=False)
    cell = ModuleType("page")  # as a notebook's __main__: its classes have a module, and a source
    monkeypatch.setitem(sys.modules, cell.__name__, cell)
    names: dict[str, Any] = vars(cell)
    for block in pages.blocks(page):
        where = f"{page.name}, line {block.line}"
        assert block.language.split()[0] in LANGUAGES, f"{where}: a block without a language that tests know"
        if "not run" in block.notes:
            assert len(block.notes["not run"]) > 5, f"{where}: say why it is not run"
            continue
        if "file" in block.notes:
            path = tmp_path / block.notes["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        if block.language in ("shell", "console"):
            for command, expected in commands(block.text, block.language):
                printed = run(command, where, monkeypatch)
                assert expected is None or matches(expected, printed), f"{where}: {command}\n{printed}"
        elif block.language == "python":
            run_python(block, names, where)
        elif block.language == "toml":
            tables = tomllib.loads(block.text)
            if "whole file" in block.notes:
                FILES[block.notes["whole file"]].model_validate(tables)
        elif block.language == "diff":
            apply(block.text, Path(block.notes["edit"]), where)


def commands(text: str, language: str) -> list[tuple[str, str | None]]:
    """Commands, and what each must print (None: anything)."""
    if language == "shell":
        lines = re.sub(r"\s*\\\n\s*", " ", text).splitlines()
        return [(line, None) for line in lines if line.strip() and not line.lstrip().startswith("#")]
    found: list[tuple[str, str | None]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], ""))
        else:
            command, expected = found[-1]
            found[-1] = (command, f"{expected}{line}\n")
    return found


def run(command: str, where: str, monkeypatch) -> str:
    words = shlex.split(command, comments=True)
    if words[0] == "cd":
        monkeypatch.chdir(words[1])
        return ""
    assert words[0] == "eventfolio", f"{where}: '{command}' is no command that tests run; say why it is not run"
    result = CliRunner().invoke(app, words[1:], prog_name="eventfolio")
    assert result.exit_code == 0, f"{where}: {command}\n{result.output}"
    return result.stdout


def matches(expected: str, printed: str) -> bool:
    """Whether the output is as the page has it, but for where lines break and what `...` stands for."""
    pattern = r"\s+".join(re.escape(word) for word in expected.split()).replace(re.escape("..."), ".*?")
    return bool(
        re.fullmatch(pattern.replace(r"\s+.*?", r"\s*.*?").replace(r".*?\s+", r".*?\s*"), printed.strip(), re.S)
    )


def run_python(block: pages.Block, names: dict[str, Any], where: str) -> None:
    if ">>>" not in block.text:
        linecache.cache[where] = (len(block.text), None, block.text.splitlines(keepends=True), where)
        exec(compile(block.text, where, "exec"), names)
        return
    examples = doctest.DocTestParser().get_doctest(block.text, names, where, where, block.line)
    examples.globs = names  # what one block defines the next one sees
    told = io.StringIO()
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    with redirect_stdout(told):
        failed = doctest.DocTestRunner(optionflags=flags).run(examples, clear_globs=False).failed
    assert failed == 0, told.getvalue()


def apply(diff: str, file: Path, where: str) -> None:
    lines = diff.splitlines()
    old = "\n".join(line[1:] for line in lines if not line.startswith("+"))
    new = "\n".join(line[1:] for line in lines if not line.startswith("-"))
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{where}: {file} does not hold\n{old}"
    file.write_text(text.replace(old, new), encoding="utf-8")


# --- the checks themselves -------------------------------------------------------------------------------------------


def test_output_is_held_against_the_page() -> None:
    assert matches("one\n...\nthree\n", "one  \ntwo\nthree\n")
    assert not matches("one\nthree\n", "one\ntwo\nthree\n")
    assert not matches("one (1)\n", "one 1\n")


def test_a_command_that_fails_fails_the_page(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AssertionError, match="no-such-strategy"):
        run("eventfolio strategies show no-such-strategy", "page, line 1", monkeypatch)
    with pytest.raises(AssertionError, match="say why it is not run"):
        run("make install", "page, line 1", monkeypatch)


def test_a_command_goes_on_after_a_backslash_and_comments_are_none() -> None:
    assert commands("# a\neventfolio run \\\n    -s x\n\n", "shell") == [("eventfolio run -s x", None)]
    assert commands("$ a\nout\n$ b\n", "console") == [("a", "out\n"), ("b", "")]
