"""The declarative parts of a strategy: when it acts, how it enters, how much it buys, when it leaves.

A part names parameters rather than holding numbers, so `-p hold=30` and a sweep reach every one of them:
`leave = Leave("hold", "stop")` reads `params["hold"]` and `params["stop"]`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from eventfolio.events.errors import shown
from eventfolio.strategies.errors import StrategyError

ALL = ("*",)  # every theme of the study and every listing that events name; every kind of event


@dataclass(frozen=True)
class Announcement:
    """Act on the news: the first session that opens after the event is known.

    Examples
    --------
    >>> from eventfolio import Announcement, EventStrategy
    >>> class Drift(EventStrategy):
    ...     trigger = Announcement()
    ...     params = dict(hold=10)
    """


@dataclass(frozen=True)
class Release:
    """Act on the happening itself: the first session that opens after the event is first known to have occurred.

    So an earnings report with a known date is one event, first scheduled and then, by a revision with its minute and
    its facts, occurred.

    Examples
    --------
    >>> from eventfolio import EventStrategy, Release
    >>> class OnTheReport(EventStrategy):
    ...     trigger = Release()
    ...     params = dict(hold=10)
    """


@dataclass(frozen=True)
class RunUp:
    """Act before a scheduled event: `lead` sessions ahead of the start of the window believed at the time.

    Parameters
    ----------
    lead : str
        Name of the parameter that holds the sessions.
    through : str, optional
        Name of the parameter that holds how many sessions after that start it is held; without it, it is sold there.

    Examples
    --------
    >>> from eventfolio import EventStrategy, RunUp
    >>> class Ahead(EventStrategy):
    ...     trigger = RunUp("lead")
    ...     params = dict(lead=15)
    """

    lead: str = "lead"
    through: str | None = None


@dataclass(frozen=True)
class Occurrence:
    """Act when the event is believed to begin: the first session on or after its window's start, once known.

    Examples
    --------
    >>> from eventfolio import EventStrategy, Occurrence
    >>> class OnTheDay(EventStrategy):
    ...     trigger = Occurrence()
    """


@dataclass(frozen=True)
class WindowStart:
    """Act without any event: each listing's first session of the window.

    Examples
    --------
    >>> from eventfolio import EventStrategy, Leave, ShareOfAll, WindowStart
    >>> class Hold(EventStrategy):
    ...     trigger = WindowStart()
    ...     size = ShareOfAll("weight")
    ...     leave = Leave()
    ...     params = dict(weight=1.0)
    """


@dataclass(frozen=True)
class AtOpen:
    """Enter at the open of the trigger's session.

    Examples
    --------
    >>> from eventfolio import AtOpen, EventStrategy
    >>> class AtOnce(EventStrategy):
    ...     entry = AtOpen()
    """


@dataclass(frozen=True)
class AtClose:
    """Enter at the close of the first session whose close can still be traded on the news.

    That is the first whose regular close, less the longer of `cutoff` and the exchange's own deadline for such orders,
    is strictly after the news. Exits stay at opens.

    Parameters
    ----------
    cutoff : str
        Name of the parameter that holds the minutes before the close; a class without one of the name ``"cutoff"`` has
        0, which leaves the exchange's deadline.

    Examples
    --------
    >>> from eventfolio import AtClose, EventStrategy, Release
    >>> class SameDay(EventStrategy):
    ...     trigger = Release()
    ...     entry = AtClose("cutoff")
    ...     params = dict(hold=5, cutoff=15)
    """

    cutoff: str = "cutoff"


@dataclass(frozen=True)
class AfterHigh:
    """Enter at the open after the first close above the highest of `lookback` sessions, within `within` sessions.

    Parameters
    ----------
    lookback : str
        Name of the parameter that holds how many sessions before the trigger the high is of.
    within : str
        Name of the parameter that holds how many sessions from the trigger on are waited for it.

    Examples
    --------
    >>> from eventfolio import AfterHigh, EventStrategy
    >>> class Confirmed(EventStrategy):
    ...     entry = AfterHigh("lookback", "within")
    ...     params = dict(lookback=20, within=10)
    """

    lookback: str = "lookback"
    within: str = "within"


@dataclass(frozen=True)
class Share:
    """Spend `weight` of equity on a theme, in equal parts on its members.

    Parameters
    ----------
    weight : str
        Name of the parameter that holds the fraction of equity.

    Examples
    --------
    >>> from eventfolio import EventStrategy, Share
    >>> class Tenth(EventStrategy):
    ...     size = Share("weight")
    ...     params = dict(weight=0.1)
    """

    weight: str = "weight"


@dataclass(frozen=True)
class ShareOfAll:
    """Spend `weight` of equity in equal parts on every member of every theme.

    Parameters
    ----------
    weight : str
        Name of the parameter that holds the fraction of equity.

    Examples
    --------
    >>> from eventfolio import EventStrategy, ShareOfAll
    >>> class Everything(EventStrategy):
    ...     size = ShareOfAll("weight")
    ...     params = dict(weight=1.0)
    """

    weight: str = "weight"


@dataclass(frozen=True)
class Decaying:
    """Hold `weight` of equity x min(1, sum of strengths halving every `half_life` sessions); trade beyond `band`.

    Parameters
    ----------
    weight : str
        Name of the parameter that holds the fraction of equity of a theme at full strength.
    half_life : str
        Name of the parameter that holds the sessions after which an event counts half.
    band : str
        Name of the parameter that holds the fraction of equity by which a holding may be off before it is traded.

    Examples
    --------
    >>> from eventfolio import Decaying, EventStrategy, Leave
    >>> class Fading(EventStrategy):
    ...     size = Decaying("weight", "half_life", "band")
    ...     leave = Leave()
    ...     params = dict(weight=0.5, half_life=20, band=0.02)
    """

    weight: str = "weight"
    half_life: str = "half_life"
    band: str = "band"


@dataclass(frozen=True)
class Slots:
    """Spend `weight` of equity in equal parts on at most so many lots held or awaited at once, first come first served.

    Parameters
    ----------
    weight : str
        Name of the parameter that holds the fraction of equity.
    slots : str
        Name of the parameter that holds the number of lots.

    Examples
    --------
    >>> from eventfolio import EventStrategy, Slots
    >>> class FourAtOnce(EventStrategy):
    ...     size = Slots("weight", "slots")
    ...     params = dict(weight=0.9, slots=4)
    """

    weight: str = "weight"
    slots: str = "slots"


class Leave:
    """When to sell: any of the parameters hold (sessions), stop, take, trail (fractions of the entry fill).

    Parameters
    ----------
    *names : str
        Of these four, those that apply; a parameter that is None ends nothing.

    Raises
    ------
    StrategyError
        For any other name.

    Examples
    --------
    >>> from eventfolio import EventStrategy, Leave
    >>> class Stopped(EventStrategy):
    ...     leave = Leave("hold", "stop")
    ...     params = dict(hold=20, stop=0.08)
    >>> Stopped.leave
    Leave('hold', 'stop')
    """

    def __init__(self, *names: str) -> None:
        unknown = set(names) - {"hold", "stop", "take", "trail"}
        if unknown:
            raise StrategyError(
                f"Leave({shown(', '.join(map(repr, names)))}): {shown(repr(sorted(unknown)[0]))} is not hold, stop, "
                "take or trail."
            )
        self.names = names

    def __repr__(self) -> str:
        return f"Leave({', '.join(map(repr, self.names))})"


@dataclass(frozen=True)
class Where:
    """Act only on events of which a fact meets a condition, as it was known before the session acted in.

    A parameter that is None switches the condition off. A fact that is missing, or of another type than the parameter,
    does not meet it.

    Parameters
    ----------
    fact : str
        Name of the fact.
    operator : str
        One of ``<``, ``<=``, ``=``, ``!=``, ``>=`` and ``>``; text and truths know only ``=`` and ``!=``.
    param : str
        Name of the parameter that the fact is held against.

    Examples
    --------
    >>> from eventfolio import EventStrategy, Release, Where
    >>> class GoodSurprise(EventStrategy):
    ...     trigger = Release()
    ...     only = (Where("surprise", ">=", "least"),)
    ...     params = dict(hold=10, least=0.02)
    """

    fact: str
    operator: str
    param: str


Trigger: TypeAlias = Announcement | Release | RunUp | Occurrence | WindowStart
Entry: TypeAlias = AtOpen | AtClose | AfterHigh
Size: TypeAlias = Share | ShareOfAll | Slots | Decaying


@dataclass(frozen=True)
class Parts:
    """The parts of a class, by the names of its attributes."""

    themes: tuple[str, ...]
    kinds: tuple[str, ...]
    only: tuple[Where, ...]
    trigger: Trigger
    entry: Entry
    size: Size
    leave: Leave
