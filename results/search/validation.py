"""Judges out of sample the choice among trials: walk-forward, and with one event left out.

Walk-forward: at each border the best trial of all that came before is chosen, and judged on the stretch that follows.
Before a border trials are compared by their returns up to it: nothing later is in them, and a lot still open counts at
its last close. A stretch is played anew, starting in cash, on triggers first tradable in it, and what is still held at
its end is marked to market there. So no lot, and no part of one, is on both sides of a border, and the choice needs no
embargo.

Leave one event out: trials are played again without a happening (all events of its episode), the best is chosen there,
and judged on the lots that the happening opens in that trial's run over everything.

Source: Pardo (2008), The Evaluation and Optimization of Trading Strategies, on walk-forward; Lopez de Prado (2018),
Advances in Financial Machine Learning, chapter 7, on what purging and embargo are for.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from eventfolio.engine.metrics import PERIODS, return_metrics
from eventfolio.engine.record.search import Stretch, SweepFacts, Trial
from eventfolio.results.search.document_types import EventFold, EventGains, LeaveOneEventOut, WalkFold, WalkForward
from eventfolio.results.search.sweep import ranking, score

Floats = npt.NDArray[np.float64]


def walk_forward(
    sweep: SweepFacts, trials: Sequence[Trial], folds: Sequence[tuple[Stretch, Sequence[Trial]]]
) -> WalkForward:
    """Fold by fold the trial chosen, in sample and out of it; and the stretches joined.

    trials : over the whole window
    folds  : (stretch, the trials played on it)
    Where nothing was bought before a border there is nothing to choose by, and the stretch is spent in cash.
    """
    winner = ranking([trial.metrics for trial in trials])[0]
    rows: list[WalkFold] = []
    chosen_path, winner_path = [], []
    for stretch, played in folds:
        rows_played = len(played[0].returns)
        chosen = _choice(trials, stretch.before)
        path = np.zeros(rows_played) if chosen is None else played[chosen].returns
        chosen_path.append(path)
        winner_path.append(played[winner].returns)
        out = [trial.metrics for trial in played]
        rows.append(
            {
                "start": stretch.start.isoformat(),
                "end": stretch.end.isoformat(),
                "params": None if chosen is None else dict(sweep.params[chosen]),
                "in_sample": None if chosen is None else _figures(trials[chosen].returns[: stretch.before]),
                "out_of_sample": _figures(path),
                "rank": None if chosen is None else _rank([score(one) for one in out], chosen),
                "traded": any(trial.idle < rows_played for trial in played),
                "median_return": float(np.median([one["total_return"] or 0.0 for one in out])),
            }
        )
    joined, best = (_figures(np.concatenate(paths)) for paths in (chosen_path, winner_path))
    judged = [row for row in rows if row["params"] is not None and row["traded"]]
    document: WalkForward = {
        "method": "walk-forward",
        "folds": rows,
        "joined": joined,
        "winner": best,
        "beat_the_median": sum((row["out_of_sample"]["total_return"] or 0.0) > row["median_return"] for row in judged),
        "judged": len(judged),
        "path": {
            "dates": [str(day) for day in sweep.dates[folds[0][0].before :]],
            "returns": np.concatenate(chosen_path).tolist(),
        },
    }
    document["verdict"] = _walk_verdict(document)
    return document


def leave_one_event_out(
    sweep: SweepFacts, trials: Sequence[Trial], folds: Sequence[tuple[tuple[str, ...], Sequence[Trial]]]
) -> LeaveOneEventOut:
    """Happening by happening the trial chosen without it, and what that trial makes of it.

    folds : (ids of the happening's events, the trials played without them)
    """
    winner = ranking([trial.metrics for trial in trials])[0]
    rows: list[EventFold] = []
    for events, without in folds:
        chosen = ranking([trial.metrics for trial in without])[0]
        rows.append(
            {
                "events": list(events),
                "params": dict(sweep.params[chosen]),
                "changed": without[chosen].metrics != without[winner].metrics,
                "judged": _on(trials[chosen], events),
                "winner": _on(trials[winner], events),
                "winner_without": {key: without[winner].metrics[key] for key in ("total_return", "sharpe", "trades")},
            }
        )
    total = trials[winner].metrics["total_return"] or 0.0
    worst = min(rows, key=lambda row: row["winner_without"]["total_return"] or 0.0)
    document: LeaveOneEventOut = {
        "method": "leave-one-event-out",
        "folds": rows,
        "judged": _together([row["judged"] for row in rows]),
        "winner": {**_together([row["winner"] for row in rows]), "total_return": total},
        "hangs_on": {"events": worst["events"], "total_return": worst["winner_without"]["total_return"]},
        "changed": sum(row["changed"] for row in rows),
    }
    document["verdict"] = _event_verdict(document)
    return document


def _choice(trials: Sequence[Trial], before: int) -> int | None:
    """The best trial by its first `before` rows; None where none had bought anything by then."""
    seen = [
        return_metrics(trial.returns[:before], before / PERIODS) | {"trades": float(trial.idle < before)}
        for trial in trials
    ]
    return ranking(seen)[0] if any(trial.idle < before for trial in trials) else None


def _figures(returns: Floats) -> dict[str, float | None]:
    found = return_metrics(returns, len(returns) / PERIODS)
    return {key: found[key] for key in ("total_return", "sharpe", "max_drawdown")}


def _rank(scores: list[float], chosen: int) -> float:
    """1 is the best; equal ones share the middle of their places."""
    mine = np.array(scores) - scores[chosen]
    return float((mine > 0).sum() + ((mine == 0).sum() + 1) / 2)


def _on(trial: Trial, events: tuple[str, ...]) -> EventGains:
    """What a trial's lots of these events came to: pnl, what they cost, and the first by the second."""
    found = [trial.by_event[event] for event in events if event in trial.by_event]
    pnl, paid = sum(pnl for pnl, _ in found), sum(paid for _, paid in found)
    return {"pnl": pnl, "paid": paid, "return": pnl / paid if paid else None}


def _together(parts: Sequence[EventGains]) -> EventGains:
    pnl = sum(part["pnl"] or 0.0 for part in parts)
    paid = sum(part["paid"] or 0.0 for part in parts)
    return {"pnl": pnl, "paid": paid, "return": pnl / paid if paid else None}


def _walk_verdict(document: WalkForward) -> str:
    joined, judged = document["joined"], document["judged"]
    stretches = len(document["folds"])
    if not judged:
        return f"Walk-forward over {stretches} stretches: in none was anything bought both before it and in it."
    before = [row["in_sample"]["sharpe"] for row in document["folds"] if row["in_sample"]]
    known = [value for value in before if value is not None]
    seen = f"Sharpe {np.mean(known):.2f} when chosen" if known else "chosen"
    return (
        f"Walk-forward over {stretches} stretches: {seen}, {_ratio(joined['sharpe'])} afterwards "
        f"({_percent(joined['total_return'])} joined; the winner of the whole sweep, known only at the end, "
        f"{_percent(document['winner']['total_return'])}); the choice beat the median trial in "
        f"{document['beat_the_median']} of {judged} in which anything was bought."
    )


def _event_verdict(document: LeaveOneEventOut) -> str:
    rows, judged, winner, worst = document["folds"], document["judged"], document["winner"], document["hangs_on"]
    named = worst["events"][0] + (f" and {len(worst['events']) - 1} more" if len(worst["events"]) > 1 else "")
    return (
        f"Chosen without each of {len(rows)} happenings and judged on it: {_percent(judged['return'])} on the "
        f"money put in; the winner, chosen with them, {_percent(winner['return'])}. Without {named} the winner makes "
        f"{_percent(worst['total_return'])} instead of {_percent(winner['total_return'])}; the choice changes in "
        f"{document['changed']} of {len(rows)}."
    )


def _percent(value: float | None) -> str:
    return "nothing" if value is None else f"{value:+.1%}".replace("%", " %")


def _ratio(value: float | None) -> str:
    return "none" if value is None else f"{value:.2f}"
