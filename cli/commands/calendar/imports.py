"""eventfolio calendar import and fetch: calendars from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eventfolio.cli.import_options import (
    Clock,
    Columns,
    DayFirst,
    EventKind,
    FromKind,
    Known,
    Lead,
    OnlySecurities,
    SessionTimes,
    Zone,
)
from eventfolio.cli.options import Json

Out = Annotated[Path, typer.Option("-o", "--out", metavar="FILE", help="Calendar to write (.toml, .csv, .ics).")]


def import_(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", show_default=False, help="An exported calendar, or a file from elsewhere (see --from)."
        ),
    ],
    out: Out,
    keep: Annotated[
        bool, typer.Option("--keep", help="Refuse an .ics that a calendar program has changed since it was exported.")
    ] = False,
    kind_of_file: FromKind = None,
    columns: Columns = None,
    zone: Zone = None,
    session_time: SessionTimes = None,
    kind: EventKind = None,
    known: Known = None,
    lead: Lead = None,
    clock: Clock = None,
    day_first: DayFirst = None,
    securities: OnlySecurities = None,
    json: Json = False,
) -> None:
    """Read a calendar that was exported, and perhaps edited elsewhere, or a file from elsewhere, and write it.

    What a calendar program has changed (dates, title, status, categories, description) is taken over and listed. Of a
    file from elsewhere it is said when each event counts as known and why, what was guessed and what was left out;
    nothing is written where a clock is unclear.

    \b
    Examples:
      eventfolio calendar import calendar.ics -o calendar.toml --keep
      eventfolio calendar import CIK0000320193.json -o apple.toml --clock utc
      eventfolio calendar import earnings.csv -o earnings.toml --lead 21d
      eventfolio calendar import fomc.csv -o fomc.toml --map 'Meeting=date' --zone America/New_York --known 2023-06-30
    """
    from eventfolio.cli.imports import import_own, is_own_file, write_imported
    from eventfolio.events.elsewhere.options import read_options

    options = read_options(
        kind_of_file,
        tuple(columns or ()),
        zone,
        session_time,
        kind,
        known,
        lead,
        clock,
        day_first,
        securities is not None,
    )
    if kind_of_file is None and is_own_file(file):
        import_own(file, out, keep, options, json)
    else:
        write_imported(file, out, options, securities, keep, json)


def earnings(
    symbols: Annotated[
        list[str], typer.Argument(metavar="SYMBOL…", help="As Yahoo writes them, such as MP or 7013.T.")
    ],
    out: Out,
    lead: Lead = None,
    session_time: SessionTimes = None,
    securities: OnlySecurities = None,
    json: Json = False,
) -> None:
    """Fetch the dates of companies' earnings from Yahoo.

    Reports there have been are known by the session's part Yahoo names (after the close, before the open), else at the
    end of their date. The next report is scheduled from now on; where Yahoo calls its date an estimate, it is a window
    that never triggers.

    \b
    Examples:
      eventfolio calendar fetch earnings MP 7013.T -o earnings.toml
      eventfolio calendar fetch earnings MP -o earnings.toml --lead 21d
    """
    from eventfolio.cli.imports import fetch_earnings
    from eventfolio.events.elsewhere.options import read_options

    options = read_options(lead=lead, session_time=session_time, only_known=securities is not None)
    fetch_earnings(list(dict.fromkeys(symbols)), out, options, securities, json)
