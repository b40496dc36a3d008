"""The history of the benchmarks: each run of one appends its medians, with versions and machine, to `history.json`.

python tests/benchmarks/history.py

Draws the trend of every figure, a panel a workload (`results/gallery/trend.png`). Figures of different machines or
different versions of Python are never joined by a line.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from timing import in_words, logarithmic

from eventfolio.results.plots.style import HUES, QUIET, picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HERE = Path(__file__).resolve().parent
HISTORY = HERE / "history.json"
TREND = HERE.parents[1] / "results" / "gallery" / "trend.png"
PACKAGES = ("eventfolio", "backtrader", "numba", "numpy")
Medians = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Machine:
    """What figures hang on, and no name: cores that this process may use, memory (whole GiB), processor."""

    cores: int
    memory: int
    model: str


@dataclass(frozen=True)
class Entry:
    """One run of one benchmark.

    measured : UTC, to the second
    medians  : seconds by workload and by what was timed on it
    versions : of Python and PACKAGES
    """

    measured: str
    benchmark: str
    medians: Medians
    versions: Mapping[str, str]
    machine: Machine

    @property
    def setting(self) -> tuple[Machine, str]:
        """Figures are comparable where this is equal: the machine, and Python without its patch level."""
        return self.machine, self.versions["python"].rpartition(".")[0]


def record(benchmark: str, medians: Medians, path: Path = HISTORY) -> Entry:
    """Append a run of a benchmark, its medians in seconds, to the history.

    Raises ValueError for a median that is no positive number.
    """
    for workload, timed in medians.items():
        for name, seconds in timed.items():
            if not 0 < seconds < float("inf"):
                raise ValueError(f"{benchmark}, {workload}, {name}: {seconds} is no time in seconds.")
    entry = Entry(
        measured=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        benchmark=benchmark,
        medians=medians,
        versions={"python": platform.python_version()} | {name: version(name) for name in PACKAGES},
        machine=this_machine(),
    )
    entries = [*read(path), entry]
    lines = ",\n".join(json.dumps(asdict(one), ensure_ascii=False, allow_nan=False) for one in entries)
    part = path.with_name(f".{path.name}.part")
    part.write_text(f"[\n{lines}\n]\n", encoding="utf-8")  # one a line, so that a difference shows what was added
    os.replace(part, path)
    return entry


def read(path: Path = HISTORY) -> list[Entry]:
    """All runs, in the order in which they were appended; none where there is no file yet."""
    if not path.exists():
        return []
    documents: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return [Entry(**document | {"machine": Machine(**document["machine"])}) for document in documents]


def this_machine() -> Machine:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return Machine(cores, round(memory), _model())


def _model() -> str:
    """The processor as Linux names it; elsewhere its architecture."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


@dataclass
class Stretch:
    """Runs in a row of one thing timed in one setting, so that their figures may be compared: (instant, seconds)."""

    name: str
    setting: tuple[Machine, str]
    points: list[tuple[datetime, float]]


def trend(entries: Sequence[Entry]) -> dict[tuple[str, str], list[Stretch]]:
    """By benchmark and workload: what was timed, a new stretch wherever the machine or Python changed."""
    panels: dict[tuple[str, str], list[Stretch]] = {}
    for entry in sorted(entries, key=lambda entry: entry.measured):
        for workload, timed in entry.medians.items():
            panel = panels.setdefault((entry.benchmark, workload), [])
            for name, seconds in timed.items():
                last = next((stretch for stretch in reversed(panel) if stretch.name == name), None)
                if last is None or last.setting != entry.setting:
                    last = Stretch(name, entry.setting, [])
                    panel.append(last)
                last.points.append((datetime.fromisoformat(entry.measured), seconds))
    return panels


def draw(entries: Sequence[Entry], path: Path = TREND) -> None:
    """The picture of the trend; nothing is drawn of no entries."""
    panels = trend(entries)
    if not panels:
        return
    rows = (len(panels) + 1) // 2
    with picture(path, 9.0, 0.6 + 3.6 * rows) as figure:
        axes = figure.subplots(rows, 2 if len(panels) > 1 else 1, squeeze=False)
        for panel in axes.flat[len(panels) :]:
            panel.set_visible(False)
        for panel, ((benchmark, workload), stretches) in zip(axes.flat, panels.items(), strict=False):
            panel.set_title(f"{benchmark}: {workload}", fontsize=9)
            draw_panel(panel, stretches)


def draw_panel(axes: Axes, stretches: Sequence[Stretch]) -> None:
    """A line a stretch in the hue of what was timed, named once."""
    from matplotlib.dates import ConciseDateFormatter

    logarithmic(axes, "y", in_words)
    names = list(dict.fromkeys(stretch.name for stretch in stretches))
    named: set[str] = set()
    for stretch in stretches:
        place = names.index(stretch.name)
        hue = HUES[place] if place < len(HUES) else QUIET
        times, seconds = zip(*stretch.points, strict=True)
        axes.plot(times, seconds, "o-", color=hue, label=None if stretch.name in named else stretch.name, markersize=4)
        named.add(stretch.name)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(axes.xaxis.get_major_locator()))
    axes.legend(fontsize=7, loc="upper left", bbox_to_anchor=(0.0, -0.12))  # one below the other: names are long


if __name__ == "__main__":
    draw(read())
    print(f"{len(read())} runs of benchmarks in {HISTORY.name}" + (f", drawn in {TREND}." if read() else "."))
    sys.exit(0)
