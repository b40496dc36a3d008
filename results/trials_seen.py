"""Which trials a study has seen: every strategy, with its code and numbers, that was ever played in this store.

A Sharpe ratio is deflated by the search that found it, and a search is all that was tried, not what is left of it: the
list stays when runs are removed. It is `trials.csv` beside the run folders, a line a trial: study, trial (16 hex
digits), sharpe (a period; empty where the path never moved), made_by (the run or sweep that made it first). A line is
only ever added, in one write, so that several writers do each other no harm; of lines for one trial the first counts.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.metrics import PERIODS
from events.files import RECORD, TABLE, read_text
from results.errors import StoreError
from results.layout import RUN_FILE
from results.runs import run_folders

FILE = "trials.csv"
_HEAD = ("study", "trial", "sharpe", "made_by")


def study_key(study: str, simulated: bool) -> str:
    """Under which name a study's trials are kept: what is tried on simulated prices says nothing about real ones."""
    return f"{study} (simulated)" if simulated else study


def trial_id(
    source_sha256: str,
    class_name: str,
    params: Mapping[str, Any],
    calendar_sha256: str,
    fingerprint: str,
    window: tuple[str, str],
) -> str:
    """The same for the same strategy, code and numbers on the same calendar, prices and window; else another.

    params : all of them, resolved, defaults included; fingerprint : of the prices; window : ISO dates
    """
    parts = [source_sha256, class_name, dict(params), calendar_sha256, fingerprint, list(window)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def trial_of(facts: Mapping[str, Any]) -> str:
    """`trial_id` of a run, from its run.json."""
    strategy, window = facts["strategy"], facts["window"]
    return trial_id(
        strategy["source_sha256"],
        strategy["class"],
        strategy["params"],
        facts["calendar"]["sha256"],
        facts["data"]["fingerprint"],
        (window["start"], window["end"]),
    )


def read_trials(out: Path, study: str) -> dict[str, float | None]:
    """Sharpe ratio a period by trial, of all that a study (`study_key`) has seen in the store `out`."""
    if not (out / FILE).exists():
        return {}
    text = read_text(out / FILE, "trials", StoreError, TABLE)
    found: dict[str, float | None] = {}
    for row in csv.reader(text.splitlines()):
        if len(row) == len(_HEAD) and row[0] == study:
            found.setdefault(row[1], _number(row[2]))
    return found


def adopt_runs(out: Path) -> None:
    """Begin the list with the runs a store already holds, where it has none yet: a store made before there was one."""
    if (out / FILE).exists():
        return
    for folder in run_folders(out):
        found: dict[str, float | None] = {}
        for path in sorted(folder.glob(f"*/{RUN_FILE}")):
            try:
                facts = json.loads(read_text(path, "record", StoreError, RECORD))
                key, trial = study_key(facts["study"], facts["data"]["simulated"]), trial_of(facts)
                sharpe = facts["metrics"]["sharpe"]
            except (StoreError, ValueError, KeyError, TypeError):
                continue  # a damaged run, which `runs list` names
            found[trial] = None if sharpe is None else sharpe / math.sqrt(PERIODS)
        if found:
            note_trials(out, key, found, folder.name)


def note_trials(out: Path, study: str, trials: Mapping[str, float | None], made_by: str) -> int:
    """Add trials to what a study (`study_key`) has seen; returns how many that are, each counted once.

    trials  : Sharpe ratio a period (mean over standard deviation, ddof 1) by `trial_id`; None where it never moved
    made_by : name of the run or sweep
    Raises  : OSError
    """
    seen = read_trials(out, study)
    fresh = [(study, trial, _text(sharpe), made_by) for trial, sharpe in trials.items() if trial not in seen]
    if fresh:
        out.mkdir(parents=True, exist_ok=True)
        handle = os.open(out / FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            lines = io.StringIO()
            head = () if os.fstat(handle).st_size else (_HEAD,)
            csv.writer(lines, lineterminator="\n").writerows([*head, *fresh])
            os.write(handle, lines.getvalue().encode())
        finally:
            os.close(handle)
    return len(seen) + len(fresh)


def _text(sharpe: float | None) -> str:
    return "" if sharpe is None else repr(float(sharpe))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
