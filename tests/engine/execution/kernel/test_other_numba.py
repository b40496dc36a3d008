"""The kernel compiled by numba's public njit alone, as it is beside a numba whose insides were not tested."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.places import TESTS

from eventfolio.engine.execution.kernel import library

PLAY = """
import sys
sys.path[:0] = [{root!r}, {tests!r}]
from random import Random
import numba
from support import duel, wild
from eventfolio.engine.execution.kernel import library
library.KNOWN_NUMBA = ("0.1",)
made = []
numba.core.event.register("numba:compile", type("", (numba.core.event.Listener,), dict(
    on_start=lambda self, event: made.append(event), on_end=lambda self, event: None))())
for seed in range(24):
    setup = duel.setup_of((duel.random_case, duel.random_rules_case, wild.wild_case)[seed % 3](Random(seed)))
    assert duel.unequal(setup.play(), setup.play_in_kernel()) == [], seed
assert library.is_ready()
print(len(made) > 0)
"""


@pytest.mark.prove
def test_njit_alone_plays_the_same_and_is_kept(tmp_path: Path) -> None:
    text = PLAY.format(root=str(TESTS.parent), tests=str(TESTS))
    said = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", text],
            env=os.environ | {"EVENTFOLIO_CACHE": str(tmp_path)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        said.append(done.stdout.strip())
    assert said == ["True", "False"]  # the second process compiled nothing
    (folder,) = (tmp_path / "kernel").iterdir()
    assert folder.is_dir()


def test_the_insides_of_numba_are_used_only_where_they_were_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    assert library.is_known()
    ours = library.code_path()
    for other in ("0.67.0", "0.69.0rc1", "1.0"):
        monkeypatch.setattr(library, "version", lambda name, found=other: found)
        assert not library.is_known()
        assert library.code_path().suffix == ""
    assert ours.suffix == ".o"
