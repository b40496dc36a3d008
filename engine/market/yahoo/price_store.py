"""The price store: one Parquet a symbol, written whole, locked and checksummed; nothing it ever held is thrown away.

Under the user's cache folder (EVENTFOLIO_CACHE moves it):

    yahoo/7013.T.parquet          raw bars with their actions; who said so, and when, in the file's metadata
    yahoo/old/7013.T-<sha>.parquet      as it was before a restatement
    yahoo/damaged/7013.T-<time>.parquet set aside because its checksum was wrong
    yahoo/snapshots/<fingerprint>.json  what a run read: for each symbol first and last row and their hash
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypedDict

import numpy as np
import pandas as pd

from eventfolio.engine.files import cache_folder
from eventfolio.events.errors import Unavailable
from eventfolio.events.writing import write_whole

COLUMNS = ("open", "high", "low", "close", "volume", "dividends", "splits")
_KEY = b"eventfolio"
_LEFTOVER_SECONDS = 3600


class Damaged(Exception):
    """A stored file is not what was written."""


class Snapshot(TypedDict):
    """What a run read, by symbol: rows (first and last date, their hash), and in words what is left out or stale."""

    rows: dict[str, list[str]]
    left_out: dict[str, str]
    stale: dict[str, str]


@dataclass(frozen=True)
class Facts:
    """What is known about a symbol's stored bars.

    asked_from : first date ever asked for; through : last finished session when last asked; fetched_at : UTC
    """

    symbol: str
    currency: str
    zone: str
    asked_from: date
    through: date
    fetched_at: datetime
    origin: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stored:
    """One symbol's bars as `engine.market.prices.PriceTable.frame` has them, raw, and the facts about them."""

    frame: pd.DataFrame
    facts: Facts


class PriceStore:
    """The folder and what may be done with it. Every change is made under the symbol's lock."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or cache_folder() / "yahoo"

    @property
    def symbols(self) -> list[str]:
        """Symbols with a stored file, sorted."""
        return sorted(path.stem for path in self.folder.glob("*.parquet"))

    def path(self, symbol: str) -> Path:
        return self.folder / f"{symbol}.parquet"

    @contextmanager
    def lock(self, symbol: str, seconds: float = 120.0) -> Iterator[None]:
        """Hold a symbol against other processes and threads.

        Raises: Unavailable where another holds it for longer than `seconds`
        """
        from filelock import FileLock, Timeout

        _make_folder(self.folder)
        try:
            with FileLock(self.folder / f"{symbol}.lock", timeout=seconds):
                yield
        except Timeout:
            raise Unavailable(
                f"{symbol}: another eventfolio has been fetching it for {seconds:g} s. Wait for it, or end it."
            ) from None

    def read(self, symbol: str) -> Stored | None:
        """What is stored; None where nothing is.

        Raises: Damaged
        """
        path = self.path(symbol)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unavailable(f"{path} cannot be read: {error.strerror}.") from None
        return _decoded(content, symbol)

    def write(self, stored: Stored, keep_old: bool) -> None:
        """Replace what is stored; `keep_old` keeps the present file under old/ first.

        Raises: Unavailable where the disk refuses; what was stored stays
        """
        path = self.path(stored.facts.symbol)
        if keep_old and path.exists():
            content = path.read_bytes()
            name = f"{path.stem}-{hashlib.sha256(content).hexdigest()[:16]}.parquet"
            _write_whole(self.folder / "old" / name, content)
        _write_whole(path, _encoded(stored))

    def set_aside(self, symbol: str) -> Path:
        """Move a damaged file out of the way; returns where it went."""
        folder = self.folder / "damaged"
        _make_folder(folder)
        target = folder / f"{symbol}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.parquet"
        shutil.move(self.path(symbol), target)
        return target

    def kept(self, symbol: str) -> list[Path]:
        """The files of former snapshots of a symbol."""
        name = re.compile(re.escape(symbol) + r"-[0-9a-f]{16}")
        return sorted(path for path in (self.folder / "old").glob("*.parquet") if name.fullmatch(path.stem))

    def find(self, symbol: str, first: date, last: date, sha256: str) -> Stored | None:
        """The rows from `first` to `last` with that hash, from the present file or a former one."""
        for path in (self.path(symbol), *self.kept(symbol)):
            try:
                stored = _decoded(path.read_bytes(), symbol)
            except (OSError, Damaged):
                continue
            rows = stored.frame.loc[str(first) : str(last)]
            if hash_of(rows) == sha256:
                return Stored(rows, stored.facts)
        return None

    def write_snapshot(self, manifest: Snapshot) -> str:
        """Keep what a run read; returns its fingerprint (the same manifest, the same fingerprint)."""
        text = json.dumps(manifest, sort_keys=True, indent=1)
        fingerprint = hashlib.sha256(text.encode()).hexdigest()[:16]
        path = self.folder / "snapshots" / f"{fingerprint}.json"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            _write_whole(path, text.encode())
        return fingerprint

    def read_snapshot(self, fingerprint: str) -> Snapshot | None:
        """The manifest of that fingerprint; None where it is not here, or not what was written."""
        if not re.fullmatch(r"[0-9a-f]{16}", fingerprint):
            return None
        try:
            text = (self.folder / "snapshots" / f"{fingerprint}.json").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None
        return json.loads(text) if hashlib.sha256(text.encode()).hexdigest()[:16] == fingerprint else None

    def tidy(self) -> None:
        """Remove half-written files that a killed process left."""
        for path in self.folder.rglob(".*.part") if self.folder.is_dir() else ():
            try:
                if time.time() - path.stat().st_mtime > _LEFTOVER_SECONDS:
                    path.unlink()
            except OSError:
                continue  # another process was faster


def hash_of(frame: pd.DataFrame) -> str:
    """SHA-256 of dates and figures, the same on every machine."""
    digest = hashlib.sha256(frame.index.to_numpy().astype("datetime64[D]").astype("<i8").tobytes())
    for name in COLUMNS:
        values = frame[name].to_numpy().astype("<f8")
        digest.update(np.where(np.isnan(values), np.nan, values).tobytes())  # one NaN, of the many there are
    return digest.hexdigest()


def _encoded(stored: Stored) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    facts = json.dumps(asdict(stored.facts), default=str, sort_keys=True)
    seal = hashlib.sha256((facts + hash_of(stored.frame)).encode()).hexdigest()
    days = stored.frame.index.to_numpy().astype("datetime64[D]")
    table = pa.table({"date": days, **{name: stored.frame[name].to_numpy(float) for name in COLUMNS}})
    table = table.replace_schema_metadata({_KEY: json.dumps({"facts": facts, "sha256": seal}).encode()})
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd", write_page_checksum=True)
    return out.getvalue()


def _decoded(content: bytes, symbol: str) -> Stored:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(pa.BufferReader(content), page_checksum_verification=True)
        seal = json.loads((table.schema.metadata or {})[_KEY])
        figures = {name: table[name].to_numpy() for name in COLUMNS}
        days = pd.DatetimeIndex(table["date"].to_numpy().astype("datetime64[ns]"), name="date")
        frame = pd.DataFrame(figures, index=days)
        facts = json.loads(seal["facts"])
        known = Facts(
            **{
                **facts,
                "asked_from": date.fromisoformat(facts["asked_from"]),
                "through": date.fromisoformat(facts["through"]),
                "fetched_at": datetime.fromisoformat(facts["fetched_at"]),
                "notes": tuple(facts["notes"]),
            }
        )
    except (pa.ArrowException, OSError, KeyError, ValueError, TypeError) as error:
        raise Damaged(f"{symbol}: the stored file cannot be read ({str(error).splitlines()[0]})") from None
    if seal["sha256"] != hashlib.sha256((seal["facts"] + hash_of(frame)).encode()).hexdigest():
        raise Damaged(f"{symbol}: the stored file's checksum is wrong")
    if known.symbol != symbol:
        raise Damaged(f"{symbol}: the stored file is that of {known.symbol}")
    return Stored(frame, known)


def _write_whole(path: Path, content: bytes) -> None:
    """A reader sees the old file or the new one, never half of it, also after a power cut."""
    _make_folder(path.parent)
    try:
        write_whole(path, content, durable=True)
    except OSError as error:
        raise Unavailable(
            f"{path} could not be written: {error.strerror}. What was stored there stays. "
            "Make room, or set EVENTFOLIO_CACHE to another folder."
        ) from None


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(
            f"{folder} could not be made: {error.strerror}. Set EVENTFOLIO_CACHE to a folder that can be written."
        ) from None
