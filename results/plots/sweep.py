"""Draws a sweep: the Sharpe ratio over the first two parameters that vary.

One parameter gives a line. Of a grid each cell is the mean over whatever else varies, because the best of a cell would
be a choice again; of random draws each trial is a point.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from eventfolio.engine.record.json_record import Value
from eventfolio.results.errors import EvidenceError
from eventfolio.results.plots.style import HUES, QUIET, RULE, picture
from eventfolio.results.search.document_types import SweepDocument, TrialDocument

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

Floats = npt.NDArray[np.float64]
_SCALE = ("#b04a00", "#f7f5f0", "#005b91")  # losing, nothing, gaining: told apart by colour-blind readers
_LABELLED = 150  # cells that still hold a number
_MANY = 40  # values of one side from which it counts as drawn, not listed


def draw_sweep(document: SweepDocument, path: Path) -> Path:
    """Draw a document of `sweep_document`.

    Raises: EvidenceError where nothing varies, StoreError for another kind of file, Unavailable
    """
    varied = document["varied"]
    check_varied(varied)
    with picture(path, 8.0, 5.0, document["simulated"]) as figure:
        axes = figure.subplots()
        axes.set_title(f"{document['strategy']} on {document['study']}: Sharpe ratio of {document['tried']:,} trials")
        sides = [_side(document, name) for name in varied[:2]]
        values = np.array([_sharpe(trial) for trial in document["trials"]])
        if len(sides) == 1:
            _line(axes, varied[0], sides[0], values)
        elif max(len(set(side)) for side in sides) > _MANY and all(_numbers(side) for side in sides):
            _points(figure, axes, varied, sides, values)
        else:
            _cells(figure, axes, varied, sides, values)
    return path


def check_varied(varied: Sequence[str]) -> None:
    """Refuse a picture of a sweep in which nothing varies, before any work is done."""
    if not varied:
        raise EvidenceError("--plot: one trial makes no picture. Give -p more than one value.")


def _side(document: SweepDocument, name: str) -> list[Value]:
    return [trial["params"][name] for trial in document["trials"]]


def _sharpe(trial: TrialDocument) -> float:
    """Undefined where it is, and where nothing was bought."""
    sharpe = trial["metrics"]["sharpe"]
    return float(sharpe) if sharpe is not None and trial["metrics"]["trades"] else np.nan


def _line(axes: Axes, name: str, side: list[Value], values: Floats) -> None:
    order = _ordered(side)
    at = np.array(order, float) if _numbers(side) else np.arange(len(order))
    means = [values[[one == value and type(one) is type(value) for one in side]].mean() for value in order]
    axes.axhline(0, color=QUIET, lw=0.6, zorder=0)
    axes.plot(at, means, "o-" if _numbers(side) else "o", color=HUES[0], lw=1.2, ms=5)
    if not _numbers(side):
        axes.set_xticks(at, [_word(value) for value in order])
    axes.set_xlabel(name)
    axes.set_ylabel("Sharpe ratio a year")


def _cells(figure: Figure, axes: Axes, names: list[str], sides: list[list[Value]], values: Floats) -> None:
    across, up = (_ordered(side) for side in sides)
    places = [[order.index(value) for value in side] for order, side in ((across, sides[0]), (up, sides[1]))]
    table = np.full((len(up), len(across)), np.nan)
    for row in range(len(up)):
        for column in range(len(across)):
            cell = values[(np.array(places[0]) == column) & (np.array(places[1]) == row)]
            if len(cell) and not np.isnan(cell).all():
                table[row, column] = np.nanmean(cell)
    scale, most = _colours(table)
    mesh = axes.imshow(table, origin="lower", aspect="auto", cmap=scale, vmin=-most, vmax=most)
    axes.grid(False)
    axes.set_xticks(range(len(across)), [_word(value) for value in across], rotation=90 if len(across) > 12 else 0)
    axes.set_yticks(range(len(up)), [_word(value) for value in up])
    axes.set_xlabel(names[0])
    axes.set_ylabel(names[1])
    if table.size <= _LABELLED:
        edge = 0.6 * max(np.nanmax(np.abs(table)), 1e-9) if not np.isnan(table).all() else 1.0
        for (row, column), value in np.ndenumerate(table):
            text, dark = ("–", False) if np.isnan(value) else (f"{value:.2f}", abs(value) > edge)
            axes.text(column, row, text, ha="center", va="center", fontsize=8, color="white" if dark else "#1b1b1a")
    _bar(figure, axes, mesh, "Sharpe ratio a year" if len(names) == 2 else f"mean over {', '.join(names[2:])}")


def _points(figure: Figure, axes: Axes, names: list[str], sides: list[list[Value]], values: Floats) -> None:
    across, up = (np.array(side, float) for side in sides)
    known = ~np.isnan(values)
    axes.plot(across[~known], up[~known], "x", color=QUIET, ms=5)
    scale, most = _colours(values)
    dots = axes.scatter(
        across[known], up[known], c=values[known], s=36, edgecolor=QUIET, lw=0.5, cmap=scale, vmin=-most, vmax=most
    )
    best = int(np.nanargmax(values)) if known.any() else None
    if best is not None:
        axes.plot(across[best], up[best], "o", ms=12, mfc="none", mec=HUES[6], mew=1.4)
    axes.set_xlabel(names[0])
    axes.set_ylabel(names[1])
    _bar(figure, axes, dots, "Sharpe ratio a year")


def _colours(values: Floats) -> tuple[Colormap, float]:
    """A scale with nothing in its middle, and the value at its end."""
    from matplotlib.colors import LinearSegmentedColormap

    most = float(np.nanmax(np.abs(values))) if not np.isnan(values).all() else 1.0
    scale = LinearSegmentedColormap.from_list("gain", _SCALE).with_extremes(bad=RULE)
    return scale, max(most, 1e-9)


def _bar(figure: Figure, axes: Axes, drawn: ScalarMappable, words: str) -> None:
    bar = figure.colorbar(drawn, ax=axes, shrink=0.9)
    bar.outline.set_visible(False)
    bar.set_label(words)


def _numbers(side: list[Value]) -> bool:
    return all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in side)


def _ordered(side: list[Value]) -> list[Value]:
    """Each value once: none first, then by size; words as they come."""
    once = list(dict.fromkeys(side))
    known = [value for value in once if value is not None]
    numbers = [value for value in known if isinstance(value, (int, float)) and not isinstance(value, bool)]
    first: list[Value] = [value for value in once if value is None]
    return [*first, *(sorted(numbers) if len(numbers) == len(known) else known)]


def _word(value: Value) -> str:
    return "none" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
