"""The kernel's machine code is made once, kept, and never used for rules that are no longer those it was made of."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.places import PROJECT

from eventfolio.engine.execution.kernel import library as machine
from eventfolio.engine.files import cache_folder

KERNEL = PROJECT / "engine" / "execution" / "kernel"
RUN_BY_PYTHON = {"player.py", "library.py", "metrics.py"}  # what else these import decides no machine code

PLAY = """
import sys
sys.path[:0] = [sys.argv[1], sys.argv[2]]
if "cold" in sys.argv:
    sys.modules["numba"] = None  # an import of it fails
from workloads import workload
from eventfolio.engine.execution.kernel.player import Table
from eventfolio.engine.execution.simulate import simulate
work = workload("W1")
table = Table(work.tape, work.account)
ledger = table.ledger(work.plans[0], table.calendars(work.schedule(), work.plans[0], work.members))
from workloads import STRATEGY
args = work.tape, work.schedule(), work.plans[0], work.account, work.members, STRATEGY, work.params[0]
same = ledger == simulate(*args)
print(repr(float(ledger.equity[-1])), same)
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of one's own, whose rules may change."""
    root = tmp_path_factory.mktemp("project")
    for package in ("engine", "events", "strategies"):
        shutil.copytree(PROJECT / package, root / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(PROJECT / "eventfolio", root / "eventfolio", symlinks=True)
    return root


@pytest.fixture(scope="module")
def kept(copy: Path) -> Path:
    """A cache that two processes filled at the same time."""
    cache = copy / "cache"
    both = [start(copy, cache) for _ in range(2)]
    said = [answer(process) for process in both]
    assert said[0] == said[1]
    assert said[0].endswith(" True")
    (copy / "said").write_text(said[0])
    return cache


def start(root: Path, cache: Path, *more: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA")}
    return subprocess.Popen(
        [sys.executable, "-c", PLAY, str(root), str(PROJECT / "tests" / "benchmarks"), *more],
        env=environment | {"EVENTFOLIO_CACHE": str(cache), "PYTHONPATH": ""},
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def answer(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    return out.strip()


def test_a_later_process_compiles_nothing(copy: Path) -> None:
    """In another folder, from what this process made or found."""
    machine.player()
    assert answer(start(copy, cache_folder(), "cold")).endswith(" True")


@pytest.mark.prove
def test_two_processes_that_make_it_at_once_leave_it_whole(copy: Path, kept: Path) -> None:
    assert answer(start(copy, kept, "cold")) == (copy / "said").read_text()


def test_without_what_is_kept_it_would_compile(copy: Path, tmp_path: Path) -> None:
    """So that the test above means something."""
    _, err = start(copy, tmp_path / "empty", "cold").communicate(timeout=300)
    assert "import of numba halted" in err


@pytest.mark.prove
def test_a_file_that_is_cut_off_is_made_anew(copy: Path, kept: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    shutil.copytree(kept, cache)
    files = [path for path in cache.glob("kernel/**/*") if path.is_file()]
    assert files
    for path in files:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert answer(start(copy, cache)) == (copy / "said").read_text()
    assert answer(start(copy, cache, "cold")) == (copy / "said").read_text()  # and is kept


@pytest.mark.prove
def test_a_cache_that_cannot_be_written_plays(copy: Path, kept: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert answer(start(copy, tmp_path / "file" / "below")) == (copy / "said").read_text()


@pytest.mark.prove
def test_rules_that_changed_are_compiled_anew(copy: Path, kept: Path) -> None:
    """A change in the rules must never go unnoticed."""
    rules = copy / "engine" / "execution" / "rules.py"
    text = rules.read_text()
    assert text.count("raw * (1.0 + slippage)") == 1
    rules.write_text(text.replace("raw * (1.0 + slippage)", "raw * (1.0 + 3.0 * slippage)"))
    try:
        said = answer(start(copy, kept))
        before = (copy / "said").read_text()
        assert said.endswith(" True")  # what backtrader makes of the same rules
        assert float(said.split()[0]) < float(before.split()[0])
    finally:
        rules.write_text(text)
    assert answer(start(copy, kept, "cold")) == before  # the old code is still there, and is that of the old rules


# --- what the code is kept under -------------------------------------------------------------------------------------


def test_every_module_that_is_compiled_or_compiled_in_counts() -> None:
    """All that the compiled files, and those that compile them, import from us, constants too."""
    counted = {path.resolve() for path in machine.sources()}
    assert set(KERNEL.glob("*.py")) <= counted
    seen = 0
    for path in counted:
        if path.name not in RUN_BY_PYTHON:
            for name in _imported(ast.parse(path.read_text())):
                seen += 1
                assert (PROJECT / f"{name.replace('.', '/')}.py").resolve() in counted, f"{path.name} imports {name}"
    assert seen > 30


def _imported(tree: ast.Module) -> list[str]:
    """Modules of ours that a module imports at its top, without those of types alone."""
    found = []
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("eventfolio."):
            inside = str(node.module).removeprefix("eventfolio.")
            names = [inside] if (PROJECT / f"{inside.replace('.', '/')}.py").exists() else []
            found += names or [f"{inside}.{alias.name}" for alias in node.names]
    return found


def test_each_text_and_each_version_decides_where_it_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    copies = []
    for path in machine.sources():
        copies.append(tmp_path / path.name)
        copies[-1].write_bytes(path.read_bytes())
    monkeypatch.setattr(machine, "sources", lambda: copies)
    before = machine.code_path()
    assert machine.code_path() == before
    found = {before}
    for path in copies:
        text = path.read_text()
        path.write_text(text + "\n")
        found.add(machine.code_path())
        path.write_text(text)
    assert machine.code_path() == before
    version: Any = machine.version
    for package in ("numba", "llvmlite", "numpy"):
        monkeypatch.setattr(machine, "version", lambda name, p=package: version(name) + "x" * (name == p))
        found.add(machine.code_path())
    monkeypatch.setattr(machine, "version", version)
    monkeypatch.setattr(machine.platform, "python_version", lambda: "3.99")
    found.add(machine.code_path())
    monkeypatch.setattr(machine, "_processor", lambda: "another")
    found.add(machine.code_path())
    assert len(found) == 1 + len(copies) + 5
