"""The audit refuses a run whose fills used what was not known before their open, whoever says they did not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
import pytest
from support import duel
from support import reference as ref

from eventfolio.engine.errors import AuditError
from eventfolio.engine.ledger.account import Account
from eventfolio.engine.ledger.audit import audit
from eventfolio.engine.market import fx
from eventfolio.engine.market.tape import Tape
from eventfolio.engine.schedule import Trigger
from eventfolio.events import Calendar, Event, InputError
from eventfolio.strategies.loader import load_strategy

D = duel.DAYS
SEOUL, NEW_YORK = (0, 6), (14, 21)  # regular hours, UTC
ACCOUNT = Account(100_000.0)  # as much as a case has


def bars(price: float, gaps: tuple[int, ...] = ()) -> dict[date, tuple]:
    return {day: (price, price, price, price, 10**9) for i, day in enumerate(D[:20]) if i not in gaps}


def hours(opens: int, closes: int, shut: tuple[int, ...] = ()) -> dict[date, tuple[datetime, datetime]]:
    return {
        day: (datetime.combine(day, time(opens), UTC), datetime.combine(day, time(closes), UTC))
        for i, day in enumerate(D[:20])
        if i not in shut
    }


def the_case() -> duel.Case:
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
    return duel.Case(market, events, {"t": ["KR", "US"]}, ref.Spec("drift", hold=3), D[0], D[15])


@pytest.fixture(scope="module")
def played() -> duel.Played:
    return duel.play_engine(the_case())


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
    **tampered: float,
) -> int:
    """Audit the run, with columns of one of its fills changed."""
    fills = played.ledger.fills.copy()
    for name, value in tampered.items():
        fills[name][fill] = value
    changed = replace(played.ledger, fills=fills)
    return audit(changed, tape or played.tape, calendar, triggers or acted_on(played), ACCOUNT)


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
    fields = event.model_dump(exclude={"revisions", "stated_precision"}) | {
        "revision": [{"known_at": revised, "status": "scheduled"}]
    }
    calendar = replace(KNOWN, events=(Event.model_validate(fields),))
    assert checked(played, calendar=calendar) == 4
    with pytest.raises(AuditError, match="event 'news' was not known before the open"):
        checked(played, calendar=calendar, triggers=acted_on(played, revised))


def test_the_sale_of_a_lot_answers_for_its_event_too(played: duel.Played) -> None:
    late = datetime.combine(D[9], time(23), UTC)
    only = replace(played.ledger, fills=played.ledger.fills[[number(played, "US", -1)]])
    with pytest.raises(AuditError, match=rf"US on {D[8]}: event 'news'"):
        audit(only, played.tape, news(late), acted_on(played, late), ACCOUNT)


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
    rows = rows.copy()  # a tape's arrays are for reading only
    rows[seoul] -= 1  # late on the day before is hours before Seoul opens
    assert checked(played, tape=replace(played.tape, fx_row=rows)) == 4


def test_a_fill_on_a_day_its_exchange_was_shut_is_refused(played: duel.Played) -> None:
    with pytest.raises(AuditError, match=rf"KR on {D[7]}: a fill on a date its exchange was shut"):
        checked(played, fill=number(played, "KR", -1), column=column(played, D[7]))


def test_a_fill_on_a_bar_that_did_not_trade_is_refused(played: duel.Played) -> None:
    with pytest.raises(AuditError, match=rf"KR on {D[8]}: a fill on a bar that did not trade"):
        checked(played, fill=number(played, "KR", -1), column=column(played, D[8]))


def test_a_rate_of_the_same_day_is_refused_however_it_came_onto_the_tape(monkeypatch: pytest.MonkeyPatch) -> None:
    """In an account of dollars too, which themselves have no row."""
    real = fx._per_dollar

    def ahead(currency: str, tables: Any, dates: Any, known: Any) -> fx.FxSeries:
        found = real(currency, tables, dates, known)
        return replace(found, row=dates) if currency == "KRW" else found

    monkeypatch.setattr(fx, "_per_dollar", ahead)
    with pytest.raises(AuditError, match=rf"KR on {D[6]}: the exchange rate of {D[6]} was not known at the open"):
        duel.play_engine(the_case())


@pytest.mark.parametrize("price", [10.001, 9.999, 0.0, float("nan")])
def test_a_fill_outside_its_bar_is_refused(played: duel.Played, price: float) -> None:
    with pytest.raises(AuditError, match=rf"US on {D[5]}: a fill at {price} outside its bar, 10.0 to 10.0"):
        checked(played, fill=number(played, "US", 1), price=price)


def test_where_high_and_low_are_unknown_no_fill_is_outside(played: duel.Played) -> None:
    unknown = np.full(played.tape.high.shape, np.nan)
    assert checked(played, tape=replace(played.tape, high=unknown, low=unknown)) == 4


@pytest.mark.parametrize(("symbol", "side"), [("KR", 1), ("US", -1)])
def test_a_fill_on_a_locked_bar_is_refused_in_its_own_direction_only(
    played: duel.Played, symbol: str, side: int
) -> None:
    fill = played.ledger.fills[number(played, symbol, side)]
    locked = np.zeros(played.tape.close.shape, bool)
    locked[fill["row"], fill["column"]] = True
    up, down = replace(played.tape, locked_up=locked), replace(played.tape, locked_down=locked)
    assert checked(played, tape=down if side > 0 else up) == 4
    with pytest.raises(AuditError, match=rf"{symbol} on .*: a fill on a bar locked at its limit"):
        checked(played, tape=up if side > 0 else down)


# --- the books ----------------------------------------------------------------------------------------------------


def kept(played: duel.Played, **changed: Any) -> int:
    return audit(replace(played.ledger, **changed), played.tape, KNOWN, played.schedule.triggers, ACCOUNT)


def test_shares_of_a_lot_that_its_fills_do_not_leave_are_refused(played: duel.Played) -> None:
    lots = played.ledger.lots.copy()
    lots["shares"][0] += 1
    with pytest.raises(AuditError, match=r"a lot holds 1\.0 shares, its fills leave 0\.0"):
        kept(played, lots=lots)


def test_shares_in_the_books_that_no_fill_bought_are_refused(played: duel.Played) -> None:
    holdings = played.ledger.holdings.copy()
    holdings["shares"][1] *= 2
    with pytest.raises(AuditError, match=rf"on {D[6]}: the books hold .* shares, the fills leave"):
        kept(played, holdings=holdings)
    holdings = played.ledger.holdings
    with pytest.raises(AuditError, match=rf"on {D[5]}: the books hold 0\.0 shares, the fills leave 2500\.0"):
        kept(played, holdings=holdings[1:])


@pytest.mark.parametrize("name", ["cash", "equity"])
def test_money_that_does_not_follow_from_the_fills_is_refused_from_a_billionth_of_equity_on(
    played: duel.Played, name: str
) -> None:
    books = getattr(played.ledger, name).copy()
    books[7] += 0.5e-9 * 100_000
    assert kept(played, **{name: books}) == 4
    books[7] += 1e-9 * 100_000
    with pytest.raises(AuditError, match=rf"{D[7]}: the books show {name} of .* Something else changed the account"):
        kept(played, **{name: books})


@pytest.mark.parametrize("what", ["cash", "equity", "shares", "costs"])
def test_a_strategy_that_helps_itself_fails_its_run(what: str) -> None:
    class Thief(load_strategy("announcement-drift").cls):  # type: ignore[misc]
        """Changes the account at the first open with something to leave."""

        def should_exit(self, holding: Any) -> bool:
            run, state = self.broker.simulation, self.broker.simulation.state
            if what == "cash":
                run.book.cash += 1_000
            elif what == "equity":
                state.equity[run.column - run.tape.first] *= 1.01
            elif what == "shares":
                state.lots[0].shares *= 2
            else:
                state.fills[0].commission = -500.0
            return False

    with pytest.raises(AuditError, match=r"the fills leave|its fills leave|Something else changed the account"):
        duel.play_engine(replace(the_case(), strategy=Thief))


def test_a_strategy_that_spends_a_sale_on_its_own_date_fails_its_run(played: duel.Played) -> None:
    """50,000 dollars are in cash before date 8, whose sale brings 25,000: 60,000 leave cash, and were not there."""
    sold = column(played, D[8])

    class Borrower(load_strategy("announcement-drift").cls):  # type: ignore[misc]
        """Lends itself what it likes on the date of the sale."""

        params = dict(hold=3)

        def should_exit(self, holding: Any) -> bool:
            if self.broker.simulation.next_column == sold:
                self.broker.simulation.book.spendable = 1e9
                self.buy(data=self.getdatabyname("US"), size=6_000)
            return False

    words = rf"{D[8]}: purchases took 60,000\.00, of the 50,000\.00 in cash at the books before"
    with pytest.raises(AuditError, match=words):
        duel.play_engine(replace(the_case(), strategy=Borrower))


def test_a_failed_audit_is_never_the_user_s_mistake() -> None:
    assert not issubclass(AuditError, InputError)


# --- at the close -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def closed() -> duel.Played:
    """The same news bought at closes: in New York on date 5 (it closes at 21:00), in Seoul on date 6."""
    case = the_case()
    case.spec = ref.Spec("drift", hold=3, at_close=True, cutoff=20)
    return duel.play_engine(case)


def checked_close(
    closed: duel.Played, known_at: datetime | None = None, cutoff: int | None = 20, fill: int = 0, **tampered: float
) -> int:
    """Audit it with columns of one of its fills changed, or with its news known at another time."""
    fills = closed.ledger.fills.copy()
    for name, value in tampered.items():
        fills[name][fill] = value
    changed = replace(closed.ledger, fills=fills)
    calendar = news(known_at) if known_at else KNOWN
    return audit(changed, closed.tape, calendar, acted_on(closed, known_at), ACCOUNT, cutoff)


def at(clock: str) -> datetime:
    return datetime.combine(D[5], time.fromisoformat(clock), UTC)


def test_a_purchase_at_the_close_passes_up_to_its_last_call(closed: duel.Played) -> None:
    days = {
        (closed.tape.symbols[f["row"]], int(f["side"]), int(f["closing"])): str(closed.tape.dates[f["column"]])
        for f in closed.ledger.fills
    }
    assert days == {
        ("US", 1, 1): str(D[5]),
        ("KR", 1, 1): str(D[6]),
        ("US", -1, 0): str(D[8]),
        ("KR", -1, 0): str(D[10]),
    }
    assert checked_close(closed) == 4
    assert checked_close(closed, at("20:39:59")) == 4
    words = rf"US on {D[5]}: event 'news' was not known before the last call for the close that filled it"
    with pytest.raises(AuditError, match=words):
        checked_close(closed, at("20:40"))


def test_the_exchanges_own_deadline_is_the_last_call_where_it_is_longer(closed: duel.Played) -> None:
    assert checked_close(closed, at("20:49:59"), cutoff=5) == 4  # New York's ten minutes
    with pytest.raises(AuditError, match="the last call for the close"):
        checked_close(closed, at("20:50"), cutoff=5)


def test_a_purchase_at_the_close_at_another_price_is_refused(closed: duel.Played) -> None:
    with pytest.raises(AuditError, match=rf"US on {D[5]}: a fill at the close of 9\.5, which was 10\.0"):
        checked_close(closed, fill=number(closed, "US", 1), raw=9.5)


def test_a_purchase_at_the_close_decided_on_that_close_is_refused(closed: duel.Played) -> None:
    with pytest.raises(AuditError, match=rf"US on {D[5]}: the closes of {D[5]} were not known at the close"):
        checked_close(closed, fill=number(closed, "US", 1), close_column=column(closed, D[5]))


def test_a_purchase_at_a_close_at_the_upper_limit_is_refused(closed: duel.Played) -> None:
    limit = np.zeros(closed.tape.close.shape, bool)
    limit[closed.tape.row("US"), column(closed, D[5])] = True
    tape = replace(closed.tape, closed_up=limit)
    with pytest.raises(AuditError, match=rf"US on {D[5]}: a purchase at a close that stood at the upper limit"):
        audit(closed.ledger, tape, KNOWN, acted_on(closed), ACCOUNT, 20)


def test_an_order_sized_with_books_that_were_not_struck_yet_is_refused(played: duel.Played) -> None:
    orders = played.ledger.orders.copy()
    (sized,) = np.flatnonzero((orders["row"] == played.tape.row("KR")) & (orders["side"] > 0))
    orders["equity"][sized] += 1.0
    words = rf"KR on {D[6]}: an order sized with equity of 100,001\.00; the books known then had 100,000\.00"
    with pytest.raises(AuditError, match=words):
        kept(played, orders=orders)


def test_auckland_in_its_summer_is_sized_with_the_books_and_rates_before_the_last() -> None:
    case = the_case()
    opens = {day: datetime.combine(day - timedelta(days=1), time(21), UTC) for day in D[:20]}
    sessions = {day: (opened, opened + timedelta(hours=7)) for day, opened in opens.items()}
    case.market.sessions["XKRX"] = sessions  # Seoul by Auckland's clock
    case.market.fx["KRW"] = {day: 1000.0 + i for i, day in enumerate(D[:20])}
    closed = duel.play_engine(case)  # audited
    fill = closed.ledger.fills[number(closed, "KR", 1)]
    assert str(closed.tape.dates[fill["column"]]) == str(D[6])
    assert fill["fx"] == pytest.approx(1 / 1004)  # date 4's: date 5's is struck at 22:00, an hour after the open


# --- listings that end --------------------------------------------------------------------------------------------


def ended_case() -> duel.Case:
    """KR becomes US at half a share for one on date 8, and 1,000 won; US pays 12 dollars a share on date 12."""
    case = the_case()
    ends = {"KR": ref.End(D[8], cash=1000.0, into="US", ratio=0.5), "US": ref.End(D[12], cash=12.0)}
    return replace(case, market=replace(case.market, ends=ends), spec=replace(case.spec, hold=30))


def test_what_the_ends_of_listings_paid_is_held_against_the_market() -> None:
    played = duel.play_engine(ended_case())
    assert len(played.ledger.payments) == 3  # KR; both lots as US
    assert checked(played) == 2
    for name, place, more in (("shares", 0, 1.0), ("price", 1, 0.5), ("fraction", 0, 0.25)):
        payments = played.ledger.payments.copy()
        payments[name][place] += more
        with pytest.raises(AuditError, match="a lot is said to have got"):
            checked(replace(played, ledger=replace(played.ledger, payments=payments)))
    cash = played.ledger.cash.copy()
    cash[12:] += 100.0  # that US paid more
    with pytest.raises(AuditError, match="the books show cash"):
        checked(replace(played, ledger=replace(played.ledger, cash=cash)))


def test_an_end_that_was_not_played_is_refused() -> None:
    played = duel.play_engine(ended_case())
    with pytest.raises(AuditError):
        checked(replace(played, tape=replace(played.tape, ends=played.tape.ends[:1])))
