"""Events of companies: listings beside or instead of themes, facts and when they were known, assumed times."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from eventfolio.events import Event, check, packaged_securities, read_calendar, unknown_listings
from eventfolio.events.calendar import calendar_of, check_listings, of_kinds
from eventfolio.events.errors import CalendarError
from eventfolio.events.facts import cell_of, fact_of

REPORT = {
    "id": "aapl-q1",
    "title": "AAPL reports",
    "kind": "earnings",
    "status": "scheduled",
    "occurs": "2024-02-01",
    "known_at": datetime(2024, 1, 4, 21, 0, tzinfo=UTC),
    "zone": "America/New_York",
    "listings": ["AAPL"],
    "facts": {"estimate": 2.1, "form": "8-K"},
}
RELEASED = datetime(2024, 2, 1, 21, 30, tzinfo=UTC)
OCCURRED = {"known_at": RELEASED, "status": "occurred", "facts": {"surprise": 0.0381, "estimate": 2.12}}
RESTATED = {"known_at": date(2024, 3, 1), "facts": {"surprise": 0.0375, "restated": True}}


def make(**changed: object) -> Event:
    return Event.model_validate(REPORT | changed)


def test_an_event_may_name_listings_instead_of_themes():
    event = make()
    assert (event.themes, event.listings, event.subjects) == ((), ("AAPL",), (("listing", "AAPL"),))


def test_an_event_that_names_neither_must_say_so():
    bare = {key: value for key, value in REPORT.items() if key != "listings"}
    with pytest.raises(ValidationError, match="themes is missing"):
        Event.model_validate(bare)
    assert Event.model_validate(bare | {"themes": []}).subjects == ()


def test_a_revision_replaces_facts_of_the_same_name_from_when_it_was_known():
    event = make(revision=[RESTATED, OCCURRED])
    before, after = event.as_of(RELEASED - timedelta(minutes=1)), event.as_of(RELEASED)
    assert (before.facts, before.status) == ({"estimate": 2.1, "form": "8-K"}, "scheduled")
    assert after.facts == {"estimate": 2.12, "form": "8-K", "surprise": 0.0381}
    restated = event.as_of(datetime(2024, 3, 2, 5, tzinfo=UTC))  # the end of 1 March in New York
    assert restated.facts == {"estimate": 2.12, "form": "8-K", "surprise": 0.0375, "restated": True}
    assert (restated.status, restated.revisions) == ("occurred", ())


def test_facts_before_an_instant_are_those_known_strictly_before_it():
    event = make(revision=[OCCURRED])
    assert event.facts_before(event.known) == {}
    assert event.facts_before(RELEASED)["estimate"] == 2.1
    assert event.facts_before(RELEASED + timedelta(microseconds=1))["estimate"] == 2.12


def test_a_revision_of_facts_alone_is_no_belief():
    event = make(revision=[OCCURRED, RESTATED])
    assert [belief.status for belief in event.beliefs] == ["scheduled", "occurred"]


def test_a_rules_time_is_told_apart_from_a_records():
    event = make(known_precision="assumed", revision=[OCCURRED | {"known_precision": "assumed"}])
    assert event.known_precision == "assumed"
    assert [belief.known_precision for belief in event.beliefs] == ["assumed", "assumed"]
    assert event.known == make().known


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"known_precision": "assumed", "known_at": date(2024, 1, 4)}, "stands beside a date-time"),
        ({"revision": [RESTATED | {"known_precision": "assumed"}]}, "stands beside a date-time"),
        ({"known_precision": "guessed"}, "assumed"),
        ({"listings": ["AAPL", "AAPL"]}, "listings lists 'AAPL' twice. Name each listing once."),
        ({"listings": ["../AAPL"]}, "pattern"),
        ({"facts": ["surprise"]}, "is not a table"),
        ({"facts": {"sur prise": 1}}, "'sur prise' is not a name"),
        ({"facts": {"1st": 1}}, "'1st' is not a name"),
        ({"facts": {"surprise": float("nan")}}, "surprise nan is not a number"),
        ({"facts": {"surprise": [0.1]}}, "should be a number, text, true or false"),
        ({"facts": {"when": date(2024, 1, 1)}}, "should be a number, text, true or false"),
        ({"facts": {"inner": {"a": 1}}}, "should be a number, text, true or false"),
        ({"facts": {"n": 2**63}}, "too large"),
        ({"revision": [{"known_at": RELEASED, "facts": {}}]}, "gives occurs, status, or facts"),
    ],
)
def test_what_is_wrong_is_said(changed, words):
    with pytest.raises(ValidationError, match=words):
        make(**changed)


@pytest.mark.parametrize(
    ("fact", "cell"),
    [
        (0.034, "0.034"),
        (12, "12"),
        (12.0, "12.0"),
        (True, "true"),
        ("8-K", "8-K"),
        ("true", '"true"'),
        ("12", '"12"'),
        ("-1.5e3", '"-1.5e3"'),
        ("", '""'),
        ('"so"', '"\\"so\\""'),
        ('"', '"'),
        ("0123", "0123"),
        ("+5", "+5"),
        ("True", "True"),
        ("NaN", "NaN"),
    ],
)
def test_a_cell_holds_a_fact_and_gives_back_its_type(fact, cell):
    assert cell_of(fact) == cell
    back = fact_of(cell)
    assert (back, type(back)) == (fact, type(fact))


def test_a_fact_column_is_read_by_name_and_an_empty_cell_is_no_fact(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text(
        "id,title,kind,status,occurs,known_at,zone,listings,fact.surprise,fact.form\n"
        "a,A,earnings,occurred,2024-02-01,2024-02-01T16:30:00-05:00,America/New_York,AAPL MSFT,-0.02,8-K\n"
        'b,B,earnings,occurred,2024-02-02,2024-02-02T16:30:00-05:00,America/New_York,AAPL,,"""12"""\n'
    )
    first, second = read_calendar(path).events
    assert (first.listings, first.facts) == (("AAPL", "MSFT"), {"surprise": -0.02, "form": "8-K"})
    assert second.facts == {"form": "12"}


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("fact.", "1", "'' is not a name"),
        ("fact.my fact", "1", "'my fact' is not a name"),
        ("facts", "1", "'facts' is not a column"),
        ("fact.x", "1e999", "x inf is not a number"),
        ("fact.x", "9" * 30, "too large"),
        ("fact.x", "9" * 5000, "too large"),
        ("known_precision", "guess", "should be assumed"),
    ],
)
def test_a_wrong_cell_is_refused_in_words(tmp_path, column, cell, words):
    path = tmp_path / "c.csv"
    head = f"id,title,kind,status,occurs,known_at,zone,themes,{column}\n"
    path.write_text(head + f"a,A,k,occurred,2024-02-01,2024-02-01T16:30:00Z,UTC,x,{cell}\n")
    with pytest.raises(CalendarError) as refused:
        read_calendar(path)
    assert words in str(refused.value)


def calendar(*events: dict[str, object]):
    return calendar_of({"schema": 1, "name": "made up", "event": [REPORT | event for event in events]}, "made up")


def test_listings_kinds_and_facts_of_a_calendar_are_told_once_each():
    made = calendar({}, {"id": "b", "kind": "split", "listings": ["MP", "AAPL"], "facts": {}, "revision": [OCCURRED]})
    assert (made.listings, made.kinds) == (("AAPL", "MP"), ("earnings", "split"))
    assert made.fact_names == ("estimate", "form", "surprise")
    assert [event.id for event in of_kinds(made, ["split"]).events] == ["b"]
    with pytest.raises(CalendarError, match=r"no event is of kind 'earning'\. Did you mean 'earnings'"):
        of_kinds(made, ["earning"])


def test_an_unknown_listing_is_refused_with_the_nearest_symbol():
    made = calendar({"listings": ["REMXX"]}, {"id": "b", "listings": ["REMX"]})
    with pytest.raises(CalendarError, match=r"event aapl-q1: the listing 'REMXX' is not .* Did you mean 'REMX'\?"):
        check_listings(made, packaged_securities())
    assert unknown_listings(made, packaged_securities()) == [
        "Listings that are not among the packaged securities: 1 (REMXX). A study needs them in its own securities file."
    ]


def test_two_events_of_one_date_and_listing_are_doubted():
    made = calendar({"known_at": date(2024, 1, 4)}, {"id": "b", "known_at": date(2024, 1, 5)})
    assert "aapl-q1 and b: same date, kind and listing. One happening? Give both an episode." in check(made)
    apart = calendar({}, {"id": "b", "listings": ["MP"]})
    assert not [warning for warning in check(apart) if "One happening" in warning]


def test_a_calendar_of_listings_is_no_calendar_of_which_nothing_can_be_traded():
    assert check(calendar({"known_at": date(2024, 1, 4)})) == []


def test_a_fact_of_several_types_is_doubted():
    warnings = check(calendar({}, {"id": "b", "listings": ["MP"], "facts": {"estimate": "2.1 USD"}}))
    assert "Fact estimate is of several types: a number (aapl-q1), text (b). A condition on one" in warnings[-1]
