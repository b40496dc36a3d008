"""Who made each drawdown: what every lot, and so every event, lost between the peak of equity and the trough."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventfolio.results.store.read import StoredRun
from eventfolio.results.stress.costs import flows, value_of

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Culprit:
    """A lot, or an event's lots together, in a drawdown. amount : account currency, negative where it lost

    event : id of the event that opened it, "" without one
    """

    event: str
    symbol: str
    amount: float


@dataclass(frozen=True)
class Drawdown:
    """A fall of equity from its peak to its trough.

    over       : date on which equity was back at the peak; None where it was not
    depth, lost: fraction of the peak, and account currency; both negative
    lots, events : what made it, the largest loss first; lots without an event are the event ""
    rest       : what the lots do not explain: interest and dividends. Of a fall that ends after a listing turned into
                 another, all of it: whose shares those of the other are, the tables do not say
    """

    peak: date
    trough: date
    over: date | None
    depth: float
    lost: float
    lots: tuple[Culprit, ...]
    events: tuple[Culprit, ...]
    rest: float


def drawdowns(run: StoredRun, most: int = 3) -> list[Drawdown]:
    """The deepest falls of a run's equity, deepest first; nothing for runs stored before fills were kept."""
    if run.fills is None or run.cash_flows is None or not len(run.cash_flows):
        return []
    equity = run.equity["equity"].to_numpy(float)
    days = _days(run.equity["date"])
    spans = sorted(_spans(equity, run.facts.account.cash), key=lambda span: span[3])[:most]
    books = _days(run.cash_flows["date"])
    ends = [days[row] for span in spans for row in span[:2] if row >= 0]
    asked = books[np.maximum(np.searchsorted(books, ends, side="right") - 1, 0)] if ends else books[:0]
    lots = _Lots(run.fills, run.positions, run.trades, books, asked)
    return [_drawdown(days, np.concatenate([equity, [run.facts.account.cash]]), span, lots) for span in spans]


def _days(dates: pd.Series) -> npt.NDArray[np.datetime64]:
    return dates.dt.tz_localize(None).to_numpy("datetime64[D]")


def _spans(equity: Floats, cash: float) -> list[tuple[int, int, int | None, float]]:
    """Each fall as (peak row, trough row, row of recovery, depth); peak row -1 is the starting cash."""
    found: list[tuple[int, int, int | None, float]] = []
    peak, at, trough, low = cash, -1, -1, 0.0
    for row, level in enumerate(equity.tolist()):
        if level >= peak:
            if low < 0:
                found.append((at, trough, row, low))
            peak, at, low = level, row, 0.0
        elif level / peak - 1.0 < low:
            trough, low = row, level / peak - 1.0
    return [*found, (at, trough, None, low)] if low < 0 else found


def _drawdown(
    days: npt.NDArray[np.datetime64], equity: Floats, span: tuple[int, int, int | None, float], lots: _Lots
) -> Drawdown:
    """equity : by row, the starting cash last"""
    at, trough, over, depth = span
    start, end = days[at] if at >= 0 else days[0] - np.timedelta64(1, "D"), days[trough]
    lost = float(equity[trough] - equity[at])
    by_lot = {} if end >= lots.turned else lots.between(start, end)
    made = [lots.culprit(lot, amount) for lot, amount in by_lot.items() if amount != 0.0]
    events: dict[str, list[Culprit]] = {}
    for one in made:
        events.setdefault(one.event, []).append(one)
    together = [
        Culprit(event, ", ".join(sorted({one.symbol for one in own})), sum(one.amount for one in own))
        for event, own in events.items()
    ]
    return Drawdown(
        peak=start.astype(object),
        trough=end.astype(object),
        over=None if over is None else days[over].astype(object),
        depth=depth,
        lost=lost,
        lots=tuple(sorted(made, key=lambda one: one.amount)),
        events=tuple(sorted(together, key=lambda one: one.amount)),
        rest=lost - sum(by_lot.values()),
    )


class _Lots:
    """What each lot was worth at the books of any date, and what went in and out of it."""

    def __init__(
        self,
        fills: pd.DataFrame,
        positions: pd.DataFrame,
        trades: pd.DataFrame,
        books: npt.NDArray[np.datetime64],
        asked: npt.NDArray[np.datetime64],
    ) -> None:
        """books : dates of the books; asked : those of them at which worth will be asked for"""
        self.books = books
        paid = _paid_at_the_end(fills, trades)
        self.lot = np.concatenate([fills["lot"].to_numpy(np.int64), paid["lot"].to_numpy(np.int64)])
        self.session = np.concatenate([_days(fills["session"]), _days(paid["exit_session"])])
        self.flow = np.concatenate([flows(fills).to_numpy(float), paid["paid"].to_numpy(float)])
        events = [event if isinstance(event, str) else "" for event in trades["event_id"]]
        self.named = dict(zip(trades["lot"].tolist(), zip(events, trades["symbol"], strict=True), strict=True))
        self.gone = dict(zip(trades["lot"].tolist(), _days(trades["exit_session"]), strict=True))
        self.held: dict[np.datetime64, list[tuple[str, float]]] = {}  # (symbol, value) by date
        shares: dict[str, dict[np.datetime64, float]] = {}
        days = _days(positions["date"])
        self.turned = _first_turn(trades, days, positions["symbol"], books)
        used = np.isin(days, np.concatenate([_days(fills["session"]), asked]))
        own = positions[used]
        for day, symbol, count, value in zip(days[used], own["symbol"], own["shares"], own["value"], strict=True):
            self.held.setdefault(day, []).append((symbol, value))
            shares.setdefault(symbol, {})[day] = count
        self.shares = {  # by symbol: sessions of fills, and what each lot held after them
            str(symbol): _history(_days(own["session"]), own, shares.get(str(symbol), {}))
            for symbol, own in fills.groupby("symbol")
        }

    def culprit(self, lot: int, amount: float) -> Culprit:
        """A lot with what it came to."""
        event, symbol = self.named.get(lot, ("", "–"))
        return Culprit(event, symbol, amount)

    def between(self, start: np.datetime64, end: np.datetime64) -> dict[int, float]:
        """What each lot came to between the books of two dates, after costs."""
        found: dict[int, float] = {}
        for day, sign in ((start, -1.0), (end, 1.0)):
            for lot, value in self._worth(day).items():
                found[lot] = found.get(lot, 0.0) + sign * value
        inside = (self.session > start) & (self.session <= end)
        for lot, amount in zip(self.lot[inside].tolist(), self.flow[inside].tolist(), strict=True):
            found[lot] = found.get(lot, 0.0) + amount
        return found

    def _worth(self, day: np.datetime64) -> dict[int, float]:
        """Value of each lot at the books of a date: its part, by shares, of its listing's."""
        at = int(np.searchsorted(self.books, day, side="right")) - 1
        found: dict[int, float] = {}
        for symbol, value in self.held.get(self.books[at], ()) if at >= 0 else ():
            sessions, after = self.shares.get(symbol, ((), ()))
            place = bisect_right(sessions, day) - 1
            if place < 0:
                continue
            lots = {lot: count for lot, count in after[place].items() if lot in self.gone and not self.gone[lot] <= day}
            total = sum(lots.values())
            for lot, count in lots.items():
                found[lot] = value * count / total
        return found


def _first_turn(
    trades: pd.DataFrame, days: npt.NDArray[np.datetime64], symbols: pd.Series, books: npt.NDArray[np.datetime64]
) -> np.datetime64:
    """The first date of the books on which a lot was held and its listing was not: it had become another by then."""
    never = np.datetime64("9999-12-31", "D")
    first = never
    held = {symbol: days[rows] for symbol, rows in symbols.groupby(symbols).indices.items()}
    entry, leave = _days(trades["entry_session"]), _days(trades["exit_session"])
    for symbol, bought, gone in zip(trades["symbol"], entry, leave, strict=True):
        last = never if np.isnat(gone) else gone
        mine = books[(books >= bought) & (books < last)]
        without = mine[~np.isin(mine, held.get(symbol, days[:0]))]
        first = min(first, without[0]) if len(without) else first
    return first


def _paid_at_the_end(fills: pd.DataFrame, trades: pd.DataFrame) -> pd.DataFrame:
    """lot, exit_session, paid: of lots whose listing ended, what they came to beside their sales, account currency."""
    ended = trades[trades["exit_reason"].isin(["delisted", "vanished"])]
    sales = fills[fills["side"] == "sell"]
    sold = value_of(sales).groupby(sales["lot"]).sum()
    return pd.DataFrame(
        {
            "lot": ended["lot"],
            "exit_session": ended["exit_session"],
            "paid": ended["exit_shares"] * ended["exit_price"] - ended["lot"].map(sold).fillna(0.0),
        }
    )


def _history(
    sessions: npt.NDArray[np.datetime64], fills: pd.DataFrame, held_at: Mapping[np.datetime64, float]
) -> tuple[list[np.datetime64], list[dict[int, float]]]:
    """Shares of a listing by lot after each session of its fills; splits and dividends change all lots alike."""
    changes: dict[np.datetime64, dict[int, float]] = {}
    for day, lot, side, count in zip(sessions, fills["lot"].tolist(), fills["side"], fills["shares"], strict=True):
        own = changes.setdefault(day, {})
        own[lot] = own.get(lot, 0.0) + (count if side == "buy" else -count)
    lots: dict[int, float] = {}
    after = []
    for day in sorted(changes):
        kept, before = sum(lots.values()), held_at.get(day, 0.0) - sum(changes[day].values())
        scale = before / kept if kept > 0 and before > 0 else 1.0
        lots = {lot: count * scale for lot, count in lots.items()}
        for lot, count in changes[day].items():
            lots[lot] = max(lots.get(lot, 0.0) + count, 0.0)
        lots = {lot: count for lot, count in lots.items() if count > 0}
        after.append(lots)
    return sorted(changes), after
