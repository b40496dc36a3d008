"""Writes a run folder under a hidden name and renames it when it is whole."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from eventfolio.engine.record import RunRecord, StudyRecord
from eventfolio.events.errors import shown
from eventfolio.events.writing import PART
from eventfolio.results.errors import StoreError
from eventfolio.results.store.layout import RUN_FILE, SOURCE_FILE
from eventfolio.results.store.tables import TABLES, write_table
from eventfolio.results.store.tidy import at_work
from eventfolio.results.store.writing import write_json

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def check_names(study: StudyRecord, runs: Sequence[RunRecord]) -> None:
    labels = [run.label for run in runs]
    for name in [study.facts.study, *labels]:
        if not _SAFE.fullmatch(name):
            raise StoreError(f"'{shown(name)}' cannot name a folder. Use letters, digits, '.', '_' and '-'.")
    doubles = sorted({label for label in labels if labels.count(label) > 1})
    if doubles:
        raise StoreError(
            f"two strategies are labelled '{shown(doubles[0])}'. Give each [[strategy]] a label of its own."
        )


@contextmanager
def appearing(out: Path, wanted: str) -> Iterator[tuple[Path, str]]:
    """A hidden folder that takes the name `wanted` (or wanted-2, …) in `out` at the end, or vanishes."""
    out.mkdir(parents=True, exist_ok=True)
    part, name = _reserve(out, wanted)
    try:
        with at_work(part):
            yield part, name
            part.rename(out / name)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def _reserve(out: Path, wanted: str) -> tuple[Path, str]:
    number, name = 1, wanted
    while True:
        part = out / f".{name}{PART}"
        try:
            part.mkdir()
        except FileExistsError:
            pass
        else:
            if not (out / name).exists():
                return part, name
            part.rmdir()
        number += 1
        name = f"{wanted}-{number}"


def write_inputs(study: StudyRecord, folder: Path) -> None:
    folder.mkdir()
    for name, text in study.inputs.items():
        if not _SAFE.fullmatch(name):
            raise StoreError(f"'{name}' cannot name a file of a run's inputs.")
        (folder / name).write_text(text, encoding="utf-8", newline="")


def write_tables(run: RunRecord, folder: Path, run_id: str) -> None:
    folder.mkdir()
    write_json(folder / RUN_FILE, replace(run.facts, run_id=run_id).to_json())
    for name in TABLES:
        write_table(name, getattr(run, name), folder / f"{name}.parquet")
    for name, text in {SOURCE_FILE: run.source, **run.neighbours}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="")
