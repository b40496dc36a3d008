"""How the compiled kernel's cost grows: with listings, dates, events and draws, and memory with draws.

python tests/benchmarks/scaling.py

Every point is a process of its own. A slope is that of log(seconds) on log(size): 1 is linear, below 1 cheaper still.
Writes a table and a chart (`results/gallery/scaling.md`, `scaling.png`).
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import history
import numpy as np
from by_kernel import kernel_seconds
from made_up import NEWS_SEED, in_blocks, random_calendars
from timing import in_words, logarithmic, peak_mb
from workloads import make

from eventfolio.results.plots.style import HUES, picture

HERE = Path(__file__).resolve().parent
GALLERY = HERE.parents[1] / "results" / "gallery"
REPEATS = 5
BLOCK = 10_000  # calendars laid out at once


@dataclass(frozen=True)
class Size:
    """A market of listings x dates, events a calendar, and so many random calendars."""

    listings: int
    dates: int
    events: int
    draws: int


SERIES: dict[str, list[Size]] = {
    "listings (and 8 events on 10)": [Size(n, 500, 8 * n // 10, 1) for n in (10, 30, 100, 300, 1_000, 2_500, 5_000)],
    "dates": [Size(100, n, 80, 1) for n in (250, 500, 1_000, 2_500, 5_000, 10_000)],
    "events": [Size(100, 2_500, n, 1) for n in (10, 30, 100, 300, 1_000, 3_000)],
    "draws": [Size(10, 500, 8, n) for n in (100, 1_000, 10_000, 100_000, 1_000_000)],
}


def main() -> int:
    points: dict[str, list[tuple[float, float]]] = {}
    for name, sizes in SERIES.items():
        for size in sizes:
            done = subprocess.run(
                [sys.executable, __file__, json.dumps(vars(size))], capture_output=True, text=True, check=False
            )
            if done.returncode:
                print(done.stderr.strip().splitlines()[-1], file=sys.stderr)
                return 1
            points.setdefault(name, []).append(tuple(json.loads(done.stdout)))
            print(f"{name}: {size} took {points[name][-1][0]:.6f} s", file=sys.stderr)
    text = _report(points)
    print(text)
    GALLERY.mkdir(exist_ok=True)
    (GALLERY / "scaling.md").write_text(text + "\n", encoding="utf-8")
    _draw(points)
    largest = {f"{_grown(name, sizes)[-1]:,} {_grows(name)}": points[name][-1][0] for name, sizes in SERIES.items()}
    history.record("scaling", {"the largest of each": largest})
    return 0


def measure(size: Size) -> tuple[float, float]:
    """Seconds (the median of several; of many blocks the sum) and peak memory (MB)."""
    first = random_calendars(min(size.draws, BLOCK), size.events, size.listings, size.dates, NEWS_SEED)
    work = make("scaling", size.listings, size.dates, first)
    kernel_seconds(work)
    if size.draws <= BLOCK:
        return float(np.median([kernel_seconds(work)[0] for _ in range(REPEATS)])), peak_mb()
    blocks = in_blocks(size.draws, size.events, size.listings, size.dates, BLOCK)
    return sum(kernel_seconds(replace(work, calendars=block))[0] for block in blocks), peak_mb()


def _report(points: dict[str, list[tuple[float, float]]]) -> str:
    lines = ["| grows | from | to | seconds, from | to | slope | peak MB, from | to |", "|---|" + "---:|" * 7]
    for name, sizes in SERIES.items():
        measured = points[name]
        grown = _grown(name, sizes)
        cells = [f"{grown[0]:,}", f"{grown[-1]:,}", f"{measured[0][0]:.2g}", f"{measured[-1][0]:.2g}"]
        cells += [f"{_slope(grown, measured):.2f}", f"{measured[0][1]:,.0f}", f"{measured[-1][1]:,.0f}"]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    held = "; ".join(f"{_grows(name)}: {_others(_grows(name), sizes[0])}" for name, sizes in SERIES.items())
    return "\n".join([*lines, "", f"What does not grow: {held}."])


def _others(grows: str, size: Size) -> str:
    return ", ".join(
        f"{value:,} {name}"
        for name, value in vars(size).items()
        if name != grows and not (grows == "listings" and name == "events")
    )


def _grows(name: str) -> str:
    return name.split(" ")[0]


def _grown(name: str, sizes: list[Size]) -> list[int]:
    return [getattr(size, _grows(name)) for size in sizes]


def _slope(grown: list[int], measured: list[tuple[float, float]]) -> float:
    return float(np.polyfit(np.log(grown), np.log([seconds for seconds, _ in measured]), 1)[0])


def _draw(points: dict[str, list[tuple[float, float]]]) -> None:
    with picture(GALLERY / "scaling.png", 9.0, 5.5) as figure:
        for axes, (name, sizes) in zip(figure.subplots(2, 2).flat, SERIES.items(), strict=True):
            grown, seconds = np.array(_grown(name, sizes)), np.array([second for second, _ in points[name]])
            logarithmic(axes, "x", lambda size: f"{size:,.0f}")
            logarithmic(axes, "y", in_words)
            axes.plot(grown, seconds, "o-", color=HUES[0], label="measured")
            axes.plot(grown, seconds[-1] * grown / grown[-1], ":", color=HUES[1], label="in proportion")
            axes.set_title(f"{name}: slope {_slope(list(grown), points[name]):.2f}", fontsize=9)
            axes.legend()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(Size(**json.loads(sys.argv[1])))))
    else:
        sys.exit(main())
