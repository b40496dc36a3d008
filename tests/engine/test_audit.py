"""The audit refuses a run whose fills used what was not known before their open, whoever says they did not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import duel
import numpy as np
import pytest
import reference as ref

from engine.audit import audit
from engine.errors import AuditError
from engine.market.tape import Tape
from engine.schedule import Trigger
from events import Calendar, Event, InputError

D = duel.DAYS
SEOUL, NEW_YORK = (0, 6), (14, 21)  # regular hours, UTC


def bars(price: float, gaps: tuple[int, ...] = ()) -> dict[date, tuple]:
    return {day: (price, price, price, price, 10**9) for i, day in enumerate(D[:20]) if i not in gaps}


def hours(opens: int, closes: int, shut: tuple[int, ...] = ()) -> dict[date, tuple[datetime, datetime]]:
    return {
        day: (datetime.combine(day, time(opens), UTC), datetime.combine(day, time(closes), UTC))
        for i, day in enumerate(D[:20])
        if i not in shut
    }


@pytest.fixture(scope="module")
def played() -> duel.Played:
    """News at noon of date 5 buys in New York that day and in Seoul on date 6; both are sold three sessions later.

    Seoul is shut on date 7, and its listing does not trade on date 8.
    """
    market = ref.Market(
        {
            "KR": ref.Listing("KR", "XKRX", "KRW", 1, bars(1000.0, gaps=(8,))),
            "US": ref.Listing("US", "XNYS", "USD", 1, bars(10.0)),
        },
        {"KRW": dict.fromkeys(D[:20], 1000.0)},
        {"XKRX": hours(*SEOUL, shut=(7,)), "XNYS": hours(*NEW_YORK)},
        {"XKRX": ref.Costs(), "XNYS": ref.Costs()},
    )
    events = [ref.Ev("news", duel.at_noon(D[5]), ("t",))]
    case = duel.Case(market, events, {"t": ["KR", "US"]}, ref.Spec("drift", hold=3), D[0], D[15])
    return duel.play_engine(case)


def news(known_at: datetime) -> Calendar:
    fields: dict[str, Any] = dict(id="news", title="n", kind="news", status="occurred", occurs="2024-01", zone="UTC")
    return Calendar("c", None, None, (Event.model_validate({**fields, "known_at": known_at, "themes": ["t"]}),), "")


KNOWN = news(duel.at_noon(D[5]))


def acted_on(played: duel.Played, known_at: datetime | None = None) -> tuple[Trigger, ...]:
    """The triggers of the run, or the same said to have been known at another time."""
    triggers = played.schedule.triggers
    return tuple(replace(t, known_at=known_at) for t in triggers) if known_at else triggers


def checked(
    played: duel.Played,
    calendar: Calendar = KNOWN,
    tape: Tape | None = None,
    triggers: tuple[Trigger, ...] = (),
    fill: int = 0,
    **tampered: int,
) -> int:
    """Audit the run, with columns of one of its fills changed."""
    fills = played.ledger.fills.copy()
    for name, value in tampered.items():
        fills[name][fill] = value
    return audit(replace(played.ledger, fills=fills), tape or played.tape, calendar, triggers or acted_on(played))


def column(played: duel.Played, day: date) -> int:
    (found,) = np.flatnonzero(played.tape.dates == np.datetime64(day, "D"))
    return int(found)


def number(played: duel.Played, symbol: str, side: int) -> int:
    """The place of a listing's purchase or sale among the fills."""
    fills = played.ledger.fills
    (found,) = np.flatnonzero((fills["row"] == played.tape.row(symbol)) & (fills["side"] == side))
    return int(found)


def test_a_run_as_it_was_played_passes_and_every_fill_is_checked(played: duel.Played) -> None:
    days = {
        (played.tape.symbols[f["row"]], int(f["side"])): played.tape.dates[f["column"]] for f in played.ledger.fills
    }
    assert {key: str(day) for key, day in days.items()} == {
        ("US", 1): str(D[5]),
        ("KR", 1): str(D[6]),
        ("US", -1): str(D[8]),
        ("KR", -1): str(D[10]),  # sessions 6, 8, 9, 10: date 7 was shut
    }
    assert checked(played) == 4


def test_a_fill_before_its_event_was_known_is_refused(played: duel.Played) -> None:
    words = rf"KR on {D[5]}: event 'news' was not known before the open that filled it"
    with pytest.raises(AuditError, match=words):
        checked(played, fill=number(played, "KR", 1), column=column(played, D[5]), close_column=column(played, D[4]))


def test_an_event_known_exactly_at_the_open_was_not_known_before_it(played: duel.Played) -> None:
    opened = datetime.combine(D[5], time(NEW_YORK[0]), UTC)
    with pytest.raises(AuditError, match=rf"US on {D[5]}: event 'news' was not known"):
        checked(played, calendar=news(opened), triggers=acted_on(played, opened))
    before = opened.replace(hour=13, minute=59, second=59)
    assert checked(played, calendar=news(before), triggers=acted_on(played, before)) == 4


def test_the_time_a_trigger_claims_must_be_one_the_calendar_gives(played: duel.Played) -> None:
    late = news(datetime.combine(D[9], time(23), UTC))
    words = "the calendar does not say that 'news' was known then"
    with pytest.raises(AuditError, match=words):
        checked(played, calendar=late)
    with pytest.raises(AuditError, match=words):
        checked(played, triggers=acted_on(played, duel.at_noon(D[4])))


def test_a_belief_not_yet_known_is_refused_though_an_earlier_one_was(played: duel.Played) -> None:
    revised = duel.at_noon(D[9])
    (event,) = KNOWN.events
    fields = event.model_dump(exclude={"revisions"}) | {"revision": [{"known_at": revised, "status": "scheduled"}]}
    calendar = replace(KNOWN, events=(Event.model_validate(fields),))
    assert checked(played, calendar=calendar) == 4
    with pytest.raises(AuditError, match="event 'news' was not known before the open"):
        checked(played, calendar=calendar, triggers=acted_on(played, revised))


def test_the_sale_of_a_lot_answers_for_its_event_too(played: duel.Played) -> None:
    late = datetime.combine(D[9], time(23), UTC)
    only = replace(played.ledger, fills=played.ledger.fills[[number(played, "US", -1)]])
    with pytest.raises(AuditError, match=rf"US on {D[8]}: event 'news'"):
        audit(only, played.tape, news(late), acted_on(played, late))


def test_a_decision_on_a_close_of_the_same_day_is_refused(played: duel.Played) -> None:
    with pytest.raises(AuditError, match=rf"US on {D[5]}: the closes of {D[5]} were not known at the open"):
        checked(played, fill=number(played, "US", 1), close_column=column(played, D[5]))


def test_a_decision_on_a_later_close_is_refused_for_a_sale_too(played: duel.Played) -> None:
    with pytest.raises(AuditError, match=rf"US on {D[8]}: the closes of {D[9]}"):
        checked(played, fill=number(played, "US", -1), close_column=column(played, D[9]))


def test_a_rate_of_the_same_day_is_refused(played: duel.Played) -> None:
    rows = played.tape.fx_row.copy()
    seoul = (played.tape.row("KR"), column(played, D[6]))
    rows[seoul] = played.tape.dates[seoul[1]]
    with pytest.raises(AuditError, match=rf"KR on {D[6]}: the exchange rate of {D[6]} was not known at the open"):
        checked(played, tape=replace(played.tape, fx_row=rows))
    rows[seoul] -= 1  # late on the day before is hours before Seoul opens
    assert checked(played, tape=replace(played.tape, fx_row=rows)) == 4


def test_a_fill_on_a_day_its_exchange_was_shut_is_refused(played: duel.Played) -> None:
    with pytest.raises(AuditError, match=rf"KR on {D[7]}: a fill on a date its exchange was shut"):
        checked(played, fill=number(played, "KR", -1), column=column(played, D[7]))


def test_a_fill_on_a_bar_that_did_not_trade_is_refused(played: duel.Played) -> None:
    with pytest.raises(AuditError, match=rf"KR on {D[8]}: a fill on a bar that did not trade"):
        checked(played, fill=number(played, "KR", -1), column=column(played, D[8]))


def test_shares_that_the_lots_hold_and_the_books_do_not_are_refused(played: duel.Played) -> None:
    lots = played.ledger.lots.copy()
    lots["shares"][0] += 1
    with pytest.raises(AuditError, match=r"lots hold 1\.0 shares, the books 0\.0"):
        audit(replace(played.ledger, lots=lots), played.tape, KNOWN, played.schedule.triggers)


def test_a_failed_audit_is_never_the_user_s_mistake() -> None:
    assert not issubclass(AuditError, InputError)
