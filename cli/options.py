"""Options that several commands share."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from eventfolio.events.errors import shown

RUNS = Path("results/runs")


def as_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"'{shown(text)}' is not a date. Write it as 2025-06-17.") from None


def _amount(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise typer.BadParameter(f"'{shown(text)}' is not a number. Write it as 250000.") from None


_STUDY = "Study file (TOML); default: the packaged one."
StudyArgument = Annotated[Path | None, typer.Argument(metavar="STUDY", show_default=False, help=_STUDY)]
StudyOption = Annotated[Path | None, typer.Option(metavar="STUDY", show_default=False, help=_STUDY)]
ThemeNames = Annotated[list[str] | None, typer.Option("--theme", metavar="THEME", help="Only this theme; repeatable.")]
KindNames = Annotated[
    list[str] | None, typer.Option("--kind", metavar="KIND", help="Only events of this kind; repeatable.")
]
Source = Annotated[
    str | None, typer.Option(metavar="SOURCE", help="'sample', 'yahoo', or a folder of SYMBOL.csv or .parquet.")
]
StoredSource = Annotated[
    str | None, typer.Option(metavar="SOURCE", help="'sample', or a folder of SYMBOL.csv or .parquet.")
]
CalendarFile = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE", show_default=False, help="Calendar file (TOML, CSV, ICS); default: the packaged one."
    ),
]
Published = Annotated[
    str | None, typer.Option(metavar="TIME", help="When it was published, such as 2025-06-17T17:55:00-04:00.")
]
MoreSecurities = Annotated[
    Path | None, typer.Option(metavar="FILE", help="More securities to look for, beside the packaged ones.")
]
Vocabulary = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Words of your own for themes, kinds of event and names.")
]
FiscalYearEnd = Annotated[
    str | None,
    typer.Option(metavar="MONTH", help="Month in which the company's year ends, for words such as fiscal 2024."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Start = Annotated[date | None, typer.Option(parser=as_date, metavar="DATE", help="First date, such as 2024-06-03.")]
End = Annotated[date | None, typer.Option(parser=as_date, metavar="DATE", help="Last date.")]
Cash = Annotated[
    float | None, typer.Option(parser=_amount, metavar="AMOUNT", help="Starting cash in the account's currency.")
]
Offline = Annotated[bool, typer.Option("--offline", help="With --data yahoo: stored prices only; no network.")]
SkipMissing = Annotated[
    bool, typer.Option("--skip-missing", help="With --data yahoo: leave out what Yahoo does not give, and say so.")
]
Trust = Annotated[
    bool,
    typer.Option("--trust", help="Do not prove of a strategy with code of its own that it does not look ahead."),
]
TrustRun = Annotated[
    bool, typer.Option("--trust", help="Run the strategy files of a run folder that this store did not run itself.")
]
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="A run folder, or one strategy's folder in it.")]
