"""Keeps finished trials on disk, appended one by one, so that neither Ctrl-C nor a kill loses any.

A record is the mark, the length and CRC-32 of what follows, then a JSON head and the returns as float64. A record torn
by a kill in mid-write fails its length or its sum: it and what follows are cut off, and played again.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
from filelock import FileLock, Timeout

from eventfolio.engine.errors import StudyError
from eventfolio.engine.search.trial import Trial
from eventfolio.events.errors import Unavailable
from eventfolio.events.writing import write_whole

SWEEP_FILE, JOURNAL_FILE = "sweep.json", "trials.journal"
_MARK = b"eft1"
_HEAD = struct.Struct("<4sII")  # mark, bytes that follow, their CRC-32
_SIZE = struct.Struct("<I")  # bytes of the JSON head
_PATIENCE = 3.0  # seconds: the processes of a sweep just killed hold its lock until they notice


class Journal:
    """The trials of one sweep by key, and the file they are appended to."""

    def __init__(self, file: IO[bytes], trials: dict[str, Trial], torn: int) -> None:
        self._file, self.trials, self.torn = file, trials, torn

    def add(self, found: list[tuple[str, Trial]]) -> None:
        """Keep trials: on disk when this returns.

        Raises: Unavailable where they cannot be written
        """
        try:
            self._file.write(b"".join(pack(key, trial) for key, trial in found))
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _unkept(self._file.name, error) from error
        self.trials.update(found)


@contextmanager
def journal(folder: Path, key: str, identity: Mapping[str, object], resume: bool) -> Iterator[Journal]:
    """The journal of the sweep `key` in its folder; without `resume` a new one, the former set aside as .before.

    Raises: StudyError for the folder of another sweep or one in use, Unavailable where it cannot be written
    """
    lock = FileLock(folder / ".lock", timeout=_PATIENCE)
    path = folder / JOURNAL_FILE
    try:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
            _bind(folder, key, identity)
            if path.exists() and not resume:
                os.replace(path, path.with_suffix(".journal.before"))
            trials, end, size = _read(path) if path.exists() else ({}, 0, 0)
            file = path.open("ab")
            file.truncate(end)
        except Timeout:
            raise StudyError(f"{folder}: another process is playing this sweep. Wait for it, or end it.") from None
        except OSError as error:
            raise _unkept(folder, error) from error
        with file:
            yield Journal(file, trials, size - end)
    finally:
        lock.release()


def pack(key: str, trial: Trial) -> bytes:
    """A record."""
    head = {"key": key, **trial.to_json()}
    text = json.dumps(head, allow_nan=False).encode()
    body = _SIZE.pack(len(text)) + text + np.ascontiguousarray(trial.returns, "<f8").tobytes()
    return _HEAD.pack(_MARK, len(body), zlib.crc32(body)) + body


def unpack(body: bytes) -> tuple[str, Trial]:
    """What `pack` packed, without its head."""
    (size,) = _SIZE.unpack_from(body)
    start = _SIZE.size + size
    head = json.loads(body[_SIZE.size : start])
    returns = np.frombuffer(body, "<f8", offset=start).astype(np.float64)
    return head["key"], Trial.from_json(head, returns)


def _read(path: Path) -> tuple[dict[str, Trial], int, int]:
    """Trials by key, the byte at which the last whole record ends, and the file's size."""
    data = path.read_bytes()
    found: dict[str, Trial] = {}
    at = 0
    while at + _HEAD.size <= len(data):
        mark, length, check = _HEAD.unpack_from(data, at)
        body = data[at + _HEAD.size : at + _HEAD.size + length]
        if mark != _MARK or len(body) < length or zlib.crc32(body) != check:
            break
        key, trial = unpack(body)
        found[key] = trial
        at += _HEAD.size + length
    return found, at, len(data)


def _unkept(path: object, error: OSError) -> Unavailable:
    return Unavailable(
        f"{path}: trials could not be kept ({error.strerror or error}). Free some space, or give another folder with "
        "--out; --resume goes on from what is there."
    )


def _bind(folder: Path, key: str, identity: Mapping[str, object]) -> None:
    """Write what the folder is the sweep of, or refuse one that is another's."""
    path = folder / SWEEP_FILE
    if path.exists():
        try:
            held = json.loads(path.read_text(encoding="utf-8"))["key"]
        except (ValueError, KeyError, TypeError):
            raise StudyError(
                f"{path} is not what a sweep writes. Move the folder away, or give another --out."
            ) from None
        if held != key:
            raise StudyError(f"{folder} is the folder of another sweep. Move it away, or give another --out.")
        return
    if any(other.suffix != ".part" and other.name != ".lock" for other in folder.iterdir()):
        raise StudyError(f"{folder} holds files, but no sweep. Move them away, or give another --out.")
    write_whole(path, json.dumps({"schema": 1, "key": key, **identity}, indent=1) + "\n")
