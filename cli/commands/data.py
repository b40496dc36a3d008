"""eventfolio data: fetches Yahoo's prices into the price store, and checks stored prices and price folders."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eventfolio.cli.options import Json, Start, StudyArgument

if TYPE_CHECKING:
    from eventfolio.engine.market.checks.warnings import PriceWarning
    from eventfolio.engine.market.sources.checked_folder import CheckedFile
    from eventfolio.engine.market.yahoo.price_store import PriceStore
    from eventfolio.engine.market.yahoo.wanted import Wanted
    from eventfolio.engine.study.study import Study

app = typer.Typer(help="Fetch Yahoo's prices into the store, and look them over.", no_args_is_help=True)

Symbols = Annotated[
    list[str] | None, typer.Option("-s", "--symbol", metavar="SYMBOL", help="Only this symbol; repeatable.")
]


@app.command()
def fetch(
    study: StudyArgument = None,
    symbol: Symbols = None,
    start: Start = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Fetch the whole history again; what is stored now is kept beside it.")
    ] = False,
    json: Json = False,
) -> None:
    """Bring the stored prices of a study up to the last finished session.

    Only what is missing is asked for, and ten sessions before it, to notice what Yahoo has changed. What is doubted of
    the prices is said, a line a kind; `data check` says it in full. Exit status 1 when the network or the disk failed
    for a symbol, 2 when Yahoo does not know one or gives what cannot be.

    \b
    Examples:
      eventfolio data fetch
      eventfolio data fetch my-study/study.toml -s 7013.T -s JPY=X --start 2015-01-05
    """
    from eventfolio.cli.printing.console import console, emit, progress, say, table
    from eventfolio.engine.market.checks.warnings import folded, in_full
    from eventfolio.engine.market.yahoo.fetch import Fetcher
    from eventfolio.engine.market.yahoo.price_store import PriceStore
    from eventfolio.engine.market.yahoo.source import refusal, since

    loaded, chosen = _chosen(study, symbol)
    if start is not None and start > date.today():
        from eventfolio.engine.errors import StudyError

        raise StudyError(f"--start {start} lies in the future. Give the first date whose prices are wanted.")
    store = PriceStore()
    with progress() as bar:
        outcomes = Fetcher(store, start or since(loaded), anew=anew).fetch(chosen, bar)
    warnings = {one.symbol: _warned(store, one, loaded) for one in chosen}
    if json:
        emit(
            [
                vars(outcome) | {"changes": list(outcome.changes), "doubts": in_full(warnings[outcome.symbol])}
                for outcome in outcomes
            ]
        )
    else:
        rows = [
            (
                outcome.symbol,
                outcome.reason or outcome.state,
                "; ".join(filter(None, (outcome.words, *outcome.changes))),
            )
            for outcome in outcomes
        ]
        console().print(table("", [("Symbol", "left"), ("State", "left"), ("In words", "left")], rows))
        say(*folded(warning for found in warnings.values() for warning in found))
    if any(outcome.state == "failed" for outcome in outcomes):
        from eventfolio.events.errors import InputError

        raise typer.Exit(2 if isinstance(refusal(outcomes), InputError) else 1)


@app.command()
def status(study: StudyArgument = None, symbol: Symbols = None, json: Json = False) -> None:
    """Say what is stored for a study: which bars, when fetched, how many former snapshots are kept.

    \b
    Example:
      eventfolio data status
    """
    from eventfolio.cli.printing.console import console, emit, say_path, table
    from eventfolio.engine.market.yahoo.price_store import PriceStore

    store = PriceStore()
    _, chosen = _chosen(study, symbol)
    found = [_status(store, one) for one in chosen]
    if json:
        emit({"folder": str(store.folder), "symbols": found})
        return
    columns = [("Symbol", "left"), ("Bars", "right"), ("First", "left"), ("Last", "left"), ("Fetched (UTC)", "left")]
    rows = [
        (
            one["symbol"],
            one["bars"] if one["bars"] is not None else one["state"],
            one["first"] or "",
            one["last"] or "",
            str(one["fetched_at"] or "")[:16].replace("T", " "),
            one["former"] or "",
        )
        for one in found
    ]
    console().print(table("", [*columns, ("Former", "right")], rows))
    say_path("Stored in", store.folder)


@app.command()
def check(
    study: Annotated[
        Path | None,
        typer.Argument(
            metavar="STUDY or FOLDER",
            show_default=False,
            help="Study file (TOML), or a folder of price files; default: the packaged study.",
        ),
    ] = None,
    symbol: Symbols = None,
    json: Json = False,
) -> None:
    """Look over prices: gaps against the exchange's sessions, halts, repeats, jumps, dividends, steps.

    Of a folder, or a study whose prices are one, its files are looked over, and how each was understood is told; of
    any other study what is stored from Yahoo. Doubts are for you to judge. Exit status 1 when a symbol is not stored,
    or its file in the store is damaged or in another currency; 2 when a file of a folder cannot be read, or one is
    missing that a run needs.

    \b
    Examples:
      eventfolio data check my-prices
      eventfolio data check my-study/study.toml
      eventfolio data check -s 7013.T
    """
    from eventfolio.cli.printing.console import console, emit, table
    from eventfolio.engine.market.yahoo.price_store import PriceStore

    if (files := _files(study, symbol)) is not None:
        good, bad = {"read", "left out"}, 2
        found = {symbol: (file.state, list(file.warnings)) for symbol, file in files.items()}
    else:
        store = PriceStore()
        loaded, chosen = _chosen(study, symbol)
        found, good, bad = {one.symbol: _stored_warnings(store, one, loaded) for one in chosen}, {"stored"}, 1
    if json:
        emit(
            [
                {"symbol": symbol, "state": state, "doubts": warnings, **_read_as(files, symbol)}
                for symbol, (state, warnings) in found.items()
            ]
        )
    else:
        rows = [
            (symbol if number == 0 else "", line)
            for symbol, (state, warnings) in found.items()
            for number, line in enumerate(
                [
                    *filter(None, [files[symbol].understood if files else ""]),
                    *(warnings or ["nothing to doubt" if state in good else state]),
                ]
            )
        ]
        console().print(table("", [("Symbol", "left"), ("What was read, and doubts", "left")], rows))
    if any(state not in good for state, _ in found.values()):
        raise typer.Exit(bad)


def _chosen(study: Path | None, symbols: list[str] | None) -> tuple[Study, list[Wanted]]:
    """The study, and what of it is meant: every symbol it needs, or those named (any known security, or a currency)."""
    from eventfolio.engine.market.yahoo.source import wanted, wanted_by
    from eventfolio.engine.market.yahoo.wanted import Wanted
    from eventfolio.engine.study.study import load_study
    from eventfolio.events.dprk_russia import STUDY
    from eventfolio.events.exchanges import CURRENCIES

    loaded = load_study(study or STUDY)
    if not symbols:
        return loaded, wanted_by(loaded)
    rates = {f"{currency}=X": Wanted(f"{currency}=X", None, currency) for currency in CURRENCIES if currency != "USD"}
    named = dict.fromkeys(symbols)
    return loaded, [rates.get(symbol) or wanted(loaded.securities[symbol]) for symbol in named]


def _files(study: Path | None, symbols: list[str] | None) -> dict[str, CheckedFile] | None:
    """Each symbol of a price folder, or of a study whose prices are one, with its file; None for any other study."""
    from eventfolio.engine.market.sources.checked_folder import check_folder
    from eventfolio.engine.market.sources.folder import symbols_in
    from eventfolio.engine.market.yahoo.source import is_yahoo, wanted_by
    from eventfolio.engine.study.study import load_study
    from eventfolio.events import packaged_securities

    if study is None:
        return None
    if study.is_dir():
        return check_folder(study, symbols or symbols_in(study), packaged_securities(), date.today())
    loaded = load_study(study)
    if loaded.source == "sample" or is_yahoo(loaded.source):
        return None
    wanted = [one.symbol for one in wanted_by(loaded)]
    needed = {*loaded.themes.symbols, *loaded.successors}
    optional = {symbol for symbol in wanted if symbol not in needed and not symbol.endswith("=X")}
    return check_folder(Path(loaded.source), symbols or wanted, loaded.securities, date.today(), optional, loaded.end)


def _read_as(files: dict[str, CheckedFile] | None, symbol: str) -> dict[str, object]:
    """How a file was read, for machines; nothing of what is stored from Yahoo."""
    if files is None:
        return {}
    names = ("rows", "first", "last", "delimiter", "header", "decimal", "dates", "adjusted", "currency")
    return {name: getattr(files[symbol], name) or None for name in names}


def _status(store: PriceStore, one: Wanted) -> dict[str, object]:
    from eventfolio.engine.market.yahoo.price_store import Damaged

    row: dict[str, object] = dict.fromkeys(("bars", "first", "last", "through", "fetched_at", "currency", "origin"))
    row = {"symbol": one.symbol, "state": "not stored", **row, "former": len(store.kept(one.symbol))}
    try:
        stored = store.read(one.symbol)
    except Damaged:
        return row | {"state": "damaged"}
    if stored is None:
        return row
    first, last = (day.date() for day in stored.frame.index[[0, -1]])
    dates: dict[str, date] = {"first": first, "last": last, "through": stored.facts.through}
    return row | {
        "state": "stored",
        "bars": len(stored.frame),
        **{name: day.isoformat() for name, day in dates.items()},
        "fetched_at": stored.facts.fetched_at.isoformat(),
        "currency": stored.facts.currency,
        "origin": stored.facts.origin,
    }


def _stored_warnings(store: PriceStore, one: Wanted, study: Study) -> tuple[str, list[str]]:
    from eventfolio.engine.market.checks.warnings import in_full
    from eventfolio.engine.market.yahoo.price_store import Damaged
    from eventfolio.engine.market.yahoo.request import unlike

    try:
        stored = store.read(one.symbol)
    except Damaged as damage:
        return "damaged", [
            f"{str(damage).partition(': ')[2]}; `eventfolio data fetch` sets it aside and fetches it anew"
        ]
    if stored is None:
        return "not stored", []
    if (why := unlike(stored.facts, one)) is not None:
        return "another's", [f"{why}; correct the file, or `eventfolio data fetch --anew` fetches it again"]
    return "stored", in_full(_warned(store, one, study))


def _warned(store: PriceStore, one: Wanted, study: Study) -> list[PriceWarning]:
    """What is doubted about what is stored of a symbol; nothing where that cannot be read or is another's."""
    from eventfolio.engine.market.yahoo.checks import price_warnings
    from eventfolio.engine.market.yahoo.price_store import Damaged
    from eventfolio.engine.market.yahoo.request import unlike
    from eventfolio.engine.market.yahoo.source import as_price_table

    try:
        stored = store.read(one.symbol)
    except Damaged:
        return []
    if stored is None or unlike(stored.facts, one) is not None:
        return []
    security = None if one.is_rate else study.securities[one.symbol]
    return price_warnings(as_price_table(one.symbol, stored.frame), security, stored.facts.notes)
