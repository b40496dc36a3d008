"""Plays the trials of a sweep, by backtrader or by the kernel.

`play_trials` plays many sets of parameters on one setup; which engine does it, `engine_for` decides. An engine is a
function of PLAYERS: (context, setup, parameter sets) -> trials in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from eventfolio.engine.errors import StudyError
from eventfolio.engine.run import Run, play_strategy
from eventfolio.engine.search.grid import ALL_THEMES, THEMES, Params, words
from eventfolio.engine.search.setup import StrategySetup
from eventfolio.engine.search.trial import Block, Subset, SweepContext, Trial
from eventfolio.events.errors import InputError
from eventfolio.strategies.errors import StrategyError
from eventfolio.strategies.loader import SHIPPED, line_of

_NOTHING = np.zeros(0)


def play_block(context: SweepContext, block: Block) -> list[Trial]:
    """The trials of a block in its order. Those without some event are compared by their figures alone, so only these
    are sent back."""
    trials = play_trials(context, placed(context.setups[block.themes], block.where), block.params)
    return [replace(trial, returns=_NOTHING) for trial in trials] if block.where.without else trials


def play_trials(context: SweepContext, setup: StrategySetup, params: Sequence[Params]) -> list[Trial]:
    """Play each set of parameters on the setup's study, by the engine of the context."""
    return PLAYERS[context.engine](context, setup, [own_params(one) for one in params])


def placed(setup: StrategySetup, where: Subset) -> StrategySetup:
    """The setup on a part of its study. Prices from before a stretch stay known, as they would be to anyone then."""
    study, market = setup.study, setup.market
    if where.without:
        events = tuple(event for event in study.calendar.events if event.id not in where.without)
        study = replace(study, calendar=replace(study.calendar, events=events))
    if where.start or where.end:
        study = replace(study, start=where.start or study.start, end=where.end or study.end)
        market = replace(market, tape=market.tape.window(study.start, study.end))
    return replace(setup, study=study, market=market)


def own_params(params: Params) -> Params:
    """Without the dimension `themes`, which is the study's."""
    return {name: value for name, value in params.items() if name != THEMES}


def themes_of(params: Params) -> str:
    """The key of a trial's setup."""
    return str(params.get(THEMES, ALL_THEMES))


def trial_of(run: Run) -> Trial:
    """What a sweep keeps of a run."""
    trades, path = run.trades, run.path
    paid = trades["shares"] * trades["entry_price"]
    gains = (trades["pnl"] / paid).dropna()
    by_event: dict[str, tuple[float, float]] = {}
    for event, pnl, cost in zip(trades["event_id"], trades["pnl"].tolist(), paid.tolist(), strict=True):
        if event:
            before = by_event.get(event, (0.0, 0.0))
            by_event[event] = (before[0] + pnl, before[1] + cost)
    fills = run.ledger.fills["column"]
    return Trial(
        metrics=run.metrics,
        mean_trade=float(gains.mean()) if len(gains) else None,
        returns=path.returns,
        idle=int((path.columns < fills.min()).sum()) if len(fills) else len(path.returns),
        by_event=dict(sorted(by_event.items())),
    )


def _by_backtrader(context: SweepContext, setup: StrategySetup, params: Sequence[Params]) -> list[Trial]:
    found = context.strategy
    cls = found.cls
    trials = []
    for one in params:
        plan, resolved = cls.resolve(**one)
        try:
            run = play_strategy(setup.study, setup.market, cls, plan, resolved, context.point_in_time)
        except Exception as error:
            line = line_of(error, found.path)
            if isinstance(error, InputError) or found.name in SHIPPED or not line:
                raise
            # said here, because what crosses to another process has lost its frames
            told = " ".join(f"{name}={words(value)}" for name, value in one.items())
            raise StrategyError(f"{found.path}{line}: {type(error).__name__}: {error} (played with {told})") from error
        if run is None:
            raise StudyError("The window holds no session to play.")
        trials.append(trial_of(run))
    return trials


def _by_kernel(context: SweepContext, setup: StrategySetup, params: Sequence[Params]) -> list[Trial]:
    from eventfolio.engine.search.kernel_trials import by_kernel  # numba, for those who play with it

    return by_kernel(context, setup, params)


Player = Callable[[SweepContext, StrategySetup, Sequence[Params]], list[Trial]]
PLAYERS: dict[str, Player] = {"backtrader": _by_backtrader, "kernel": _by_kernel}
BLOCKS = {"backtrader": 8, "kernel": 256}  # trials played at once: short enough to keep, long enough to send
