"""Prices are held against the splits Yahoo lists: divided by each of them, once, and by no other.

The right prices are known here: `dividing` shows raw bars as a server would that divides by `by` before `day`.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.yahoo_server import YahooServer, loopback

from eventfolio.engine.market.yahoo.divided import check_divided
from eventfolio.engine.market.yahoo.fetch import Fetcher, Outcome
from eventfolio.engine.market.yahoo.price_store import PriceStore
from eventfolio.engine.market.yahoo.session import Refused
from eventfolio.engine.market.yahoo.wanted import Wanted

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # yfinance on pandas 3
IHI = Wanted("7013.T", "XTKS", "JPY")
DAYS = pd.bdate_range("2025-09-01", "2025-10-03").difference(pd.to_datetime(["2025-09-15", "2025-09-23"]))
EX = pd.Timestamp("2025-09-29")
RATIOS = [7.0, 2.0, 1.5, 1.4, 1.25, 1.1, 0.1]


@pytest.fixture
def yahoo():
    with loopback() as server:
        yield server


@pytest.fixture
def store(tmp_path: Path) -> PriceStore:
    return PriceStore(tmp_path / "yahoo")


def paper(ratio: float, last: str = "2025-10-03", since: str = "2025-09-01") -> pd.DataFrame:
    """Raw bars that move by 1 % a session up and down, and fall by the ratio on the ex-date."""
    value = 20_000 * (1 + 0.01 * (np.arange(len(DAYS)) % 2))
    close = np.round(np.where(DAYS < EX, value, value / ratio))
    frame = pd.DataFrame({"open": close, "high": close + 8, "low": close - 8, "close": close}, index=DAYS)
    frame = frame.assign(volume=700_000.0, dividends=0.0, splits=0.0).rename_axis("date")
    frame.loc[EX, "splits"] = ratio
    return frame.set_index(frame.index.as_unit("ns")).loc[since:last]


def get(store: PriceStore, since: str = "2025-09-01", **options) -> Outcome:
    (outcome,) = Fetcher(store, date.fromisoformat(since), **options).fetch([IHI])
    return outcome


def divide(result: dict, by: float, until: pd.Timestamp = EX) -> None:
    """All prices before a date over a ratio, as Yahoo does after a split, whatever the list of splits says."""
    quote = result["indicators"]["quote"][0]
    for name in ("open", "high", "low", "close"):
        quote[name] = [
            price / by if pd.Timestamp(stamp, unit="s") < until - pd.Timedelta(hours=9) else price
            for stamp, price in zip(result["timestamp"], quote[name], strict=True)
        ]


@pytest.mark.parametrize("ratio", RATIOS)
def test_a_refresh_takes_a_split_that_is_listed_and_divided_by(yahoo: YahooServer, store: PriceStore, ratio: float):
    yahoo.add("7013.T", paper(ratio, "2025-09-26"))
    assert get(store).state == "fetched"
    yahoo.add("7013.T", paper(ratio))
    assert get(store).changes == (f"split of {ratio:g} for 1 on 2025-09-29",)
    pd.testing.assert_frame_equal(store.read("7013.T").frame, paper(ratio), check_freq=False)


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("last", ["2025-09-29", "2025-10-03"])
def test_a_split_listed_and_not_divided_by_is_refused_at_any_ratio(yahoo, store, ratio, last):
    yahoo.add("7013.T", paper(ratio, "2025-09-26"))
    get(store)
    before = store.path("7013.T").read_bytes()
    yahoo.add("7013.T", paper(ratio, last), divides=False)
    for outcome in (get(store), get(PriceStore(store.folder / "empty"))):
        assert (outcome.state, outcome.reason) == ("failed", "malformed")
        assert f"a split of {ratio:g} for 1 on 2025-09-29 and has not divided" in outcome.words
    assert store.path("7013.T").read_bytes() == before


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("since", ["2025-09-10", "2025-09-01"])
def test_prices_divided_by_a_split_that_is_not_listed_are_refused_at_any_ratio(yahoo, store, ratio, since):
    """Also where the fetch reaches further back than the store does."""
    yahoo.add("7013.T", paper(ratio, "2025-09-26"))
    get(store, "2025-09-10")
    before = store.path("7013.T").read_bytes()
    yahoo.add("7013.T", paper(ratio), lists_splits=False)
    outcome = get(store, since)
    assert (outcome.state, outcome.reason) == ("failed", "malformed")
    told = re.search(r"times ([\d.]+) and lists no split", outcome.words)
    assert float(told[1]) == pytest.approx(1 / ratio, rel=1e-5)  # seven digits of a price of five
    assert store.path("7013.T").read_bytes() == before


def test_a_split_on_a_halted_day_is_judged_by_the_first_price_after_it(yahoo: YahooServer, store: PriceStore):
    halted = paper(7.0)
    halted.loc[EX, ["open", "high", "low", "close", "volume"]] = np.nan
    yahoo.add("7013.T", halted, divides=False)
    assert "has not divided the prices before it yet" in get(store).words
    yahoo.add("7013.T", halted)
    assert get(store).state == "fetched"
    frame = store.read("7013.T").frame
    pd.testing.assert_frame_equal(frame, halted, check_freq=False)
    assert frame.loc["2025-09-26", "close"] == 20_200  # and not a seventh of it, or seven times it


@pytest.mark.parametrize("ratio", [7.0, 1.1])
def test_a_split_before_the_ex_date_s_first_price_is_taken_only_where_the_store_proves_it(yahoo, store, ratio):
    early = paper(ratio, "2025-09-29")
    early.loc[EX, ["open", "high", "low", "close", "volume"]] = np.nan
    yahoo.add("7013.T", early)
    assert "and no price since, so whether the prices before it are divided already cannot be told" in get(store).words
    yahoo.add("7013.T", paper(ratio, "2025-09-25"))
    get(store)
    yahoo.add("7013.T", early, divides=False)
    assert "has not divided the prices before it yet" in get(store).words
    yahoo.add("7013.T", early)
    assert get(store).state == "fetched"
    assert store.read("7013.T").frame.loc["2025-09-26", "close"] == 20_200


def test_part_of_the_history_divided_is_refused(yahoo: YahooServer, store: PriceStore):
    yahoo.add("7013.T", paper(7.0, "2025-09-26"))
    get(store)
    halfway = {"divides": False, "spoil": lambda result: divide(result, 7.0, pd.Timestamp("2025-09-24"))}
    yahoo.add("7013.T", paper(7.0), **halfway)
    assert "has not divided the prices before it yet" in get(store).words


@pytest.mark.parametrize(
    ("days_later", "words"),
    [(0, "lists two splits on 2025-09-29"), (1, "on 2025-09-29 and again on 2025-09-30")],
)
def test_a_split_listed_twice_is_refused(yahoo: YahooServer, store: PriceStore, days_later: int, words: str):
    def again(result: dict) -> None:
        splits = result["events"]["splits"]
        (split,) = splits.values()
        splits["again"] = split | {"date": split["date"] + days_later * 86_400}

    yahoo.add("7013.T", paper(7.0), spoil=again)
    assert words in get(store).words
    assert store.read("7013.T") is None


def test_a_correction_of_all_closes_is_no_split(yahoo: YahooServer, store: PriceStore):
    yahoo.add("7013.T", paper(7.0, "2025-09-26"))
    get(store)
    corrected = paper(7.0)
    corrected["close"] = np.round(corrected["close"] * 1.0003, 1)
    yahoo.add("7013.T", corrected)
    outcome = get(store)
    assert "restated, the old snapshot is kept" in outcome.words
    assert store.read("7013.T").frame.loc["2025-09-26", "close"] == 20_206.1  # 20,200 × 1.0003 = 20,206.06


def test_yahoo_s_word_can_be_taken(yahoo: YahooServer, store: PriceStore):
    yahoo.add("7013.T", paper(7.0, "2025-09-26"))
    get(store)
    yahoo.add("7013.T", paper(7.0), lists_splits=False)
    assert get(store, anew=True).state == "fetched"
    assert len(store.kept("7013.T")) == 1


def test_an_answer_that_shares_no_session_with_the_store_is_refused(yahoo: YahooServer, store: PriceStore):
    yahoo.add("7013.T", paper(7.0, "2025-09-10"))
    get(store)
    yahoo.add("7013.T", paper(7.0, since="2025-09-22"))
    outcome = get(store)
    assert (outcome.state, outcome.reason) == ("failed", "malformed")
    assert "shares no session with what is stored, to 2025-09-10" in outcome.words


def test_a_small_split_of_long_ago_is_believed_though_the_price_fell_that_day():
    """Eleven shares for ten and a fall of 7 %, thirty sessions ago, of a share that moves by 6 %: it may be either."""
    days = pd.bdate_range("2025-01-06", periods=60)
    close = 1000 * np.exp(0.03 * (-1.0) ** np.arange(60))
    close[31:] *= 0.99  # beside the 6 % that it falls by on every odd day
    later = np.where(np.arange(60) < 31, 1.1, 1.0)
    frame = pd.DataFrame({"open": close * later, "close": close * later, "splits": 0.0}, index=days)
    frame.loc[days[31], "splits"] = 1.1
    told = [f"prices perhaps not divided by a split yet: {days[31]:%Y-%m-%d} 1.1 for 1"]
    assert check_divided(frame, later, None, is_rate=False) == told
    stored = frame.assign(high=frame["close"], low=frame["open"])
    assert check_divided(stored, later, stored, is_rate=False) == []  # what is stored proves it
    halved = np.where(np.arange(60) < 31, 2.0, 1.0)
    undivided = frame.assign(open=close * halved, close=close * halved**2, splits=frame["splits"] * (2.0 / 1.1))
    with pytest.raises(Refused, match=r"a split of 2 for 1 on .* has not divided"):
        check_divided(undivided, halved, None, is_rate=False)


def off(rows: dict[int, float]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ten stored rows, and the same with some of them times a factor."""
    stored = paper(1.0).iloc[:10].assign(splits=0.0)
    factor = np.array([rows.get(number, 1.0) for number in range(10)])
    new = stored.copy()
    new[["open", "high", "low", "close"]] = new[["open", "high", "low", "close"]] * factor[:, None]
    return stored, new


@pytest.mark.parametrize("rows", [[0], [9], [3, 4, 5], [0, 1, 2, 3], [8, 9], [*range(10)]])
def test_rows_that_differ_as_one_are_refused(rows: list[int]):
    stored, new = off(dict.fromkeys(rows, 0.8))
    with pytest.raises(Refused, match=rf"of {DAYS[rows[0]]:%Y-%m-%d} to {DAYS[rows[-1]]:%Y-%m-%d} times 0\.8 and"):
        check_divided(new, np.ones(10), stored, is_rate=False)


def test_a_row_put_right_among_others_is_a_correction():
    stored, new = off({4: 0.01})
    check_divided(new, np.ones(10), stored, is_rate=False)
    stored, new = off(dict.fromkeys(range(10), 1.0))
    check_divided(new, np.ones(10), stored, is_rate=False)


def test_a_rate_quoted_in_another_unit_is_refused():
    days = pd.bdate_range("2025-01-06", periods=10)
    stored = pd.DataFrame({"close": 1400.0 + np.arange(10), "splits": 0.0}, index=days)
    moved = stored.assign(close=stored["close"] / 10)
    with pytest.raises(Refused, match=r"times 0\.1 and lists no split"):
        check_divided(moved, np.ones(10), stored, is_rate=True)
    check_divided(stored.assign(close=stored["close"] * 1.00001), np.ones(10), stored, is_rate=True)
