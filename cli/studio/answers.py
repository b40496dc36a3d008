"""What a run of a setting comes to, as the page shows it: lines, figures, verdict, lots, stories of lots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import cast

import numpy as np
import numpy.typing as npt

from eventfolio.engine.ledger.equity import Path
from eventfolio.engine.ledger.tables import orders_table
from eventfolio.engine.record.json_record import Metrics
from eventfolio.engine.record.study_facts import StudyFacts
from eventfolio.engine.run import Run
from eventfolio.engine.search.workbench import Measured
from eventfolio.results.explain import Explanation, lot_line, order_line
from eventfolio.results.metrics import METRICS, Metric, show
from eventfolio.results.page.glance import NOTHING, SIX_WORDS
from eventfolio.results.significance.lot_means import lot_means
from eventfolio.results.significance.of_run import deflated_beside, run_verdict
from eventfolio.results.store.rows import LotRow, OrderRow, json_rows
from eventfolio.results.words import deflated_verdict

Floats = npt.NDArray[np.float64]
MOST_LOTS = 400  # shown of one setting; the largest gains and losses


def gains(returns: Floats) -> list[float] | None:
    """Gain since the start by row, decimal fractions; None where returns are not known."""
    if np.isnan(returns).any():
        return None
    return _short(np.cumprod(1.0 + returns, dtype=np.float64) - 1.0)


def answer_of(
    whole: Run, honest: Measured | None, facts: StudyFacts, seen: Mapping[str, float | None]
) -> dict[str, object]:
    """The whole window and the run point in time, side by side.

    seen : Sharpe ratios of all trials of the study, this one's included
    """
    means = lot_means(whole.trades, _end(facts))
    return {
        "lines": {"whole": _lines(whole.path), "pit": _lines(honest[0]) if honest is not None else None},
        "figures": [_figure(one, whole.metrics, honest[1] if honest is not None else {}) for one in METRICS],
        "deflated": _deflated(whole.path.returns, seen),
        "verdict": run_verdict(means),
        "words": SIX_WORDS[means.judgement] if means.lots else NOTHING,
        **_lots(whole),
    }


def story_of(run: Run, lot: int, facts: StudyFacts) -> dict[str, object] | None:
    """A lot's own story: its event, its orders with their sizes, waits and fills, what it made; None without it."""
    trades = run.trades[run.trades["lot"] == lot]
    if trades.empty:
        return None
    (row,) = cast("list[LotRow]", json_rows(trades))
    table = orders_table(run.ledger, run.tape, run.schedule.triggers)
    orders = cast("list[OrderRow]", json_rows(table[table["lot"] == lot]))
    event = next((one for one in facts.events if one.id == row["event_id"]), None)
    told = Explanation(event, ()) if event else None
    return {
        "heading": told.heading if told else "Bought without an event",
        "event": told.lines if told else [],
        "orders": [{"line": order_line(order), "story": list(order["story"] or ())} for order in orders],
        "lot": lot_line(row),
    }


def _lines(path: Path) -> dict[str, object]:
    wealth = np.cumprod(1.0 + path.returns, dtype=np.float64)
    peak = np.maximum.accumulate(np.maximum(wealth, 1.0))
    return {
        "gain": _short(wealth - 1.0),
        "fall": _short(wealth / peak - 1.0),
        "exposure": _short(path.exposure, 3),
    }


def _figure(metric: Metric, whole: Metrics, honest: Metrics) -> dict[str, object]:
    value, other = whole.get(metric.key), honest.get(metric.key)
    texts = {"text": show(metric.kind, value), "pit": show(metric.kind, other)}
    return {"key": metric.key, "value": value, "pit_value": other, **texts}


def _deflated(returns: Floats, seen: Mapping[str, float | None]) -> dict[str, object]:
    found = deflated_beside({"": returns}, seen)[""]
    words = "" if found.deflated_sharpe is None else deflated_verdict(found.deflated_sharpe, found.trials_seen)
    return {**asdict(found), "words": words}


def _lots(run: Run) -> dict[str, object]:
    trades = run.trades
    left_out = max(0, len(trades) - MOST_LOTS)
    if left_out:
        kept = trades["pnl"].abs().sort_values(ascending=False).index[:MOST_LOTS]
        trades = trades.loc[sorted(kept)]
    columns = zip(
        trades["lot"].tolist(),
        trades["symbol"].tolist(),
        trades["event_id"].tolist(),
        trades["theme"].tolist(),
        trades["hindsight"].tolist(),
        trades["entry_session"].dt.strftime("%Y-%m-%d").tolist(),
        trades["exit_session"].dt.strftime("%Y-%m-%d").fillna("").tolist(),
        trades["exit_reason"].tolist(),
        _known(trades["pnl"].to_numpy()),
        _known(trades["excess_return"].to_numpy()),
        strict=True,
    )
    names = ("lot", "symbol", "event", "theme", "hindsight", "entry", "exit", "reason", "pnl", "excess")
    return {"lots": [dict(zip(names, row, strict=True)) for row in columns], "lots_left_out": left_out}


def _known(values: Floats) -> list[float | None]:
    return [None if np.isnan(value) else value for value in values.tolist()]


def _short(values: Floats, digits: int = 5) -> list[float]:
    rounded: list[float] = np.round(values, digits).tolist()
    return rounded


def _end(facts: StudyFacts) -> date:
    return date.fromisoformat(facts.window.end)
