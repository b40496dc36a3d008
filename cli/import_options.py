"""Options that say how a calendar from elsewhere is to be read; every command that reads one has them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

FromKind = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="KIND",
        show_default=False,
        help="csv, ics, sec, dart, edinet, fred, gdelt or earnings; guessed from the content where not given.",
    ),
]
Columns = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="COLUMN=FIELD", show_default=False, help="Which column is which; repeatable."),
]
Zone = Annotated[
    str | None,
    typer.Option(
        "--zone", metavar="ZONE", show_default=False, help="Of times and dates that state none, as Asia/Seoul."
    ),
]
SessionTimes = Annotated[
    str | None,
    typer.Option(
        "--session-time",
        metavar="TIMES",
        show_default=False,
        help="Local times of AMC and BMO, as AMC=16:05,BMO=07:00; default: by the exchange's hours.",
    ),
]
EventKind = Annotated[
    str | None, typer.Option("--kind", metavar="KIND", show_default=False, help="`kind` of every event.")
]
Known = Annotated[
    str | None,
    typer.Option("--known", metavar="TIME", show_default=False, help="When the list was published, dates and all."),
]
Lead = Annotated[
    str | None,
    typer.Option("--lead", metavar="DAYS", show_default=False, help="Each date was known so many days before, as 21d."),
]
Clock = Annotated[
    str | None,
    typer.Option(
        "--clock", metavar="CLOCK", show_default=False, help="utc or new-york: of the SEC's acceptance times."
    ),
]
DayFirst = Annotated[
    bool | None,
    typer.Option("--day-first/--month-first", show_default=False, help="How 02/01/2024 is read, where no row tells."),
]
OnlySecurities = Annotated[
    Path | None,
    typer.Option(
        "--securities", metavar="FILE", show_default=False, help="Securities; rows of other symbols are left out."
    ),
]
