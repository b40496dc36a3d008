"""Prices from Yahoo for a study: fetched into the store, then read from it; a run reads one snapshot and names it.

A study's source is `yahoo` until its prices are pinned: then it is `yahoo@<fingerprint>`, which reads the same rows for
ever, without the network, also after Yahoo has restated them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pandas as pd

from eventfolio.engine.errors import PriceError
from eventfolio.engine.market.checks.warnings import folded
from eventfolio.engine.market.fx import fx_symbol
from eventfolio.engine.market.prices import PriceTable, check_table
from eventfolio.engine.market.rulebook.shape import FIRST
from eventfolio.engine.market.yahoo.checks import as_warnings
from eventfolio.engine.market.yahoo.fetch import Fetcher, Outcome
from eventfolio.engine.market.yahoo.price_store import Damaged, PriceStore, hash_of
from eventfolio.engine.market.yahoo.request import unlike
from eventfolio.engine.market.yahoo.wanted import Wanted
from eventfolio.engine.study.study import Study
from eventfolio.events import Security
from eventfolio.events.errors import Unavailable

SOURCE = "yahoo"
HISTORY_BEFORE = timedelta(days=400)  # for looking back, and for estimating a market model before the first event
RATES_AFTER = timedelta(days=4)  # a rate's row is that of the weekday before it, so the next weekday's is needed too
Progress = Callable[[str, int, int], None]


def is_yahoo(source: str) -> bool:
    """Whether a study's source is Yahoo, pinned or not."""
    return source == SOURCE or source.startswith(f"{SOURCE}@")


def wanted_by(study: Study) -> list[Wanted]:
    """Every symbol a study needs: members, what they turn into, home indices, the benchmark and the currencies."""
    listings = [study.securities[symbol] for symbol in (*study.symbols, *study.successors)]
    benchmarks = {symbol for symbol in (study.benchmark, *(listing.benchmark for listing in listings)) if symbol}
    others = [study.securities[symbol] for symbol in sorted(benchmarks - {listing.symbol for listing in listings})]
    currencies = {study.account.currency} | {listing.currency for listing in (*listings, *others)}
    return [
        *(wanted(security) for security in (*listings, *others)),
        *(Wanted(fx_symbol(currency), None, currency) for currency in sorted(currencies - {"USD"})),
    ]


def _traded(study: Study) -> set[str]:
    """What a run cannot do without: its listings, their rates and its benchmark, not the home indices beside them."""
    traded = {*study.themes.symbols, *study.successors}
    currencies = {study.account.currency, *(study.securities[symbol].currency for symbol in traded)}
    return {*traded, study.benchmark or "", *(fx_symbol(currency) for currency in currencies)}


def wanted(security: Security) -> Wanted:
    """A security as something to fetch."""
    return Wanted(security.symbol, security.exchange, security.currency)


def since(study: Study) -> date:
    """The first date a study's prices are wanted from: no earlier than the market rules are known, unless it is."""
    return min(study.start, max(study.start - HISTORY_BEFORE, FIRST))


def pinned(study: Study, progress: Progress | None = None) -> Study:
    """The study with its Yahoo prices brought up to its window and pinned; any other study as it is.

    A listing, a rate or the study's benchmark that cannot be had fails the study, unless it says to skip such
    (`skip_missing`): then its stored bars are used where there are any, and it is left out where not, with a warning
    either way. A home index is always treated so. `offline` asks nobody.

    Raises: PriceError naming symbols Yahoo does not know or gives wrongly, Unavailable where it was the network
    """
    if study.source != SOURCE:
        return study
    store, needed, first = PriceStore(), wanted_by(study), since(study)
    failed: dict[str, str] = {}
    if not study.offline:
        outcomes = Fetcher(store, first, until=study.end + RATES_AFTER).fetch(needed, progress)
        failed = {outcome.symbol: outcome.words for outcome in outcomes if outcome.state == "failed"}
        fatal = [outcome for outcome in outcomes if outcome.state != "failed" or outcome.symbol in _traded(study)]
        if any(outcome.state == "failed" for outcome in fatal) and not study.skip_missing:
            raise refusal(fatal)
    rows: dict[str, list[str]] = {}
    left_out: dict[str, str] = {}
    others: set[str] = set()  # what is stored of them is another security's
    stale: dict[str, str] = {}
    for one in needed:
        stored, why = None, failed.get(one.symbol, "nothing is stored, and --offline fetches nothing")
        try:
            stored = store.read(one.symbol)
        except Damaged as damage:
            why = f"{damage}; fetch it again without --offline"
        if stored is not None and (other := unlike(stored.facts, one)) is not None:
            others.add(one.symbol)
            stored, why = None, f"{other}; correct the file, or fetch it again (data fetch --anew)"
        if stored is not None:
            last = study.end + RATES_AFTER if one.is_rate else study.end
            frame = stored.frame.loc[str(first) : str(last)]
            if not frame["close"].isna().all():
                rows[one.symbol] = [str(frame.index[0].date()), str(frame.index[-1].date()), hash_of(frame)]
                if study.offline and (stored.facts.asked_from > first or stored.facts.through < study.end):
                    stale[one.symbol] = f"fetched for {stored.facts.asked_from} to {stored.facts.through} only"
                continue
            why = f"no bar from {first} to {last}"
        left_out[one.symbol] = why
    left_out |= _without_rate(study, needed, rows)
    lacking = {symbol: why for symbol, why in left_out.items() if symbol in _traded(study)}
    if lacking and not study.skip_missing:
        raise (PriceError if others >= set(lacking) else Unavailable)(
            _together([f"{symbol}: {why}" for symbol, why in lacking.items()])
        )
    if not any(symbol in rows for symbol in study.symbols):
        raise Unavailable(_together([f"{symbol}: {why}" for symbol, why in left_out.items()]))
    stale |= {symbol: why for symbol, why in failed.items() if symbol in rows}
    fingerprint = store.write_snapshot({"rows": rows, "left_out": left_out, "stale": stale})
    return dataclasses.replace(study, source=f"{SOURCE}@{fingerprint}")


def read_snapshot(
    study: Study, symbols: Sequence[str], optional: Sequence[str], today: date
) -> tuple[dict[str, PriceTable], list[str]]:
    """The tables of a study's pinned source; in words, what was left out of it, is older than asked for or in doubt.

    Raises: PriceError for a fingerprint that is not here, a symbol that was not in it or is another's, or rows that
            are gone
    """
    fingerprint = study.source.partition("@")[2]
    needed = {one.symbol: one for one in wanted_by(study)}
    store = PriceStore()
    manifest = store.read_snapshot(fingerprint)
    if manifest is None:
        raise PriceError(
            f"Yahoo snapshot '{fingerprint}' is not in {store.folder / 'snapshots'}. It was made on another machine, "
            "or the cache was emptied; --data yahoo fetches today's prices."
        )
    words = [f"{symbol}: left out ({why})." for symbol, why in manifest["left_out"].items()]
    words += [f"{symbol}: not brought up to date ({why})." for symbol, why in manifest["stale"].items()]
    tables, notes = {}, []
    for symbol in (*symbols, *optional):
        row = manifest["rows"].get(symbol)
        if row is None:
            if symbol in optional or symbol in manifest["left_out"]:
                continue
            raise PriceError(f"Yahoo snapshot '{fingerprint}' has no {symbol}. Use --data yahoo to fetch it.")
        stored = store.find(symbol, date.fromisoformat(row[0]), date.fromisoformat(row[1]), row[2])
        if stored is None:
            raise PriceError(
                f"{symbol}: the rows {row[0]} to {row[1]} of Yahoo snapshot '{fingerprint}' are no longer in "
                f"{store.folder}; --data yahoo fetches today's prices."
            )
        if symbol in needed and (why := unlike(stored.facts, needed[symbol])) is not None:
            raise PriceError(f"{symbol}: {why}. Correct the securities file, or --data yahoo fetches today's prices.")
        table = as_price_table(symbol, stored.frame)
        check_table(table, today)
        tables[symbol] = table
        notes += as_warnings(symbol, stored.facts.notes)
    return tables, [*words, *folded(notes)]


def as_price_table(symbol: str, frame: pd.DataFrame) -> PriceTable:
    """Stored bars as a table: raw, dividends as paid; a currency's row is the rate at the start of London's day."""
    is_rate = symbol.endswith("=X")
    return PriceTable(symbol, frame, "none", "start" if is_rate else "end", f"Yahoo {symbol}", dividends="gross")


def refusal(outcomes: Sequence[Outcome]) -> PriceError | Unavailable:
    """The failures as one exception: the user's to mend where all are, else something that could not be done."""
    failed = [outcome for outcome in outcomes if outcome.state == "failed"]
    lines = _together([f"{outcome.symbol}: {outcome.words}" for outcome in failed])
    if all(outcome.reason in ("not found", "delisted", "malformed") for outcome in failed):
        return PriceError(lines)
    return Unavailable(lines)


def _without_rate(study: Study, needed: Sequence[Wanted], rows: dict[str, list[str]]) -> dict[str, str]:
    """Take out of `rows` what cannot be valued in the account's currency, and say why."""
    taken = {}
    home = study.account.currency
    for one in needed:
        for currency in sorted({one.currency, home} - {"USD"}):
            if one.symbol in rows and one.currency != home and not one.is_rate and fx_symbol(currency) not in rows:
                taken[one.symbol] = f"no rates for {currency}"
                del rows[one.symbol]
    return taken


def _together(lines: list[str]) -> str:
    shown = [f"  {line}" for line in lines[:12]]
    if len(lines) > len(shown):
        shown.append(f"  and {len(lines) - len(shown)} more")
    return "\n".join(
        ["No prices from Yahoo for:", *shown, "--skip-missing runs with what there is; --theme narrows a study."]
    )
