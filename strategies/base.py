"""The base class of every strategy: a backtrader strategy that is shown one trigger at a time.

The engine keeps the clock, the full calendar and the lots; a strategy decides. What runs in `next` runs
after the closes of one date and decides for the opens of the next, so no hook ever sees a bar it trades on.
"""

from __future__ import annotations

from collections.abc import Mapping

import backtrader as bt

from eventfolio.strategies.parameters import Params, Value, typed
from eventfolio.strategies.parts import ALL, Announcement, AtOpen, Entry, Leave, Parts, Share, Size, Trigger, Where
from eventfolio.strategies.plan import Plan, make_plan
from eventfolio.strategies.shown import ShownHolding, ShownTrigger
from eventfolio.strategies.validation import (
    STANDARD,
    check_bounds,
    check_parts,
    check_spelling,
    check_within,
    merge_params,
    names_read,
    params_of,
)

_METACLASS = frozenset({"params", "lines", "plotinfo", "plotlines", "packages", "frompackages", "alias", "linealias"})


class EventStrategy(bt.Strategy):
    """Go long a theme's members on its events. Change `params`, a part, or a hook.

    Parameters
    ----------
    hold : int or None
        Sessions of the listing's own exchange until it is sold.
    stop : float or None
        Loss from the entry fill that ends it, fraction.
    take : float or None
        Gain from the entry fill that ends it, fraction.
    trail : float or None
        Fall from the highest close since entry that ends it, fraction.
    weight : float
        Fraction of equity shared by the theme's members.
    patience : int
        Sessions an order waits for one in which the listing trades.
    cutoff : int
        Minutes before the close by which news must be known; of `AtClose` alone.
    repeat : str
        News on a listing held or awaited: ``"extend"`` the time exit, ``"ignore"`` it, or ``"add"`` a lot.

    Attributes
    ----------
    themes : tuple of str
        Names of the themes it trades; `ALL` for these and for listings that events name by themselves.
    kinds : tuple of str
        Kinds of event it acts on, or `ALL`.
    only : tuple of Where
        Conditions on an event's facts, all of which it must meet.
    trigger : Announcement, Release, RunUp, Occurrence or WindowStart
        When it acts.
    entry : AtOpen, AtClose or AfterHigh
        How it buys.
    size : Share, ShareOfAll, Slots or Decaying
        How much of it.
    leave : Leave
        When it sells.
    params : dict
        Its numbers, by the names that the parts read or of its own (``self.p.least``).
    bounds : dict
        The least and the greatest that a number may be, such as ``dict(least=(0, 1))``: the range of its control in
        the studio, and refused beyond it everywhere. Without, the part's own range.

    Examples
    --------
    >>> from eventfolio import EventStrategy, Leave, backtest
    >>> class StrongNews(EventStrategy):
    ...     '''Hold strong news of the LNG theme for a month.'''
    ...     themes = ("lng",)
    ...     leave = Leave("hold")
    ...     params = dict(hold=21, least=0.5)
    ...
    ...     def on_trigger(self, trigger):
    ...         if trigger.event.strength >= self.p.least:
    ...             self.go_long(trigger)
    >>> done = backtest(None, StrongNews, hold=30)
    >>> sorted(set(done.trades["theme"]))
    ['lng']
    """

    themes: tuple[str, ...] = ALL
    kinds: tuple[str, ...] = ALL
    only: tuple[Where, ...] = ()
    trigger: Trigger = Announcement()
    entry: Entry = AtOpen()
    size: Size = Share("weight")
    leave: Leave = Leave("hold", "stop", "take", "trail")
    params = dict(hold=20, stop=None, take=None, trail=None, weight=0.5, patience=5, repeat="extend", cutoff=0)
    bounds: Mapping[str, tuple[float, float]] = {}

    # --- what a strategy may override -------------------------------------------------------------------------------

    def on_trigger(self, trigger: ShownTrigger) -> None:
        """An event became tradable on a listing (trigger.event, .theme, .listing, .known_at): act, or do not.

        Asked at the instant acted at: the session's open, or with `AtClose` its close. Orders of its own go to the next
        open.
        """
        self.go_long(trigger)

    def should_exit(self, holding: ShownHolding) -> bool:
        """Whether to sell at the coming open (holding.listing, .gain, .sessions, .event); asked once a session."""
        return False

    # --- what a strategy may call -----------------------------------------------------------------------------------

    def go_long(self, trigger: ShownTrigger, weight: float | None = None) -> None:
        """Buy the trigger's listing as the parts say, or with another `weight` (fraction of equity for the theme)."""
        self.broker.enter(trigger, weight)

    def closes(self, listing: str, n: int) -> list[float]:
        """The listing's last `n` closes in its own sessions before today's, oldest first, on today's share."""
        return self.broker.closes(listing, n)

    # --- backtrader's side ------------------------------------------------------------------------------------------

    def next(self) -> None:
        self.broker.decide()

    def prenext(self) -> None:
        # A late indicator or listing must not silence the events; a class with its own `next` waits for its indicators.
        if type(self).next is EventStrategy.next:
            self.next()

    # --- the class as the engine sees it ----------------------------------------------------------------------------

    @classmethod
    def defaults(cls) -> Params:
        """Its parameters and their default values; of a class of parts alone, those its parts read."""
        every = params_of(cls)
        read = names_read(cls._parts())
        if cls.hooks():
            return {name: value for name, value in every.items() if name != "cutoff" or name in read}
        return {name: value for name, value in every.items() if name in read or name not in STANDARD}

    @classmethod
    def resolve(cls, **changes: Value) -> tuple[Plan, Params]:
        """The plan and all parameters with the user's changes, each number in its parameter's type.

        Raises: StrategyError for a misspelt attribute or parameter (the nearest is offered), or a number or part that
                makes no sense
        """
        where = cls.__name__
        check_parts(cls._parts(), where)
        check_spelling(cls, EventStrategy)
        defaults = cls.defaults()
        check_bounds(cls.bounds, defaults, where)
        params = merge_params(defaults, changes, where)
        check_within(params, cls.bounds, where)
        plan = make_plan(cls._parts(), params, where)  # refuses a number as it was written
        return plan, {name: typed(name, value, defaults[name]) for name, value in params.items()}

    @classmethod
    def hooks(cls) -> tuple[str, ...]:
        """The methods a class has of its own; without any, its parts alone say what it does."""
        own = cls.__mro__[: cls.__mro__.index(EventStrategy)]
        return tuple(
            sorted({name for base in own for name, value in vars(base).items() if callable(value) and _is_own(name)})
        )

    @classmethod
    def _parts(cls) -> Parts:
        return Parts(cls.themes, cls.kinds, cls.only, cls.trigger, cls.entry, cls.size, cls.leave)


def _is_own(name: str) -> bool:
    """A name a user writes, none of those that backtrader's metaclass leaves in a class."""
    return name == "__init__" or (not name.startswith("_") and name not in _METACLASS)
