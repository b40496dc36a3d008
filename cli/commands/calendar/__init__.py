"""eventfolio calendar: draft one from an article, look at it, check, compare, join and convert it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from eventfolio.cli.options import Json
from eventfolio.cli.options import as_date as day

if TYPE_CHECKING:
    from eventfolio.events import Event

app = typer.Typer(
    help="Draft a calendar from an article; look at, check, compare, join and convert calendars.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

File = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE", show_default=False, help="Calendar file (TOML, CSV, ICS); default: the packaged one."
    ),
]


Out = Annotated[Path | None, typer.Option("-o", "--out", metavar="FILE", show_default=False, help="File to write.")]
_LISTED = 6  # so many listings of one event are shown
One = Annotated[Path, typer.Argument(metavar="A", show_default=False, help="Calendar file.")]
Other = Annotated[Path, typer.Argument(metavar="B", show_default=False, help="Calendar file.")]


@app.command()
def build(
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="Text file, HTML file, or address of a page.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", metavar="FILE", help="Calendar to write (.toml); its themes go to themes.toml beside it."
        ),
    ] = None,
    published: Annotated[
        str | None, typer.Option(metavar="TIME", help="When it was published, such as 2025-06-17T17:55:00-04:00.")
    ] = None,
    securities: Annotated[
        Path | None, typer.Option(metavar="FILE", help="More securities to look for, beside the packaged ones.")
    ] = None,
    vocabulary: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Words of your own for themes, kinds of event and names.")
    ] = None,
    json: Json = False,
) -> None:
    """Draft a calendar and themes from an article, for you to review.

    \b
    Examples:
      eventfolio calendar build article.txt
      eventfolio calendar build article.html -o my-study/calendar.toml
    """
    from eventfolio.cli.printing.calendar import facts, lines, save
    from eventfolio.cli.printing.console import console, emit, say, say_path, table
    from eventfolio.events import draft_of, packaged_securities, read_article, read_securities

    known = packaged_securities()
    draft = draft_of(
        read_article(article, published),
        known.with_more(read_securities(securities)) if securities else known,
        out.stem if out else Path(article).stem or "draft",
        vocabulary,
    )
    written = save(draft, out) if out else ()
    if json:
        emit(facts(draft) | {"written": [str(path) for path in written]})
        return
    columns = [("Occurs", "left"), ("As written", "left"), ("Event", "left"), ("Themes", "left"), ("Sure", "left")]
    rows = [
        (
            e.occurs,
            e.as_written or "–",
            f"{e.title}\n{e.kind} · {e.status} · {e.source}",
            "\n".join(e.themes) or "–",
            e.confidence,
        )
        for e in draft.calendar.events
    ]
    console().print(table(draft.article.title, columns, rows))
    say(*lines(draft))
    for path in written:
        say_path("Written, for you to review:", path)


@app.command("date")
def read_expression(
    expression: Annotated[str, typer.Argument(metavar="EXPR", help='Such as "by mid-2026".')],
    on: Annotated[date, typer.Option(parser=day, metavar="DATE", help="The date it was written, such as 2025-06-17.")],
    json: Json = False,
) -> None:
    """Show how a date expression is read.

    \b
    Examples:
      eventfolio calendar date "by mid-2026" --on 2025-06-17
      eventfolio calendar date "last Tuesday" --on 2025-06-17 --json
    """
    from eventfolio.cli.printing.console import emit, say
    from eventfolio.events import read_date

    reading = read_date(expression, on)
    start, end = (side.isoformat() if side else None for side in (reading.window.start, reading.window.end))
    if json:
        found = {"start": start, "end": end, "precision": reading.precision, "rule": reading.rule}
        emit(
            {
                "expression": expression,
                "on": on.isoformat(),
                "edtf": str(reading.window),
                **found,
                "approximate": reading.window.approximate,
            }
        )
        return
    say(f'{start or "open"} to {end or "open"}   occurs = "{reading.window}"')
    say(f"precision: {reading.precision}", f"rule: {reading.rule}")


@app.command()
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


@app.command()
def merge(first: One, second: Other, out: Out = None, json: Json = False) -> None:
    """Join two calendars. What may be one happening told twice is reported, and both stay.

    \b
    Examples:
      eventfolio calendar merge a.toml b.toml -o both.toml
    """
    from eventfolio.cli.printing.calendar import write_new
    from eventfolio.cli.printing.console import emit, say, say_path
    from eventfolio.events import format_of, join, read_calendar, text_of

    merged = join(read_calendar(first), read_calendar(second))
    if out:
        write_new({out: text_of(merged.calendar, format_of(out))})
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


@app.command()
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
    from eventfolio.cli.printing.calendar import print_exactly, write_new
    from eventfolio.cli.printing.console import say_path
    from eventfolio.events import read_calendar, text_of

    text = text_of(read_calendar(file), to)
    if out is None:
        print_exactly(text)
        return
    write_new({out: text})
    say_path("Written:", out)


@app.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", show_default=False, help="An exported calendar, or a file from elsewhere (see --from)."
        ),
    ],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE", help="Calendar to write (.toml, .csv, .ics).")],
    keep: Annotated[
        bool, typer.Option("--keep", help="Refuse an .ics that a calendar program has changed since it was exported.")
    ] = False,
    kind_of_file: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="KIND",
            show_default=False,
            help="csv, ics, sec, dart, edinet, fred, gdelt or earnings; guessed from the content where not given.",
        ),
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=FIELD", show_default=False, help="Which column is which; repeatable."),
    ] = None,
    zone: Annotated[
        str | None,
        typer.Option(metavar="ZONE", show_default=False, help="Of times and dates that state none, as Asia/Seoul."),
    ] = None,
    session_time: Annotated[
        str | None,
        typer.Option(
            metavar="TIMES",
            show_default=False,
            help="Local times of AMC and BMO, as AMC=16:05,BMO=07:00; default: by the exchange's hours.",
        ),
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", show_default=False, help="`kind` of every event.")
    ] = None,
    known: Annotated[
        str | None,
        typer.Option(metavar="TIME", show_default=False, help="When the list was published, dates and all."),
    ] = None,
    lead: Annotated[
        str | None,
        typer.Option(metavar="DAYS", show_default=False, help="Each date was known so many days before, as 21d."),
    ] = None,
    clock: Annotated[
        str | None,
        typer.Option(metavar="CLOCK", show_default=False, help="utc or new-york: of the SEC's acceptance times."),
    ] = None,
    day_first: Annotated[
        bool | None,
        typer.Option(
            "--day-first/--month-first", show_default=False, help="How 02/01/2024 is read, where no row tells."
        ),
    ] = None,
    securities: Annotated[
        Path | None,
        typer.Option(metavar="FILE", show_default=False, help="Securities; rows of other symbols are left out."),
    ] = None,
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


fetch = typer.Typer(help="Fetch a calendar from the network.", rich_markup_mode=None, no_args_is_help=True)
app.add_typer(fetch, name="fetch")


@fetch.command()
def earnings(
    symbols: Annotated[
        list[str], typer.Argument(metavar="SYMBOL…", help="As Yahoo writes them, such as MP or 7013.T.")
    ],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE", help="Calendar to write (.toml, .csv, .ics).")],
    lead: Annotated[
        str | None,
        typer.Option(metavar="DAYS", show_default=False, help="Each date was known so many days before, as 21d."),
    ] = None,
    session_time: Annotated[
        str | None,
        typer.Option(metavar="TIMES", show_default=False, help="Local times of AMC and BMO, as AMC=16:05,BMO=07:00."),
    ] = None,
    securities: Annotated[
        Path | None,
        typer.Option(metavar="FILE", show_default=False, help="Securities; rows of other symbols are left out."),
    ] = None,
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


@app.command()
def show(
    file: File = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="PICTURE", help="Draw the time line too (.png, .svg, .pdf).")
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", metavar="KIND", show_default=False, help="Only events of this kind.")
    ] = None,
    json: Json = False,
) -> None:
    """Show events in order of when each was known.

    \b
    Examples:
      eventfolio calendar show
      eventfolio calendar show my-study/calendar.toml --json
      eventfolio calendar show earnings.csv --kind earnings
      eventfolio calendar show --plot timeline.png
    """
    from eventfolio.cli.printing.console import console, emit, say, say_path, table
    from eventfolio.events import of_kinds, read_calendar
    from eventfolio.events.dprk_russia import CALENDAR

    calendar = read_calendar(file or CALENDAR)
    if kind:
        calendar = of_kinds(calendar, kind)
    if plot:
        from eventfolio.results.plots.calendar import draw_timeline

        draw_timeline(calendar, plot)
    if json:
        emit(
            {
                "name": calendar.name,
                "sha256": calendar.sha256,
                "events": [_facts(event) for event in calendar.events],
            }
        )
        return
    named = "Themes and listings" if calendar.listings else "Themes"
    columns = [("Known", "left"), ("Event", "left"), ("Occurs", "left"), (named, "left")]
    console().print(table(calendar.name, columns, [_row(event) for event in calendar.events]))
    if calendar.article:
        say(f"Built from: {calendar.article.title}, published {calendar.published or 'at an unknown time'}.")
    if plot:
        say_path("Drawn:", plot)


@app.command()
def check(
    file: File = None,
    themes: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Themes file; default: themes.toml beside it, or the packaged one.",
        ),
    ] = None,
    securities: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Securities file, beside the packaged ones; default: securities.toml beside it.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Check a calendar against its themes.

    Exit status 2 when it is invalid, or a time contradicts its zone; else what is doubtful is listed.

    \b
    Examples:
      eventfolio calendar check
      eventfolio calendar check my-study/calendar.toml --themes my-study/themes.toml
    """
    from eventfolio.cli.printing.calendar import difference_lines
    from eventfolio.cli.printing.console import emit, say
    from eventfolio.events import (
        changed_elsewhere,
        check_listings,
        check_offsets,
        check_themes,
        packaged_securities,
        read_calendar,
        read_securities,
        read_themes,
        unknown_listings,
    )
    from eventfolio.events import check as warnings_of
    from eventfolio.events.dprk_russia import CALENDAR, THEMES
    from eventfolio.events.errors import shown
    from eventfolio.results.words import count

    path = file or CALENDAR
    calendar = read_calendar(path)
    known = read_themes(themes or _beside(path, "themes.toml") or THEMES)
    check_themes(calendar, known)
    listed = securities or _beside(path, "securities.toml")
    if listed:
        check_listings(calendar, packaged_securities().with_more(read_securities(listed)))
    check_offsets(calendar)
    is_of_themes = themes is not None or any(event.themes for event in calendar.events)
    warnings = warnings_of(calendar, known if is_of_themes else None)
    warnings += [] if listed else unknown_listings(calendar, packaged_securities())
    if changed := changed_elsewhere(calendar):
        warnings += [f"Changed since it was exported: {shown(line)}" for line in difference_lines(changed)]
    if json:
        emit({"name": calendar.name, "events": len(calendar.events), "doubts": warnings})
        return
    say(
        f"{calendar.name}: {count(len(calendar.events), 'event')}, valid; {count(len(warnings), 'doubt')}.",
        *(f"- {warning}" for warning in warnings),
    )


def _beside(path: Path, name: str) -> Path | None:
    beside = path.parent / name
    return beside if beside.is_file() else None


def _facts(event: Event) -> dict[str, Any]:
    """The event as its file has it, and the instant it counts as known."""
    facts = event.model_dump(mode="json", by_alias=True, exclude_none=True)
    return facts | {"known": event.known.isoformat(), "known_precision": event.known_precision}


def _row(event: Event) -> tuple[str, ...]:
    known = str(event.known_at)
    if event.known_precision in ("minute", "assumed"):
        known = f"{event.known:%Y-%m-%d %H:%M}" + "\nassumed" * (event.known_precision == "assumed")
    marks = [event.status] * (event.status != "occurred") + ["bad for them"] * (event.direction < 0)
    lines = [event.title, " · ".join([event.id, *marks])]
    lines += [f"{belief.known:%Y-%m-%d}: {belief.occurs}, {belief.status}" for belief in event.beliefs[1:]]
    lines += [_shown_facts(event.facts)] * bool(event.facts)
    lines += [f"{one.known_at}: {_shown_facts(one.facts)}" for one in event.revisions if one.facts]
    return known, "\n".join(lines), event.occurs.replace("/", "/\n"), "\n".join(_subjects(event)) or "–"


def _subjects(event: Event) -> list[str]:
    """Its themes, then its listings; of many the first and their number."""
    few = event.listings[:_LISTED]
    more = len(event.listings) - len(few)
    return [*event.themes, *few, *([f"and {more} more"] if more else [])]


def _shown_facts(facts: Mapping[str, Any]) -> str:
    from eventfolio.events.facts import cell_of

    return ", ".join(f"{name} {cell_of(value)}" for name, value in facts.items())
