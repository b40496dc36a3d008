"""One trial of a sweep: its result, and the part of the study it was played on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from eventfolio.engine.search.grid import Params
from eventfolio.engine.search.setup import Game
from eventfolio.strategies.loader import LoadedStrategy

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Trial:
    """What came of one set of parameters.

    metrics    : as in run.json (docs/semantics.md#the-metrics)
    mean_trade : mean over lots of pnl over what the lot cost, open lots marked to market; None without lots
    returns    : a row each weekday played, decimal fractions
    idle       : rows before the first fill; all of them where nothing was ever filled
    by_event   : event id -> (pnl after costs, purchase value) of the lots it opened, account currency
    """

    metrics: dict[str, float | None]
    mean_trade: float | None
    returns: Floats
    idle: int
    by_event: dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Where:
    """What part of the study is played: a stretch of its window, or all but some events; by default all of it."""

    start: date | None = None
    end: date | None = None
    without: tuple[str, ...] = ()


WHOLE = Where()


@dataclass(frozen=True)
class Stage:
    """All that a process needs to play any trial of a sweep. It can be sent.

    games         : the study and its market, by value of the dimension `themes` ("all" where it is not swept)
    strategy      : its class, which is sent as its code
    point_in_time : without hindsight, from the publication on
    """

    games: dict[str, Game]
    strategy: LoadedStrategy
    engine: str
    point_in_time: bool


@dataclass(frozen=True)
class Block:
    """Trials that are played together: same part of the study, same themes. `numbers` are the sweep's."""

    where: Where
    themes: str
    numbers: tuple[int, ...]
    params: tuple[Params, ...]
