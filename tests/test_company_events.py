"""Events of companies, releases and slots, worked by hand; asked of the reference and of the engine.

Sessions of exchange XA run from 09:00 to 17:00 UTC; `at(i)` is noon of date i.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
import test_reference as by_hand
from support import duel, reference
from support.reference import Ev, Rev, Spec
from test_reference import DAYS, at, event, exits, flat, listing, market, play


@pytest.fixture(autouse=True, params=["reference", "engine"])
def voice(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Who answers."""
    monkeypatch.setattr(by_hand, "run", {"reference": reference.run, "engine": duel.run_engine}[request.param])
    return str(request.param)


def company(i: int, *symbols: str, name: str = "news", **more) -> Ev:
    return event(i, name, themes=(), listings=symbols, **more)


def entries(result) -> list[tuple[str, int]]:
    return [(trade.symbol, DAYS.index(trade.entry_session)) for trade in result.trades]


# ------------------------------------------------------------------------------------------- listings and facts


def test_a_listing_named_by_an_event_is_sized_by_all_the_listings_that_events_name():
    m = market(*(listing(flat(*[10] * 6), symbol=s) for s in ("AAA", "BBB", "CCC")))
    events = [company(0, "AAA"), company(2, "BBB", name="other", direction=-1), company(0, "ZZZ", name="unpriced")]
    result = play(m, events, Spec("drift", hold=2, weight=0.8), 5, themes={"t": ["CCC"]})
    # AAA and BBB are named and priced: 0.8 * 10,000 / 2 = 4,000 buy 400 shares. BBB's news is against it.
    assert [(t.symbol, t.theme, t.shares) for t in result.trades] == [("AAA", "", 400)]
    assert result.words == {("news", "AAA"): "bought", ("other", "BBB"): "direction", ("unpriced", None): "no_listing"}


def test_a_member_that_its_event_also_names_counts_once_for_the_theme():
    m = market(*(listing(flat(*[10] * 6), symbol=s) for s in ("AAA", "BBB")))
    both = [event(0, listings=("AAA", "BBB"))]
    result = play(m, both, Spec("drift", hold=9), 5, themes={"t": ["AAA"]})
    assert [(t.symbol, t.theme) for t in result.trades] == [("AAA", "t"), ("BBB", "")]
    narrowed = play(m, both, Spec("drift", hold=9, themes=("t",)), 5, themes={"t": ["AAA"]})
    assert [(t.symbol, t.theme) for t in narrowed.trades] == [("AAA", "t")]
    assert narrowed.words == {("news", "AAA"): "bought", ("news", "BBB"): "filtered"}


def test_a_member_is_not_named_before_it_stands_for_the_theme_but_may_be_by_itself():
    m = market(listing(flat(*[10] * 6)))
    later = {("t", "AAA"): DAYS[1]}
    assert play(m, [event(0)], Spec("drift"), 5, since=later).words == {("news", None): "no_listing"}
    assert [t.theme for t in play(m, [event(0, listings=("AAA",))], Spec("drift"), 5, since=later).trades] == [""]
    assert [t.theme for t in play(m, [event(1)], Spec("drift"), 5, since=later).trades] == ["t"]


def test_an_episode_of_listings_triggers_once_a_listing():
    m = market(*(listing(flat(*[10] * 6), symbol=s) for s in ("AAA", "BBB")))
    events = [company(0, "AAA", episode="e"), company(1, "AAA", "BBB", name="again", episode="e")]
    result = play(m, events, Spec("drift", repeat="add", weight=0.2), 5)
    assert entries(result) == [("AAA", 1), ("BBB", 2)]


FACTS = [
    (("surprise", ">=", 0.05), True),
    (("surprise", ">", 0.05), False),
    (("surprise", "<", 0.05), False),
    (("surprise", "!=", 0.05), False),
    (("surprise", ">=", None), True),
    (("surprise", "=", "0.05"), False),
    (("form", "=", "8-K"), True),
    (("audited", "=", True), True),
    (("audited", "=", 1), False),
    (("guidance", ">=", 0.0), False),
]


@pytest.mark.parametrize(("condition", "met"), FACTS)
def test_a_condition_on_a_fact(condition, met):
    m = market(listing(flat(*[10] * 6)))
    news = company(0, "AAA", facts={"surprise": 0.05, "form": "8-K", "audited": True})
    result = play(m, [news], Spec("drift", only=(condition,)), 5)
    assert result.words == {("news", "AAA"): "bought" if met else "filtered"}


def test_facts_count_as_they_were_known_before_the_open_and_an_event_left_out_spends_no_episode():
    m = market(listing(flat(*[10] * 6)))
    corrected = Rev(at(1, 9), "minute", None, "occurred", {"surprise": -1.0}, belief=False)  # at the open of date 1
    first = company(0, "AAA", facts={"surprise": 0.1}, episode="e")
    spec = Spec("drift", only=(("surprise", ">", 0.0),))
    assert entries(play(m, [replace(first, revisions=[corrected])], spec, 5)) == [("AAA", 1)]
    before = replace(corrected, known=at(1, 8))
    second = company(1, "AAA", name="second", facts={"surprise": 0.2}, episode="e")
    result = play(m, [replace(first, revisions=[before]), second], spec, 5)
    assert [(t.event_id, DAYS.index(t.entry_session)) for t in result.trades] == [("second", 2)]
    assert entries(play(m, [first], Spec("drift", kinds=("earnings",)), 5)) == []
    assert entries(play(m, [replace(first, kind="earnings")], Spec("drift", kinds=("earnings",)), 5)) == [("AAA", 1)]


# -------------------------------------------------------------------------- the happening itself, and through it

REPORT = Rev(at(4), "minute", DAYS[4], "occurred")


def test_a_release_acts_on_the_first_belief_that_it_has_happened():
    m = market(listing(flat(*[10] * 12)))
    due = company(0, "AAA", status="scheduled", start=DAYS[4], revisions=[REPORT])
    spec = Spec("drift", release=True, hold=2)
    (trade,) = play(m, [due], spec, 9).trades
    assert (DAYS.index(trade.entry_session), trade.known_at) == (5, at(4))
    taken_back = Rev(at(4, 20), "minute", DAYS[4], "cancelled")
    gone = play(m, [replace(due, revisions=[REPORT, taken_back])], spec, 9)
    assert gone.words == {("news", "AAA"): "cancelled"}
    ahead = Rev(at(2), "minute", DAYS[4], "occurred")  # occurred, it says, two days before its window
    result = play(m, [replace(due, revisions=[ahead, REPORT])], spec, 9)
    assert [(DAYS.index(t.entry_session), t.known_at) for t in result.trades] == [(5, at(4))]
    assert play(m, [replace(due, revisions=[])], spec, 9).words == {("news", "AAA"): "not_occurred"}
    assert entries(play(m, [company(0, "AAA")], spec, 9)) == [("AAA", 1)]
    assert entries(play(m, [company(0, "AAA", start=DAYS[4])], spec, 9)) == [("AAA", 1)]  # recorded so


def test_a_run_up_through_its_event_leaves_a_session_after_it():
    m = market(listing(flat(*range(100, 120))))
    due = company(0, "AAA", status="scheduled", start=DAYS[10], revisions=[replace(REPORT, known=at(9, 20))])
    spec = Spec("run-up", lead=4, through=2, hold=60)
    assert exits(play(m, [due], spec, 19)) == [(12, "time", 112)]
    # Known to have happened before its session it is early; a cancellation counts until the end, after it too.
    early = replace(due, revisions=[replace(REPORT, known=at(8))])
    assert exits(play(m, [early], spec, 19)) == [(9, "signal", 109)]
    off = replace(due, revisions=[Rev(at(10), "minute", DAYS[10], "cancelled")])
    assert exits(play(m, [off], spec, 19)) == [(11, "signal", 111)]


# ------------------------------------------------------------------------------------------------------------- slots


def slotted(symbols: str, *events: Ev, rows: dict | None = None, last: int = 9, **params):
    m = market(*(listing((rows or {}).get(s, flat(*[10] * 10)), symbol=s) for s in symbols))
    return play(m, list(events), Spec("drift", **{"slots": 2, "weight": 0.8, "hold": 3, **params}), last)


def test_at_most_as_many_lots_as_slots_each_of_one_slots_share():
    result = slotted("ABC", company(0, "A", "B", "C"))
    # 0.8 * 10,000 / 2 = 4,000: 400 shares each, in order of symbol.
    assert [(t.symbol, t.shares) for t in result.trades] == [("A", 400), ("B", 400)]
    assert result.words["news", "C"] == "no_slot"


def test_a_slot_is_free_again_from_the_date_after():
    events = [company(0, "A", "B"), company(3, "C", name="same"), company(4, "C", name="next")]
    result = slotted("ABC", *events)
    # Sold at the open of date 4: "same" triggers there and finds none, "next" on date 5 does.
    assert [(t.event_id, DAYS.index(t.entry_session)) for t in result.trades][2:] == [("next", 5)]


def test_a_waiting_order_holds_its_slot_and_a_repeat_takes_none():
    halted = [*flat(10), *[None] * 3, *flat(*[10] * 6)]
    events = [company(0, "A", "B"), company(1, "B", name="repeat"), company(1, "C", name="third")]
    result = slotted("ABC", *events, rows={"A": halted})
    assert [(t.symbol, DAYS.index(t.entry_session)) for t in result.trades] == [("B", 1), ("A", 4)]
    assert result.words["repeat", "B"] == "extended"
    assert result.words["third", "C"] == "no_slot"


def test_a_breakout_takes_its_slot_when_it_is_confirmed():
    rising, still = flat(*range(10, 20)), flat(*[10] * 10)
    events = [company(1, "A", "B", "C", name="all")]
    rows = {"A": rising, "B": rising, "C": rising}
    m = market(*(listing(rows.get(s, still), symbol=s) for s in "ABC"))
    spec = Spec("breakout", lookback=1, within=3, hold=9, slots=2, weight=0.8)
    result = play(m, events, spec, 9)
    assert entries(result) == [("A", 3), ("B", 3)]
    assert result.words["all", "C"] == "no_slot"


def test_a_recalled_entry_hands_its_slot_to_the_new_entry_of_its_event():
    halted = [*flat(*[10] * 5), *[None] * 4, *flat(*[10] * 11)]
    moved = Rev(at(5), "minute", DAYS[9], "scheduled")
    due = company(0, "A", status="scheduled", start=DAYS[12], revisions=[moved])
    other = company(5, "B", name="other", status="scheduled", start=DAYS[12])
    m = market(listing(halted, symbol="A"), listing(flat(*[10] * 20), symbol="B"))
    spec = Spec("run-up", lead=7, slots=1, weight=0.8, hold=60, patience=5)
    result = play(m, [due, other], spec, 19)
    # A is entered for on date 5, halted; on date 6 its window moves to date 9: the new entry of that open has the slot.
    assert result.words["other", "B"] == "no_slot"


@pytest.mark.parametrize(
    "named",
    [
        {"news": ("t", "u")},  # two orders of one event, for its two themes
        {"e": ("t",), "f": ("t",)},  # one order of each of two events
    ],
)
def test_every_entry_that_is_recalled_at_once_hands_its_slot_to_a_new_entry_of_its_event(named):
    halted = [*flat(*[10] * 6), None, None, *flat(*[10] * 12)]
    moved = Rev(at(7), "minute", DAYS[14], "scheduled")
    due = [
        event(5, name, themes, status="scheduled", start=DAYS[13], revisions=[moved]) for name, themes in named.items()
    ]
    other = company(7, "B", name="other", status="scheduled", start=DAYS[13])
    m = market(listing(halted, symbol="A"), listing(flat(*[10] * 20), symbol="B"))
    spec = Spec("run-up", lead=15, slots=2, weight=0.8, hold=60, repeat="add")
    result = play(m, [*due, other], spec, 19, themes={"t": ["A"], "u": ["A"]})
    # A is halted on dates 6 and 7, so two orders wait with both slots. Both windows move before date 8: each new entry
    # has the slot of one, none is left for B; each buys 0.8 / 2 of 10,000 and leaves at the new reference.
    assert [(t.symbol, DAYS.index(t.entry_session), t.shares) for t in result.trades] == [("A", 8, 400), ("A", 8, 400)]
    assert exits(result) == [(14, "time", 10)] * 2
    assert result.words["other", "B"] == "no_slot"
    assert {trade.event_id for trade in result.trades} == set(named)


def test_a_recalled_entry_hands_its_slot_to_its_own_event_alone():
    halted = [*flat(*[10] * 6), None, None, *flat(*[10] * 12)]
    off = Rev(at(7), "minute", DAYS[14], "cancelled")
    moved = Rev(at(7), "minute", DAYS[14], "scheduled")
    due = [
        event(5, name, status="scheduled", start=DAYS[13], revisions=[revised])
        for name, revised in (("e", moved), ("f", off))
    ]
    late = event(7, "g", status="scheduled", start=DAYS[13])
    spec = Spec("run-up", lead=15, slots=2, weight=0.8, hold=60, repeat="add")
    result = play(market(listing(halted, symbol="A")), [*due, late], spec, 19)
    # The slot of f, called off, is free from the next date on: e's new entry has its own, and g finds none.
    assert [(t.event_id, DAYS.index(t.entry_session)) for t in result.trades] == [("e", 8)]
    assert result.words["g", "A"] == "no_slot"
