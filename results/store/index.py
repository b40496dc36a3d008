"""Lists, finds and removes the runs of a store."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eventfolio.engine.record.json_record import Metrics
from eventfolio.events.errors import Unavailable, did_you_mean, shown
from eventfolio.events.files import RECORD, read_text
from eventfolio.events.json_types import JsonObject
from eventfolio.results.errors import StoreError
from eventfolio.results.store.layout import INPUTS, LISTED, RUN_FILE, STUDY_FILE
from eventfolio.results.store.tidy import GONE

_LATEST = re.compile(r"latest(?:~(\d{1,6}))?")
_DAMAGED = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, StoreError)
_STAMP = re.compile(r"-(\d{8}T\d{6}Z)(?:-(\d+))?$")


@dataclass(frozen=True)
class Listed:
    """One run folder in a list. figures : by strategy's label, the metrics of LISTED and point_in_time."""

    folder: Path
    study: str
    created: str
    simulated: bool
    window: tuple[str, str]
    figures: dict[str, Metrics]

    @property
    def name(self) -> str:
        return self.folder.name

    def to_json(self) -> JsonObject:
        """The run as `runs list --json` prints it."""
        return {
            "name": self.name,
            "folder": str(self.folder),
            "study": self.study,
            "created": self.created,
            "simulated": self.simulated,
            "window": list(self.window),
            "strategies": self.figures,
        }


def run_folders(out: Path) -> list[Path]:
    """The run folders in `out`, oldest first; those being written are not among them."""
    try:
        names = [item.name for item in out.iterdir() if not item.name.startswith(".")]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StoreError(f"{out}: runs cannot be listed ({error.strerror}). Give another folder with --out.") from None
    return [out / name for name in sorted(names, key=_age) if (out / name / STUDY_FILE).is_file()]


def find_run(text: str | Path, out: Path) -> Path:
    """The folder that `text` means: a path, a name in `out`, `latest`, `latest~1` (the one before) and so on.

    A strategy's label may follow after a slash: `latest/kogas-lng`.
    Raises : StoreError with the nearest name
    """
    path = Path(text)
    if path.is_dir():
        return path if path.name not in ("", "..") else path.resolve()
    name, _, label = str(text).partition("/")
    if found := _LATEST.fullmatch(name):
        folders, back = run_folders(out), int(found[1] or 0)
        if back >= len(folders):
            raise StoreError(f"{shown(text)}: {out} holds {len(folders)} {'run' if len(folders) == 1 else 'runs'}.")
        folder = folders[-1 - back]
    elif (out / name / STUDY_FILE).is_file():
        folder = out / name
    elif path.is_absolute() or "/" in str(text):
        return path  # load_run says what is wrong with it
    else:
        names = ["latest", *(item.name for item in run_folders(out))]
        raise StoreError(
            f"'{shown(text)}' is not a run in {out}.{did_you_mean(name, names)} `eventfolio runs list` lists them."
        )
    if label and not (folder / label / RUN_FILE).is_file():
        labels = [item.name for item in folder.iterdir() if (item / RUN_FILE).is_file()]
        raise StoreError(f"{folder.name} has no strategy '{shown(label)}'.{did_you_mean(label, labels)}")
    return folder / label if label else folder


def find_runs(names: Sequence[str], out: Path) -> tuple[list[Path], list[str]]:
    """`find_run` of each, and of several names those of files and folders that are no runs, as `runs/*` brings along.

    Raises : StoreError for what is not there at all, and where no run is left
    """
    if len(names) == 1:
        return [find_run(names[0], out)], []
    others = [name for name in names if _is_other(Path(name))]
    if len(others) == len(names):
        raise StoreError(
            f"None of these is a run folder: {shown(', '.join(names))}. `eventfolio runs list` lists them."
        )
    return [find_run(name, out) for name in names if name not in others], others


def _is_other(path: Path) -> bool:
    return path.exists() and not any((path / name).is_file() for name in (STUDY_FILE, RUN_FILE))


def list_runs(
    out: Path,
    study: str | None = None,
    strategy: str | None = None,
    since: str | None = None,
    sort: str = "created",
) -> tuple[list[Listed], list[str]]:
    """The runs in `out` that match, and the names of folders that cannot be read.

    strategy : keeps the runs that hold this label, and of those its figures alone
    since    : ISO date; keeps runs made on or after it
    sort     : "created" or "name", lowest first; or a figure of the best strategy, highest first
    Raises   : StoreError for an unknown `sort`
    """
    keys = ("created", "name", "point_in_time", *LISTED)
    if sort not in keys:
        raise StoreError(
            f"--sort {shown(sort)} is not known.{did_you_mean(sort, list(keys))} Known: {', '.join(keys)}."
        )
    runs, damaged = [], []
    for folder in run_folders(out):
        try:
            run = _listed(folder)
        except _DAMAGED:
            damaged.append(folder.name)
            continue
        if strategy is not None:
            run = _only(run, strategy)
        if run.figures and study in (None, run.study) and (since is None or run.created >= since):
            runs.append(run)
    if sort == "name":
        runs.sort(key=lambda run: run.name)
    elif sort != "created":
        runs.sort(key=lambda run: _highest(run, sort), reverse=True)
    return runs, damaged


def remove_runs(names: Sequence[str], out: Path) -> list[Path]:
    """Take run folders out of the store: each vanishes at once, whole.

    Raises: StoreError for what is no run folder, before anything is touched; Unavailable where it cannot be removed
    """
    folders = list(dict.fromkeys(_removable(name, out) for name in names))
    for folder in folders:
        gone = folder.with_name(f".{folder.name}{GONE}")
        try:
            folder.rename(gone)  # for whoever lists the store, it is gone from here on
            shutil.rmtree(gone)
        except OSError as error:
            raise Unavailable(f"{folder} could not be removed ({error.strerror}).") from error
    return folders


def _removable(name: str, out: Path) -> Path:
    """The whole run folder that `name` means: one in the store, or elsewhere what reads as a run and nothing else."""
    found = find_run(name, out)
    if found.is_symlink():
        raise StoreError(f"{shown(name)} is a link to {found.resolve()}; take the link away by hand.")
    if not (found / STUDY_FILE).is_file():
        raise StoreError(f"{shown(name)}: only whole run folders can be removed; this is none.")
    if out.resolve().is_relative_to(found.resolve()):
        raise StoreError(f"{shown(name)}: the store lies in it, so it is not removed.")
    if found.resolve().parent != out.resolve():
        try:
            _listed(found)
        except _DAMAGED as error:
            raise StoreError(f"{shown(name)}: not in {out}, and no run that can be read, so not removed.") from error
    return found


def inputs_of(folder: Path) -> Path:
    """The study file among what a run keeps of its inputs.

    Raises: StoreError for a run that kept none
    """
    study = folder / INPUTS / "study.toml"
    if not study.is_file():
        raise StoreError(
            f"{folder.name} keeps no inputs ({INPUTS}/study.toml), so it cannot be run again from its record."
        )
    return study


def _listed(folder: Path) -> Listed:
    document = json.loads(read_text(folder / STUDY_FILE, "record", StoreError, RECORD))  # not whole: a list is quick
    figures = document.get("figures") or {label: _figures(folder / label) for label in document["runs"]}
    window, words = document["window"], (document["study"], document["created"])
    found = Listed(folder, *words, document["simulated"], (window["start"], window["end"]), figures)
    for value in (*words, *found.window):
        if not isinstance(value, str):
            raise TypeError(f"{value} is no text")
    for value in (value for one in figures.values() for value in one.values()):
        if value is not None and (isinstance(value, bool) or value - value != 0):
            raise ValueError(f"{value} is no figure")
    return found


def figures_of(metrics: Metrics, point_in_time: Metrics | None) -> Metrics:
    """What `runs list` shows of a strategy: of its metrics those that are listed, and its return point in time."""
    honest = (point_in_time or {}).get("total_return")
    return {key: metrics.get(key) for key in LISTED} | {"point_in_time": honest}


def _figures(folder: Path) -> Metrics:
    """Of a run written before study.json held them."""
    document = json.loads(read_text(folder / RUN_FILE, "record", StoreError, RECORD))
    return figures_of(document["metrics"], document["metrics_point_in_time"])


def _only(run: Listed, label: str) -> Listed:
    kept = {name: figures for name, figures in run.figures.items() if name == label}
    return Listed(run.folder, run.study, run.created, run.simulated, run.window, kept)


def _highest(run: Listed, key: str) -> float:
    known = [value for figures in run.figures.values() if (value := figures.get(key)) is not None]
    return max(known, default=float("-inf"))


def _age(name: str) -> tuple[str, int, str]:
    found = _STAMP.search(name)
    return (found[1], int(found[2] or 1), name) if found else ("", 0, name)
