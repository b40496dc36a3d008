"""Prints tables, lines, JSON and progress; no control character from a file reaches the terminal."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from textwrap import fill
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from eventfolio.results.store.read import StoredStudy

_GAP = 2  # characters between two columns
_WORD = 24  # a longer word (a path, say) may be broken
_UNSEEN = {"Cc", "Cf", "Cs"}  # control characters, text-direction overrides, halves of surrogate pairs


def plain(text: object) -> str:
    """Text without anything a terminal would obey: only line breaks and tabs stay."""
    return "".join(
        letter if letter in "\n\t" or unicodedata.category(letter) not in _UNSEEN else "\N{REPLACEMENT CHARACTER}"
        for letter in str(text)
    )


def console() -> Console:
    """Where tables go: colours on a terminal only, and not with NO_COLOR; 80 columns in a pipe."""
    from rich.console import Console

    class Out(Console):
        def on_broken_pipe(self) -> None:
            raise  # eventfolio.cli.errors ends quietly

    return Out(highlight=False, markup=False, emoji=False)


def say(*lines: object) -> None:
    """Print lines of prose, wrapped to the terminal; what is wrapped hangs under its line's indent."""
    out = console()
    for line in lines:
        text = plain(line)
        indent = " " * (len(text) - len(text.lstrip()) + 2)
        out.print(
            fill(text, out.width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False),
            soft_wrap=True,
        )


def say_path(words: str, path: object) -> None:
    """Print a path on one line, however long, so that it can be clicked and copied."""
    console().print(f"{words} {plain(path)}", soft_wrap=True)


def say_pages(stored: StoredStudy) -> None:
    """Where a run's page is, or how to have it drawn."""
    from eventfolio.results.store.layout import PAGE_FILE

    page = stored.folder / PAGE_FILE
    if page.is_file():
        say_path("Pages:", page)
    else:
        say_path("Not drawn yet:", f"eventfolio runs draw {stored.folder}")


def emit(document: object) -> None:
    """Print one JSON document."""
    print(json.dumps(document, indent=1, allow_nan=False))


def table(title: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[object]]) -> Table:
    """A table. columns : (heading, "left" or "right"), the most telling first; the cells are plain text.

    Where the terminal is too narrow for every column without breaking words, the last ones are left out and named.
    """
    from rich import box
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    cells = [[plain(cell) for cell in row] for row in rows]
    least = [
        min(_WORD, max(map(cell_len, " ".join([heading, *(row[place] for row in cells)]).split()), default=0))
        for place, (heading, _) in enumerate(columns)
    ]
    count = _columns_that_fit(least, console().width)
    left_out = ", ".join(" ".join(heading.replace("-\n", "").split()) for heading, _ in columns[count:])
    made = Table(
        title=Text(plain(title), style="bold") if title else None,
        title_justify="left",
        caption=Text(f"In a wider terminal also: {left_out}.") if left_out else None,
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
    )
    for (heading, side), width in list(zip(columns, least, strict=True))[:count]:
        made.add_column(heading, justify=side, overflow="fold", min_width=width)  # type: ignore[arg-type]
    for row in cells:
        made.add_row(*(Text(cell) for cell in row[:count]))
    return made


def _columns_that_fit(least: Sequence[int], width: int) -> int:
    """How many of the columns, from the first on, fit a width with their longest words whole; one at least."""
    count = len(least)
    while count > 1 and sum(least[:count]) + count * _GAP > width:
        count -= 1
    return count


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on stderr where that is a terminal; yields a function to call with (what, done, in all)."""
    if not sys.stderr.isatty():
        yield lambda what, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    shown = TextColumn("{task.description}", markup=False)
    columns = (shown, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(elapsed_when_finished=True))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task("prices", total=None)
        yield lambda what, done, total: bars.update(bar, description=plain(what), completed=done, total=total)
