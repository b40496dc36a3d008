"""Runs a placebo test: the strategy on random or shifted calendars, and the rank of the real one among them.

`random` draws the dates of all events anew, uniformly over the sessions on which their listings trade, keeping how many
each theme has, what falls on one date together, and the smallest gap between dates. `shift` turns the real calendar
through every other place of the window, keeping its spacing: all turns are equally likely where dates mean nothing.
Calendars are told apart, and from the real one, by the sessions on which their events trade, listing by listing.

Source: Phipson and Smyth (2010), Statistical Applications in Genetics and Molecular Biology 9(1), on p = (1 + b) /
(1 + m): the real calendar is one of those that could have been drawn, so p is never 0.
"""

from __future__ import annotations

import numpy as np

from eventfolio.engine.errors import StudyError
from eventfolio.engine.record.search import Placebo as Placebo
from eventfolio.engine.run import Run
from eventfolio.engine.search.placebo_draws import drawn, shifted
from eventfolio.engine.search.placebo_event import moved
from eventfolio.engine.search.placebo_filters import RealFacts
from eventfolio.engine.search.placebo_ground import ground_of
from eventfolio.engine.search.process_pool import Progress, WorkerPool
from eventfolio.engine.search.setup import StrategySetup
from eventfolio.events.errors import did_you_mean, shown

METHODS = ("random", "shift")

FIGURES = ("total_return", "sharpe", "mean_trade")
_TIE = 1e-12  # figures this near are equal: sums of the same numbers in another order


def placebo(
    setup: StrategySetup,
    worker_pool: WorkerPool,
    method: str,
    draws: int,
    seed: int,
    progress: Progress | None = None,
    threads: int = 1,
) -> Placebo:
    """Play the strategy on the real calendar and on those of `method`, by the setup's engine.

    draws   : of random calendars; those that trade alike count once, those that trade as the real one not at all
    threads : of the kernel; backtrader plays in the executor's processes
    Raises  : StudyError for another method, or where the strategy trades no event in the window
    """
    if method not in METHODS:
        raise StudyError(f"--method '{shown(method)}' is not one.{did_you_mean(method, METHODS)}")
    ground = ground_of(setup)
    dates = ground.dates
    places = dates.different(drawn(dates, draws, seed) if method == "random" else shifted(dates))
    every = np.vstack([np.array(dates.places, np.int64)[None, :], places])
    if setup.engine == "kernel":
        from eventfolio.engine.search.kernel_placebo import play_all  # numba, for those who play with it

        played = play_all(setup, ground, every, threads, progress)
    else:
        answers = worker_pool.map(play_shifts, [ground.shifts(row) for row in every], progress)
        played = np.array([[one[name] for name in FIGURES] for one in answers])
    values = played[1:]
    real = dict(zip(FIGURES, played[0].tolist(), strict=True))
    p: dict[str, float | None] = {}
    for column, name in enumerate(FIGURES):
        as_good = int((values[:, column] >= real[name] - _TIE).sum())
        p[name] = (1 + as_good) / (1 + len(values)) if len(values) else None
    return Placebo(
        method=method,
        draws=draws if method == "random" else len(places),
        events=sum(len(group) for group in dates.groups),
        independent_dates=len(dates.groups),
        sessions=dates.sessions,
        smallest_gap=dates.gap,
        real=real,
        values=values,
        places=places,
        p=p,
    )


def figures(run: Run) -> dict[str, float]:
    """What is compared. A path that never moves has no Sharpe ratio and no trade: both count as 0, as idle cash is.

    mean_trade : mean over lots of pnl over what the lot cost, open lots marked to market
    """
    paid = run.trades["shares"] * run.trades["entry_price"]
    gains = (run.trades["pnl"] / paid).dropna()
    return {
        "total_return": run.metrics["total_return"] or 0.0,
        "sharpe": run.metrics["sharpe"] or 0.0,
        "mean_trade": float(gains.mean()) if len(gains) else 0.0,
    }


def play_shifts(setup: StrategySetup, shifts: dict[str, int]) -> dict[str, float]:
    """Figures of the strategy with its events so much later (ns)."""
    calendar = setup.study.calendar
    return figures(setup.play(moved(calendar, shifts), RealFacts(calendar, setup.plan).judge))
