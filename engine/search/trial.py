"""Records of a sweep that are sent to processes: its context, subsets of the study, blocks of trials."""

from __future__ import annotations

from dataclasses import dataclass

from eventfolio.engine.record.search import WHOLE as WHOLE
from eventfolio.engine.record.search import Subset as Subset
from eventfolio.engine.record.search import Trial as Trial
from eventfolio.engine.search.grid import Params
from eventfolio.engine.search.setup import StrategySetup
from eventfolio.strategies.loader import LoadedStrategy


@dataclass(frozen=True)
class SweepContext:
    """All that a process needs to play any trial of a sweep. It can be sent.

    setups         : the study and its market, by value of the dimension `themes` ("all" where it is not swept)
    strategy      : its class, which is sent as its code
    point_in_time : without hindsight, from the publication on
    """

    setups: dict[str, StrategySetup]
    strategy: LoadedStrategy
    engine: str
    point_in_time: bool


@dataclass(frozen=True)
class Block:
    """Trials that are played together: same part of the study, same themes. `numbers` are the sweep's."""

    where: Subset
    themes: str
    numbers: tuple[int, ...]
    params: tuple[Params, ...]
