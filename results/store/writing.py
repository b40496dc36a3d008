"""Writes the JSON documents of a run folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from eventfolio.events.writing import write_whole


def write_json(path: Path, document: Mapping[str, object]) -> None:
    """`document` at `path`, whole or not at all, as all records are written.

    Raises: OSError
    """
    write_whole(path, json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
