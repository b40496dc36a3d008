"""The ways in which an answer of Yahoo's is off: each is refused, or the spoilt part left out, and said in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.yahoo_server import FOREVER, YahooServer, loopback

from eventfolio.engine.market.sessions import sessions_of
from eventfolio.engine.market.yahoo.checks import as_warnings
from eventfolio.engine.market.yahoo.fetch import Fetcher, Outcome
from eventfolio.engine.market.yahoo.price_store import PriceStore
from eventfolio.engine.market.yahoo.session import Patience
from eventfolio.engine.market.yahoo.wanted import Wanted

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # yfinance on pandas 3
IHI = Wanted("7013.T", "XTKS", "JPY")
SINCE = date(2025, 9, 1)
DAYS = pd.bdate_range("2025-09-01", "2025-10-03").difference(pd.to_datetime(["2025-09-15", "2025-09-23"]))
QUICK = Patience(tries=2, first_wait=0.02, longest_wait=0.1, request=2.0, symbol=4.0)


@pytest.fixture
def yahoo():
    with loopback() as server:
        yield server


@pytest.fixture
def store(tmp_path: Path) -> PriceStore:
    return PriceStore(tmp_path / "yahoo")


def bars(**cells: dict[str, float]) -> pd.DataFrame:
    """Bars of 2,900 yen and 1 % up and down; single cells as `dividends={"2025-09-29": 3}`."""
    close = 2_900.0 + 29 * (np.arange(len(DAYS)) % 2)
    frame = pd.DataFrame({"open": close, "high": close + 8, "low": close - 8, "close": close}, index=DAYS)
    frame = frame.assign(volume=700_000.0, dividends=0.0, splits=0.0).rename_axis("date")
    for name, values in cells.items():
        for day, value in values.items():
            frame.loc[pd.Timestamp(day), name] = value
    return frame.set_index(frame.index.as_unit("ns"))


def get(store: PriceStore, one: Wanted = IHI, **options) -> Outcome:
    (outcome,) = Fetcher(store, SINCE, **options).fetch([one])
    return outcome


def stamp(day: str) -> int:
    """Nine in the morning in Tokyo."""
    return int(pd.Timestamp(f"{day} 09:00", tz="Asia/Tokyo").timestamp())


def row_of(result: dict, day: str) -> int:
    return result["timestamp"].index(stamp(day))


def meta(**said: Any) -> Callable[[dict], object]:
    return lambda result: result["meta"].update(said)


def without(name: str) -> Callable[[dict], object]:
    return lambda result: result["meta"].pop(name)


def quote(name: str, values: Any) -> Callable[[dict], object]:
    return lambda result: result["indicators"]["quote"][0].update({name: values})


def event(kind: str, day: str, **said: Any) -> Callable[[dict], object]:
    """One more event, dated at nine of a day, be it a session or not."""

    def spoil(result: dict) -> None:
        found = result.setdefault("events", {}).setdefault(kind, {})
        found[f"{len(found)} {day}"] = {"date": stamp(day), **said}

    return spoil


def split(day: str, numerator: Any = 7, denominator: Any = 1) -> Callable[[dict], object]:
    return event("splits", day, numerator=numerator, denominator=denominator)


def add_row(seconds: int, price: float | None, at: int | None = None) -> Callable[[dict], object]:
    """One more row of one price, at the end or as number `at`."""

    def spoil(result: dict) -> None:
        place = len(result["timestamp"]) if at is None else at
        result["timestamp"].insert(place, seconds)
        block = result["indicators"]
        for name, values in (*block["quote"][0].items(), *block["adjclose"][0].items()):
            values.insert(place, 700_000 if name == "volume" else price)

    return spoil


def cell(day: str, **said: Any) -> Callable[[dict], object]:
    def spoil(result: dict) -> None:
        for name, value in said.items():
            result["indicators"]["quote"][0][name][row_of(result, day)] = value

    return spoil


REFUSED = {
    "another symbol": (meta(symbol="7012.T"), "answers with the chart of '7012.T'"),
    "no symbol": (without("symbol"), "answers with the chart of no symbol"),
    "another currency": (meta(currency="USD"), "gives it in USD, the securities file says JPY"),
    "a null currency": (meta(currency=None), "gives it in no currency"),
    "another zone": (meta(exchangeTimezoneName="America/New_York"), "by the clock of 'America/New_York', XTKS goes by"),
    "another zone of the same hours": (meta(exchangeTimezoneName="Asia/Seoul"), "by the clock of 'Asia/Seoul'"),
    "no zone": (without("exchangeTimezoneName"), "by the clock of no zone"),
    "weeks": (meta(dataGranularity="1wk"), "with bars of '1wk', not of days"),
    "minutes": (meta(dataGranularity="5m"), "with bars of '5m', not of days"),
    "no meta": (lambda result: result.pop("meta"), "does not say what it is of"),
    "meta is a list": (lambda result: result.update(meta=[]), "does not say what it is of"),
    "fewer closes than rows": (quote("close", [1.0, 2.0]), "values of close"),
    "closes are text": (quote("close", ["2900"] * len(DAYS)), "a close of '2900', which is not a number"),
    "volumes are true": (quote("volume", [True] * len(DAYS)), "a volume of 'True', which is not a number"),
    "highs are a number": (quote("high", 2900.0), "no list of high"),
    "a stamp is null": (lambda result: result["timestamp"].__setitem__(3, None), "a row whose time cannot be read"),
    "a stamp is text": (lambda result: result["timestamp"].__setitem__(3, "monday"), "a timestamp of 'monday'"),
    "a stamp beyond all time": (lambda result: result["timestamp"].__setitem__(3, 10**30), "time cannot be read"),
    "a bar of days to come": (add_row(stamp("2031-01-06"), 2900.0), "of 2031-01-06, which lies in the future"),
    "no rows": (lambda result: result.pop("timestamp"), "has no prices of it since 2025-09-01"),
    "prices of null": (lambda result: result["indicators"].update(quote=[None]), "has no prices of it"),
    "no indicators": (lambda result: result.pop("indicators"), "has no prices of it"),
    "a split of nothing": (split("2025-09-29", 0), "a split of '0' for '1' on 2025-09-29, which cannot be"),
    "a split for nothing": (split("2025-09-29", 7, 0), "a split of '7' for '0' on 2025-09-29, which cannot be"),
    "a split below nothing": (split("2025-09-29", -7), "a split of '-7' for '1'"),
    "a split in words": (split("2025-09-29", "seven"), "a split of 'seven' for '1'"),
    "a split without ratio": (event("splits", "2025-09-29", splitRatio="7:1"), "a split of nothing for nothing"),
    "a split without date": (lambda r: r.update(events={"splits": {"x": {"numerator": 7}}}), "splits without a date"),
    "splits that are text": (lambda r: r.update(events={"splits": "7:1"}), "list of splits cannot be read"),
    "a dividend below nothing": (event("dividends", "2025-09-29", amount=-3), "a dividend of '-3' on 2025-09-29"),
    "a dividend in words": (event("dividends", "2025-09-29", amount="3 yen"), "a dividend of '3 yen'"),
    "a dividend of null": (event("dividends", "2025-09-29", amount=None), "a dividend of nothing"),
    "an endless dividend": (event("dividends", "2025-09-29", amount=float("inf")), "a dividend of 'inf'"),
}


@pytest.mark.parametrize(("spoil", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_the_security_s_or_cannot_be_is_refused_and_the_store_stays(yahoo, store, spoil, words):
    yahoo.add("7013.T", bars())
    get(store)
    before = store.path("7013.T").read_bytes()
    yahoo.add("7013.T", bars(), spoil=spoil)
    for where in (PriceStore(store.folder / "empty"), store):
        outcome = get(where, anew=True)
        assert outcome.state == "failed"
        assert words in outcome.words
    assert store.path("7013.T").read_bytes() == before


def test_bars_dated_by_a_wrong_clock_are_refused(yahoo: YahooServer, store: PriceStore):
    """Stamped as New York's midnight would be: each bar lies on the evening before, the Mondays on Sundays."""
    spoil = lambda result: result.update(timestamp=[second - 12 * 3600 for second in result["timestamp"]])  # noqa: E731
    yahoo.add("7013.T", bars(), spoil=spoil)
    assert "bars are dated on days on which XTKS was shut, first 2025-09-07" in get(store).words


ANSWERS = {
    "a page": (b"<html><title>Before you continue to Yahoo</title></html>", "not a chart"),
    "two charts": (json.dumps({"chart": {"result": [{}, {}], "error": None}}).encode(), "2 charts for one symbol"),
    "an empty chart": (b'{"chart": {"result": [{}], "error": null}}', "does not say what it is of"),
    "a chart of null": (b'{"chart": {"result": [null], "error": null}}', "no chart where one belongs"),
    "a chart that is none": (b'{"chart": {"result": {"meta": {}}, "error": null}}', "no chart where one belongs"),
    "no chart": (b'{"finance": {}}', "not a chart"),
    "an error in words": (b'{"chart": {"result": null, "error": "no"}}', "not a chart"),
}


@pytest.mark.parametrize(("answer", "words"), ANSWERS.values(), ids=ANSWERS.keys())
def test_an_answer_that_is_no_chart_is_refused(yahoo: YahooServer, store: PriceStore, answer: bytes, words: str):
    yahoo.faults["7013.T"] = [answer, FOREVER]
    outcome = get(store, patience=QUICK)
    assert outcome.state == "failed"
    assert words in outcome.words


NOTED = {
    "a row of 1970": (add_row(0, 2900.0, at=0), {}, "rows from before the dates asked for, left out: 1970-01-01"),
    "a stamp twice": (
        add_row(stamp("2025-09-10"), 2500.0),
        {"2025-09-10": np.nan},
        "given twice and not alike, left out: 2025-09-10",
    ),
    "the last bar twice, live": (
        add_row(stamp("2025-10-03") + 6 * 3600, 2950.0),
        {"2025-10-03": 2950.0},
        "given twice and not alike, the later row taken: 2025-10-03",
    ),
    "the last stamp twice": (
        add_row(stamp("2025-10-03"), 2950.0),
        {"2025-10-03": np.nan},
        "given twice and not alike, left out: 2025-10-03",
    ),
    "a close of zero": (
        cell("2025-09-10", close=0),
        {"2025-09-10": np.nan},
        "a close of 0, taken as unknown: 2025-09-10",
    ),
    "a close below zero": (
        cell("2025-09-10", close=-1),
        {"2025-09-10": np.nan},
        "impossible bars left out: 2025-09-10",
    ),
    "an endless high": (
        cell("2025-09-10", high=float("inf")),
        {"2025-09-10": np.nan},
        "impossible bars left out: 2025-09-10",
    ),
}


@pytest.mark.parametrize(("spoil", "closes", "note"), NOTED.values(), ids=NOTED.keys())
def test_a_spoilt_row_is_left_out_and_said(yahoo: YahooServer, store: PriceStore, spoil, closes, note):
    yahoo.add("7013.T", bars(), spoil=spoil)
    assert get(store).state == "fetched"
    stored = store.read("7013.T")
    expected = bars()["close"]
    for day, close in closes.items():
        expected[pd.Timestamp(day)] = close
    pd.testing.assert_series_equal(stored.frame["close"], expected, check_freq=False)
    assert stored.facts.notes == (note,)


def test_rows_out_of_order_and_a_chart_without_adjusted_closes_are_read(yahoo: YahooServer, store: PriceStore):
    def turn(result: dict) -> None:
        result["timestamp"].reverse()
        for values in result["indicators"]["quote"][0].values():
            values.reverse()
        del result["indicators"]["adjclose"]

    yahoo.add("7013.T", bars(), spoil=turn)
    get(store)
    pd.testing.assert_frame_equal(store.read("7013.T").frame, bars(), check_freq=False)


def test_a_volume_that_is_not_given_is_unknown(yahoo: YahooServer, store: PriceStore):
    yahoo.add("7013.T", bars(), spoil=lambda result: result["indicators"]["quote"][0].pop("volume"))
    get(store)
    assert store.read("7013.T").frame["volume"].isna().all()


# --- events -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", ["2025-09-27", "2025-09-28"])  # Saturday, Sunday
def test_a_split_dated_off_a_session_belongs_to_the_next_one(yahoo: YahooServer, store: PriceStore, day: str):
    raw = bars()
    ex = pd.Timestamp("2025-09-29")
    raw.loc[raw.index < ex, ["open", "high", "low", "close"]] *= 7.0
    raw.loc[ex, "splits"] = 7.0
    yahoo.add("7013.T", raw, lists_splits=False, spoil=split(day))
    assert get(store).state == "fetched"
    pd.testing.assert_frame_equal(store.read("7013.T").frame, raw, check_freq=False)
    assert store.read("7013.T").frame.loc["2025-09-26", "volume"] == 700_000  # and not seven times it


@pytest.mark.parametrize(("day", "session"), [("2025-09-15", "2025-09-16"), ("2025-09-20", "2025-09-22")])
def test_a_dividend_dated_off_a_session_belongs_to_the_next_one(yahoo, store, day, session):
    yahoo.add("7013.T", bars(), spoil=event("dividends", day, amount=70))  # a holiday, a Saturday
    get(store)
    paid = store.read("7013.T").frame["dividends"]
    assert paid[paid > 0].to_dict() == {pd.Timestamp(session): 70.0}


def test_a_dividend_of_a_session_without_a_bar_stays_on_it(yahoo: YahooServer, store: PriceStore):
    halted = bars().drop(pd.Timestamp("2025-09-29"))
    yahoo.add("7013.T", halted, spoil=event("dividends", "2025-09-29", amount=70))
    get(store)
    frame = store.read("7013.T").frame
    assert frame.loc["2025-09-29", "dividends"] == 70
    assert np.isnan(frame.loc["2025-09-29", "close"])
    assert frame["dividends"].sum() == 70


def test_a_dividend_in_another_currency_is_left_out_and_said(yahoo: YahooServer, store: PriceStore):
    yahoo.add("7013.T", bars(), spoil=event("dividends", "2025-09-29", amount=3.0, currency="USD"))
    get(store)
    stored = store.read("7013.T")
    assert stored.frame["dividends"].sum() == 0
    assert stored.facts.notes == ("dividends in another currency, left out: 2025-09-29 3 USD",)


@pytest.mark.parametrize(
    ("said", "paid"),
    [({"currency": "GBp"}, 0.03), ({"currency": "GBP"}, 3.0), ({"currency": ""}, 0.03), ({}, 0.03)],
)
def test_a_dividend_s_pence_and_pounds_are_told_apart(yahoo, store, said, paid):
    """Prices of 2,900 pence, a dividend of 3: pence where nothing else is said."""
    yahoo.add("7013.T", bars(), currency="GBp", spoil=event("dividends", "2025-09-29", amount=3.0, **said))
    get(store, Wanted("7013.T", "XTKS", "GBP"))
    frame = store.read("7013.T").frame
    assert (frame.loc["2025-09-29", "dividends"], frame["close"].iloc[0]) == (paid, 29.0)


def test_a_dividend_of_twenty_times_the_price_is_left_out_and_said(yahoo: YahooServer, store: PriceStore):
    spoil = event("dividends", "2025-09-29", amount=58_000.0)
    yahoo.add("7013.T", bars(dividends={"2025-09-10": 70.0}), spoil=spoil)
    get(store)
    stored = store.read("7013.T")
    assert stored.frame["dividends"].to_dict()[pd.Timestamp("2025-09-10")] == 70
    assert stored.frame["dividends"].sum() == 70
    assert stored.facts.notes == ("dividends as large as the price, left out: 2025-09-29 58000 on 2929",)


def test_two_dividends_of_one_session_are_both_paid(yahoo: YahooServer, store: PriceStore):
    spoil = event("dividends", "2025-09-28", amount=30.0)  # a Sunday, so with Monday's
    yahoo.add("7013.T", bars(dividends={"2025-09-29": 70.0}), spoil=spoil)
    get(store)
    assert store.read("7013.T").frame.loc["2025-09-29", "dividends"] == 100


def test_one_dividend_listed_twice_is_said(yahoo: YahooServer, store: PriceStore):
    spoil = event("dividends", "2025-09-28", amount=70.0)
    yahoo.add("7013.T", bars(dividends={"2025-09-29": 70.0}), spoil=spoil)
    get(store)
    assert store.read("7013.T").facts.notes[-1] == "one dividend twice on one session, both taken: 2025-09-29 70"


# --- refreshes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("until", [None, date(2025, 9, 30)])  # with and without asking Yahoo
def test_what_is_stored_in_another_currency_is_refused(yahoo: YahooServer, store: PriceStore, until: date | None):
    yahoo.add("7013.T", bars(), currency="USD")
    dollars = Wanted("7013.T", "XTKS", "USD")
    get(store, dollars)
    yahoo.add("7013.T", bars())
    outcome = get(store, until=until)
    assert (outcome.state, outcome.reason) == ("failed", "malformed")
    assert "what is stored is in USD, the securities file says JPY" in outcome.words
    assert store.read("7013.T").facts.currency == "USD"
    outcome = get(store, anew=True)
    assert "kept beside it" in outcome.changes[0]
    assert store.read("7013.T").facts.currency == "JPY"
    assert len(store.kept("7013.T")) == 1


def test_what_is_stored_by_another_clock_is_refused(yahoo: YahooServer, store: PriceStore):
    yahoo.add("7013.T", bars())
    get(store)
    assert "stored is dated by the clock of Asia/Tokyo" in get(store, Wanted("7013.T", "XKRX", "JPY")).words


def test_a_last_bar_that_is_withdrawn_is_kept_and_said(yahoo: YahooServer, store: PriceStore):
    yahoo.add("7013.T", bars())
    get(store)
    yahoo.add("7013.T", bars().iloc[:-1])
    outcome = get(store)
    assert outcome.changes == ("1 bars that Yahoo no longer gives are kept, first 2025-10-03",)
    stored = store.read("7013.T")
    pd.testing.assert_frame_equal(stored.frame, bars(), check_freq=False)
    assert stored.facts.notes == ("bars that Yahoo no longer gives, kept: 2025-10-03",)


def test_what_a_refresh_leaves_out_is_remembered_beside_what_was_before(yahoo: YahooServer, store: PriceStore):
    yahoo.add("7013.T", bars().iloc[:15], spoil=cell("2025-09-03", close=0))
    get(store)
    yahoo.add("7013.T", bars(), spoil=cell("2025-10-02", close=0))
    get(store)
    assert store.read("7013.T").facts.notes == (
        "a close of 0, taken as unknown: 2025-09-03",
        "a close of 0, taken as unknown: 2025-10-02",
    )


def test_a_session_that_yahoo_is_late_with_is_asked_for_again(yahoo: YahooServer, store: PriceStore):
    """Its bar missing, what is stored is no window that needs no asking; a listing long gone is left in peace."""
    finished = IHI.finished(datetime.now(UTC))
    sessions = sessions_of("XTKS").dates
    recent = sessions[sessions <= np.datetime64(finished)][-30:]
    late = (
        bars().iloc[:1].reindex(pd.DatetimeIndex(recent[:-1].astype("datetime64[ns]"), name="date"), method="nearest")
    )
    yahoo.add("7013.T", late)
    get(store)
    assert store.read("7013.T").facts.through == recent[-2].item()
    yahoo.asked.clear()
    assert get(store, until=finished).state == "unchanged"
    assert len(yahoo.charts("7013.T")) == 1
    yahoo.add("7013.T", bars())  # its last bar lies long before
    gone = PriceStore(store.folder / "gone")
    get(gone)
    assert gone.read("7013.T").facts.through == finished


def test_notes_fold_by_what_they_are():
    (one,) = as_warnings("MP", ["a close of 0, taken as unknown: 2025-09-03"])
    assert (one.kind, one.found) == ("a close of 0, taken as unknown", ("2025-09-03",))
    (gap,) = as_warnings("MP", ["Yahoo's adjusted close and its list of dividends differ by +5.3% since 2025-09-03"])
    assert gap.found == ("by +5.3% since 2025-09-03",)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("America/Buenos_Aires", "America/Argentina/Buenos_Aires", True),  # two names of one clock
        ("Asia/Calcutta", "Asia/Kolkata", True),
        ("Asia/Seoul", "Asia/Tokyo", False),  # the same hours today, and not always
        ("Europe/Brussels", "Europe/Paris", False),
        ("", "Asia/Tokyo", False),
        (None, "Asia/Tokyo", False),
        ("../etc/passwd", "Asia/Tokyo", False),
    ],
)
def test_two_names_of_one_clock_are_one_zone(one: str | None, other: str, same: bool) -> None:
    from eventfolio.engine.market.yahoo.chart import _same_clock

    assert _same_clock(one, other) is same
