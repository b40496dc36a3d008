"""Computes with quantstats the tearsheet's figures that our metrics lack: years, worst drawdowns.

Figures that run.json holds are left out on purpose: quantstats defines several of them otherwise, and a page
that shows two Sharpe ratios is of no use.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from eventfolio.results.metrics import Kind, show
from eventfolio.results.tearsheet.quantstats_plots import Library, quiet, with_start


@dataclass(frozen=True)
class QuantstatsFigure:
    """One figure, written out, for the strategy and the benchmark."""

    title: str
    strategy: str
    benchmark: str


@dataclass(frozen=True)
class Year:
    """Return of a calendar year, or of the part of it inside the window, written out."""

    year: int
    strategy: str
    benchmark: str


@dataclass(frozen=True)
class Fall:
    """One drawdown: first and last date under water, depth, calendar days; not `recovered` while it lasts."""

    start: str
    end: str
    recovered: bool
    depth: str
    days: int


def quantstats_figures(returns: pd.Series, benchmark: pd.Series | None) -> list[QuantstatsFigure]:
    """quantstats' figures; "–" where one is undefined. `benchmark` may be None and may hold NaN."""
    with quiet():
        from quantstats import stats

        known = None if benchmark is None else benchmark.dropna()
        rows = [
            QuantstatsFigure(title, _figure(kind, figure, returns), _figure(kind, figure, known))
            for title, kind, figure in _alone(stats)
        ]
        paired = returns if known is None else returns.loc[known.index]
        return rows + [
            QuantstatsFigure(title, _figure(kind, figure, paired, known), "") for title, kind, figure in _against(stats)
        ]


def years(returns: pd.Series, benchmark: pd.Series | None) -> list[Year]:
    """Compounded return of each year; the benchmark's over the dates on which it is known."""
    with quiet():
        from quantstats import utils

        own = _by_year(utils, returns)
        theirs = {} if benchmark is None else _by_year(utils, benchmark.dropna())
        return [Year(year, show("percent", own[year]), show("percent", theirs.get(year))) for year in own]


def falls(returns: pd.Series, most: int = 10) -> list[Fall]:
    """The deepest drawdowns, deepest first."""
    with quiet():
        from quantstats import stats

        under_water = stats.to_drawdown_series(with_start(returns))
        found = stats.drawdown_details(under_water).sort_values("max drawdown")[:most]
        last = under_water.index[-1].strftime("%Y-%m-%d")
        still = under_water.iloc[-1] < 0
        return [
            Fall(
                row.start,
                row.end,
                not (still and row.end == last),
                show("percent", row.depth / 100),
                int(row.days),
            )
            for row in found.rename(columns={"max drawdown": "depth"}).itertuples()
        ]


def _alone(stats: Library) -> list[tuple[str, Kind, Callable[..., float]]]:
    as_is = {"prepare_returns": False}
    return [
        ("Best day", "percent", lambda r: stats.best(r, **as_is)),
        ("Worst day", "percent", lambda r: stats.worst(r, **as_is)),
        ("Best month", "percent", lambda r: stats.best(r, aggregate="ME", **as_is)),
        ("Worst month", "percent", lambda r: stats.worst(r, aggregate="ME", **as_is)),
        ("Days up, of days that moved", "percent", lambda r: stats.win_rate(r, **as_is)),
        ("Mean gain over mean loss", "ratio", lambda r: stats.payoff_ratio(r, **as_is)),
        ("Profit factor", "ratio", lambda r: stats.profit_factor(r, **as_is)),
        ("Tail ratio", "ratio", lambda r: stats.tail_ratio(r, **as_is)),
        ("Kurtosis, in excess of normal", "ratio", lambda r: stats.kurtosis(r, **as_is)),
        ("Ulcer index", "percent", lambda r: stats.ulcer_index(r)),
        ("Longest run of days up", "count", lambda r: stats.consecutive_wins(r, **as_is)),
        ("Longest run of days down", "count", lambda r: stats.consecutive_losses(r, **as_is)),
    ]


def _against(stats: Library) -> list[tuple[str, Kind, Callable[..., float]]]:
    as_is = {"prepare_returns": False}
    return [
        ("Beta to the benchmark", "ratio", lambda r, b: stats.greeks(r, b, **as_is)["beta"]),
        ("R² with the benchmark", "ratio", lambda r, b: stats.r_squared(r, b, **as_is)),
        ("Daily information ratio", "ratio", lambda r, b: stats.information_ratio(r, b, **as_is)),
    ]


def _by_year(utils: Library, returns: pd.Series) -> dict[int, float]:
    """Compounded return of each year."""
    years = pd.DatetimeIndex(returns.index).year
    return {int(year): value for year, value in utils.group_returns(returns, years, compounded=True).items()}


def _figure(kind: Kind, figure: Callable[..., float], *series: pd.Series | None) -> str:
    if any(one is None or one.nunique() < 2 for one in series):
        return show(kind, None)  # nothing moved: quantstats raises, or gives a zero that means nothing
    try:
        return show(kind, float(figure(*series)))
    except (ArithmeticError, IndexError, TypeError, ValueError):
        return show(kind, None)  # too few rows for this figure
