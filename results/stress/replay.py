"""Replays a run's accounts from its tables alone, and holds each figure against what the run recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventfolio.results.store.read import StoredRun
from eventfolio.results.stress.costs import costs_of
from eventfolio.results.stress.costs import flows as flows_of

Floats = npt.NDArray[np.float64]

NEAR = 1e-9  # of equity, as the audit allows


@dataclass(frozen=True)
class Tick:
    """A figure replayed. off : the largest difference, account currency or as said; is_right : within rounding"""

    what: str
    off: float
    is_right: bool


def replay(run: StoredRun) -> list[Tick]:
    """What follows from fills, cash flows, holdings and lots, beside what the run says; nothing for older runs."""
    if run.fills is None or run.cash_flows is None or not len(run.cash_flows):
        return []
    return list(_ticks(run, run.fills, run.cash_flows))


def _ticks(run: StoredRun, fills: pd.DataFrame, flows: pd.DataFrame) -> Iterator[Tick]:
    equity, trades, start = run.equity, run.trades, run.facts.account.cash
    levels = equity["equity"].to_numpy(float)
    room = NEAR * max(float(np.abs(levels).max()), start)
    days = _days(equity["date"])
    dates = _days(flows["date"])
    at = np.searchsorted(dates, days, side="right") - 1

    by_date, strayed = _by_date(dates, _days(fills["session"]), flows_of(fills).to_numpy(float))
    yield _tick(
        f"trades of {len(dates):,} dates from {len(fills):,} fills",
        np.append(by_date - flows["trades"].to_numpy(float), strayed),
        room,
    )

    cash = start + np.cumsum(flows[["trades", "interest", "other"]].sum(axis=1).to_numpy(float))
    yield _tick("cash of every date", np.where(at >= 0, cash[at], start) - equity["cash"], room)

    worth, strayed = _by_date(dates, _days(run.positions["date"]), run.positions["value"].to_numpy(float))
    yield _tick(
        "equity from cash and holdings", np.append(np.where(at >= 0, (cash + worth)[at], start) - levels, strayed), room
    )

    before = np.concatenate([[start], levels[:-1]])
    grown = np.divide(levels, before, out=np.ones(len(levels)), where=before != 0)  # of nothing left nothing comes
    yield _tick("returns of every row", grown - 1.0 - run.returns["return"], NEAR)
    gain = levels[-1] - start - float(flows["interest"].sum())
    yield _tick("gain from the lots and interest", np.array([trades["pnl"].sum() - gain]), room)
    yield _tick("costs of the lots from the fills", np.array([costs_of(fills).sum() - trades["costs"].sum()]), room)
    metrics = run.facts.metrics
    peak = np.maximum.accumulate(np.maximum(levels, start))
    told = [metrics.get(key) or 0.0 for key in ("total_return", "max_drawdown")]
    made = [levels[-1] / start - 1.0, float((levels / peak - 1.0).min(initial=0.0))]
    yield _tick("total return and deepest drawdown", np.array(made) - told, NEAR)


def _days(dates: pd.Series) -> npt.NDArray[np.datetime64]:
    return dates.dt.tz_localize(None).to_numpy("datetime64[D]")


def _by_date(
    dates: npt.NDArray[np.datetime64], days: npt.NDArray[np.datetime64], amounts: Floats
) -> tuple[Floats, float]:
    """Sums of amounts by date, and the size of those on days that are no such date."""
    place = np.minimum(np.searchsorted(dates, days), len(dates) - 1)
    there = dates[place] == days
    sums = np.zeros(len(dates))
    np.add.at(sums, place[there], amounts[there])
    return sums, float(np.abs(amounts[~there]).sum())


def _tick(what: str, off: Floats | pd.Series, room: float) -> Tick:
    most = float(np.abs(np.asarray(off, float)).max(initial=0.0))
    return Tick(what, most, most <= room)
