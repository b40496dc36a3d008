"""Names, orders and formats the metrics that pages and terminal tables show."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Kind = Literal["percent", "ratio", "count", "money"]
UNKNOWN = "–"


@dataclass(frozen=True)
class Metric:
    """One figure of `metrics` in run.json.

    kind   : how it is written; "percent" is stored as a decimal fraction, "money" in the account currency
    better : "high" or "low" where one end is better, None where neither is
    means  : the definition in a line
    """

    key: str
    title: str
    kind: Kind
    better: Literal["high", "low"] | None
    means: str


METRICS: tuple[Metric, ...] = (
    Metric("total_return", "Total return", "percent", "high", "equity at the end over starting cash, less one"),
    Metric("cagr", "CAGR", "percent", "high", "total return a year, calendar days / 365.25"),
    Metric("volatility", "Volatility", "percent", "low", "standard deviation of daily returns, a year"),
    Metric(
        "sharpe",
        "Sharpe",
        "ratio",
        "high",
        "mean over standard deviation of daily returns, a year, no risk-free rate",
    ),
    Metric("sortino", "Sortino", "ratio", "high", "mean over downside deviation of daily returns, a year"),
    Metric("max_drawdown", "Max drawdown", "percent", "high", "deepest fall from a peak of equity"),
    Metric("calmar", "Calmar", "ratio", "high", "CAGR over the size of the deepest drawdown"),
    Metric("exposure", "Exposure", "percent", None, "mean share of equity in positions"),
    Metric("turnover", "Turnover", "ratio", None, "lesser of bought and sold over mean equity, a year"),
    Metric("trades", "Lots", "count", None, "lots opened"),
    Metric("win_rate", "Win rate", "percent", "high", "closed lots that made money after costs"),
    Metric(
        "mean_excess",
        "Mean excess",
        "percent",
        "high",
        "mean return of a lot over its home index, same open to same open",
    ),
    Metric("costs", "Costs", "money", "low", "commissions, fees and taxes, in the account currency"),
    Metric("skew", "Skew", "ratio", None, "skewness of daily returns"),
    Metric("var_95", "5 % worst day", "percent", "high", "the daily return that one day in twenty falls below"),
)


def show(kind: Kind, value: float | None) -> str:
    """A figure as text: 0.1234 percent → "12.34%", None or not a number → "–"."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    text = {
        "percent": lambda: f"{value:.2%}",
        "ratio": lambda: f"{value:.2f}",
        "count": lambda: f"{value:,.0f}",
        "money": lambda: f"{value:,.0f}",
    }[kind]()
    return text.removeprefix("-") if not any(digit in text for digit in "123456789") else text
