"""Writes files of a user's that are not there yet: all or none, and none is overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from eventfolio.events.errors import InputError, Unavailable


def write_new(files: Mapping[Path, str], error: type[InputError]) -> None:
    """Write every file or none, in UTF-8, line ends as they are; folders are made.

    Raises: `error` where one is there already, or something in its place that is no folder; Unavailable where one
            cannot be written
    """
    there = [path for path in files if path.exists() or path.is_symlink()]
    if there:
        raise error(f"{there[0]} is there already, and is left as it is. Give another name or folder, or move it away.")
    for path in files:
        at = next(folder for folder in path.parents if folder.exists() or folder.is_symlink())
        if not at.is_dir():
            raise error(f"{at} is there already, and is no folder. Give another name or folder, or move it away.")
    written: list[Path] = []
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as out:
                written.append(path)
                out.write(text.encode("utf-8"))
    except OSError as failure:
        for made in written:
            made.unlink(missing_ok=True)
        raise Unavailable(f"{path} could not be written: {failure.strerror}. Nothing was left there.") from failure
