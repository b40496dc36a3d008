"""Writes files whole or not at all: who reads meanwhile gets the old file or the new one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

PART = ".part"  # how the name of what is not whole yet ends; it begins with a dot


def write_whole(path: Path, content: bytes | str | Callable[[BinaryIO], object], durable: bool = False) -> None:
    """Put `content` in the place of whatever `path` holds.

    content : bytes, text (written as UTF-8), or what writes them into an open file
    durable : on the disk itself when this returns, so that it outlives a power cut
    Raises  : OSError
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=PART)
    try:
        with os.fdopen(handle, "wb") as part:
            if callable(content):
                content(part)
            else:
                part.write(content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
            if durable:
                part.flush()
                os.fsync(part.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
