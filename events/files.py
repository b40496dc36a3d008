"""Reads files safely: a regular file, of a size that its kind can have, never a device.

What is at a path may be anything: a device gives zeros for ever, a named pipe waits for a writer that never comes, and
a file may say that it is empty and be endless (those of /proc do). So it is looked at before it is opened, and read to
a limit whatever size it says.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from eventfolio.events.errors import InputError, did_you_mean, shown

if TYPE_CHECKING:
    from pyarrow.parquet import FileMetaData

MB = 1_000_000
TEXT = 20 * MB  # of a file that a person writes; the longest have some hundred kilobytes
RECORD = 100 * MB  # of a document of a run
TABLE = 500 * MB  # of a table of numbers; a century of days in a thousand columns has some 250
_CHUNK = MB


def read_text(path: Path, kind: str, error: type[InputError], most: int = TEXT, pipe: bool = False) -> str:
    """The text of a file in UTF-8, with or without a byte order mark; arguments as in `read_bytes`.

    Raises: `error` as `read_bytes` does, and where it is not UTF-8
    """
    return decoded(read_bytes(path, kind, error, most, pipe), path, kind, error)


def decoded(data: bytes, path: Path, kind: str, error: type[InputError]) -> str:
    """Bytes of a file as text in UTF-8, with or without a byte order mark.

    Raises: `error` where they are not
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise error(f"{shown(path.name)} is not text in UTF-8. Save the {kind} as UTF-8.") from None


def read_bytes(path: Path, kind: str, error: type[InputError], most: int = TEXT, pipe: bool = False) -> bytes:
    """All of a file.

    kind   : what it should be ("calendar"), for the messages
    most   : bytes it may have
    pipe   : whether it may come out of a pipe, as from <(another command), which is then read once
    Raises : `error` where it is missing, a folder, a device, a pipe that is not wanted or silent, or longer
    """
    check_file(path, kind, error, most, pipe)
    parts, size = [], 0
    try:
        with open(path, "rb", opener=_open_at_once) as file:
            if pipe:
                os.set_blocking(file.fileno(), True)
            while size <= most and (part := file.read(_CHUNK)):
                parts.append(part)
                size += len(part)
    except OSError as failure:
        raise error(f"{shown(path)} cannot be read: {failure.strerror or failure}.") from None
    if size > most:
        raise _too_long(path, kind, error, most)
    if pipe and not size and path.is_fifo():
        raise error(f"{shown(path)} is a pipe into which nothing writes. Give the {kind} file.")
    return b"".join(parts)


def code_sha256(source: str, beside: Mapping[str, str]) -> str:
    """Of a file's text; where files beside it belong to it, of all of them with their names, hexadecimal."""
    digest = hashlib.sha256(source.encode())
    for name, text in sorted(beside.items()):
        digest.update(f"\0{name}\0{text}".encode())  # text that Python reads has no NUL
    return digest.hexdigest()


def check_file(path: Path, kind: str, error: type[InputError], most: int = TEXT, pipe: bool = False) -> None:
    """Refuse what `read_bytes` refuses before it reads; for files that a library reads itself."""
    try:
        found = path.stat()
    except FileNotFoundError:
        ending = path.suffix or ".toml"
        beside = [file.name for file in path.parent.glob("*") if file.suffix == ending] if path.parent.is_dir() else []
        raise error(f"{shown(path)}: there is no such {kind} file.{did_you_mean(path.name, beside)}") from None
    except (OSError, ValueError) as failure:  # ValueError: a path with a NUL in it
        raise error(f"{shown(path)} cannot be read: {getattr(failure, 'strerror', None) or failure}.") from None
    mode = found.st_mode
    if stat.S_ISDIR(mode):
        raise error(f"{shown(path)} is a folder. Give the {kind} file in it.")
    if stat.S_ISFIFO(mode) and not pipe:
        raise error(f"{shown(path)} is a pipe. Save what comes out of it, and give that {kind} file.")
    if not stat.S_ISREG(mode) and not stat.S_ISFIFO(mode):
        what = "a socket" if stat.S_ISSOCK(mode) else "a device"
        raise error(f"{shown(path)} is {what} and no {kind} file. Give a file.")
    if found.st_size > most:
        raise _too_long(path, kind, error, most)


def check_parquet(path: Path, kind: str, error: type[InputError], most: int = TABLE) -> None:
    """Refuse a Parquet file as `check_file` does, or whose table is longer: it may be packed a thousandfold.

    Raises: pyarrow's own, an OSError or ValueError, where it is not Parquet
    """
    check_file(path, kind, error, most)
    if parquet_size(path) > most:
        raise error(f"{shown(path.name)} holds a table of more than {most / MB:g} MB, the limit of {kind} files.")


def parquet_size(path: Path) -> int:
    """Bytes of a Parquet file's table in memory, eight a cell, without reading it.

    Raises: pyarrow's own, an OSError or ValueError, where it is not Parquet
    """
    from pyarrow import parquet  # only where one is met

    return table_size(parquet.read_metadata(path))


def table_size(facts: FileMetaData) -> int:
    """`parquet_size` of a file whose metadata are read."""
    return 8 * facts.num_columns * sum(facts.row_group(number).num_rows for number in range(facts.num_row_groups))


def _open_at_once(path: str, flags: int) -> int:
    """Opened without waiting for somebody to open the other end of a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _too_long(path: Path, kind: str, error: type[InputError], most: int) -> InputError:
    return error(f"{shown(path.name)} has more than {most / MB:g} MB, the limit of {kind} files.")
