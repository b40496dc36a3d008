"""Which trials a study has seen: every strategy, with its code and numbers, that was ever played in this store.

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
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

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
        out.mkdir(parents=True, exist_ok=True)
        lines = io.StringIO()
        if content and not content.endswith(b"\n"):
            lines.write("\n")  # after a line that was torn, or of another encoding
        csv.writer(lines, lineterminator="\n").writerows([*(() if content else (_HEAD,)), *fresh])
        handle = os.open(out / FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(handle, lines.getvalue().encode())
        finally:
            os.close(handle)
    return len(seen) + len(fresh)


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
