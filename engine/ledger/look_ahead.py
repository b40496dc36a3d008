"""Proves that a class with code of its own does not look ahead: plays it again on markets with another future.

Python keeps no secret from a strategy that looks for it: an indicator's later values, the tape behind the broker. So
the class is played again on the market cut at some dates, another cut date and nothing after it: other prices,
volumes and rates, no bar at all, no news and no revision that was not known. What it did before, and what it decided
for the opens of that date, must be the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from eventfolio.engine.ledger.ledger import Ledger, OrderOutcome, Reason
from eventfolio.engine.market.tape import Tape
from eventfolio.engine.schedule import Revision, Schedule, Trigger
from eventfolio.events import Event
from eventfolio.events.dates.known_at import instant_of
from eventfolio.strategies.errors import StrategyError

_CUTS = 6  # dates; three of them such for whose opens something was ordered, two with news
_FUTURES = (
    0.5,
    2.0,
)  # the cut date's prices, as multiples of the last close: a fall, and a rise on which nothing trades

Play = Callable[[Tape, Schedule], Ledger]

# What a cut changes of a tape.
_CHANGED = ["open", "high", "low", "close", "volume", "has_bar", "close_only", "last_close", "split", "split_factor"]
_CHANGED += ["dividend", "fx_fill", "fx_book", "locked_up", "locked_down", "beyond_limit", "closed_up"]

# What was decided and traded, whatever happened later to an order or a lot (their numbers count later ones too).
_DECIDED = ["row", "side", "reason", "trigger", "column", "share"]
_TRADED = ["row", "column", "side", "reason", "shares", "raw", "price", "fx", "commission", "fees", "tax", "fx_cost"]
_LEVELS = (Reason.STOP, Reason.TAKE, Reason.TRAIL)


def prove_no_look_ahead(play: Play, ledger: Ledger, tape: Tape, schedule: Schedule) -> list[date]:
    """The dates at which a run was cut and came out the same before them.

    play    : plays the class on a tape and a schedule, as it gave `ledger` on these
    Raises  : StrategyError naming the first date on which the run depends on what came after, or where it comes out
              otherwise each time, or has changed the market's data
    """
    if replace(tape).fingerprint != tape.fingerprint:
        raise StrategyError("The strategy changed the market's data, which all strategies share.")
    every = np.arange(len(schedule.triggers))
    cuts = _cuts(ledger, tape, schedule)
    for column in cuts:
        earlier, kept = _schedule_until(schedule, tape, column)
        for cut in _futures(tape, schedule, column):
            before = _until(ledger, tape, column, every, kept, cut.closes)
            try:
                again = play(cut.tape, earlier)
            except Exception as error:
                raise StrategyError(
                    f"The strategy looks ahead: on a market that ends after {tape.dates[column]} it fails with "
                    f"{type(error).__name__}: {error}."
                ) from error
            if _until(again, tape, column, kept, kept, cut.closes) == before:
                continue
            if _until(play(tape, schedule), tape, column, every, kept, cut.closes) != before:
                raise StrategyError(
                    "The strategy does another thing each time it is played, so nothing can be proved of it. Give what "
                    "is random in it a fixed seed."
                )
            raise StrategyError(
                f"The strategy looks ahead: what it did until {tape.dates[column]} changes with prices of that date "
                "and later ones, which were not known. --trust plays it without this proof, and says so."
            )
    return [tape.dates[column].astype(object) for column in cuts]


class _Future(NamedTuple):
    """A market whose future is another; closes: what is decided for the closes of the cut date does not hang on it."""

    tape: Tape
    closes: bool


def _futures(tape: Tape, schedule: Schedule, column: int) -> Iterator[_Future]:
    """The market cut at a column, with other futures.

    What a strategy decides for a close may follow from the date's opens, as by a lot that a level sold; so for one that
    buys there the date's closes alone are others once more.
    """
    at_closes = any(one.last_call is not None for one in schedule.triggers)
    for factor in _FUTURES:
        yield _Future(_cut(tape, column, factor), closes=not at_closes)
    if at_closes:
        yield _Future(_cut_at_close(tape, column), closes=True)


def _cuts(ledger: Ledger, tape: Tape, schedule: Schedule) -> list[int]:
    """Columns to cut at: spread over those something was ordered for, those with news to act on, and the window."""
    inside = np.arange(tape.first + 1, tape.last)
    acted = [np.flatnonzero(tape.session[tape.row(one.listing)] == one.session) for one in schedule.triggers]
    ordered, news = np.unique(ledger.orders["column"]), np.unique(np.concatenate([*acted, inside[:0]]))
    cuts = {*_spread(np.intersect1d(ordered, inside), 3), *_spread(np.intersect1d(news, inside), 2)}
    return sorted(cuts | {*_spread(inside, _CUTS - len(cuts))})


def _spread(columns: npt.NDArray[np.int64], count: int) -> list[int]:
    """`count` of the columns, evenly from within."""
    if not len(columns):
        return []
    places = np.unique(((np.arange(count) + 0.5) * len(columns) / count).astype(int))
    return [int(columns[place]) for place in places]


def _cut(tape: Tape, column: int, factor: float) -> Tape:
    """The tape up to a column, whose prices are others; after it there is nothing but sessions.

    The dates go on to the window's end, so that an indicator has as many as it asks for.
    """
    later = slice(column + 1, None)
    arrays = {name: getattr(tape, name).copy() for name in _CHANGED}
    last = tape.last_close[:, column - 1] / tape.split[:, column] * factor
    for name in ("open", "high", "low", "close"):
        arrays[name][:, column] = np.where(np.isnan(arrays[name][:, column]), np.nan, last)
        arrays[name][:, later] = np.nan
    arrays["volume"][:, column] *= factor**10  # a thousandth, or a thousand times as much
    arrays["volume"][:, later] = np.nan
    arrays["has_bar"][:, column] &= ~np.isnan(last) & (factor < 1.0)
    arrays["has_bar"][:, later] = False
    arrays["close_only"] &= arrays["has_bar"]
    for name in ("locked_up", "locked_down", "beyond_limit", "closed_up"):
        arrays[name][:, column:] = False
    arrays["split"][:, later], arrays["dividend"][:, later] = 1.0, 0.0
    arrays["split_factor"][:, later] = tape.split_factor[:, [column]]
    arrays["last_close"][:, column:] = last[:, None]
    rate = np.nan_to_num(tape.fx_fill[:, column], nan=1.0) * factor
    arrays["fx_book"][:, column:] = arrays["fx_fill"][:, later] = rate[:, None]
    return replace(tape, **arrays)


def _cut_at_close(tape: Tape, column: int) -> Tape:
    """The tape up to the closes of a column, which are others where the bar has more than its close."""
    cut = _cut(tape, column, 1.0)
    arrays = {name: getattr(cut, name).copy() for name in _CHANGED}
    for name in ("open", "high", "low", "close", "volume", "has_bar", "close_only", "locked_up", "locked_down"):
        arrays[name][:, column] = getattr(tape, name)[:, column]
    whole = ~np.isnan(tape.open[:, column] + tape.high[:, column] + tape.low[:, column])
    arrays["close"][whole, column] *= _FUTURES[0]
    close = arrays["close"][:, column]
    arrays["last_close"][:, column:] = np.where(np.isnan(close), cut.last_close[:, column], close)[:, None]
    return replace(cut, **arrays)


Act = TypeVar("Act", Trigger, Revision)


def _schedule_until(schedule: Schedule, tape: Tape, column: int) -> tuple[Schedule, npt.NDArray[np.int64]]:
    """What is to be acted on until a column, as known by then, and the triggers' numbers in the whole schedule."""
    known: dict[int, Event] = {}  # one event stays one object, as the revisions of it are told by that

    def is_past(one: Trigger | Revision) -> bool:
        sessions = one.sessions if isinstance(one, Revision) else (one.session,)
        return bool(np.isin(tape.session[tape.row(one.listing), : column + 1], sessions).any())

    def as_known(one: Act) -> Act:
        if one.event is None:
            return one
        return replace(one, event=known.setdefault(id(one.event), _until_instant(one.event, last)))

    # The last instant of the date: each kept revision was known before its own.
    last = int(
        (tape.opens_at if all(one.last_call is None for one in schedule.triggers) else tape.closes_at)[:, column].max()
    )

    kept = [number for number, trigger in enumerate(schedule.triggers) if is_past(trigger)]
    return (
        Schedule(
            tuple(as_known(schedule.triggers[number]) for number in kept),
            tuple(as_known(revision) for revision in schedule.revisions if is_past(revision)),
        ),
        np.array(kept, np.int64),
    )


def _until_instant(event: Event, instant: int) -> Event:
    """The event without the revisions that were not known before an instant (ns UTC)."""
    moment = datetime.fromtimestamp(instant / 1e9, UTC)
    kept = tuple(one for one in event.revisions if instant_of(one.known_at, event.zone) < moment)
    return event if len(kept) == len(event.revisions) else event.model_copy(update={"revisions": kept})


def _until(
    ledger: Ledger,
    tape: Tape,
    column: int,
    numbers: npt.NDArray[np.int64],
    past: npt.NDArray[np.int64],
    closes: bool,
) -> list[bytes]:
    """What was decided for the opens until a column, and traded and booked before it.

    numbers : of the ledger's triggers in the whole schedule; past: of those that were to be acted on until the column
    closes  : what was decided for that column's closes too, and by whoever is asked there
    """
    orders = ledger.orders.copy()
    has = orders["trigger"] >= 0
    orders["trigger"][has] = numbers[orders["trigger"][has]]
    at_its_levels = (orders["column"] == column) & np.isin(orders["reason"], _LEVELS)
    # One that waits for a first close to be sized with is dated by the session that has it.
    unsized = np.isnan(orders["wanted"]) & (orders["reason"] != Reason.USER)
    # Whether a decaying share's purchase is sent hangs on what earlier opens of the date left to spend.
    may_be_sent = (orders["column"] == column) & (orders["reason"] == Reason.INTENSITY)
    is_asked_at_close = (orders["closing"] > 0) | (orders["reason"] == Reason.USER)
    at_its_closes = (orders["column"] == column) & is_asked_at_close & (not closes)
    orders = orders[(orders["column"] <= column) & ~at_its_levels & ~unsized & ~may_be_sent & ~at_its_closes]
    declined = ledger.notes["trigger"][ledger.notes["outcome"] == OrderOutcome.DECLINED]
    fills, holdings = (table[table["column"] < column] for table in (ledger.fills, ledger.holdings))
    booked = column - tape.first
    columns = [orders[name] for name in _DECIDED] + [fills[name] for name in _TRADED]
    columns += [holdings[name] for name in ("column", "row", "shares", "value")]
    columns += [ledger.equity[:booked], ledger.cash[:booked]]
    if closes:
        columns.append(np.intersect1d(numbers[declined], past))
    return [np.ascontiguousarray(column).tobytes() for column in columns]
