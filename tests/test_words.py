"""What became of each event on each listing, worked by hand word by word; asked of the reference and of the engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
import test_reference as by_hand
from support import duel
from support.reference import Costs, Ev, Result, Rev, Spec
from support.reference_words import FIRST, SILENT
from test_reference import DAYS, at, event, flat, listing, market, play, voice

from eventfolio.engine.ledger import outcomes
from eventfolio.engine.record.run_facts import TriggerCounts
from eventfolio.strategies.announcement_drift import AnnouncementDrift

assert voice  # each test here is asked of both, too

ONE = Spec("drift", weight=0.5)


def word(result: Result, name: str = "news", symbol: str | None = "AAA") -> str:
    return result.words[name, symbol]


def one(rows: list, spec: Spec = ONE, last: int | None = None, events: Any = None, **more: Any) -> Result:
    """A listing, news at noon of date 0, to the last of the rows."""
    m = market(listing(rows, **more.pop("made", {})), costs=more.pop("costs", Costs()))
    return play(m, events or [event(0)], spec, len(rows) - 1 if last is None else last, **more)


def scheduled(start: int, *revisions: Rev, known: int = 0) -> Ev:
    return Ev("news", at(known), ("t",), status="scheduled", start=DAYS[start], revisions=list(revisions))


def revision(known: int, start: int | None, status: str = "scheduled", precision: str = "minute") -> Rev:
    return Rev(at(known), precision, None if start is None else DAYS[start], status)


# --- with a trigger --------------------------------------------------------------------------------------------------


def test_news_that_bought_and_news_that_moved_the_exit():
    result = one(flat(*[10] * 6), events=[event(0), event(2, "more")])
    assert result.words == {("news", "AAA"): "bought", ("more", "AAA"): "extended"}


def test_news_on_what_is_held_is_ignored_where_the_strategy_says_so():
    result = one(flat(*[10] * 6), Spec("drift", repeat="ignore"), events=[event(0), event(2, "more")])
    assert (word(result), word(result, "more")) == ("bought", "ignored")


def test_news_on_a_lot_that_is_leaving_is_spent():
    # The stop of 9 is touched on date 2, whose 5 shares of volume allow none; the sale waits on date 3.
    rows = [*flat(10, 10), (10, 10, 8, 8, 5), (8, 8, 8, 8, 5), *flat(8)]
    result = one(rows, Spec("drift", stop=0.1), events=[event(0), event(2, "more")], costs=Costs(volume_share=0.1))
    assert (word(result), word(result, "more")) == ("bought", "spent")
    assert result.trades[0].extended_by == []


@pytest.mark.parametrize("rows", [[*flat(10), None], [None, None, *flat(10)]])
def test_what_still_waits_at_the_end_is_waiting(rows):
    assert word(one(rows, last=1)) == "waiting"  # for a session that trades, or for a close to be sized with


def test_a_breakout_that_may_still_be_confirmed_is_waiting():
    assert word(one(flat(*[10] * 4), Spec("breakout", lookback=2, within=3), events=[event(1)], last=3)) == "waiting"


def test_an_order_that_lapsed_has_the_last_reason_it_waited_for():
    thin = (10, 10, 10, 10, 5)  # a tenth of it is no share
    short, costs = Spec("drift", patience=1), Costs(volume_share=0.1)
    assert word(one([*flat(10), thin, None], short, costs=costs)) == "halted"
    assert word(one([*flat(10), None, thin], short, costs=costs)) == "volume"
    assert word(one([None, None, None, *flat(10)], short)) == "no_close"


def test_an_exchange_rate_that_is_too_old_keeps_an_order_back():
    m = market(listing(flat(*[10] * 12), currency="EUR"), fx={"EUR": {DAYS[0]: 0.9}})
    assert word(play(m, [event(8)], ONE, 11)) == "stale_fx"


def test_no_cash_and_no_lot_are_told_apart():
    m = market(listing(flat(*[10] * 4)), listing(flat(*[10] * 4), "BBB"), listing(flat(*[10] * 4), "CCC", lot=5000))
    themes = {"a": ["AAA"], "b": ["BBB"], "c": ["CCC"]}
    news = [event(0, "one", ("a",)), event(1, "two", ("b",)), event(1, "three", ("c",))]
    result = play(m, news, Spec("drift", weight=1), 3, themes=themes)
    # 10000 buy 1000 shares of AAA and leave nothing; CCC comes in lots of 5000, for 50000.
    assert result.words == {("one", "AAA"): "bought", ("two", "BBB"): "no_cash", ("three", "CCC"): "below_one_lot"}


def test_a_gap_beyond_the_cash_is_no_cash_though_a_lot_was_wanted():
    result = one(flat(90, 120, 120), Spec("drift", weight=1), cash=100)
    assert (word(result), result.orders[0].wanted) == ("no_cash", 1)


def test_a_breakout_that_is_not_confirmed_takes_the_news_that_came_meanwhile_with_it():
    spec = Spec("breakout", lookback=2, within=2)
    result = one(flat(*[10] * 8), spec, events=[event(1), event(2, "more")])
    assert (word(result), word(result, "more")) == ("unconfirmed", "unconfirmed")
    first = one([None, *flat(*[10] * 6)], spec, events=[event(0)])
    assert word(first) == "unconfirmed"  # no close in its lookback


def test_news_on_a_wait_that_buys_nothing_has_its_reason():
    result = one([*flat(10), None, None, *flat(10)], Spec("drift", patience=1), events=[event(0), event(1, "more")])
    assert (word(result), word(result, "more")) == ("halted", "halted")


def test_a_revision_is_the_last_thing_that_happened_to_a_wait():
    spec = Spec("run-up", lead=20)
    halted = one([*flat(10), None, None, *flat(10)], spec, events=[scheduled(20, revision(1, 20, "cancelled"))])
    assert word(halted) == "revised"
    unsized = one([None, None, None, *flat(10)], Spec("run-up", lead=20), events=[scheduled(19, revision(1, None))])
    assert word(unsized) == "revised"


def test_one_entry_of_several_is_enough():
    # The first belief's entry, on date 1, lapses in a halt; the second's is bought on date 5.
    rows = [*flat(10), None, None, *flat(*[10] * 6)]
    early, late = scheduled(4, revision(4, 8)), Spec("run-up", lead=3, patience=1)
    result = one(rows, late, events=[early])
    assert [order.status for order in result.orders if order.side == "buy"] == ["lapsed", "filled"]
    assert word(result) == "bought"
    # Of two that bought nothing the later one says why: halted on dates 1 and 2, then without volume.
    rows = [*flat(10), None, None, *flat(10, 10), (10, 10, 10, 10, 5), (10, 10, 10, 10, 5), *flat(10)]
    assert word(one(rows, late, events=[early], costs=Costs(volume_share=0.1))) == "volume"


def test_decaying_news_is_bought_if_its_listing_is_held_at_the_books_of_its_session():
    spec = Spec("intensity", weight=0.5, half_life=20)
    result = one(flat(*[10] * 6), spec, events=[event(0), event(2, "more")])
    assert (word(result), word(result, "more")) == ("bought", "bought")  # the second moved the share by nothing
    halted = one([*flat(10), None, *flat(10, 10)], spec)
    assert word(halted) == "halted"  # and bought on date 2, when the day's share was still wanted
    assert halted.trades[0].entry_session == DAYS[2]
    unknown = one([None, None, *flat(10, 10)], spec)
    assert (word(unknown), len(unknown.trades)) == ("no_close", 1)


def test_decaying_news_that_asks_for_less_than_the_band():
    faint = Ev("news", at(0), ("t",), strength=0.02)  # 0.5 * 0.02 = 1 % of equity, the band is 2 %
    assert word(one(flat(*[10] * 3), Spec("intensity"), events=[faint])) == "within_band"


def test_decaying_news_shrunk_below_the_band_had_no_cash():
    m = market(listing(flat(*[10] * 4)), listing(flat(*[10] * 4), "BBB"))
    news = [event(0, "one", ("a",)), event(1, "two", ("b",))]
    result = play(m, news, Spec("intensity", weight=0.99), 3, themes={"a": ["AAA"], "b": ["BBB"]})
    # 9900 are spent: 100 are less than the band of 200, where 9900 were wanted.
    assert result.words == {("one", "AAA"): "bought", ("two", "BBB"): "no_cash"}


# --- without one -----------------------------------------------------------------------------------------------------


def test_what_the_event_itself_says_comes_first():
    month = datetime(2024, 2, 1, tzinfo=UTC)
    news = [
        Ev("nowhere", at(0), ("x",), direction=-1),
        Ev("month", month, ("t",), precision="month", direction=-1, status="cancelled"),
        Ev("bad", at(0), ("t",), direction=-1, status="cancelled"),
        Ev("off", at(0), ("t",), status="cancelled"),
    ]
    result = one(flat(*[10] * 40), events=news)
    assert result.words == {
        ("nowhere", None): "no_listing",
        ("month", "AAA"): "month_only",
        ("bad", "AAA"): "direction",
        ("off", "AAA"): "cancelled",
    }


def test_a_run_up_says_what_it_had_nothing_to_run_up_to_for():
    spec, rows = Spec("run-up", lead=5), flat(*[10] * 25)

    def because(news: Ev) -> str:
        result = one(rows, spec, events=[news])
        assert result.trades == []
        return word(result)

    assert because(Ev("news", at(0), ("t",), status="scheduled")) == "no_start"
    assert because(Ev("news", at(0), ("t",), status="occurred", start=DAYS[0])) == "too_late"
    assert because(scheduled(4, known=4)) == "too_late"
    assert because(scheduled(1)) == "too_late"  # first tradable on the day itself
    assert because(scheduled(20, revision(2, 20, "cancelled"))) == "cancelled"
    assert because(scheduled(20, revision(2, None))) == "no_start"
    assert because(scheduled(20, revision(2, 3, "occurred"))) == "too_late"
    assert because(scheduled(1, revision(2, 20, "cancelled"))) == "cancelled"  # tried before what came too late
    month = Ev("news", datetime(2024, 2, 1, tzinfo=UTC), ("t",), "month", "scheduled", start=DAYS[30])
    assert because(month) == "month_only"


def test_a_month_that_a_revision_narrows_is_no_longer_the_reason():
    month = Ev("news", datetime(2024, 2, 1, tzinfo=UTC), ("t",), "month", "scheduled", start=DAYS[40])
    month.revisions = [Rev(at(26), "minute", DAYS[40], "scheduled")]
    assert word(one(flat(*[10] * 50), Spec("run-up", lead=5), events=[month])) == "bought"


def test_themes_that_a_strategy_does_not_trade_are_filtered_in_all_their_units():
    m = market(listing(flat(*[10] * 4)), listing(flat(*[10] * 4), "BBB"))
    themes = {"a": ["AAA"], "b": ["AAA", "BBB"]}
    news = [event(0, "one", ("a",)), event(0, "two", ("b",)), event(0, "both", ("a", "b"))]
    result = play(m, news, Spec("drift", themes=("a",)), 3, themes=themes)
    assert result.words == {
        ("one", "AAA"): "extended",  # "both" is first by its id
        ("two", "AAA"): "filtered",
        ("two", "BBB"): "filtered",
        ("both", "AAA"): "bought",
        ("both", "BBB"): "filtered",
    }


def test_the_window_and_the_article_leave_news_out():
    m = market(listing(flat(*[10] * 12)))
    news = [event(0, "before"), event(5, "known"), event(7, "news"), event(9, "last")]

    def played(**more: Any) -> Result:
        return by_hand.run(m, news, {"t": ["AAA"]}, ONE, DAYS[3], DAYS[9], cash=10_000, **more)

    whole, honest = played(), played(published=at(6), point_in_time=True)
    assert [word(whole, name) for name in ("before", "known", "news", "last")] == [
        "before_the_window", "bought", "extended", "no_session_left",
    ]  # fmt: skip
    assert [word(honest, name) for name in ("before", "known", "news", "last")] == [
        "before_the_window", "hindsight", "bought", "no_session_left",
    ]  # fmt: skip


def test_of_an_episode_the_others_say_so_theme_by_theme():
    m = market(listing(flat(*[10] * 9)), listing(flat(*[10] * 9), "BBB"))
    themes = {"a": ["AAA"], "b": ["BBB"]}
    news = [event(0, "one", ("a",), episode="x"), event(1, "two", ("a", "b"), episode="x")]
    result = play(m, news, ONE, 8, themes=themes)
    assert result.words == {("one", "AAA"): "bought", ("two", "AAA"): "episode", ("two", "BBB"): "bought"}


def test_a_listing_of_two_themes_of_one_event_is_one_unit():
    result = play(
        market(listing(flat(*[10] * 4))), [event(0, themes=("a", "b"))], ONE, 3, themes={"a": ["AAA"], "b": ["AAA"]}
    )
    assert result.words == {("news", "AAA"): "bought"}
    assert result.trades[0].extended_by == []  # its second theme only moves its time exit


def test_a_strategy_without_events_has_no_words():
    assert one(flat(*[10] * 4), Spec("hold")).words == {}


# --- only a class of one's own ---------------------------------------------------------------------------------------


def played_by(cls: type, rows: list, events: list[Ev]) -> dict[tuple[str, str | None], str]:
    m = duel._on_known_exchanges(market(listing(rows)))
    case = duel.Case(m, events, {"t": ["AAA"]}, ONE, DAYS[0], DAYS[len(rows) - 1], strategy=cls)
    return duel.play_engine(case).words


class Choosy(AnnouncementDrift):
    def on_trigger(self, trigger: Any) -> None:
        if trigger.event.id != "no":
            self.go_long(trigger)


class Impatient(AnnouncementDrift):
    """Takes back what was not bought at once."""

    def notify_order(self, order: Any) -> None:
        if order.alive():
            self.awaited = order

    def next(self) -> None:
        super().next()
        if self.data.datetime.date() == DAYS[2]:
            self.cancel(self.awaited)


def test_a_trigger_that_the_strategy_does_not_act_on_is_declined():
    found = played_by(Choosy, flat(*[10] * 5), [event(0, "no"), event(1, "yes")])
    assert found == {("no", "AAA"): "declined", ("yes", "AAA"): "bought"}


def test_an_order_that_the_strategy_takes_back_is_cancelled():
    assert played_by(Impatient, [*flat(10), None, None, None, *flat(10, 10)], [event(0)]) == {
        ("news", "AAA"): "cancelled"
    }


# --- the list --------------------------------------------------------------------------------------------------------


def test_the_words_and_their_order_are_the_contracts():
    assert (list(outcomes.TRADED), list(outcomes.UNTRIGGERED)) == (FIRST, SILENT)


def test_counts_add_up_and_keep_a_cancelled_event_apart_from_a_cancelled_order():
    units = [
        outcomes.Outcome("a", "AAA", True, "cancelled"),
        outcomes.Outcome("b", "AAA", False, "cancelled"),
        outcomes.Outcome("c", "AAA", True, "no_cash"),
        outcomes.Outcome("d", "AAA", True, "no_cash"),
        outcomes.Outcome("e", "", False, "no_listing"),
    ]
    assert outcomes.counts(units) == TriggerCounts(
        with_trigger={"no_cash": 2, "cancelled": 1},
        without_trigger={"no_listing": 1, "cancelled": 1},
    )

    table = outcomes.outcomes_table({"whole": units, "point_in_time": None})
    assert len(table) == 5
    assert table["symbol"].isna().sum() == 1


def test_what_only_a_later_belief_would_name_is_no_unit():
    """A member since a date after the event was first known is not named, whatever a later revision believes."""
    case = duel.Case(
        duel._on_known_exchanges(market(listing(flat(*[10] * 12)))),
        [scheduled(9, revision(4, 9))], {"t": ["AAA"]}, Spec("run-up", lead=3), DAYS[0], DAYS[11],
    )  # fmt: skip
    setup = duel.setup_of(case)
    (place,) = setup.named["t"]
    late = replace(place, since=DAYS[3])
    never = replace(place, since=date(2030, 1, 1))
    for since, expected in ((place, "bought"), (late, "no_listing"), (never, "no_listing")):
        again = replace(setup, named={"t": (since,)})
        again = replace(again, schedule=by_hand_schedule(again, case, since))
        assert list(duel.words_of(case, again, again.play()).values()) == [expected]


def by_hand_schedule(setup: duel.StrategySetup, case: duel.Case, place: Any) -> Any:
    from eventfolio.engine.schedule import make_schedule

    assert setup.calendar is not None
    return make_schedule(setup.calendar, setup.plan, {"t": (place,)}, case.start, case.end)
