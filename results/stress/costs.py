"""What a strategy bears: the same trades one session later, and the cost of a fill at which its gain is gone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

COSTS = ("commission", "fees", "tax", "fx_cost")


@dataclass(frozen=True)
class OneSessionLater:
    """Gain of all lots, and with every fill moved to the listing's next session; account currency, after costs.

    moved : fills that had such a session, of fills
    """

    gain: float
    later: float
    moved: int
    fills: int


@dataclass(frozen=True)
class BreakEven:
    """Costs and slippage of a fill as a part of its value, one way.

    paid : on average; bearable : at which the gain of all lots is nothing; None where it is negative before any cost
    traded : value of all fills, account currency
    """

    paid: float
    bearable: float | None
    traded: float


def flows(fills: pd.DataFrame) -> pd.Series:
    """What each fill brought in, after its costs; negative where it bought. Account currency."""
    return np.where(fills["side"] == "buy", -1.0, 1.0) * value_of(fills) - costs_of(fills)


def value_of(fills: pd.DataFrame) -> pd.Series:
    """What was bought or sold by each fill, account currency."""
    return fills["shares"] * fills["price_local"] * fills["fx"]


def costs_of(fills: pd.DataFrame) -> pd.Series:
    """Commission, fees, tax and currency cost of each fill, account currency."""
    commission, *others = (fills[name].fillna(0.0) for name in COSTS)
    return sum(others, commission)  # column by column: a table's rows are slow to add up


def one_session_later(fills: pd.DataFrame, trades: pd.DataFrame) -> OneSessionLater | None:
    """The same shares at the next session's prices, rates and proportional costs (docs/run-folder.md).

    fills, trades : rows of fills.parquet and trades.parquet
    Returns None where nothing was bought
    """
    if not len(fills):
        return None
    value = value_of(fills)
    later = fills["shares"] * fills["later_split"] * fills["later_price_local"] * fills["later_fx"]
    changed = flows(fills) * (later / value - 1.0)  # costs keep their part of the value
    gain = float(trades["pnl"].sum())
    return OneSessionLater(gain, gain + float(changed.dropna().sum()), int(later.notna().sum()), len(fills))


def break_even(fills: pd.DataFrame, trades: pd.DataFrame) -> BreakEven | None:
    """What trading cost, and what it may cost until the gain is gone; None where nothing was bought."""
    if not len(fills):
        return None
    traded = float(value_of(fills).sum())
    spent = float(fills[[*COSTS, "slippage"]].to_numpy().sum())
    gross = float(trades["pnl"].sum()) + spent
    return BreakEven(spent / traded, gross / traded if gross >= 0 else None, traded)
