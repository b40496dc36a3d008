"""Parses Yahoo's chart answer: whose it is, its rows by date, its splits and dividends on their sessions.

Yahoo answers what it likes with a 200: another symbol's chart, minutes for days, a row of 1970, a date twice. What
would be somebody else's prices is refused; what spoils a row leaves that row out; either is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventfolio.engine.market.sessions import sessions_of
from eventfolio.engine.market.yahoo.session import Refused
from eventfolio.events.errors import shown

if TYPE_CHECKING:
    from eventfolio.engine.market.yahoo.wanted import Wanted

MINOR_UNITS = {
    "GBp": ("GBP", 0.01),
    "GBX": ("GBP", 0.01),
    "ZAc": ("ZAR", 0.01),
    "ZAC": ("ZAR", 0.01),
    "ILA": ("ILS", 0.01),
}
_QUOTE = {"Open": "open", "High": "high", "Low": "low", "Close": "close", "Volume": "volume"}
_TOLERANCE = 2e-6  # two readings of one price
_FEW = 3
_OFF_DAYS = 0.10  # of the bars


@dataclass(frozen=True)
class Chart:
    """An answer, read.

    history : dates of sessions (ascending, once each) and columns as `Ticker.history(auto_adjust=False)` names them:
              prices and dividends divided by later splits, in the unit quoted; splits as new shares per old
    unit    : of the prices, in the security's currency (0.01 for pence)
    notes   : what was left out, as "kind: places"
    """

    history: pd.DataFrame
    unit: float
    notes: tuple[str, ...]


def read_chart(document: object, one: Wanted, first: date, finished: date) -> Chart:
    """The chart of one symbol from `first` on, also beyond the last session that is `finished`.

    Raises: Refused for another symbol's, currency's or zone's chart, bars of another length, and what is no chart
    """
    result = _result(document, first)
    meta = result.get("meta")
    if not isinstance(meta, dict) or not meta:
        raise Refused("malformed", "Yahoo's answer does not say what it is of (no 'meta')")
    unit = _check_meta(meta, one)
    notes = _Notes()
    rows = _rows(result, one, first, finished, notes)
    history = _with_events(rows, result.get("events"), one, str(meta["currency"]), first, notes)
    return Chart(history, unit, tuple(notes.lines))


def _result(document: object, first: date) -> dict[str, object]:
    chart = document.get("chart") if isinstance(document, dict) else None
    results = chart.get("result") if isinstance(chart, dict) else None
    if results is None or results == []:
        error = chart.get("error") if isinstance(chart, dict) else None
        said = error.get("description") or error.get("code") if isinstance(error, dict) else None
        raise Refused("delisted", f"Yahoo has no prices of it since {first}" + (f" ({_quoted(said)})" if said else ""))
    if not isinstance(results, list) or not isinstance(results[0], dict):
        raise Refused("malformed", "Yahoo's answer holds no chart where one belongs")
    if len(results) > 1:
        raise Refused("malformed", f"Yahoo answers with {len(results)} charts for one symbol")
    return results[0]


def _check_meta(meta: dict[str, object], one: Wanted) -> float:
    """The unit of the prices; anything that is not the security's is refused."""
    symbol = meta.get("symbol")
    if not isinstance(symbol, str) or symbol.casefold() != one.symbol.casefold():
        raise Refused("malformed", f"Yahoo answers with the chart of {_quoted(symbol, 'no symbol')}")
    currency = str(meta.get("currency") or "")
    quoted, unit = MINOR_UNITS.get(currency, (currency, 1.0))
    if quoted != one.currency:
        raise Refused(
            "malformed",
            f"Yahoo gives it in {shown(currency) or 'no currency'}, the securities file says {one.currency}; "
            "correct the file, or the symbol",
        )
    zone = meta.get("exchangeTimezoneName")
    if not _same_clock(zone, one.zone):
        raise Refused(
            "malformed",
            f"Yahoo dates it by the clock of {_quoted(zone, 'no zone')}, {one.exchange or 'a currency'} goes by "
            f"{one.zone}; correct the exchange in the securities file, or the symbol",
        )
    step = meta.get("dataGranularity")
    if step not in (None, "", "1d"):
        raise Refused("malformed", f"Yahoo answers with bars of {_quoted(step, 'no length')}, not of days")
    return unit


def _same_clock(one: object, other: str) -> bool:
    """Whether two names of zones are of one clock, as those of one city are (America/Buenos_Aires has two)."""
    if one == other:
        return True
    try:
        clocks = ZoneInfo(str(one)), ZoneInfo(other)
    except (ValueError, KeyError, OSError):
        return False
    moments = [datetime(year, month, 1, 12, tzinfo=UTC) for year in range(1920, 2031) for month in (1, 4, 7, 10)]
    return all(clocks[0].utcoffset(moment) == clocks[1].utcoffset(moment) for moment in moments)


def _rows(result: dict[str, object], one: Wanted, first: date, finished: date, notes: _Notes) -> pd.DataFrame:
    """The rows that hold anything, one a date."""
    indicators = result.get("indicators")
    quote = _first_of(indicators, "quote")
    stamps = result.get("timestamp")
    if not stamps or not quote:
        raise Refused("delisted", f"Yahoo has no prices of it since {first}")
    seconds = _numbers(stamps, "timestamp", len(stamps) if isinstance(stamps, list) else 0)
    if np.isnan(seconds).any() or (np.abs(seconds) > 2**33).any():
        raise Refused("malformed", "Yahoo gives a row whose time cannot be read")
    columns = {name: _numbers(quote.get(wire), wire, len(seconds)) for name, wire in _QUOTE.items()}
    adjusted = _first_of(indicators, "adjclose")
    columns["Adj Close"] = (
        _numbers(adjusted.get("adjclose"), "adjclose", len(seconds)) if adjusted else columns["Close"].copy()
    )
    frame = pd.DataFrame(columns, index=_dates(seconds, one.zone))
    frame = frame.assign(stamp=seconds).sort_values("stamp", kind="stable")
    frame = frame[frame.index.notna()]
    prices = frame[list(_QUOTE)]
    zero = (frame["Close"] == 0) & (frame.index <= pd.Timestamp(finished))
    notes.add("a close of 0, taken as unknown", frame.index[zero])
    frame = frame[~(prices.isna() | (prices == 0)).all(axis=1)]
    early = frame.index < pd.Timestamp(first)
    if early.sum() <= _FEW:  # of more, Yahoo gave all it has
        notes.add("rows from before the dates asked for, left out", frame.index[early])
    frame = _one_a_date(frame[~early], finished, notes)
    _check_days(frame.index, one)
    return frame.drop(columns="stamp").sort_index()


def _check_days(days: pd.Index, one: Wanted) -> None:
    """Refuse rows that keep other days than the exchange does, as rows dated by a wrong clock do: a day early or late.

    Some are Yahoo's habit, and told among the warnings.
    """
    if one.exchange is None:
        return
    known = sessions_of(one.exchange).dates
    on = days.to_numpy().astype(known.dtype)
    shut = ~np.isin(on, known) & (on >= known[0]) & (on <= known[-1])
    if shut.sum() > max(_FEW, _OFF_DAYS * len(days)):
        raise Refused(
            "malformed",
            f"{shut.sum()} of {len(days)} bars are dated on days on which {one.exchange} was shut, first "
            f"{days[int(np.argmax(shut))]:%Y-%m-%d}; correct the exchange in the securities file, or the symbol",
        )


def _one_a_date(frame: pd.DataFrame, finished: date, notes: _Notes) -> pd.DataFrame:
    """Yahoo may send the last session twice, the second time with a live stamp: the later row counts.

    Anywhere else two rows of one date that differ are worth nothing: neither is known to be right.
    """
    again = frame.index[frame.index.duplicated()].unique()
    if not len(again):
        return frame
    blank: list[pd.Timestamp] = []
    later: list[pd.Timestamp] = []
    for day in again:
        rows = frame.loc[[day]]
        values = rows[list(_QUOTE)[:4]].to_numpy(float)
        if np.isclose(values, values[-1], rtol=_TOLERANCE, atol=0.0, equal_nan=True).all():
            continue
        is_live = day == frame.index.max() and rows["stamp"].nunique() == len(rows)
        (later if is_live else blank).append(day)
    frame = frame[~frame.index.duplicated(keep="last")].copy()
    is_blank = frame.index.isin(blank)
    for name in (*_QUOTE, "Adj Close"):
        frame[name] = frame[name].mask(is_blank)
    notes.add("given twice and not alike, left out", pd.DatetimeIndex(blank))
    known = [day for day in later if day <= pd.Timestamp(finished)]
    notes.add("given twice and not alike, the later row taken", pd.DatetimeIndex(known))
    return frame


def _with_events(
    rows: pd.DataFrame, events: object, one: Wanted, currency: str, first: date, notes: _Notes
) -> pd.DataFrame:
    """The rows with dividends, capital gains and splits, each on its date or, where that has no row, the next session.

    A session without a bar gets a row for them: they belong to it, and not to the session before.
    """
    events = events if isinstance(events, dict) else {}
    paid: dict[pd.Timestamp, float] = {}
    gained: dict[pd.Timestamp, float] = {}
    ratios: dict[pd.Timestamp, float] = {}
    foreign, again = [], []
    for kind, found in (("dividends", paid), ("capitalGains", gained)):
        for event, day in _listed(events.get(kind), kind, one, rows.index, first):
            amount = _number(event.get("amount"))
            if not 0 <= amount < np.inf:
                raise Refused(
                    "malformed", f"Yahoo lists a dividend of {_quoted(event.get('amount'))} on {day:%Y-%m-%d}"
                )
            rate = _into(event.get("currency"), currency)
            if rate is None:
                foreign.append(f"{day:%Y-%m-%d} {amount:g} {shown(str(event['currency']))}")
            elif amount > 0:
                if found.get(day) == amount * rate:
                    again.append(f"{day:%Y-%m-%d} {amount:g}")
                found[day] = found.get(day, 0.0) + amount * rate
    for event, day in _listed(events.get("splits"), "splits", one, rows.index, first):
        new, old = _number(event.get("numerator")), _number(event.get("denominator"))
        if not (0 < new < np.inf and 0 < old < np.inf):
            said = f"{_quoted(event.get('numerator'))} for {_quoted(event.get('denominator'))}"
            raise Refused("malformed", f"Yahoo lists a split of {said} on {day:%Y-%m-%d}, which cannot be")
        if new == old:
            continue
        if day in ratios:
            raise Refused(
                "malformed",
                f"Yahoo lists two splits on {day:%Y-%m-%d} ({ratios[day]:g} for 1 and {new / old:g} for 1); "
                "which of them its prices are divided by cannot be told",
            )
        ratios[day] = new / old
    notes.add("dividends in another currency, left out", foreign)
    notes.add("one dividend twice on one session, both taken", again)
    acts = pd.DatetimeIndex(sorted({*paid, *gained, *ratios})).astype("datetime64[ns]")
    days = pd.DatetimeIndex(rows.index.union(acts))
    frame = rows.reindex(days)
    for name, cells in (("Dividends", paid), ("Capital Gains", gained), ("Stock Splits", ratios)):
        frame[name] = pd.Series(cells, dtype=float).reindex(days).fillna(0.0)
    _leave_out_impossible(frame, notes)
    return frame


def _leave_out_impossible(frame: pd.DataFrame, notes: _Notes) -> None:
    """A dividend as large as the price before it cannot have been paid: what is left would be worth nothing."""
    before = frame["Close"].where(frame["Close"] > 0).ffill().shift(1)
    told = []
    for name in ("Dividends", "Capital Gains"):
        wrong = frame[name] >= before
        told += [
            f"{str(day)[:10]} {paid:g} on {price:g}"
            for day, paid, price in zip(frame.index[wrong], frame.loc[wrong, name], before[wrong], strict=True)
        ]
        frame.loc[wrong, name] = 0.0
    notes.add("dividends as large as the price, left out", told)


def _listed(
    found: object, kind: str, one: Wanted, known: pd.Index, first: date
) -> list[tuple[dict[str, object], pd.Timestamp]]:
    """Events in the order of their dates, each with the session it belongs to; those of before `first` are passed."""
    if not found:
        return []
    entries = list(found.values()) if isinstance(found, dict) else found
    if not isinstance(entries, list) or not all(isinstance(event, dict) for event in entries):
        raise Refused("malformed", f"Yahoo's list of {kind} cannot be read")
    if one.exchange is None:
        raise Refused("malformed", f"Yahoo lists {kind} of a currency")
    stamps = np.array([_number(event.get("date")) for event in entries])
    if np.isnan(stamps).any() or (np.abs(stamps) > 2**33).any():
        raise Refused("malformed", f"Yahoo lists {kind} without a date")
    sessions = sessions_of(one.exchange).dates
    placed = []
    for event, day in zip(entries, _dates(stamps, one.zone), strict=True):
        if day not in known and sessions[0] <= np.datetime64(day, "D") <= sessions[-1]:
            on = sessions[np.searchsorted(sessions, np.datetime64(day, "D"))]
            day = pd.Timestamp(on).as_unit("ns")
        if day >= pd.Timestamp(first):
            placed.append((event, day))
    return sorted(placed, key=lambda pair: pair[1])


def _into(own: object, quoted: str) -> float | None:
    """What one unit of a dividend's own currency is in the unit of the prices; None where it is another currency."""
    if not own or own == quoted:
        return 1.0
    major, unit = MINOR_UNITS.get(str(own), (str(own), 1.0))
    price_major, price_unit = MINOR_UNITS.get(quoted, (quoted, 1.0))
    return unit / price_unit if major == price_major else None


def _dates(seconds: npt.NDArray[np.float64], zone: str) -> pd.DatetimeIndex:
    """Local dates of stamps; an hour or two before midnight is midnight, where a zone's summer time was mistaken."""
    stamps = pd.to_datetime(np.asarray(seconds, np.int64), unit="s", utc=True).tz_convert(zone).tz_localize(None)
    nearly = (stamps.hour >= 22) & (stamps.minute == 0)
    days = (stamps + pd.to_timedelta(np.where(nearly, 2, 0), unit="h")).normalize()
    return pd.DatetimeIndex(days.astype("datetime64[ns]"), name="date")


def _first_of(indicators: object, name: str) -> dict[str, object]:
    """The one block of a kind of figures; empty where there is none."""
    blocks = indicators.get(name) if isinstance(indicators, dict) else None
    if isinstance(blocks, list) and blocks and isinstance(blocks[0], dict):
        return blocks[0]
    return {}


def _numbers(values: object, name: str, count: int) -> npt.NDArray[np.float64]:
    """A column of the answer; one that is not there is unknown throughout."""
    if values is None:
        return np.full(count, np.nan)
    if not isinstance(values, list) or len(values) != count:
        has = f"{len(values)} values" if isinstance(values, list) else "no list"
        raise Refused("malformed", f"Yahoo's answer has {count} rows and {has} of {name}")
    found = np.array([np.nan if value is None else _number(value) for value in values], float)
    for at in np.flatnonzero(np.isnan(found)).tolist():
        if not (values[at] is None or isinstance(values[at], float)):
            raise Refused("malformed", f"Yahoo gives a {name} of {_quoted(values[at])}, which is not a number")
    return found


def _number(value: object) -> float:
    """A number of the answer as a float; NaN for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return np.nan
    try:
        return float(value)
    except OverflowError:
        return np.inf


def _quoted(value: object, nothing: str = "nothing") -> str:
    return nothing if value in (None, "") else f"'{shown(str(value))}'"


class _Notes:
    """What was left out, a line a kind with its first places."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, kind: str, places: pd.Index | Sequence[str]) -> None:
        if len(places):
            self.lines.append(note(kind, places))


def note(kind: str, places: pd.Index | Sequence[str]) -> str:
    """A kind of finding with its first places and the count of the rest: "kind: 2026-01-05, 2026-01-06 and 3 more"."""
    named = [place if isinstance(place, str) else f"{place:%Y-%m-%d}" for place in places[:_FEW]]
    more = len(places) - len(named)
    return f"{kind}: {', '.join(named)}" + (f" and {more} more" if more else "")
