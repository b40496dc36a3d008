"""Finds and removes what killed writers left in a store."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from eventfolio.events.writing import PART

GONE = ".gone"  # how the name of a run folder on its way out ends
_DAY = 86_400  # seconds
_FOLDER = re.compile(rf"\.[A-Za-z0-9][A-Za-z0-9._-]*-\d{{8}}T\d{{6}}Z(-\d+)?({re.escape(PART)}|{re.escape(GONE)})")
_FILE = re.compile(rf"\..+\.(html|js)\.\w+{re.escape(PART)}")


@contextmanager
def at_work(folder: Path) -> Iterator[None]:
    """Mark a folder as being written for as long as this process lives; the mark goes with the process."""
    handle = _locked(folder)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def tidy(out: Path) -> list[Path]:
    """Remove what is older than a day and nobody is at work on; returns what that was."""
    try:
        left = [item for item in out.iterdir() if item.name.startswith(".") and not item.is_symlink()]
    except OSError:
        return []
    return [item for item in left if _is_ours(item) and _is_old(item) and _remove(item)]


def _is_ours(item: Path) -> bool:
    return bool((_FOLDER if item.is_dir() else _FILE).fullmatch(item.name))


def _is_old(item: Path) -> bool:
    try:
        return time.time() - item.stat().st_mtime > _DAY
    except OSError:
        return False


def _remove(item: Path) -> bool:
    if not item.is_dir():
        with suppress(OSError):
            item.unlink()
        return not item.exists()
    handle = _locked(item)
    if handle is None:
        return False
    shutil.rmtree(item, ignore_errors=True)
    os.close(handle)
    return not item.exists()


def _locked(folder: Path) -> int | None:
    """A handle that holds the folder until it is closed or its process ends; None where another holds it."""
    try:
        import fcntl  # not on every system; there nothing is tidied
    except ImportError:
        return None
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle
