"""The README's tutorial and its Python example do what they say."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest

README = Path(__file__).resolve().parents[2] / "README.md"
HEADING = "## Five minutes: from clone to a tweaked strategy"


@pytest.fixture(scope="module")
def tutorial() -> str:
    text = README.read_text(encoding="utf-8")
    assert HEADING in text, f"README.md has no section '{HEADING.removeprefix('## ')}'"
    return re.split(r"^## ", text.partition(HEADING)[2], maxsplit=1, flags=re.M)[0]


def test_every_step_of_the_tutorial_works_in_its_order(tutorial, cli, tmp_path, monkeypatch):
    old, steps = "", []
    for line in tutorial.splitlines():
        command = line.strip().partition("    #")[0].strip()
        if line.startswith("    cd "):
            monkeypatch.chdir(command.removeprefix("cd "))
        elif (
            line.startswith("    eventfolio ") and "--watch" not in command
        ):  # watching ends with Ctrl-C: test_watch.py
            result = cli(*shlex.split(command)[1:])
            assert result.exit_code == 0, f"{command}\n{result.output}"
            steps.append((command, result.stdout))
        elif line.startswith("    -   "):
            old = line[5:]
        elif line.startswith("    +   "):
            file = Path("my_strategy.py")
            text = file.read_text()
            assert old in text
            file.write_text(text.replace(old, line[5:]))
    printed = dict(steps)
    assert len(steps) >= 6
    assert "+    params = dict(" in printed["eventfolio runs diff latest~1 latest"]
    assert "the same again" in " ".join(printed["eventfolio runs verify latest"].split())
    assert Path("results/runs/compare.html").is_file()


def test_the_python_example_works(tutorial, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    example = doctest.DocTestParser().get_doctest(tutorial, {}, "README", str(README), 0)
    assert len(example.examples) >= 3
    assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example).failed == 0
