"""Checks whether the code in a run folder is code that this store has run before.

To run a stored run again is to run its strategy file. A folder from elsewhere, or one that was changed, could make that
do anything, so such code runs only where the user says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from eventfolio.engine.record.identity import identity_of
from eventfolio.events.files import code_sha256
from eventfolio.results.errors import StoreError
from eventfolio.results.store.layout import INPUTS, SOURCE_FILE
from eventfolio.results.store.read import StoredRun, StoredStudy
from eventfolio.results.store.trials import read_trials, study_key


def own_file(stored: StoredStudy, name: str) -> Path | None:
    """The file of a strategy as the study kept in a run folder names it; None where no file is named."""
    file, _, cls = name.rpartition(":")
    if not (file or cls).endswith(".py"):
        return None
    return (stored.folder / INPUTS / (file or cls)).resolve()


def check_trust(stored: StoredStudy, names: Mapping[str, str], out: Path) -> None:
    """Refuse a run whose own code was not run by the store `out`.

    names  : of its strategies by label, as its study file has them
    Raises : StoreError with every reason
    """
    reasons = []
    for run in stored.runs:
        path = own_file(stored, names.get(run.label, ""))
        if path is not None:
            reasons += [f"  {run.label}: {reason}" for reason in _reasons(stored, run, path, out)]
    if reasons:
        raise StoreError(
            "\n".join([f"{stored.folder} holds code that is not run unasked:", *reasons])
            + "\nRead the file; --trust runs it."
        )


def _reasons(stored: StoredStudy, run: StoredRun, path: Path, out: Path) -> list[str]:
    kept = stored.folder / run.label / SOURCE_FILE
    if kept.is_symlink() or path != kept.resolve():
        return [f"its file is {path}, not {SOURCE_FILE} in the run folder."]
    found, recorded = sha256_of(run), run.facts.strategy.source_sha256
    if found != recorded:
        return [f"{SOURCE_FILE} is not the file that was run (its SHA-256 is {found[:16]}, recorded {recorded[:16]})."]
    if stored.folder.parent.resolve() != out.resolve():
        return [f"the run lies outside the store {out}."]
    seen = read_trials(out, study_key(stored.facts.study, run.facts.data.simulated))
    if identity_of(run.facts).id not in seen.sharpes:
        return [f"the store {out} has not seen it (trials.csv): it was made elsewhere, or changed."]
    return []


def sha256_of(run: StoredRun) -> str:
    """Of the strategy's code as it is kept: its file, and every other Python file there, which it may import."""
    return code_sha256(run.source, run.neighbours)
