"""Reads run folders: one StoredStudy a folder, one StoredRun a strategy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import cast

import pandas as pd
from pyarrow.lib import ArrowException

from eventfolio.engine.record import RunFacts, StudyFacts
from eventfolio.engine.record.json_record import Absent
from eventfolio.events.errors import did_you_mean, shown
from eventfolio.events.files import read_text
from eventfolio.results.errors import StoreError
from eventfolio.results.store.documents import read_record
from eventfolio.results.store.evidence import EventStudyDocument, PlaceboDocument
from eventfolio.results.store.layout import EVENT_STUDY_FILE, PLACEBO_FILE, RUN_FILE, SOURCE_FILE, STUDY_FILE
from eventfolio.results.store.rows import LotRow, OrderRow, json_rows
from eventfolio.results.store.tables import ADDED, TABLES, read_table


@dataclass(frozen=True)
class StoredRun:
    """One strategy of a run folder. Tables are read when first asked for.

    facts    : run.json
    expected : names of files that are being written to its folder
    """

    label: str
    facts: RunFacts
    folder: Path
    expected: frozenset[str] = frozenset()

    @cached_property
    def returns(self) -> pd.DataFrame:
        """date, return, benchmark, home: decimal fractions, a row each Monday to Friday of the window."""
        return self._table("returns")

    @cached_property
    def equity(self) -> pd.DataFrame:
        """date, equity, cash (account currency), exposure (fraction)."""
        return self._table("equity")

    @cached_property
    def orders(self) -> pd.DataFrame:
        """A row an order sent."""
        return self._table("orders")

    @cached_property
    def trades(self) -> pd.DataFrame:
        """A row a lot."""
        return self._table("trades")

    @cached_property
    def positions(self) -> pd.DataFrame:
        """date, symbol, shares, value (account currency)."""
        return self._table("positions")

    @cached_property
    def triggers(self) -> pd.DataFrame | None:
        """A row for each event on each listing that it names, of each part: what became of it. None in older runs."""
        return self._added("triggers")

    @cached_property
    def fills(self) -> pd.DataFrame | None:
        """A row a fill. None in older runs, like the two that follow."""
        return self._added("fills")

    @cached_property
    def cash_flows(self) -> pd.DataFrame | None:
        """date, trades, interest, other: what changed the cash, account currency."""
        return self._added("cash_flows")

    @cached_property
    def capacity(self) -> pd.DataFrame | None:
        """date, equity_10, equity_100: equity with ten and a hundred times the cash."""
        return self._added("capacity")

    @cached_property
    def order_rows(self) -> list[OrderRow]:
        """The rows of `orders`, JSON-ready."""
        return cast(list[OrderRow], json_rows(self.orders))

    @cached_property
    def lot_rows(self) -> list[LotRow]:
        """The rows of `trades`, JSON-ready."""
        return cast(list[LotRow], json_rows(self.trades))

    @cached_property
    def source(self) -> str:
        """The strategy's file as run."""
        return read_text(self.folder / SOURCE_FILE, "strategy", StoreError)

    @cached_property
    def neighbours(self) -> dict[str, str]:
        """The modules beside the strategy's file, as run: text by path below the folder."""
        found = sorted(path for path in self.folder.rglob("*.py") if path != self.folder / SOURCE_FILE)
        return {path.relative_to(self.folder).as_posix(): read_text(path, "strategy", StoreError) for path in found}

    @cached_property
    def placebo(self) -> PlaceboDocument | None:
        """What `eventfolio placebo --run` found and kept beside it; None where none was played."""
        path = self.folder / PLACEBO_FILE
        return read_record(path, PlaceboDocument) if path.is_file() else None

    def _added(self, name: str) -> pd.DataFrame | None:
        return self._table(name) if (self.folder / f"{name}.parquet").is_file() else None

    def _table(self, name: str) -> pd.DataFrame:
        path = self.folder / f"{name}.parquet"
        try:
            return read_table(path)
        except (OSError, ValueError, TypeError, MemoryError, ArrowException) as error:
            raise StoreError(f"{path}: this table is missing or damaged ({error}). Run the study again.") from error


@dataclass(frozen=True)
class StoredStudy:
    """A run folder, or one strategy of it. `facts` is study.json."""

    folder: Path
    facts: StudyFacts
    runs: tuple[StoredRun, ...]

    @property
    def name(self) -> str:
        """What it is found by in its store."""
        return self.folder.absolute().name

    @property
    def point_in_time(self) -> bool | None:
        """Whether only the run from the publication on was made.

        None for a run stored before that was recorded that could be either: then it has the same figures both ways.
        """
        first = self.runs[0].facts
        if not isinstance(first.point_in_time, Absent):
            return first.point_in_time
        if first.window.start != self.facts.window.start:
            return True
        same = all(run.facts.metrics == run.facts.metrics_point_in_time for run in self.runs)
        return None if same else False

    @cached_property
    def event_study(self) -> EventStudyDocument | None:
        """The run's own event study (`results.event_study.of_run`); None where it was stored without evidence."""
        path = self.folder / EVENT_STUDY_FILE
        return read_record(path, EventStudyDocument) if path.is_file() else None


def load_run(path: Path) -> StoredStudy:
    """A run folder, or the folder of one of its strategies.

    Raises : StoreError, in words, if `path` is neither or damaged
    """
    try:
        return _load(path)
    except OSError as error:  # no permission, a disk that fails
        raise StoreError(f"{error.filename or path}: cannot be read ({error.strerror or error}).") from error


def _load(path: Path) -> StoredStudy:
    path = path if path.name not in ("", "..") else path.resolve()
    if not path.is_dir():
        beside = [item.name for item in _folders(path.parent)]
        what = "a file, not a run folder." if path.exists() else "no such run folder."
        raise StoreError(f"{shown(path)}: {what}{did_you_mean(path.name, beside) if beside else ''}")
    if (path / STUDY_FILE).exists() or (path / STUDY_FILE).is_symlink():
        facts = read_record(path / STUDY_FILE, StudyFacts)
        return StoredStudy(path, facts, tuple(_load_strategy(path / label) for label in facts.labels))
    if (path / RUN_FILE).is_file() and (path.parent / STUDY_FILE).is_file():
        facts = read_record(path.parent / STUDY_FILE, StudyFacts)
        return StoredStudy(path.parent, facts, (_load_strategy(path),))
    runs = [item.name for item in _folders(path) if (item / STUDY_FILE).is_file()]
    hint = f" It holds run folders; name one, such as {path / runs[-1]}." if runs else ""
    raise StoreError(f"{shown(path)}: not a run folder (it holds no {STUDY_FILE}).{hint}")


def _load_strategy(folder: Path) -> StoredRun:
    missing = [f"{name}.parquet" for name in TABLES if name not in ADDED and not (folder / f"{name}.parquet").is_file()]
    if missing:
        raise StoreError(f"{folder}: {', '.join(missing)} missing. Run the study again.")
    return StoredRun(folder.name, read_record(folder / RUN_FILE, RunFacts), folder)


def _folders(parent: Path) -> list[Path]:
    """The folders in `parent` that a user may name, by name; none where it cannot be listed."""
    try:
        return sorted(item for item in parent.iterdir() if item.is_dir() and not item.name.startswith("."))
    except OSError:
        return []
