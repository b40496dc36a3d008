"""A whole study through Yahoo: fetched by the real yfinance from a loopback server, pinned, played and played again."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.yahoo_server import FOREVER, YahooServer, loopback

from eventfolio.engine.backtest import backtest
from eventfolio.engine.errors import PriceError
from eventfolio.engine.market.market import read_market
from eventfolio.engine.market.sources.sample import read_sample
from eventfolio.engine.market.yahoo import fetch as yahoo_fetch
from eventfolio.engine.market.yahoo.price_store import PriceStore
from eventfolio.engine.market.yahoo.session import Patience
from eventfolio.engine.market.yahoo.source import pinned, since, wanted_by
from eventfolio.engine.study.overrides import override
from eventfolio.engine.study.strategy import StrategyEntry, StudyStrategy
from eventfolio.engine.study.study import Study, load_study
from eventfolio.events.dprk_russia import STUDY
from eventfolio.events.errors import Unavailable

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # yfinance on pandas 3


@pytest.fixture
def yahoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The packaged sample as Yahoo would give it; without dividends, which Yahoo gives gross and the sample net."""
    monkeypatch.setenv("EVENTFOLIO_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(yahoo_fetch, "PATIENCE", Patience(tries=2, first_wait=0.02, request=5.0, symbol=10.0))
    with loopback() as server:
        for symbol, bars in shown().items():
            server.add(symbol, start_of_day(bars) if symbol.endswith("=X") else bars)
        yield server


def shown() -> dict[str, pd.DataFrame]:
    frames = {symbol: frame.assign(dividends=0.0) for symbol, frame in read_sample().items()}
    for symbol, frame in frames.items():
        if symbol.endswith("=X"):
            frame["close"] = [float(f"{rate:.6g}") for rate in frame["close"]]
    return frames


def start_of_day(rates: pd.DataFrame) -> pd.DataFrame:
    """Rates late on a date as Yahoo's rows: that of the next weekday."""
    days = np.busday_offset(rates.index.to_numpy().astype("datetime64[D]"), 1, roll="backward")
    moved = rates.set_axis(pd.DatetimeIndex(days.astype("datetime64[ns]"), name="date"))
    return moved[~moved.index.duplicated(keep="last")]


def whole_study(**changes) -> Study:
    return dataclasses.replace(load_study(STUDY).with_options(source="yahoo"), **changes)


def study(**changes) -> Study:
    """The default study of two of its themes, so that fewer symbols are fetched."""
    return whole_study(**changes).with_options(themes=("infrastructure", "lng"))


def one_strategy(name: str = "announcement-drift", **params) -> dict:
    return {"strategies": (StudyStrategy(StrategyEntry(name=name, label=name, params=params)),)}


@pytest.mark.parametrize(
    ("strategies", "themes"),
    [
        pytest.param((), (), id="whole", marks=pytest.mark.prove),
        pytest.param(("announcement-drift", "bridge-run-up"), ("infrastructure", "lng"), id="part"),
    ],
)
def test_the_default_study_is_played_as_from_a_folder_of_the_same_prices(
    yahoo: YahooServer, tmp_path: Path, strategies: tuple[str, ...], themes: tuple[str, ...]
):
    def asked_for(**changes) -> Study:
        return override(whole_study(**changes), strategies=strategies, themes=themes)[0]

    _, through_yahoo = backtest(asked_for())
    folder = tmp_path / "prices"
    folder.mkdir()
    for symbol, bars in shown().items():
        first = since(asked_for())
        bars.loc[str(first) :].to_csv(folder / f"{symbol}.csv")
    _, from_folder = backtest(asked_for(source=str(folder)))
    assert len(through_yahoo) == (len(strategies) or 10)
    for ours, theirs in zip(through_yahoo, from_folder, strict=True):
        pd.testing.assert_frame_equal(ours.trades, theirs.trades, rtol=1e-12)
        pd.testing.assert_frame_equal(ours.orders, theirs.orders, rtol=1e-12)
        pd.testing.assert_frame_equal(ours.equity, theirs.equity, rtol=1e-12)
    assert through_yahoo[0].facts.data.source.startswith("yahoo@")
    assert not through_yahoo[0].facts.data.simulated
    asked = [path for _, path in yahoo.asked if "period1" in path]
    assert len(asked) == len(wanted_by(asked_for()))


def test_equity_does_not_jump_where_ihi_splits_and_shares_times_seven(yahoo: YahooServer):
    window = {"start": date(2025, 8, 1), "end": date(2025, 11, 28)}
    only_ihi = study(**window, **one_strategy("buy-and-hold"))
    _, (record,) = backtest(only_ihi.with_options(themes=("infrastructure",)))
    held = record.positions.query("symbol == '7013.T'").set_index("date")["shares"]
    before, after = held.loc["2025-09-26"], held.loc["2025-09-29"]
    assert after == pytest.approx(7 * before, rel=1e-12)
    raw = PriceStore().read("7013.T").frame["close"]
    assert raw.loc["2025-09-26"] / raw.loc["2025-09-29"] == pytest.approx(7, rel=0.1)
    lot = record.trades.query("symbol == '7013.T'").iloc[0]
    assert lot["shares"] % 100 == 0  # lots of the day
    equity = record.equity.set_index("date")["equity"]
    assert abs(equity.loc["2025-09-29"] / equity.loc["2025-09-26"] - 1) < 0.05


def test_a_pinned_study_gives_the_same_bytes_after_yahoo_has_restated(yahoo: YahooServer):
    fixed = pinned(study(**one_strategy()))
    first = read_market(fixed, date.today()).tape.fingerprint
    for paper in yahoo.papers.values():
        paper.bars = paper.bars.assign(close=paper.bars["close"] * 1.001, high=paper.bars["high"] * 1.002)
    fetcher = yahoo_fetch.Fetcher(PriceStore(), since(study()))
    assert {outcome.state for outcome in fetcher.fetch(wanted_by(study()))} == {"fetched"}
    yahoo.asked.clear()
    assert read_market(fixed, date.today()).tape.fingerprint == first
    assert yahoo.asked == []
    again = pinned(study(**one_strategy()))
    assert again.source != fixed.source
    assert read_market(again, date.today()).tape.fingerprint != first


def test_the_same_window_has_the_same_fingerprint_when_more_is_stored(yahoo: YahooServer):
    short = study(end=date(2025, 12, 30))
    first = pinned(short).source
    assert pinned(study()).source != first
    assert pinned(dataclasses.replace(study(), start=date(2023, 6, 1))).source != first
    assert pinned(short).source == first


def test_later_prices_change_nothing_before(yahoo: YahooServer):
    """The tape of a window is the same whether Yahoo has heard of the split after it or not."""
    window = {"start": date(2025, 3, 3), "end": date(2025, 9, 12)}
    for paper in yahoo.papers.values():
        paper.bars = paper.bars.loc[:"2025-09-24"]
    before = read_market(study(**window), date.today()).tape.fingerprint
    PriceStore().path("7013.T").unlink()
    for symbol, bars in shown().items():
        yahoo.add(symbol, start_of_day(bars) if symbol.endswith("=X") else bars)
    assert read_market(study(**window), date.today()).tape.fingerprint == before


def test_a_symbol_that_fails_fails_the_run_with_words(yahoo: YahooServer):
    del yahoo.papers["0883.HK"]
    yahoo.faults["036460.KS"] = ["500", FOREVER]
    with pytest.raises(Unavailable, match=r"036460\.KS: Yahoo's server failed"):  # the network's fault comes first
        backtest(study(**one_strategy()))
    yahoo.faults.clear()
    with pytest.raises(PriceError, match=r"(?s)No prices from Yahoo for:.*0883\.HK: Yahoo does not know it"):
        backtest(study(**one_strategy()))


def test_skip_missing_leaves_it_out_and_says_so(yahoo: YahooServer):
    del yahoo.papers["0883.HK"]
    del yahoo.papers["^N225"]
    _, (record,) = backtest(study(skip_missing=True, **one_strategy()))
    assert "0883.HK" not in record.facts.data.symbols
    warnings = record.facts.warnings
    assert any(line.startswith("0883.HK: left out (Yahoo does not know it") for line in warnings)
    assert any(line.startswith("^N225: left out") for line in warnings)


def test_a_home_index_that_yahoo_does_not_give_is_left_out_with_a_warning(yahoo: YahooServer):
    del yahoo.papers["^N225"]
    fixed = pinned(study(**one_strategy()))
    market = read_market(fixed, date.today())
    assert "7013.T" in market.tape.symbols
    assert "^N225" not in market.benchmarks
    assert any(line.startswith("^N225: left out (Yahoo does not know it") for line in market.warnings)


def test_the_benchmark_that_a_study_asks_for_fails_it(yahoo: YahooServer):
    del yahoo.papers["ACWI"]
    with pytest.raises(PriceError, match="ACWI: Yahoo does not know it"):
        pinned(study(**one_strategy()))


def test_without_a_rate_its_listings_are_left_out(yahoo: YahooServer):
    del yahoo.papers["JPY=X"]
    _, (record,) = backtest(study(skip_missing=True, **one_strategy()))
    assert "7013.T" not in record.facts.data.symbols
    assert any(line == "7013.T: left out (no rates for JPY)." for line in record.facts.warnings)


def test_offline_reads_what_is_stored_and_asks_nobody(yahoo: YahooServer):
    with pytest.raises(Unavailable, match="nothing is stored, and --offline fetches nothing"):
        pinned(study(offline=True))
    online = pinned(study())
    yahoo.asked.clear()
    assert pinned(study(offline=True)).source == online.source
    assert yahoo.asked == []
    earlier = study(offline=True, start=study().start - timedelta(days=100))
    assert any(
        line.startswith(f"7013.T: not brought up to date (fetched for {since(study())}")
        for line in read_market(earlier, date.today()).warnings
    )


def test_a_snapshot_that_is_not_here_is_refused(yahoo: YahooServer):
    with pytest.raises(PriceError, match="Yahoo snapshot '0123456789abcdef' is not in"):
        read_market(study(source="yahoo@0123456789abcdef"), date.today())
