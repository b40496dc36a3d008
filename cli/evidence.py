"""eventfolio event-study and overfit: was it the event, and was it more than a search's luck?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.options import End, Json, Start
from events.errors import shown

if TYPE_CHECKING:
    from results.event_study import EventStudy, Options


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
    study: Annotated[
        Path | None,
        typer.Argument(metavar="STUDY", show_default=False, help="Study file (TOML); default: the packaged one."),
    ] = None,
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
    estimation: Annotated[
        tuple, typer.Option(parser=_span, metavar="A:B", help="Estimation window, in sessions from the event.")
    ] = "-150:-31",  # type: ignore[assignment]
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
    theme: Annotated[list[str] | None, typer.Option(metavar="THEME", help="Only this theme; repeatable.")] = None,
    data: Annotated[
        str | None, typer.Option(metavar="SOURCE", help="'sample', or a folder of SYMBOL.csv or .parquet.")
    ] = None,
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
    from results.event_study import Options

    options = Options(model, estimation, window, cluster, log)
    if returns or market or events:
        document, measured = _own_numbers(study, returns, market, events, theme or data or start or end, options)
    else:
        document, measured = _of_study(study, theme, data, start, end, options)
    if plot is not None or forest is not None:
        from results.evidence_plots import caar_picture, forest_picture, save

        simulated = document.get("simulated", False)
        if plot is not None:
            document["picture"] = str(save(caar_picture(measured, simulated=simulated), plot))
        if forest is not None:
            document["forest"] = str(save(forest_picture(measured, simulated=simulated), forest))
    if json:
        from cli.show import emit

        emit(document)
        return
    from cli.evidence_tables import show_event_study

    show_event_study(document)


def overfit(
    returns: Annotated[
        Path,
        typer.Argument(metavar="RETURNS.csv", help="Date and a column a trial, simple returns as decimal fractions."),
    ],
    blocks: Annotated[
        int, typer.Option(metavar="N", help="Blocks of the cross-validation: an even number, to 20.")
    ] = 16,
    trials: Annotated[
        int | None, typer.Option(metavar="N", help="Trials really made, where the table does not show them all.")
    ] = None,
    json: Json = False,
) -> None:
    """Deflated Sharpe ratio, probability of backtest overfitting and superior predictive ability of a table of trials.

    \b
    Example:
      eventfolio overfit trials.csv --blocks 16
    """
    from results.errors import EvidenceError
    from results.event_files import read_returns
    from results.return_doubts import doubts_of
    from results.search_honesty import search_honesty
    from results.verdict import search_verdict

    table = read_returns(returns, "trials' returns")
    doubts = doubts_of(table, returns.name)
    if trials is not None and trials < table.shape[1]:
        raise EvidenceError(f"--trials {trials} is fewer than the {table.shape[1]} columns of {returns.name}.")
    document = search_honesty(table, blocks, trials)
    document |= {"verdict": search_verdict(document), "doubts": doubts}
    if json:
        from cli.show import emit

        emit(document)
        return
    from cli.evidence_tables import show_overfit

    show_overfit(document)


def _own_numbers(
    study: Path | None, returns: Path | None, market: Path | None, events: Path | None, more: Any, options: Options
) -> tuple[dict[str, Any], EventStudy]:
    from results.errors import EvidenceError
    from results.event_files import read_events, read_returns
    from results.event_study import event_study as measure
    from results.return_doubts import doubts_of
    from results.themed_study import study_document

    if returns is None or market is None or events is None:
        raise EvidenceError("Own numbers come in three files: --returns R.csv --market M.csv --events E.csv.")
    if study is not None or more:
        raise EvidenceError("Give a study (with --theme, --data, --start, --end), or one's own numbers, not both.")
    firms, markets = read_returns(returns, "returns"), read_returns(market, "market's returns")
    measured = measure(firms, markets, read_events(events), options)
    document = study_document(measured)
    document["notes"] += [*doubts_of(firms, returns.name), *doubts_of(markets, market.name)]
    return document, measured


def _of_study(
    study: Path | None, theme: list[str] | None, data: str | None, start: Any, end: Any, options: Options
) -> tuple[dict[str, Any], EventStudy]:
    from datetime import date

    from engine.market.market import read_market
    from engine.study import load_study
    from engine.study_returns import study_returns
    from events.dprk_russia import STUDY
    from results.themed_study import themed_document, themed_study

    loaded = load_study(study or STUDY).with_options(themes=tuple(theme or ()), source=data, start=start, end=end)
    market = read_market(loaded, date.today())
    found = study_returns(loaded, market)
    themed = themed_study(found.returns, found.home, found.events, options)
    document = themed_document(themed) | {"study": loaded.name, "simulated": market.simulated}
    document["notes"] += [f"{name}: known to the month only, so it has no day 0" for name in found.untimed]
    document["notes"] += [f"{symbol}: no home index with prices, left out" for symbol in found.homeless]
    return document, themed.all
