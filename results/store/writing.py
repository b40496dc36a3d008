"""Files written whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from eventfolio.events.json_types import JsonObject

PART = ".part"  # how the name of what is not whole yet ends; it begins with a dot


def write_whole(path: Path, content: bytes | str) -> None:
    """Put `content` in the place of whatever `path` holds; who reads meanwhile gets the old or the new.

    Raises: OSError
    """
    data = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=PART)
    try:
        with os.fdopen(handle, "wb") as part:
            part.write(data)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_json(path: Path, document: JsonObject) -> None:
    """`document` at `path`, as all records are written."""
    write_whole(path, json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
