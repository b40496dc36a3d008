"""The cache folder, and replacing a file in it at once, so that no reader sees half of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO


def cache_folder() -> Path:
    """The user's cache folder for eventfolio; the environment variable EVENTFOLIO_CACHE overrides it."""
    import platformdirs

    return Path(os.environ.get("EVENTFOLIO_CACHE") or platformdirs.user_cache_dir("eventfolio"))


def replace_file(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a cache file whole or not at all; a cache that cannot be written is done without."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)
    except OSError:
        return
    try:
        with os.fdopen(handle, "wb") as out:
            write(out)
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
