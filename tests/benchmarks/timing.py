"""How one engine is timed: in a process of its own, once to warm up and then the median of several; peak memory."""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from made_up import SIZES


@dataclass(frozen=True)
class Part:
    """The runs of a workload that are played, `most` of all; the others would take as long each.

    sets : hold and stop of each run; calendars: how many there are (one of the two is single)
    """

    sets: list[tuple[int, float]]
    calendars: int
    most: int

    @property
    def chosen(self) -> list[tuple[tuple[int, float], int]]:
        """Parameter sets and calendars, evenly spread."""
        every = [(one, number) for one in self.sets for number in range(self.calendars)]
        return [every[place] for place in np.linspace(0, len(every) - 1, min(self.most, len(every))).astype(int)]

    @property
    def times(self) -> float:
        """What the time of the part is multiplied by."""
        return len(self.sets) * self.calendars / len(self.chosen)

    def play(self, one: Callable[[tuple[int, float], int], float]) -> float:
        """Play each; the final equity of the first."""
        finals = [one(plan, number) for plan, number in self.chosen]
        return finals[0]


def arguments(repeats: int) -> tuple[str, int]:
    """Workload and repeats as the command line gives them; a wrong one ends with words and status 2."""
    given = sys.argv[1:3]
    name, times = given + ["W1", str(repeats)][len(given) :]
    if name not in SIZES or not times.isdigit():
        print(f"{name} {times}: give a workload ({', '.join(SIZES)}) and how often to repeat it.", file=sys.stderr)
        raise SystemExit(2)
    return name, int(times)


def report(run: Callable[[], float], repeats: int, times: float = 1.0) -> None:
    """Time `run` and print one JSON line for the table; with no repeats its only run counts.

    run   : plays the workload (or a part of it), returns the final equity of its first run
    times : what the measured part is multiplied by to stand for the whole workload
    """
    first = _timed(run)
    taken = [_timed(run) for _ in range(repeats)] or [first]
    print_row([seconds for seconds, _ in taken], taken[-1][1], times, first[0])


def print_row(seconds: list[float], final: float, times: float = 1.0, first: float | None = None) -> None:
    """One JSON line: the median, how often it was measured, what the first run took, and the peak memory so far."""
    row = {
        "median": statistics.median(seconds) * times,
        "repeats": len(seconds),
        "first": first,
        "times": times,
        "final": final,
        "peak_mb": peak_mb(),
    }
    print(json.dumps(row))


def peak_mb() -> float:
    """Peak resident memory of this process, MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 / (1024 if sys.platform == "darwin" else 1)


def frames(dates: Any, bars: dict[str, Any]) -> list[Any]:
    """Each listing's bars as a pandas frame, as most libraries take them."""
    import pandas as pd

    index = pd.DatetimeIndex(dates.astype("datetime64[ns]"))
    return [
        pd.DataFrame({name: bar[row] for name, bar in bars.items()}, index=index) for row in range(len(bars["close"]))
    ]


def in_words(seconds: float) -> str:
    """Three figures in the unit that reads best."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{float(f'{seconds / size:.3g}'):,g} {unit}"
    return f"{seconds * 1e6:.3g} us"


def logarithmic(axes: Any, along: str, words: Callable[[float], str]) -> None:
    """Make the "x" or "y" axis of a picture logarithmic, its tens in words."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axes.set(**{f"{along}scale": "log"})
    axis = getattr(axes, f"{along}axis")
    axis.set_major_locator(LogLocator(numticks=6))
    axis.set_major_formatter(FuncFormatter(lambda value, _: words(value)))
    axis.set_minor_formatter(NullFormatter())


def _timed(run: Callable[[], float]) -> tuple[float, float]:
    began = time.perf_counter()
    final = run()
    return time.perf_counter() - began, final
