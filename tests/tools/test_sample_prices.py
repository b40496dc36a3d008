"""The packaged sample as prices: sessions, ticks, limits, lots, splits, dividends, the same bytes twice."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from eventfolio.engine.market.sessions import sessions_of
from eventfolio.engine.market.sources.sample import COLUMNS, SAMPLE, read_sample
from tools.sample_prices.prices_on_grid import limits, tick_of
from tools.sample_prices.simulate import simulate

WINDOW = slice("2024-06-01", "2026-06-30")
YEAR = np.sqrt(252) * 100  # daily standard deviation -> % a year

EXCHANGE = {
    "069500.KS": "XKRX",
    "036460.KS": "XKRX",
    "028260.KS": "XKRX",
    "034020.KS": "XKRX",
    "063080.KQ": "XKOS",
    "^N225": "XTKS",
    "7013.T": "XTKS",
    "^HSI": "XHKG",
    "0883.HK": "XHKG",
    "1088.HK": "XHKG",
    "000300.SS": "XSHG",
    "600111.SS": "XSHG",
    "600938.SS": "XSHG",
    "002738.SZ": "XSHE",
    "SPY": "ARCX",
    "REMX": "ARCX",
    "MP": "XNYS",
    "ACWI": "XNAS",
}
STOCKS = [s for s in EXCHANGE if s[0] != "^" and s not in ("069500.KS", "000300.SS", "SPY", "ACWI")]
CURRENCY_VOLATILITY = {"KRW=X": 10.0, "JPY=X": 10.1, "CNY=X": 3.4, "HKD=X": 0.8}
# Mean of the raw levels of January and June 2024, about.
LEVEL = {
    "069500.KS": 36000,
    "036460.KS": 30850,
    "028260.KS": 133900,
    "034020.KS": 18230,
    "063080.KQ": 32580,
    "7013.T": 3330,
    "0883.HK": 16.2,
    "1088.HK": 31.5,
    "002738.SZ": 33.6,
    "600111.SS": 18.7,
    "600938.SS": 24.8,
    "REMX": 55.0,
    "MP": 17.8,
    "ACWI": 105.5,
    "^N225": 36000,
    "^HSI": 17577,
    "000300.SS": 3486,
    "SPY": 499.5,
    "KRW=X": 1339,
    "JPY=X": 149,
    "CNY=X": 7.17,
    "HKD=X": 7.80,
}
# Mean shares a session from June 2024, after the split.
VOLUME = {
    "036460.KS": 1_261_777,
    "028260.KS": 388_026,
    "034020.KS": 7_625_377,
    "063080.KQ": 86_101,
    "7013.T": 43_073_772,
    "0883.HK": 101_387_974,
    "1088.HK": 18_707_983,
    "002738.SZ": 19_893_641,
    "600111.SS": 103_845_970,
    "600938.SS": 48_243_887,
    "REMX": 130_565,
    "MP": 10_815_836,
    "SPY": 65_736_153,
}
STEPS = {"7013.T": "TOPIX Mid400"}
LOT = {"7013.T": 100, "0883.HK": 1000, "1088.HK": 500, "002738.SZ": 100, "600111.SS": 100, "600938.SS": 100}


@pytest.fixture(scope="module")
def sample() -> dict[str, pd.DataFrame]:
    return read_sample()


@pytest.fixture(scope="module")
def log_return(sample: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Close to close, splits and dividends put back; date x symbol."""
    return pd.DataFrame({s: np.log(_today(sample[s], "close") / sample[s]["close"].shift()) for s in EXCHANGE})


@pytest.fixture(scope="module")
def log_night(sample: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Close to open, splits and dividends put back; date x symbol."""
    return pd.DataFrame({s: np.log(_today(sample[s], "open") / sample[s]["close"].shift()) for s in EXCHANGE})


def _today(frame: pd.DataFrame, column: str) -> pd.Series:
    """A price, with what went ex that morning put back."""
    return frame[column] * frame["splits"].replace(0.0, 1.0) + frame["dividends"]


@pytest.mark.parametrize("symbol", EXCHANGE)
def test_a_row_stands_on_every_session_of_the_exchange_and_on_no_other_day(
    sample: dict[str, pd.DataFrame], symbol: str
) -> None:
    sessions = sessions_of(EXCHANGE[symbol]).dates
    first, last = np.datetime64("2022-01-03"), np.datetime64("2026-06-30")
    wanted = sessions[(sessions >= first) & (sessions <= last)]
    assert np.array_equal(sample[symbol].index.to_numpy().astype("datetime64[D]"), wanted)


@pytest.mark.parametrize(
    ("symbol", "day"),
    [
        ("036460.KS", "2026-06-03"),
        ("036460.KS", "2025-06-03"),
        ("063080.KQ", "2024-10-01"),
        ("0883.HK", "2023-09-01"),
        ("0883.HK", "2023-09-08"),
        ("SPY", "2025-01-09"),
        ("MP", "2025-06-19"),
    ],
)
def test_no_bar_on_a_day_the_market_was_shut_at_short_notice(
    sample: dict[str, pd.DataFrame], symbol: str, day: str
) -> None:
    assert pd.Timestamp(day) not in sample[symbol].index


@pytest.mark.parametrize("symbol", EXCHANGE)
def test_open_and_close_lie_between_low_and_high(sample: dict[str, pd.DataFrame], symbol: str) -> None:
    bars = sample[symbol].dropna(subset=["open"])
    assert (bars["high"] >= bars[["open", "close"]].max(axis=1)).all()
    assert (bars["low"] <= bars[["open", "close"]].min(axis=1)).all()
    assert (bars["low"] > 0).all()
    assert (bars["high"] > bars["low"]).mean() > 0.98


@pytest.mark.parametrize(
    ("exchange", "price", "day", "tick"),
    [
        ("XKRX", 1_999, date(2024, 1, 2), 1),
        ("XKRX", 38_700, date(2024, 6, 3), 50),
        ("XKRX", 133_900, date(2024, 6, 3), 100),
        ("XKRX", 133_900, date(2023, 1, 20), 500),
        ("XKRX", 600_000, date(2024, 6, 3), 1000),
        ("XTKS", 3_500, date(2024, 6, 3), 5),
        ("XTKS", 550, date(2025, 10, 1), 1),
        ("XHKG", 16.2, date(2025, 8, 1), 0.02),
        ("XHKG", 16.2, date(2025, 8, 4), 0.01),
        ("XHKG", 31.5, date(2025, 8, 1), 0.05),
        ("XHKG", 31.5, date(2025, 8, 4), 0.02),
        ("XSHE", 33.6, date(2024, 1, 2), 0.01),
    ],
)
def test_ticks_are_the_exchanges_own_by_price_and_date(exchange: str, price: float, day: date, tick: float) -> None:
    assert tick_of(exchange, price, day) == tick


@pytest.mark.parametrize(
    ("price", "day", "tick"),
    [
        (2_999, date(2023, 6, 2), 1),
        (2_999, date(2023, 6, 5), 0.5),
        (3_500, date(2024, 6, 3), 1),
        (550, date(2025, 10, 1), 0.1),
    ],
)
def test_a_share_of_topix_mid400_has_finer_ticks_from_june_2023_on(price: float, day: date, tick: float) -> None:
    assert tick_of("XTKS", price, day, "TOPIX Mid400") == tick


@pytest.mark.parametrize(
    ("exchange", "base", "band"),
    [
        ("XKRX", 29_800, (20_900, 38_700)),  # 30 % is 8,940, cut to 8,900
        ("XKRX", 49_000, (34_300, 63_700)),  # ticks of 50 below, 100 above 50,000
        ("XSHE", 33.65, (30.29, 37.02)),  # 30.285 and 37.015, rounded half up
        ("XSHG", 18.70, (16.83, 20.57)),
        ("XTKS", 2_999, (2_499, 3_495)),  # 3,499 is between two steps
        ("XTKS", 3_000, (2_300, 3_700)),
        ("XHKG", 16.2, (0, np.inf)),
        ("XNYS", 17.8, (0, np.inf)),
    ],
)
def test_daily_limits_are_the_exchanges_own(exchange: str, base: float, band: tuple[float, float]) -> None:
    assert limits(exchange, base, date(2024, 6, 3)) == pytest.approx(band, abs=1e-9)


def test_a_share_with_finer_ticks_has_its_limits_on_them() -> None:
    assert limits("XTKS", 2_999, date(2024, 6, 3), "TOPIX Mid400") == pytest.approx((2_499, 3_499), abs=1e-9)
    assert limits("XTKS", 571.3, date(2024, 6, 3), "TOPIX Mid400") == pytest.approx((471.3, 671.3), abs=1e-9)


@pytest.mark.parametrize("symbol", STOCKS)
def test_prices_stand_on_the_tick_and_inside_the_daily_limits(sample: dict[str, pd.DataFrame], symbol: str) -> None:
    exchange, steps, last = EXCHANGE[symbol], STEPS.get(symbol), None
    for row in sample[symbol].itertuples():
        day = row.Index.date()
        if last is not None and row.volume > 0:
            base = last / (row.splits or 1.0)
            lowest, highest = limits(exchange, base, day, steps)
            ex = 2 * row.dividends if exchange in ("XSHG", "XSHE") else 0.0  # there the dividend lowers the base
            assert lowest - ex <= row.low <= row.high <= highest
        for price in {row.open, row.high, row.low, row.close}:
            if price == price:
                count = price / tick_of(exchange, price, day, steps)
                assert abs(count - round(count)) < 1e-6
        last = row.close


def test_some_limit_days_are_there(sample: dict[str, pd.DataFrame]) -> None:
    frame = sample["002738.SZ"]
    assert (frame["close"] == (frame["close"].shift() * 110 + 0.5).floordiv(1) / 100).sum() >= 3


@pytest.mark.parametrize("symbol", VOLUME)
def test_volume_has_the_real_mean_comes_in_lots_and_rises_with_the_move(
    sample: dict[str, pd.DataFrame], log_return: pd.DataFrame, symbol: str
) -> None:
    volume = sample[symbol]["volume"]
    assert (volume % LOT.get(symbol, 1) == 0).all()
    after_split = volume * np.where((symbol == "7013.T") & (volume.index < "2025-09-29"), 7, 1)
    assert after_split[WINDOW].mean() == pytest.approx(VOLUME[symbol], rel=0.05)
    traded = volume[volume > 0]
    size = log_return[symbol].abs()
    assert np.log(traded).corr(size) > 0.15
    assert np.log(traded).std() > 0.3


def test_a_halted_session_has_no_volume_and_only_the_last_close(sample: dict[str, pd.DataFrame]) -> None:
    halted = 0
    for symbol in EXCHANGE:
        frame = sample[symbol]
        shut = frame["volume"] == 0
        assert frame.loc[shut, ["open", "high", "low"]].isna().all(axis=None)
        assert (frame["close"] == frame["close"].shift())[shut].all()
        assert frame.loc[~shut, ["open", "high", "low", "close", "volume"]].notna().all(axis=None)
        halted += int(shut.sum())
    assert 5 <= halted <= 30


def test_the_split_divides_the_price_by_seven_and_moves_no_return(
    sample: dict[str, pd.DataFrame], log_return: pd.DataFrame
) -> None:
    split = {(s, day): ratio for s in sample for day, ratio in sample[s]["splits"].items() if ratio != 0}
    ex_date = pd.Timestamp("2025-09-29")
    assert split == {("7013.T", ex_date): 7.0}
    frame = sample["7013.T"]
    before = frame.index[frame.index.get_loc(ex_date) - 1]
    assert frame.loc[before, "close"] / frame.loc[ex_date, "open"] == pytest.approx(7, rel=0.1)
    assert abs(log_return.loc[ex_date, "7013.T"]) < 4 * log_return["7013.T"].std()
    assert frame["volume"][ex_date:].mean() > 3 * frame["volume"][:before].mean()
    assert 2_400 < frame["close"]["2024"].median() < 4_400


def test_dividends_come_off_the_price_and_pay_a_plausible_yield(
    sample: dict[str, pd.DataFrame], log_night: pd.DataFrame
) -> None:
    for symbol in EXCHANGE:
        frame = sample[symbol]
        a_year = (frame["dividends"] / frame["close"].shift())["2022":"2025"].sum() / 4
        assert 0 <= a_year < 0.07, symbol
    shenhua = sample["1088.HK"]
    ex_dates = shenhua.index[shenhua["dividends"] > 0]
    assert [day.year for day in ex_dates] == [2022, 2023, 2024, 2025, 2026]
    raw = (shenhua["open"] / shenhua["close"].shift() - 1)[ex_dates]
    assert raw.mean() < -0.04
    assert abs(log_night["1088.HK"][ex_dates].mean()) < 0.02
    for index in ("^N225", "^HSI", "000300.SS"):
        assert (sample[index]["dividends"] == 0).all()


@pytest.mark.parametrize(("symbol", "vol"), list(CURRENCY_VOLATILITY.items()))
def test_a_currency_has_a_close_on_every_weekday_and_nothing_else(
    sample: dict[str, pd.DataFrame], symbol: str, vol: float
) -> None:
    frame = sample[symbol]
    assert frame.index.equals(pd.bdate_range("2022-01-03", "2026-06-30", name="date").astype("datetime64[ns]"))
    assert frame["close"].notna().all()
    assert frame[["open", "high", "low", "volume"]].isna().all(axis=None)
    assert np.log(frame["close"]).diff().std() * YEAR == pytest.approx(vol, rel=0.1)
    if symbol == "HKD=X":
        assert frame["close"].between(7.75, 7.85).all()


@pytest.mark.parametrize("symbol", LEVEL)
def test_levels_of_early_2024_are_about_the_real_ones(sample: dict[str, pd.DataFrame], symbol: str) -> None:
    half = sample[symbol]["close"]["2024-01-01":"2024-06-10"]
    assert half.iloc[0] == pytest.approx(LEVEL[symbol], rel=0.35)
    assert half.iloc[-1] == pytest.approx(LEVEL[symbol], rel=0.35)


@pytest.mark.prove
def test_simulating_again_gives_the_very_same_market(sample: dict[str, pd.DataFrame]) -> None:
    again = simulate().set_index("date")
    assert sorted(sample) == sorted(set(again["symbol"])) == sorted([*EXCHANGE, *CURRENCY_VOLATILITY])
    for symbol, frame in again.groupby("symbol"):
        pd.testing.assert_frame_equal(frame[COLUMNS], sample[symbol], check_exact=True)
    other = simulate(seed=1)
    assert not np.array_equal(other["close"], again["close"])


def test_the_sample_is_small_and_has_the_shape_promised(
    sample: dict[str, pd.DataFrame],
) -> None:
    assert SAMPLE.stat().st_size < 3_000_000
    for frame in sample.values():
        assert frame.index.name == "date"
        assert frame.index.dtype == "datetime64[ns]"
        assert list(frame.columns) == COLUMNS
        assert (frame.dtypes == np.float64).all()
