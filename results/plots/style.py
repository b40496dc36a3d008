"""Draws pictures as files (PNG, SVG) in one style, with colours that colour-blind readers can tell apart.

`picture` is for every command's --plot: it gives a figure of our look and writes it whole or not at all.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from eventfolio.events.errors import InputError, Unavailable, shown
from eventfolio.events.writing import write_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


Settings: TypeAlias = Any  # of matplotlib, whose stubs take no plain dict

HUES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#c98500", "#3d9bd3", "#1b1b1a")  # Okabe and Ito (2008), darkened
DASHES: tuple[str | tuple[int, tuple[float, ...]], ...] = ("-", (0, (6, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))
QUIET, RULE, SHADE = "#5f5f5b", "#dcdcd6", "#f0f0ec"
FORMATS = (".png", ".svg")

_UNDATED: dict[str, Settings] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None},
}

LOOK: Settings = {
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
    Raises        : InputError for a name that ends in neither .png nor .svg; Unavailable if it cannot be written
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
        write_figure(figure, path, dpi=160)


def write_figure(figure: Figure, path: Path, dpi: int) -> None:
    """Write a matplotlib figure whole or not at all, the same bytes each time; the ending of `path` says in which form.

    Raises: Unavailable where it cannot be written
    """
    ending = path.suffix.lower().removeprefix(".")
    drawn = io.BytesIO()
    with boxes_for_letters():
        figure.savefig(drawn, format=ending, dpi=dpi, metadata=_UNDATED[ending])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, drawn.getvalue())
    except OSError as error:
        why = error.strerror or error
        raise Unavailable(f"{path}: the picture could not be written ({why}). Give another name.") from error


@contextmanager
def boxes_for_letters() -> Iterator[None]:
    """Letters that the font lacks (Chinese, Japanese, Korean ones) are drawn as boxes, without a warning."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        yield


def check_format(path: Path, formats: Sequence[str] = FORMATS) -> None:
    """Refuse a name no picture can have, before any work is done.

    Raises: InputError
    """
    if path.suffix.lower() not in formats:
        kinds = f"{', '.join(formats[:-1])} or {formats[-1]}"
        raise InputError(f"{shown(path.name)}: a picture's name ends in {kinds}. End the name in one of them.")


def percent(axes: Axes) -> None:
    """The upright axis in per cent of decimal fractions."""
    from matplotlib.ticker import PercentFormatter

    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
