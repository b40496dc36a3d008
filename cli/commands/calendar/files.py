"""eventfolio calendar diff, merge and export: calendars beside each other, and in other formats."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eventfolio.cli.new_files import write_new
from eventfolio.cli.options import Json
from eventfolio.events.errors import CalendarError

Out = Annotated[Path | None, typer.Option("-o", "--out", metavar="FILE", show_default=False, help="File to write.")]
One = Annotated[Path, typer.Argument(metavar="A", show_default=False, help="Calendar file.")]
Other = Annotated[Path, typer.Argument(metavar="B", show_default=False, help="Calendar file.")]


def diff(before: One, after: Other, json: Json = False) -> None:
    """Show what changed from calendar A to calendar B, such as from a draft to its review.

    \b
    Examples:
      eventfolio calendar diff draft.toml calendar.toml
    """
    from eventfolio.cli.printing.calendar import difference, difference_lines
    from eventfolio.cli.printing.console import emit, say
    from eventfolio.events import diff as differences
    from eventfolio.events import read_calendar

    found = differences(read_calendar(before), read_calendar(after))
    if json:
        emit(difference(found))
        return
    say(*difference_lines(found))


def merge(first: One, second: Other, out: Out = None, json: Json = False) -> None:
    """Join two calendars. What may be one happening told twice is reported, and both stay.

    \b
    Examples:
      eventfolio calendar merge a.toml b.toml -o both.toml
    """
    from eventfolio.cli.printing.console import emit, say, say_path
    from eventfolio.events import format_of, join, read_calendar, text_of

    merged = join(read_calendar(first), read_calendar(second))
    if out:
        write_new({out: text_of(merged.calendar, format_of(out))}, CalendarError)
    if json:
        emit({"events": len(merged.calendar.events), "alike": merged.alike, "doubts": merged.warnings})
        return
    say(f"{merged.calendar.name}: {len(merged.calendar.events)} events.", *merged.warnings)
    say(
        *(
            f"- {one} and {other}: same kind and theme, windows that overlap. One happening?"
            for one, other in merged.alike
        )
    )
    if out:
        say_path("Written:", out)


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False, help="Calendar file.")],
    to: Annotated[str, typer.Option("--to", metavar="FORMAT", help="ics, csv or toml.")],
    out: Out = None,
) -> None:
    """Write a calendar in another format, nothing lost: for a calendar program, or a spreadsheet.

    \b
    Examples:
      eventfolio calendar export calendar.toml --to ics -o calendar.ics
    """
    from eventfolio.cli.printing.calendar import print_exactly
    from eventfolio.cli.printing.console import say_path
    from eventfolio.events import read_calendar, text_of

    text = text_of(read_calendar(file), to)
    if out is None:
        print_exactly(text)
        return
    write_new({out: text}, CalendarError)
    say_path("Written:", out)
