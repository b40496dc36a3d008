"""What the kernel's machine code is handed, and who waits for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.places import TESTS

from eventfolio.engine.execution.kernel.c_arrays import CArrays
from eventfolio.engine.execution.packing import PLAN
from eventfolio.engine.execution.semantics.forms import layout
from eventfolio.engine.execution.semantics.inputs import Calendars, Runs

CHECKED = """
import sys
sys.path[:0] = [{root!r}, {tests!r}]
from random import Random
from support import duel
from eventfolio.engine.execution.kernel import compiling
from eventfolio.engine.execution.kernel import library as machine
from eventfolio.engine.execution.kernel import player as table
code = machine.linked(compiling.object_code(machine.ENTRY, checked=True))
table.player = lambda: code
given = []
simulate = duel.simulate
duel.simulate = lambda *args, **more: given.append(args) or simulate(*args, **more)
for seed in (*range(120), 3077):  # the last fills an array on one date many times over
    made = duel.play_engine((duel.random_case if seed % 2 else duel.random_rules_case)(Random(seed)))
    tape, schedule, plan, account, members = given.pop()[:5]
    on = table.Table(tape, account)
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


@pytest.mark.prove
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to die of.")
def test_no_index_of_the_kernel_is_ever_outside_its_array(tmp_path: Path) -> None:
    text = CHECKED.format(root=str(TESTS.parent), tests=str(TESTS))
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, cwd=tmp_path, timeout=300)
    assert done.stdout.split() == ["inside"], done.stderr
    assert done.returncode < 0  # a row that is not there was noticed


@pytest.mark.parametrize(
    "strategies",
    [
        pytest.param((), id="all", marks=pytest.mark.prove),
        pytest.param(("event-intensity",), id="one"),
    ],
)
def test_a_run_of_the_default_study_needs_neither_numba_nor_llvm(tmp_path: Path, strategies: tuple[str, ...]) -> None:
    text = (
        "import sys; from eventfolio.cli import app\n"
        f"named = [word for name in {strategies} for word in ('-s', name)]\n"
        "try: app(['run', '--no-tearsheet', '--out', 'runs', *named])\n"
        "except SystemExit as ended: assert not ended.code\n"
        "print('numba' in sys.modules or 'llvmlite' in sys.modules)"
    )
    cache = tmp_path / "cache"
    cache.mkdir()
    for sessions in Path(os.environ.get("EVENTFOLIO_CACHE", cache)).glob("sessions-*.npy"):
        shutil.copy(sessions, cache)  # all that is kept but machine code, which may not be there
    assert _python(text, tmp_path, cache) == "False"


@pytest.mark.parametrize(
    "wrong",
    [np.zeros(2, "i4"), np.zeros((2, 1), "i8"), np.zeros(4, "i8")[::2]],
    ids=["another number", "another shape", "not in one piece"],
)
def test_arrays_that_machine_code_would_misread_are_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"Calendars.triggers_from"):
        CArrays(Calendars(np.zeros(0, layout(Calendars)["triggers"][1]), wrong, *_no_revisions()))


def test_an_address_is_that_of_the_array_with_its_shape() -> None:
    plans = np.zeros(3, PLAN)
    clock, figures = (np.zeros(0, layout(Runs)[name][1]) for name in ("steps", "figures"))
    handed = CArrays(Runs(plans, clock, figures))
    assert handed._words[:7].tolist() == [0, 0, 3, PLAN.itemsize, plans.ctypes.data, 3, PLAN.itemsize]
    assert handed.address == handed._words.ctypes.data


def _no_revisions() -> tuple[Any, Any]:
    return np.zeros(0, layout(Calendars)["revisions"][1]), np.zeros(2, np.int64)
