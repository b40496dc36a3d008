"""eventfolio event-study: abnormal returns around events, with tests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eventfolio.cli.options import End, Json, KindNames, Start, StoredSource, StudyArgument, ThemeNames
from eventfolio.events.errors import shown

if TYPE_CHECKING:
    from datetime import date

    from eventfolio.results.event_study.document_types import StudyDocument
    from eventfolio.results.event_study.options import Options
    from eventfolio.results.event_study.study import EventStudy


def _span(text: str) -> tuple[int, int]:
    first, colon, last = text.partition(":")
    try:
        if not colon:
            raise ValueError
        return int(first), int(last)
    except ValueError:
        raise typer.BadParameter(
            f"'{shown(text)}' is not a window. Write first and last session, such as -150:-31."
        ) from None


def event_study(
    study: StudyArgument = None,
    returns: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="Own numbers: date and a column a firm, simple returns as decimal fractions."),
    ] = None,
    market: Annotated[Path | None, typer.Option(metavar="CSV", help="Own numbers: date and a column a market.")] = None,
    events: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="Own numbers: name (of a firm), date, and market where there are several."),
    ] = None,
    model: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="market, constant-mean, market-adjusted; or dimson, scholes-williams for thin trading and markets "
            "that close before the index does.",
        ),
    ] = "market",
    day: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            show_default=False,
            help="Day 0: reaction (default; the first session that closes after the event was known to have occurred), "
            "release (opens after that), occurs (the date itself), tradable (opens after it was announced).",
        ),
    ] = None,
    estimation: Annotated[
        tuple, typer.Option(parser=_span, metavar="A:B", help="Estimation window, in sessions from the event.")
    ] = "-250:-31",  # type: ignore[assignment]
    window: Annotated[
        tuple, typer.Option(parser=_span, metavar="A:B", help="Event window, in sessions from the event.")
    ] = "-5:5",  # type: ignore[assignment]
    log: Annotated[
        bool, typer.Option("--log/--simple", help="Analyse ln(1 + r) of the returns, or the returns as they are.")
    ] = False,
    cluster: Annotated[
        bool,
        typer.Option(
            "--cluster/--no-cluster",
            help="Names sharing a date become one portfolio and overlapping events one episode; or each row by itself.",
        ),
    ] = True,
    facts: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            show_default=False,
            help="Order the events by this fact too, such as surprise: terciles and rank correlation; repeatable.",
        ),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="List every row that is left out, and why.")] = False,
    theme: ThemeNames = None,
    kind: KindNames = None,
    data: StoredSource = None,
    start: Start = None,
    end: End = None,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the CAAR with its interval here (.svg or .png).")
    ] = None,
    forest: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw each date's CAR with its interval here (.svg or .png).")
    ] = None,
    json: Json = False,
) -> None:
    """Abnormal returns around the events: AR, CAR, AAR, CAAR, ten tests.

    \b
    Examples:
      eventfolio event-study
      eventfolio event-study --window -1:1 --model dimson --theme lng --plot caar.png --forest dates.svg
      eventfolio event-study --returns R.csv --market M.csv --events E.csv --estimation -230:-31 --window -30:30
    """
    from eventfolio.results.event_study.options import Options

    options = Options(model, estimation, window, cluster, log)
    if returns or market or events:
        document, measured = _own_numbers(
            study, returns, market, events, theme or kind or data or start or end or day or facts, options
        )
    else:
        document, measured = _of_study(study, theme, kind, data, start, end, day or "reaction", facts or [], options)
    if plot is not None or forest is not None:
        from eventfolio.results.plots.event_study import caar_picture, forest_picture, save

        simulated = bool(document.get("simulated", False))
        if plot is not None:
            document["picture"] = str(save(caar_picture(measured, simulated=simulated), plot))
        if forest is not None:
            document["forest"] = str(save(forest_picture(measured, simulated=simulated), forest))
    if json:
        from eventfolio.cli.printing.console import emit

        emit(document)
        return
    from eventfolio.cli.printing.evidence import show_event_study

    show_event_study(document, verbose)


def _own_numbers(
    study: Path | None, returns: Path | None, market: Path | None, events: Path | None, more: object, options: Options
) -> tuple[StudyDocument, EventStudy]:
    from eventfolio.results.errors import EvidenceError
    from eventfolio.results.event_study.by_theme import study_document
    from eventfolio.results.event_study.csv_input import read_events, read_returns
    from eventfolio.results.event_study.return_warnings import warnings_of
    from eventfolio.results.event_study.study import event_study as measure

    if returns is None or market is None or events is None:
        raise EvidenceError("Own numbers come in three files: --returns R.csv --market M.csv --events E.csv.")
    if study is not None or more:
        raise EvidenceError(
            "Give a study (with --theme, --kind, --data, --start, --end), or one's own numbers, not both."
        )
    firms, markets = read_returns(returns, "returns"), read_returns(market, "market's returns")
    measured = measure(firms, markets, read_events(events), options)
    notes = [*warnings_of(firms, returns.name), *warnings_of(markets, market.name)]
    return study_document(measured, notes), measured


def _of_study(
    study: Path | None,
    theme: list[str] | None,
    kind: list[str] | None,
    data: str | None,
    start: date | None,
    end: date | None,
    day: str,
    facts: list[str],
    options: Options,
) -> tuple[StudyDocument, EventStudy]:
    from datetime import date

    from eventfolio.engine.day_zero import read_day
    from eventfolio.engine.market.market import read_market
    from eventfolio.engine.study.study import load_study
    from eventfolio.engine.study_returns import study_returns
    from eventfolio.events.calendar import check_facts_given
    from eventfolio.events.dprk_russia import STUDY
    from eventfolio.results.event_study.by_fact import by_fact, fact_verdict
    from eventfolio.results.event_study.by_theme import themed_document, themed_study

    loaded = load_study(study or STUDY).with_options(
        themes=tuple(theme or ()), kinds=tuple(kind or ()), source=data, start=start, end=end
    )
    by = read_day(day)
    check_facts_given(loaded.calendar, facts)
    market = read_market(loaded, date.today())
    found = study_returns(loaded, market, by)
    themed = themed_study(found.returns, found.home, found.events, options)
    document = themed_document(themed, found.notes)
    document["study"], document["simulated"] = loaded.name, market.simulated
    document["price_warnings"] = list(market.price_warnings)
    document["day"] = {
        "choice": by,
        "releases": found.releases,
        "announcements": found.announcements,
        "other_than_tradable": found.elsewhere,
    }
    ordered = [by_fact(themed.all, fact, found.facts) for fact in facts]
    document["facts"] = [{**one.to_json(), "verdict": fact_verdict(one)} for one in ordered]
    return document, themed.all
