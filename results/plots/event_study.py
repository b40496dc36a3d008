"""Draws the evidence: CAAR with its interval, CARs of events side by side, the real calendar among placebo ones.

Each function makes a matplotlib figure; `save` turns it into a file. The page draws its own (`page_evidence`).
matplotlib is imported when the first picture is asked for.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from eventfolio.results.event_study.document import unit_row
from eventfolio.results.event_study.power import estimate
from eventfolio.results.plots.style import HUES, LOOK, check_format, write_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from eventfolio.results.event_study.panel import Unit
    from eventfolio.results.event_study.study import EventStudy
    from eventfolio.results.store.evidence import PlaceboDocument

_INK, _PALE, _MARK = HUES[0], "#9db8d2", HUES[1]
_MOST = 30  # rows a forest plot holds


def caar_picture(study: EventStudy, title: str = "", simulated: bool = False) -> Figure:
    """CAAR by session with its 95 % interval as a fan, each observation's CAR behind it."""
    sessions = list(study.caar)
    found = [estimate(study.panel, sessions[0], t) for t in sessions]
    figure, axes = _figure(title or f"Cumulative abnormal return, {study.options.model} model", simulated)
    for one in range(len(study.units)):
        own = [100 * study.panel.sums(sessions[0], t)[one] for t in sessions]
        axes.plot(sessions, own, color=_PALE, lw=0.7, zorder=1)
    low, high = ([100 * value for value in side] for side in zip(*((e.low, e.high) for e in found), strict=True))
    axes.fill_between(sessions, low, high, color=_INK, alpha=0.18, lw=0, zorder=2, label="95 % interval")
    axes.plot(sessions, [100 * e.caar for e in found], color=_INK, lw=2, zorder=3, label="CAAR")
    axes.axvline(0, color=_MARK, lw=1, ls=(0, (4, 2)), zorder=0)
    axes.axhline(0, color="black", lw=0.6, zorder=0)
    axes.set_xlabel("session; 0 is the first tradable one")
    axes.set_ylabel("per cent")
    axes.legend(frameon=False, loc="upper left")
    return figure


def forest_picture(study: EventStudy, title: str = "", simulated: bool = False) -> Figure:
    """Each observation's CAR over the event window with the interval its own past gives it, and their mean below."""
    first, last = study.options.window
    shown = study.units[:_MOST]
    rows = [(_name(unit), unit_row(study, unit)) for unit in shown]
    mean = estimate(study.panel, first, last)
    more = f", first {_MOST} of {len(study.units)}" if len(study.units) > _MOST else ""
    heading = title or f"CAR of sessions {first} to {last}{more}"
    figure, axes = _figure(heading, simulated, height=1.2 + 0.28 * (len(rows) + 1))
    for place, (_, found) in enumerate(rows):
        if found.car is not None and found.low is not None and found.high is not None:
            axes.plot([100 * found.low, 100 * found.high], [place, place], color=_PALE, lw=2)
            axes.plot(100 * found.car, place, "o", color=_INK, ms=4)
    at = len(rows)
    axes.plot([100 * mean.low, 100 * mean.high], [at, at], color=_MARK, lw=3)
    axes.plot(100 * mean.caar, at, "D", color=_MARK, ms=5)
    axes.axvline(0, color="black", lw=0.6, zorder=0)
    axes.set_yticks(range(at + 1), [*(name for name, _ in rows), "mean"])
    axes.invert_yaxis()
    axes.set_xlabel("per cent, 95 % intervals")
    return figure


def placebo_picture(document: PlaceboDocument, figure_name: str = "total_return") -> Figure:
    """Histogram of one figure over the placebo calendars, the real one marked. document : of `placebo_document`."""
    found, real = document.distribution[figure_name], document.real[figure_name]
    scale = 1.0 if figure_name == "sharpe" else 100.0
    p = document.p[figure_name]
    title = f"{figure_name.replace('_', ' ')}: {document.distinct:,} calendars, p = {p:.3f}" if p else figure_name
    figure, axes = _figure(title, bool(document.simulated))
    edges = scale * np.array(found.edges)
    if len(edges):
        axes.bar(edges[:-1], found.counts, np.diff(edges), align="edge", color=_PALE)
    axes.axvline(scale * real, color=_MARK, lw=2)
    axes.annotate(
        "real", (scale * real, 1.0), xycoords=("data", "axes fraction"), color=_MARK, ha="center", va="bottom"
    )
    axes.set_xlabel("Sharpe ratio" if scale == 1.0 else "per cent")
    axes.set_ylabel("calendars")
    return figure


def save(figure: Figure, path: Path) -> Path:
    """Write a figure as .svg or .png, and return the path.

    Raises : InputError for another kind of file, Unavailable where it cannot be written
    """
    from matplotlib import rc_context

    check_format(path)
    with rc_context({**LOOK, "svg.hashsalt": path.name}):
        write_figure(figure, path, dpi=150)
    return path


def _figure(title: str, simulated: bool, height: float = 3.6) -> tuple[Figure, Axes]:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(LOOK):
        figure = Figure(figsize=(7.5, height), layout="constrained")
        axes = figure.subplots()
        axes.set_title(f"{title}   SIMULATED PRICES" if simulated else title, loc="left", pad=14)
    return figure, axes


def _name(unit: Unit) -> str:
    names = ", ".join(unit.names)
    firms = f" ({len(unit.symbols)})" if len(unit.symbols) > 1 else ""
    return f"{names[:34]}{'…' if len(names) > 34 else ''}{firms}  {unit.date}"
