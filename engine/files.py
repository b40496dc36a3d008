"""The cache folder, and atomic replacement of files in it."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from eventfolio.events.writing import write_whole


def cache_folder() -> Path:
    """The user's cache folder for eventfolio; the environment variable EVENTFOLIO_CACHE overrides it."""
    import platformdirs

    return Path(os.environ.get("EVENTFOLIO_CACHE") or platformdirs.user_cache_dir("eventfolio"))


def write_cache(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a cache file whole or not at all; a cache that cannot be written is done without."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, write)
