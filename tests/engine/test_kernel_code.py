"""The kernel's machine code: made once, kept under a name that follows its sources, called without numba."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.execution.kernel import machine
from engine.execution.kernel.records import PLAN, Calendars, Runs

TESTS = Path(__file__).resolve().parents[1]
PLAY = """
import sys
sys.path[:0] = [{root!r}, {tests!r}]
from random import Random
import duel
given = []
play = duel.play
duel.play = lambda *args: given.append(args) or play(*args)
made = duel.play_engine(duel.random_rules_case(Random({seed})))
from engine.execution.kernel.table import Table
tape, schedule, plan, purse, members = given[0][:5]
table = Table(tape, purse)
assert table.ledger(plan, table.calendars(schedule, plan, members)) == made.ledger
print("numba" in sys.modules)
"""
CHECKED = """
import sys
sys.path[:0] = [{root!r}, {tests!r}]
from random import Random
import duel
from engine.execution.kernel import compiling, days, machine, table
code = machine.linked(compiling.object_code(days.play_many, machine.ENTRY, checked=True))
table.player = lambda: code
given = []
play = duel.play
duel.play = lambda *args: given.append(args) or play(*args)
for seed in range(120):
    made = duel.play_engine((duel.random_case if seed % 2 else duel.random_rules_case)(Random(seed)))
    tape, schedule, plan, purse, members = given.pop()[:5]
    on = table.Table(tape, purse)
    calendars = on.calendars(schedule, plan, members)
    assert on.ledger(plan, calendars) == made.ledger, seed
    assert on.figures([plan], calendars)["equity"][0] == made.ledger.equity[-1], seed
    if len(calendars.triggers):
        last = on, plan, calendars
print("inside", flush=True)
on, plan, calendars = last
calendars.triggers["row"] = len(on.tape.symbols)
on.ledger(plan, calendars)
print("not noticed")
"""


def _python(text: str, folder: Path, cache: Path) -> str:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "EVENTFOLIO_CACHE": str(cache)}
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, cwd=folder, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1]


def test_only_the_first_process_compiles_and_torn_code_is_made_anew(tmp_path: Path) -> None:
    text = PLAY.format(root=str(TESTS.parent), tests=str(TESTS), seed=4)
    cache = tmp_path / "cache"
    assert _python(text, tmp_path, cache) == "True"
    assert _python(text, tmp_path, cache) == "False"
    (code,) = (cache / "kernel").iterdir()
    code.write_bytes(code.read_bytes()[:-100])
    assert _python(text, tmp_path, cache) == "True"
    assert _python(text, tmp_path, cache) == "False"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to die of.")
def test_no_index_of_the_kernel_is_ever_outside_its_array(tmp_path: Path) -> None:
    text = CHECKED.format(root=str(TESTS.parent), tests=str(TESTS))
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout.split() == ["inside"], done.stderr
    assert done.returncode < 0  # a row that is not there was noticed


def test_a_run_of_the_default_study_needs_neither_numba_nor_llvm(tmp_path: Path) -> None:
    text = (
        "import sys; from cli import app\n"
        "try: app(['run', '--no-tearsheet', '--out', 'runs'])\n"
        "except SystemExit as ended: assert not ended.code\n"
        "print('numba' in sys.modules or 'llvmlite' in sys.modules)"
    )
    assert _python(text, tmp_path, tmp_path / "cache") == "False"


def test_code_is_kept_by_the_text_of_its_sources_and_by_processor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "rules.py"
    own.write_text("WHOLE = 1e-9\n")
    monkeypatch.setattr(machine, "sources", lambda: [own])
    before = machine.code_path()
    assert machine.code_path() == before
    own.write_text("WHOLE = 1e-8\n")
    after = machine.code_path()
    monkeypatch.setattr(machine, "_processor", lambda: ("another", ""))
    assert len({before, after, machine.code_path()}) == 3


def test_sources_are_the_rules_the_ledgers_codes_and_every_file_of_the_kernel() -> None:
    names = {path.name for path in machine.sources()}
    assert {"rules.py", "ledger.py", "days.py", "lists.py", "fills.py", "records.py", "compiling.py"} <= names


@pytest.mark.parametrize(
    "wrong",
    [np.zeros(2, "i4"), np.zeros((2, 1), "i8"), np.zeros(4, "i8")[::2]],
    ids=["another number", "another shape", "not in one piece"],
)
def test_arrays_that_machine_code_would_misread_are_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"Calendars.triggers_from"):
        machine.Handed(Calendars(np.zeros(0, machine.layout(Calendars)[0][1]), wrong, *_no_revisions()))


def test_an_address_is_that_of_the_array_with_its_shape() -> None:
    plans = np.zeros(3, PLAN)
    clock, figures = (np.zeros(0, kind) for _, kind, _ in machine.layout(Runs)[1:])
    handed = machine.Handed(Runs(plans, clock, figures))
    assert handed._words[:7].tolist() == [0, 0, 3, PLAN.itemsize, plans.ctypes.data, 3, PLAN.itemsize]
    assert handed.address == handed._words.ctypes.data


def _no_revisions() -> tuple[Any, Any]:
    return np.zeros(0, machine.layout(Calendars)[2][1]), np.zeros(2, np.int64)
