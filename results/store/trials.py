"""Records the trials a study has seen: every strategy, with its code and parameters, ever played in this store.

A Sharpe ratio is deflated by the search that found it, and a search is all that was tried, not what is left of it: the
list stays when runs are removed. It is `trials.csv` beside the run folders, a line a trial: study, trial (16 hex
digits), sharpe (a period; empty where the path never moved), made_by (the run or sweep that made it first). A line is
only ever added, in one write, so that several writers do each other no harm; of lines for one trial the first counts.
A line that is none of these is passed over and said, whatever it holds: no run is lost to its store's list.
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from eventfolio.engine.metrics import PERIODS
from eventfolio.engine.record import RunFacts
from eventfolio.engine.record.identity import identity_of
from eventfolio.events.files import RECORD, TABLE, read_bytes, read_text
from eventfolio.results.errors import StoreError
from eventfolio.results.store.index import run_folders
from eventfolio.results.store.layout import RUN_FILE

FILE = "trials.csv"
_HEAD = ("study", "trial", "sharpe", "made_by")
_LONGEST = 4096  # bytes of a line: its four fields are names and one number
_UNREAD = (-1, -1)  # the stamp of no file
_GREATEST = 1e12  # beyond any Sharpe ratio, and small enough that their variance is a number


@dataclass(frozen=True)
class Seen:
    """What the list holds of one study.

    sharpes : Sharpe ratio a period by trial; None where its path never moved
    note    : which of the file's lines could not be read, in words; empty where all could
    """

    sharpes: dict[str, float | None]
    note: str = ""


def study_key(study: str, simulated: bool) -> str:
    """Under which name a study's trials are kept: what is tried on simulated prices says nothing about real ones."""
    return f"{study} (simulated)" if simulated else study


def read_trials(out: Path, study: str) -> Seen:
    """All that a study (`study_key`) has seen in the store `out`; of a damaged list what is left of it."""
    try:
        content = _content(out)
    except StoreError as error:
        return Seen({}, f"{error} Until then trials made before are not counted, and none is added.")
    found: dict[str, float | None] = {}
    damaged: list[int] = []
    for number, line in enumerate(content.split(b"\n"), start=1):
        row = _row(line) if line.strip() else []
        if row is None:
            damaged.append(number)
        elif row and row[0] == study:
            found.setdefault(row[1], _number(row[2]))
    return Seen(found, _told(out / FILE, damaged))


def adopt_runs(out: Path) -> None:
    """Begin the list with the runs a store already holds, where it has none yet: a store made before there was one."""
    if os.path.lexists(out / FILE):
        return
    for folder in run_folders(out):
        found: dict[str, dict[str, float | None]] = {}
        for path in sorted(folder.glob(f"*/{RUN_FILE}")):
            try:
                facts = RunFacts.from_json(json.loads(read_text(path, "record", StoreError, RECORD)))
                key, sharpe = study_key(facts.study, facts.data.simulated), facts.metrics["sharpe"]
                found.setdefault(key, {})[identity_of(facts).id] = (
                    None if sharpe is None else sharpe / math.sqrt(PERIODS)
                )
            except (StoreError, ValueError, KeyError, RecursionError):
                continue  # a damaged run, which `runs list` names
        for key, trials in found.items():
            note_trials(out, key, trials, folder.name)


def note_trials(out: Path, study: str, trials: Mapping[str, float | None], made_by: str) -> int:
    """Add trials to what a study (`study_key`) has seen; returns how many that are, each counted once.

    A list that cannot be read (`Seen.note`) is left as it is.

    trials  : Sharpe ratio a period (mean over standard deviation, ddof 1) by `TrialIdentity.id`; None where it never
              moved
    made_by : name of the run or sweep
    Raises  : OSError
    """
    seen = read_trials(out, study).sharpes
    fresh = [(study, trial, _text(sharpe), made_by) for trial, sharpe in trials.items() if trial not in seen]
    try:
        content = _content(out)
    except StoreError:
        return len(trials)
    if fresh:
        _append(out, fresh, content)
    return len(seen) + len(fresh)


class TrialLog:
    """The list of one study kept at hand: noting a trial reads nothing anew unless another wrote to it. For threads.

    study: whose it is (`study_key`)
    note : what is wrong with the list, in words (`Seen.note`); nothing is added to one that cannot be read, and
           what was noted meanwhile is added once it can be
    """

    def __init__(self, out: Path, study: str) -> None:
        self._out, self.study = out, study
        self._lock = Lock()
        self._stamp: tuple[int, int] | None = None
        self._end = b""  # how the file ends
        self.note, self._is_open = "", True
        self._seen: dict[str, float | None] = {}
        self._own: dict[str, tuple[float | None, str]] = {}  # what was noted here, with who made it
        self._waiting: dict[str, tuple[float | None, str]] = {}  # of those, what the file does not hold
        adopt_runs(out)
        self._read()

    @property
    def seen(self) -> dict[str, float | None]:
        """Sharpe ratio a period by trial, of all that are known so far."""
        with self._lock:
            return dict(self._seen)

    def add(self, trials: Mapping[str, float | None], made_by: str) -> dict[str, float | None]:
        """Note trials, each once (as `note_trials`); all that the study has seen then. Raises: OSError"""
        with self._lock:
            if _stamp(self._out / FILE) != self._stamp:
                self._read()
            fresh = {trial: (sharpe, made_by) for trial, sharpe in trials.items() if trial not in self._seen}
            waiting = self._waiting | fresh
            if waiting and self._is_open:
                rows = [(self.study, trial, _text(sharpe), by) for trial, (sharpe, by) in waiting.items()]
                length = (self._stamp[1] if self._stamp else 0) + _append(self._out, rows, self._end)
                now = _stamp(self._out / FILE)
                self._stamp, self._end = now if now and now[1] == length else _UNREAD, b"\n"
                waiting = {}
            self._waiting, self._own = waiting, self._own | fresh
            self._seen |= {trial: sharpe for trial, (sharpe, _) in fresh.items()}
            return dict(self._seen)

    def _read(self) -> None:
        self._stamp = _stamp(self._out / FILE)
        found = read_trials(self._out, self.study)
        self._seen, self.note = {**self._seen, **found.sharpes}, found.note
        self._waiting = {trial: own for trial, own in self._own.items() if trial not in found.sharpes}
        try:
            self._end, self._is_open = _content(self._out)[-1:], True
        except StoreError:
            self._is_open = False


def _append(out: Path, rows: Sequence[tuple[str, ...]], content: bytes) -> int:
    """Add lines in one write; how many bytes that are. content : of the file so far, or its end"""
    out.mkdir(parents=True, exist_ok=True)
    lines = io.StringIO()
    if content and not content.endswith(b"\n"):
        lines.write("\n")  # after a line that was torn, or of another encoding
    csv.writer(lines, lineterminator="\n").writerows([*(() if content else (_HEAD,)), *rows])
    handle = os.open(out / FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        return os.write(handle, lines.getvalue().encode())
    finally:
        os.close(handle)


def _stamp(path: Path) -> tuple[int, int] | None:
    """When a file was written and how long it is; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _content(out: Path) -> bytes:
    """The list's bytes; none where there is no list.

    Raises: StoreError where it cannot be read
    """
    return read_bytes(out / FILE, "trials", StoreError, TABLE) if (out / FILE).exists() else b""


def _row(line: bytes) -> list[str] | None:
    """The four fields of a line; None where it has others."""
    if len(line) > _LONGEST:
        return None
    try:
        text = line.decode("utf-8-sig").rstrip("\r")
        (row,) = csv.reader([text], strict=True)
    except (ValueError, csv.Error):
        return None
    if len(row) != len(_HEAD) or "\0" in text or not row[1]:
        return None
    if tuple(row) == _HEAD or not row[2]:
        return row
    value = _number(row[2])
    return row if value is not None and abs(value) <= _GREATEST else None


def _told(path: Path, damaged: list[int]) -> str:
    if not damaged:
        return ""
    some = ", ".join(str(number) for number in damaged[:5]) + (" …" if len(damaged) > 5 else "")
    count = f"line {some} is" if len(damaged) == 1 else f"{len(damaged)} lines ({some}) are"
    return (
        f"{path}: {count} not study, trial, sharpe, made_by in UTF-8: passed over, and not counted where Sharpe ratios "
        "are deflated. Restore the file from a copy, or take them out."
    )


def _text(sharpe: float | None) -> str:
    return "" if sharpe is None or not abs(sharpe) <= _GREATEST else repr(float(sharpe))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
