"""Yahoo's answers become raw bars in the store; every test runs the real yfinance against a loopback server."""

from __future__ import annotations

import json
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.places import SHARED
from support.yahoo_server import YahooServer, loopback

from eventfolio.engine.market.checks.warnings import in_full
from eventfolio.engine.market.fx import fx_dates
from eventfolio.engine.market.yahoo.checks import price_warnings
from eventfolio.engine.market.yahoo.fetch import Fetcher, Outcome
from eventfolio.engine.market.yahoo.price_store import PriceStore
from eventfolio.engine.market.yahoo.source import as_price_table
from eventfolio.engine.market.yahoo.unadjust import raw_bars, unlisted_dividends
from eventfolio.engine.market.yahoo.wanted import Wanted
from eventfolio.events import Security

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # yfinance on pandas 3
IHI = Wanted("7013.T", "XTKS", "JPY")
SPLIT_DAY = "2025-09-29"


@pytest.fixture
def yahoo():
    with loopback() as server:
        yield server


@pytest.fixture
def store(tmp_path: Path) -> PriceStore:
    return PriceStore(tmp_path / "yahoo")


def bars(days: list[str] | pd.DatetimeIndex, closes: list[float], **columns: dict[str, float]) -> pd.DataFrame:
    """Raw bars a little around each close; `splits={"2025-09-29": 7}` and the like fill single cells."""
    index = pd.DatetimeIndex(pd.to_datetime(days), name="date")
    close = np.array(closes, float)
    frame = pd.DataFrame(
        {"open": close, "high": close + 10, "low": close - 10, "close": close, "volume": 700_000.0}, index=index
    ).assign(dividends=0.0, splits=0.0)
    for name, cells in columns.items():
        for day, value in cells.items():
            frame.loc[pd.Timestamp(day), name] = value
    return frame


def ihi(last: str = "2025-10-03") -> pd.DataFrame:
    """IHI around its split of seven for one: raw prices fall to a seventh, and no value is lost."""
    days = pd.bdate_range("2025-09-17", last).difference(pd.to_datetime(["2025-09-23"]))  # a holiday in Tokyo
    before = days < SPLIT_DAY
    closes = np.where(before, 17_500.0 + 35 * np.arange(len(days)), 2_500.0 + 5 * np.arange(len(days)))
    frame = bars(days, list(closes), dividends={"2025-09-18": 70.0})
    if SPLIT_DAY in frame.index:
        frame.loc[SPLIT_DAY, "splits"] = 7.0
    return frame


def get(store: PriceStore, one: Wanted, since: str = "2025-09-01", **options) -> Outcome:
    (outcome,) = Fetcher(store, date.fromisoformat(since), **options).fetch([one])
    return outcome


def doubted(frame: pd.DataFrame, one: Wanted) -> list[str]:
    """What is said of a symbol's bars, as of a share."""
    share = Security(symbol=one.symbol, name="A share", exchange=one.exchange, currency=one.currency, lot=1)
    return in_full(price_warnings(as_price_table(one.symbol, frame), share))


def same(found: pd.DataFrame, expected: pd.DataFrame) -> bool:
    return found.index.equals(expected.index) and np.array_equal(
        found.to_numpy(), expected[found.columns].to_numpy(), equal_nan=True
    )


# --- raw prices -------------------------------------------------------------------------------------------------------


def test_what_is_stored_is_the_raw_price_of_the_day_to_the_bit(yahoo: YahooServer, store: PriceStore):
    yahoo.add("7013.T", ihi())
    assert get(store, IHI).state == "fetched"
    frame = store.read("7013.T").frame
    assert same(frame, ihi())
    assert frame.loc["2025-09-26", "close"] == 17_500 + 35 * 6  # as it was printed, not a seventh of it
    assert frame.loc["2025-09-18", "dividends"] == 70  # a share of that day


def test_a_split_between_two_fetches_changes_no_earlier_row(yahoo: YahooServer, store: PriceStore):
    yahoo.add("7013.T", ihi("2025-09-26"))
    get(store, IHI)
    before = store.read("7013.T").frame
    yahoo.add("7013.T", ihi())  # Yahoo has divided its whole history by seven
    outcome = get(store, IHI)
    after = store.read("7013.T").frame
    assert same(after.loc[:"2025-09-26"], before)
    assert same(after, ihi())
    assert outcome.changes == ("split of 7 for 1 on 2025-09-29",)
    assert not store.kept("7013.T")  # nothing was restated


def test_a_split_that_yahoo_lists_but_has_not_divided_by_yet_is_refused(yahoo: YahooServer, store: PriceStore):
    yahoo.add("7013.T", ihi("2025-09-26"))
    get(store, IHI)
    yahoo.add("7013.T", ihi(), divides=False)
    outcome = get(store, IHI)
    assert (outcome.state, outcome.reason) == ("failed", "malformed")
    assert "has not divided the prices before it yet" in outcome.words
    assert same(store.read("7013.T").frame, ihi("2025-09-26"))


def test_prices_divided_by_a_split_that_is_not_listed_are_refused(yahoo: YahooServer, store: PriceStore):
    yahoo.add("7013.T", ihi("2025-09-26"))
    get(store, IHI)
    yahoo.add("7013.T", ihi(), lists_splits=False)
    outcome = get(store, IHI)
    assert (outcome.state, outcome.reason) == ("failed", "malformed")
    assert "times 0.142857 and lists no split" in outcome.words
    assert same(store.read("7013.T").frame, ihi("2025-09-26"))


def test_a_recorded_answer_with_a_split_gives_back_the_prices_of_the_exchange(yahoo: YahooServer, store: PriceStore):
    path = SHARED / "yahoo" / "6309.T_1d_1mo_split_div_2025-05.json"
    if not path.exists():
        pytest.skip("the recorded answers lie outside the project")
    yahoo.faults["6309.T"] = [path.read_bytes()] * 2
    assert get(store, Wanted("6309.T", "XTKS", "JPY"), "2025-04-01").state == "fetched"
    frame = store.read("6309.T").frame
    assert frame.loc["2025-04-21", "close"] == 4285  # 1428.33337402344 × 3
    assert frame.loc["2025-04-21", "volume"] == 49_900  # 149,700 / 3: whole lots again
    assert frame.loc["2025-04-28", "close"] == 1378
    assert frame.loc["2025-04-28", "splits"] == 3
    said = doubted(frame, Wanted("6309.T", "XTKS", "JPY"))
    assert "a split and a dividend on one date: 2025-04-28 3 for 1 and 73" in said


@pytest.mark.parametrize(
    ("name", "exchange", "currency", "since", "rows", "last"),
    [
        ("0700.HK_1d_5d_2026-08", "XHKG", "HKD", "2026-08-01", 5, 478.8),
        ("1301.T_1d_1mo_2024-12", "XTKS", "JPY", "2024-11-01", 23, 4015),
        ("600497.SS_1d_nulls_2017-11", "XSHG", "CNY", "2017-11-01", 8, 6.51),
        ("GOOGL_1d_1d_2026-08", "XNAS", "USD", "2026-08-01", 1, 344.82),
    ],
)
def test_recorded_answers_are_read(yahoo, store, name, exchange, currency, since, rows, last):
    path = SHARED / "yahoo" / f"{name}.json"
    if not path.exists():
        pytest.skip("the recorded answers lie outside the project")
    symbol = name.partition("_")[0]
    yahoo.faults[symbol] = [path.read_bytes()] * 2
    assert get(store, Wanted(symbol, exchange, currency), since).state == "fetched"
    frame = store.read(symbol).frame
    assert (len(frame), frame["close"].iloc[-1]) == (rows, last)
    assert frame.notna().all().all()  # a row of nulls is a session without a bar, not a bar


def test_six_digits_survive_a_division_and_a_32_bit_float():
    """What Yahoo does to a price, undone: the number that was printed comes back, to the bit."""
    rng = np.random.default_rng(20250617)
    printed = [
        float(f"{digits}e{power}")
        for digits, power in zip(rng.integers(1000, 999_999, 4000), [-3, -2, 0, 1] * 1000, strict=True)
    ]
    for ratio in (1.0, 2.0, 3.0, 7.0, 50.0, 0.1):
        sent = np.float32(np.array(printed) / ratio).astype(float)
        days = pd.bdate_range("2000-01-03", periods=len(printed) + 1, tz="America/New_York")
        columns = dict.fromkeys(("Open", "High", "Low", "Close"), np.append(sent, sent[-1]))
        history = pd.DataFrame({**columns, "Volume": 7000, "Dividends": 0.0, "Stock Splits": 0.0}, index=days)
        history.loc[days[-1], "Stock Splits"] = ratio if ratio != 1.0 else 0.0
        frame, left_out = raw_bars(history, "MP")
        assert frame["close"].to_list()[:-1] == printed
        assert left_out == []


def test_dividends_that_yahoo_counts_and_does_not_list_are_noticed():
    days = pd.bdate_range("2026-01-05", periods=3, tz="America/New_York")
    history = pd.DataFrame({"Close": [100.0, 100.0, 100.0], "Adj Close": [95.0, 95.0, 100.0]}, index=days)
    listed = history.assign(Dividends=[0.0, 0.0, 5.0])  # 1 − 5/100 = 0.95
    assert unlisted_dividends(listed) is None
    assert "differ by +5.3%" in unlisted_dividends(history.assign(Dividends=0.0))  # 1 / 0.95


# --- the tail, and what Yahoo changes ---------------------------------------------------------------------------------

DAYS = pd.bdate_range("2026-01-05", "2026-02-27").difference(pd.to_datetime(["2026-01-19", "2026-02-16"]))
MP = Wanted("MP", "XNYS", "USD")


def mp(sessions: int = len(DAYS), **columns) -> pd.DataFrame:
    return bars(DAYS[:sessions], [100.0 + number for number in range(sessions)], **columns)


def test_only_the_tail_and_an_overlap_are_asked_for(yahoo: YahooServer, store: PriceStore):
    yahoo.add("MP", mp(20))
    get(store, MP, "2026-01-01")
    yahoo.add("MP", mp())
    yahoo.asked.clear()
    outcome = get(store, MP, "2026-01-01")
    assert same(store.read("MP").frame, mp())
    assert outcome.words.startswith(f"{len(DAYS) - 20} new bars")
    (request,) = [path for _, path in yahoo.asked if "/chart/" in path]  # one request: the time zone is remembered
    asked_from = int(request.partition("period1=")[2].partition("&")[0])
    assert pd.Timestamp(asked_from, unit="s", tz="UTC").tz_convert("America/New_York").date() == DAYS[10].date()


def test_a_refresh_without_news_asks_once_and_changes_nothing(yahoo: YahooServer, store: PriceStore):
    yahoo.add("MP", mp())
    get(store, MP, "2026-01-01")
    before = store.read("MP").frame
    yahoo.asked.clear()
    assert get(store, MP, "2026-01-01").state == "unchanged"
    assert len(yahoo.asked) == 1
    assert same(store.read("MP").frame, before)


def test_a_window_that_is_stored_asks_nobody(yahoo: YahooServer, store: PriceStore):
    yahoo.add("MP", mp())
    get(store, MP, "2026-01-01")
    yahoo.asked.clear()
    assert get(store, MP, "2026-01-15", until=date(2026, 2, 20)).state == "unchanged"
    assert yahoo.asked == []


def test_a_correction_is_reported_and_the_old_snapshot_kept(yahoo: YahooServer, store: PriceStore):
    yahoo.add("MP", mp(20))
    get(store, MP, "2026-01-01")
    corrected = mp(22, close={str(DAYS[3].date()): 99.5, str(DAYS[15].date()): 111.5})
    yahoo.add("MP", corrected)
    outcome = get(store, MP, "2026-01-01")
    assert "close of 2026-01-08 103 is now 99.5" in outcome.changes  # outside the overlap, found in the whole history
    assert f"close of {DAYS[15]:%Y-%m-%d} 115 is now 111.5" in outcome.changes
    assert "the old snapshot is kept" in outcome.words
    assert same(store.read("MP").frame, corrected)
    (old,) = store.kept("MP")
    assert same(pd.read_parquet(old).set_index("date"), mp(20))


def test_an_earlier_start_fetches_what_lies_before(yahoo: YahooServer, store: PriceStore):
    yahoo.add("MP", mp())
    get(store, MP, "2026-02-02")
    assert store.read("MP").frame.index[0] == pd.Timestamp("2026-02-02")
    assert get(store, MP, "2026-01-01").state == "fetched"
    assert same(store.read("MP").frame, mp())
    assert not store.kept("MP")


def test_bars_that_yahoo_no_longer_gives_stay(yahoo: YahooServer, store: PriceStore):
    yahoo.add("MP", mp(20))
    get(store, MP, "2026-01-01")
    yahoo.add("MP", mp(20).drop(DAYS[15]))
    outcome = get(store, MP, "2026-01-01")
    assert any("no longer gives are kept" in change for change in outcome.changes)
    assert same(store.read("MP").frame, mp(20))


def test_a_bar_given_twice_at_the_end_is_stored_once(yahoo: YahooServer, store: PriceStore):
    yahoo.add("MP", mp(), twice=True)
    get(store, MP, "2026-01-01")
    assert same(store.read("MP").frame, mp())


def test_rows_of_nulls_are_sessions_without_a_bar(yahoo: YahooServer, store: PriceStore):
    holed = mp()
    holed.loc[DAYS[5], ["open", "high", "low", "close", "volume"]] = np.nan
    yahoo.add("MP", holed)
    get(store, MP, "2026-01-01")
    frame = store.read("MP").frame
    assert DAYS[5] not in frame.index
    assert f"no bar on sessions of its exchange: {DAYS[5]:%Y-%m-%d}" in doubted(frame, MP)


def test_an_unfinished_session_is_never_stored(yahoo: YahooServer, store: PriceStore):
    today = pd.Timestamp(datetime.now(UTC).date())
    days = pd.bdate_range(end=today + timedelta(days=1), periods=12)
    yahoo.add("MP", bars(days, [50.0] * 12))
    get(store, MP, f"{days[0]:%Y-%m-%d}")
    finished = MP.finished(datetime.now(UTC))
    assert store.read("MP").frame.index[-1].date() <= finished
    close = datetime(2026, 2, 27, 21, 0, tzinfo=UTC)  # 16:00 in New York
    assert MP.finished(close + timedelta(minutes=59)) == date(2026, 2, 26)
    assert MP.finished(close + timedelta(minutes=61)) == date(2026, 2, 27)


# --- currencies -------------------------------------------------------------------------------------------------------


def test_a_rate_s_row_is_that_of_the_weekday_before_in_summer_too(yahoo: YahooServer, store: PriceStore):
    days = pd.bdate_range("2025-03-24", "2025-04-04")  # London's clocks go forward on 2025-03-30
    yahoo.add("JPY=X", bars(days, [150.0 + number for number in range(len(days))]))
    get(store, Wanted("JPY=X", None, "JPY"), "2025-03-01")
    table = as_price_table("JPY=X", store.read("JPY=X").frame)
    assert list(table.frame.index) == list(days)  # its stamp is 23:00 UTC of the day before in summer
    assert list(fx_dates(table)[1:].astype(str)) == [f"{day:%Y-%m-%d}" for day in days[:-1]]


def test_yahoo_s_yen_agrees_with_a_rate_dated_late_on_its_day(yahoo: YahooServer, store: PriceStore):
    ours, theirs = SHARED / "market" / "alt" / "JPY=X_yahoo.csv", SHARED / "market" / "JPY=X.csv"
    if not ours.exists():
        pytest.skip("the real rates lie outside the project")
    yahoo.add("JPY=X", pd.read_csv(ours, parse_dates=["date"], index_col="date").assign(dividends=0.0, splits=0.0))
    get(store, Wanted("JPY=X", None, "JPY"), "2021-01-01")
    table = as_price_table("JPY=X", store.read("JPY=X").frame)
    rate = pd.Series(table.frame["close"].to_numpy(), index=pd.DatetimeIndex(fx_dates(table)))
    rate = rate[~rate.index.duplicated(keep="last")]
    late = pd.read_csv(theirs, parse_dates=["date"], index_col="date")["close"]
    both = pd.DataFrame({"yahoo": np.log(rate).diff(), "late": np.log(late).diff()}).dropna()
    lags = {lag: both["yahoo"].corr(both["late"].shift(lag)) for lag in (-1, 0, 1)}
    assert lags[0] > 0.9
    assert abs(lags[-1]) < 0.2
    assert abs(lags[1]) < 0.2


def test_pence_become_pounds(yahoo: YahooServer, store: PriceStore):
    yahoo.add("MP", mp(), currency="GBp")
    get(store, Wanted("MP", "XNYS", "GBP"), "2026-01-01")
    assert store.read("MP").frame["close"].iloc[0] == 1.0


# --- checks -----------------------------------------------------------------------------------------------------------


def test_what_is_doubtful_is_listed():
    frame = mp(30, volume={str(DAYS[2].date()): 0.0})
    frame.loc[DAYS[10:16], ["open", "high", "low", "close"]] = 110.0
    frame.loc[DAYS[20] :, ["open", "high", "low", "close"]] *= 2
    frame = frame.rename(index={DAYS[25]: pd.Timestamp("2026-01-19")}).sort_index()
    found = doubted(frame, MP)
    assert f"no volume: {DAYS[2]:%Y-%m-%d}" in found
    assert f"rows that repeat the one before: 6 alike to {DAYS[15]:%Y-%m-%d}" in found
    assert f"a jump without a split: {DAYS[20]:%Y-%m-%d} from 119 to 240, like a split of 1 for 2" in found
    assert "bars on days its exchange was shut: 2026-01-19" in found


def test_a_split_is_no_jump():
    assert doubted(ihi(), IHI) == []


# --- two at once ------------------------------------------------------------------------------------------------------


def test_two_fetches_of_one_symbol_at_once_lose_nothing(yahoo: YahooServer, store: PriceStore):
    yahoo.add("MP", mp())
    found: list[Outcome] = []
    threads = [threading.Thread(target=lambda: found.append(get(store, MP, "2026-01-01"))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome.state for outcome in found) == ["fetched", "unchanged", "unchanged"]
    assert same(store.read("MP").frame, mp())


def test_a_snapshot_s_name_is_its_content(store: PriceStore):
    manifest = {"rows": {"MP": ["2026-01-05", "2026-02-27", "0" * 64]}, "left_out": {}, "stale": {}}
    fingerprint = store.write_snapshot(manifest)
    assert store.read_snapshot(fingerprint) == manifest
    (store.folder / "snapshots" / f"{fingerprint}.json").write_text(json.dumps(manifest | {"left_out": {"MP": "x"}}))
    assert store.read_snapshot(fingerprint) is None
    assert store.read_snapshot("../../etc/passwd") is None
