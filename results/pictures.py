"""Pictures as files (PNG, SVG): one look, colours that colour-blind readers can tell apart, dates of the exchanges.

`picture` is for every command's --plot: it gives a figure of our look and writes it whole or not at all.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from events.errors import Unavailable
from results.errors import StoreError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from results.stored import StoredRun, StoredStudy

HUES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#c98500", "#3d9bd3", "#1b1b1a")  # Okabe and Ito (2008), darkened
DASHES: tuple[Any, ...] = ("-", (0, (6, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))
QUIET, RULE, SHADE = "#5f5f5b", "#dcdcd6", "#f0f0ec"
FORMATS = (".png", ".svg")

LOOK: Any = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": QUIET,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.unicode_minus": False,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "legend.frameon": False,
    "svg.fonttype": "path",  # the same letters on every machine
    "svg.hashsalt": "eventfolio",
    "text.parse_math": False,  # a $ in a symbol is a $
}


@contextmanager
def picture(path: Path, width: float = 9.0, height: float = 5.0, simulated: bool = False) -> Iterator[Figure]:
    """A figure to draw on, written to `path` at the end; nothing is written where drawing fails.

    width, height : inches
    simulated     : says so on the picture
    Raises        : StoreError for a name that ends in neither .png nor .svg; Unavailable if it cannot be written
    """
    check_format(path)
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.rc_context(LOOK):
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(figure)
        yield figure
        if simulated:
            figure.supxlabel("SIMULATED PRICES", fontsize=8, color=HUES[1], x=0.995, ha="right")
        drawn = io.BytesIO()
        plain = {"Software": None} if path.suffix.lower() == ".png" else {"Date": None, "Creator": None}
        figure.savefig(drawn, format=path.suffix[1:].lower(), dpi=160, metadata=plain)
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(drawn.getvalue())
        os.replace(part, path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise Unavailable(f"{path}: the picture could not be written ({error.strerror}). Give another name.") from error


def check_format(path: Path) -> None:
    """Refuse a name no picture can have, before any work is done."""
    if path.suffix.lower() not in FORMATS:
        raise StoreError(f"--plot {path}: end the name in {' or '.join(FORMATS)}.")


def draw_run(studies: Sequence[StoredStudy], path: Path) -> None:
    """Gain and drawdown of every strategy, the benchmark, hindsight shaded, events' first sessions as strokes."""
    named = _named(studies)
    with picture(path, 9.0, 6.5, any(study.facts["simulated"] for study in studies)) as figure:
        gain, fall = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1.3])
        for number, (name, run) in enumerate(named):
            _line(gain, fall, run.returns, "return", name, color=HUES[number % 7], ls=DASHES[number // 7 % 4])
        first = studies[0].runs[0].returns
        if first["benchmark"].notna().any():
            _line(gain, fall, first, "benchmark", str(studies[0].facts["benchmark"]), color=QUIET, ls=":")
        _events(gain, fall, studies)
        percent(gain)
        percent(fall)
        gain.set_title(" and ".join(dict.fromkeys(study.facts["study"] for study in studies)))
        gain.set_ylabel("gain since the start")
        fall.set_ylabel("drawdown")
        gain.legend(loc="upper left", ncols=2, fontsize=7.5)


def percent(axes: Axes) -> None:
    """The upright axis in per cent of decimal fractions."""
    from matplotlib.ticker import PercentFormatter

    axes.yaxis.set_major_formatter(PercentFormatter(1.0))


def _named(studies: Sequence[StoredStudy]) -> list[tuple[str, StoredRun]]:
    several = len(studies) > 1
    return [
        (f"{run.label} ({place})" if several else run.label, run)
        for place, study in enumerate(studies, start=1)
        for run in study.runs
    ]


def _line(gain: Axes, fall: Axes, returns: Any, column: str, name: str, **style: Any) -> None:
    import numpy as np

    known = returns[["date", column]].dropna()
    wealth = np.cumprod(1.0 + known[column].to_numpy())
    days = known["date"].to_numpy()
    gain.plot(days, wealth - 1.0, lw=1.2, label=name, **style)
    fall.plot(days, wealth / np.maximum.accumulate(np.maximum(wealth, 1.0)) - 1.0, lw=1.0, **style)


def _events(gain: Axes, fall: Axes, studies: Sequence[StoredStudy]) -> None:
    from datetime import date

    from matplotlib.dates import date2num

    from results.chart import published_of

    begin, end = gain.get_xlim()
    published = [found.date() for study in studies if (found := published_of(study.facts))]
    sessions = {
        (min(event["first_sessions"].values()), event["hindsight"])
        for study in studies
        for event in study.facts["events"]
        if event["first_sessions"]
    }
    for axes in (gain, fall):
        if published:
            axes.axvspan(begin, date2num(max(published)), color=SHADE, lw=0, zorder=0)
        for day, hindsight in sorted(sessions):
            at = date2num(date.fromisoformat(day))
            if begin <= at <= end:
                axes.axvline(at, color=QUIET if hindsight else HUES[0], lw=0.6, ls=":" if hindsight else "-", zorder=1)
        axes.set_xlim(begin, end)
