"""The command line in a process of its own, as a terminal starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.places import PROJECT

# Long enough for any machine; a test that needs it has failed.
HANG = 120.0


def start(*args: object, cwd: Path, **options: Any) -> subprocess.Popen[str]:
    """`eventfolio` with these arguments; interrupts reach it even where the tests themselves ignore them."""
    environment = os.environ | {"PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "eventfolio", *map(str, args)],
        cwd=cwd,
        env=environment,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL) and None,
        **options,
    )


def wait_until(true: Callable[[], bool]) -> None:
    """Look again until it is true; fails where it never is."""
    until = time.monotonic() + HANG
    while not true():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.02)
