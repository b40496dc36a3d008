"""Pictures as files (PNG, SVG): one look, colours that colour-blind readers can tell apart, dates of the exchanges.

`picture` is for every command's --plot: it gives a figure of our look and writes it whole or not at all.
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eventfolio.events.errors import Unavailable
from eventfolio.results.errors import StoreError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


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
        with boxes_for_letters():
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


@contextmanager
def boxes_for_letters() -> Iterator[None]:
    """Letters that the font lacks (Chinese, Japanese, Korean ones) are drawn as boxes, without a warning."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        yield


def check_format(path: Path) -> None:
    """Refuse a name no picture can have, before any work is done."""
    if path.suffix.lower() not in FORMATS:
        raise StoreError(f"--plot {path}: end the name in {' or '.join(FORMATS)}.")


def percent(axes: Axes) -> None:
    """The upright axis in per cent of decimal fractions."""
    from matplotlib.ticker import PercentFormatter

    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
