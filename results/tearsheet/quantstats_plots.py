"""Draws a tearsheet's pictures with quantstats, as SVG small enough for one page.

quantstats is imported when the first picture is asked for: that takes more than a second.
"""

from __future__ import annotations

import io
import logging
import math
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Library: TypeAlias = Any  # quantstats and the settings of matplotlib, which have no types

DAYS_A_YEAR = 261  # rows Monday to Friday: 365.25 × 5/7 = 260.9, and rolling windows count whole rows
HALF_YEAR = 130

_FEW_UNKNOWN = 5  # rows
_FONT = "DejaVu Sans"  # comes with matplotlib, so no search; the page puts its own font in its place
_LOOK: Library = {
    "font.family": [_FONT],
    "svg.fonttype": "none",
    "path.simplify": True,
    "path.simplify_threshold": 0.5,
    "axes.unicode_minus": False,
    "text.parse_math": False,  # a $ in a symbol is a $
}
_MARGINS = (0.7, 0.15, 0.35, 0.5)  # inches at the left, the right, the bottom and the top, where the title stands
_UNUSED_ID = re.compile(r' id="[A-Za-z0-9.]+_\d{1,4}"')  # every picture numbers its parts from 1
_PALE, _GREY = "#fedd78", "#7a7a75"  # quantstats' benchmark yellow can hardly be seen on white
_NAMESPACE = re.compile(r' xmlns(:xlink)?="[^"]*"')  # inside HTML they mean nothing


@dataclass(frozen=True)
class Picture:
    """One drawing. `svg` is the whole element, or empty where there is nothing to draw, and `why` says so.

    failed : quantstats could not, which another time it may
    """

    title: str
    svg: str
    why: str = ""
    failed: bool = False


@dataclass(frozen=True)
class Marks:
    """What is drawn over the returns: when events became tradable, and the last date of hindsight."""

    events: tuple[tuple[date, bool], ...]  # first session, hindsight
    hindsight_until: date | None


def pictures(returns: pd.Series, benchmark: pd.Series | None, marks: Marks) -> list[Picture]:
    """quantstats' plots of one strategy.

    returns   : Series (date), decimal fractions, no zone, nothing missing
    benchmark : the same dates; NaN where unknown (left out if that is more than a few); None without one
    """
    with quiet(), _measured_alike(), _set_margins():
        from quantstats import plots

        return [_drawn(title, rows, draw, returns) for title, rows, draw in _panels(plots, returns, benchmark, marks)]


def with_start(returns: pd.Series) -> pd.Series:
    """With a zero the weekday before, or quantstats overlooks a drawdown that begins on the first row."""
    start = pd.Series([0.0], index=[returns.index[0] - pd.offsets.BDay(1)])
    return pd.concat([start, returns]).rename(returns.name)


@contextmanager
def quiet() -> Iterator[None]:
    """No warning, log line or open figure of the plotting libraries gets out."""
    import matplotlib
    from matplotlib import pyplot

    fonts = logging.getLogger("matplotlib.font_manager")
    level, open_before = fonts.level, set(pyplot.get_fignums())
    fonts.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            import quantstats  # noqa: F401  (sets a theme when it is imported, which the next line must follow)

            with matplotlib.rc_context(_LOOK):
                yield
    finally:
        fonts.setLevel(level)
        for number in set(pyplot.get_fignums()) - open_before:
            pyplot.close(number)


@contextmanager
def _measured_alike() -> Iterator[None]:
    """The same layout in every process: what a text measures depends on the backend that figures are made for."""
    import matplotlib
    from matplotlib import pyplot

    before = matplotlib.get_backend()
    if before != "svg":
        pyplot.switch_backend("svg")
    try:
        yield
    finally:
        if before != "svg":
            pyplot.switch_backend(before)


@contextmanager
def _set_margins() -> Iterator[None]:
    """Margins and ticks by `_lay_out`: `tight_layout` lays a figure out twice to measure it, in every picture anew."""
    from matplotlib.figure import Figure

    names = ("tight_layout", "autofmt_xdate")
    before = {name: getattr(Figure, name) for name in names}
    for name in names:
        setattr(Figure, name, lambda *_, **__: None)
    try:
        yield
    finally:
        for name, method in before.items():
            setattr(Figure, name, method)


def _lay_out(figure: Figure) -> Figure:
    """The margins that all pictures have; dates short enough to stand level; percentages that are not rounded."""
    from matplotlib.dates import AutoDateFormatter, ConciseDateFormatter
    from matplotlib.ticker import FuncFormatter, PercentFormatter

    width, height = figure.get_size_inches()
    left, right, bottom, top = _MARGINS
    figure.subplots_adjust(left / width, bottom / height, 1 - right / width, 1 - top / height)
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        form = axis.get_major_formatter()
        if isinstance(form, AutoDateFormatter):
            axis.set_major_formatter(ConciseDateFormatter(axis.get_major_locator()))
        elif isinstance(form, FuncFormatter) and getattr(form.func, "__module__", "").startswith("quantstats"):
            # quantstats writes 2.5 % as 2%
            axis.set_major_formatter(PercentFormatter(1.0))
    return figure


def _panels(
    plots: Library, returns: pd.Series, benchmark: pd.Series | None, marks: Marks
) -> Iterator[tuple[str, int, Callable[[], Figure]]]:
    """Title, rows it takes, and how it is drawn."""
    look: dict[str, Any] = {"show": False, "subtitle": False, "fontname": _FONT, "ylabel": ""}
    flat, tall = look | {"figsize": (8, 3)}, look | {"figsize": (8, 4), "prepare_returns": False}
    rolling = flat | {"period": HALF_YEAR, "periods_per_year": DAYS_A_YEAR}
    windows = flat | {"window1": HALF_YEAR, "window2": DAYS_A_YEAR, "prepare_returns": False}
    whole = with_start(returns)
    told = _told(benchmark)
    moving = told if told is not None and told.nunique() > 1 else None
    yield "Cumulative returns", 2, lambda: _marked(plots.returns(returns, told, **tall), marks)
    yield "Drawdown", 2, lambda: plots.drawdown(whole, **flat)
    yield "Worst drawdowns", 2, lambda: plots.drawdowns_periods(whole, title=returns.name, **tall)
    yield "Monthly returns", 1, lambda: _heatmap(plots, returns)
    yield "Yearly returns", 1, lambda: _yearly(plots.yearly_returns(returns, told, **tall), returns)
    yield "Distribution of monthly returns", 45, lambda: plots.histogram(returns, moving, **tall)
    yield "Rolling volatility", HALF_YEAR, lambda: plots.rolling_volatility(returns, told, **rolling)
    yield "Rolling Sharpe", HALF_YEAR, lambda: plots.rolling_sharpe(returns, **rolling)
    if moving is not None and returns.nunique() > 1:
        yield "Rolling beta", HALF_YEAR, lambda: plots.rolling_beta(returns, moving, **windows)


def _told(benchmark: pd.Series | None) -> pd.Series | None:
    """The benchmark where it is known, but for a few rows at most: quantstats draws zeros where it is not."""
    if benchmark is None or benchmark.isna().sum() > _FEW_UNKNOWN:
        return None
    return benchmark.dropna()


def _heatmap(plots: Library, returns: pd.Series) -> Figure:
    figure = plots.monthly_heatmap(
        returns,
        figsize=(8, 3),
        cbar=False,
        returns_label=returns.name,
        ylabel=False,
        show=False,
        fontname=_FONT,
    )
    axes = figure.axes[0]
    mesh = axes.collections[0]
    mesh.set_cmap("RdBu")  # red and green look alike to many
    most = float(abs(mesh.get_array()).max()) or 1.0
    mesh.set_clim(-most, most)  # white is nothing gained or lost
    for value, text in zip(mesh.get_array().ravel(), axes.texts, strict=True):
        text.set_color("white" if abs(value) > 0.6 * most else "black")
    in_window = {(day.year, day.month) for day in returns.index}
    cells = [(year, month) for year in sorted({day.year for day in returns.index}) for month in range(1, 13)]
    for cell, text in zip(cells, axes.texts, strict=True):
        if cell not in in_window:
            text.set_text("")  # quantstats writes 0.00 into months that the window does not reach
    return figure


def _yearly(figure: Figure, returns: pd.Series) -> Figure:
    """Name the years again: pandas places bars at ticks other than those quantstats labels."""
    axes = figure.axes[0]
    first, last = axes.get_xlim()
    drawn = sorted({day.year for day in returns.index})
    axes.set_xticks(range(math.ceil(first), math.floor(last) + 1), [str(year) for year in drawn])
    return figure


def _marked(figure: Figure, marks: Marks) -> Figure:
    axes = figure.axes[0]
    first, last = axes.get_xlim()
    if marks.hindsight_until is not None:
        axes.axvspan(first, _number(marks.hindsight_until), color="#000000", alpha=0.06, lw=0, zorder=0)
    for session, hindsight in marks.events:
        if first <= _number(session) <= last:
            style: str | tuple[int, tuple[int, int]] = (0, (1, 3)) if hindsight else "-"
            axes.axvline(_number(session), color="#767676" if hindsight else "#D55E00", lw=0.8, ls=style, zorder=1)
    axes.set_xlim(first, last)
    return figure


def _number(day: date) -> float:
    from matplotlib.dates import date2num

    return float(date2num(day))


def _drawn(title: str, rows: int, draw: Callable[[], Figure], returns: pd.Series) -> Picture:
    if len(returns) < rows:
        return Picture(title, "", f"Takes {rows} weekdays; there are {len(returns)}.")
    try:
        return Picture(title, _svg(_lay_out(draw()), title))
    except (
        Exception
    ) as error:  # quantstats raises anything at all on unusual series; a sheet is worth more than one picture
        words = f"quantstats could not draw this ({type(error).__name__}: {error})."
        return Picture(title, "", words, failed=True)


def _svg(figure: Figure, title: str) -> str:
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    buffer = io.StringIO()
    with rc_context({"svg.hashsalt": title}):  # the same ids each time, and others in every picture of a page
        # not savefig, which lays everything out once more before it draws
        FigureCanvasSVG(figure).print_svg(buffer, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    text = buffer.getvalue()
    text = _NAMESPACE.sub("", _UNUSED_ID.sub("", text[text.index("<svg") :]))
    text = text.replace(_PALE, _GREY)
    return text.replace("<svg", f'<svg role="img" aria-label="{title}"', 1)
