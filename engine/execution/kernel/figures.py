"""Computes a run's figures from its books and lots, without keeping either (`eventfolio.engine.metrics`)."""

from __future__ import annotations

import math

from eventfolio.engine.execution.semantics.forms import Table
from eventfolio.engine.execution.semantics.inputs import Figures, Market, Plan, Step
from eventfolio.engine.execution.semantics.records import State
from eventfolio.engine.execution.semantics.trading_conditions import rate_of
from eventfolio.engine.metrics import FLAT, PERIODS


def note_figures(state: State, plan: Plan, steps: Table[Step], figures: Figures) -> None:
    """Return, Sharpe ratio, drawdown and exposure over weekdays; those before the first books hold the starting cash.

    plan.weekdays, plan.years : of the window
    """
    rows = plan.weekdays
    shown = 0
    total, worst, peak, before = 0.0, 0.0, plan.cash, plan.cash
    exposure, held_equity = 0.0, 0.0
    for place in range(len(steps)):
        weekdays = steps[place].weekdays
        if weekdays > 0:
            equity = state.equity[place]
            if equity != before:
                total += equity / before - 1.0
                before = equity
                peak = max(peak, equity)
                worst = min(worst, equity / peak - 1.0)
            if equity != state.cash[place]:
                exposure += weekdays * (1.0 - state.cash[place] / equity)
            held_equity += weekdays * equity
            shown += weekdays
    held_equity += (rows - shown) * plan.cash
    mean, squares, moved, before = total / rows, 0.0, 0, plan.cash
    for place in range(len(steps)):
        if steps[place].weekdays > 0 and state.equity[place] != before:
            off = state.equity[place] / before - 1.0 - mean
            squares += off * off
            before = state.equity[place]
            moved += 1
    squares += (rows - moved) * mean * mean  # the other weekdays return nothing
    deviation = math.sqrt(squares / (rows - 1)) if rows > 1 else 0.0
    book = state.book[0]
    figures.equity = book.equity
    figures.total_return = before / plan.cash - 1.0
    figures.sharpe = mean / deviation * math.sqrt(PERIODS) if deviation > FLAT else math.nan
    figures.max_drawdown = worst
    figures.exposure = exposure / rows
    figures.turnover = min(book.bought, book.sold) / plan.years / (held_equity / rows)
    figures.costs = book.costs


def note_lots(market: Market, state: State, plan: Plan, figures: Figures) -> None:
    """Lots opened, those closed and won, and the mean over lots of pnl over what the lot cost (open ones marked)."""
    lots = closed = wins = 0
    gains = 0.0
    for number in range(state.book[0].lots):
        lot = state.lots[number]
        if lot.basis_shares > 0:
            worth = 0.0
            if lot.shares > 0:
                worth = lot.shares * market.last_close[lot.row, plan.last] * rate_of(market, lot.row, plan.last).book
            pnl = lot.got + worth - lot.paid - lot.costs + lot.dividends
            gains += pnl / lot.paid
            lots += 1
            if not lot.shares > 0:
                closed += 1
                wins += 1 if pnl > 0 else 0
    figures.lots = lots
    figures.closed = closed
    figures.wins = wins
    figures.mean_trade = gains / lots if lots > 0 else math.nan
