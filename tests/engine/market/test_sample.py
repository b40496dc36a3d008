"""The packaged sample market against the real ones it is calibrated to, and against what no market can print.

Targets are typed from statistics of real daily prices; where those are at hand the typing is checked too.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from support.places import SHARED

from eventfolio.engine.market.sources.sample import read_sample

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
ASIA = ["069500.KS", "^N225", "^HSI", "000300.SS"]
HOME = {
    **dict.fromkeys(["036460.KS", "028260.KS", "034020.KS", "063080.KQ"], "069500.KS"),
    "7013.T": "^N225",
    **dict.fromkeys(["0883.HK", "1088.HK"], "^HSI"),
    **dict.fromkeys(["002738.SZ", "600111.SS", "600938.SS"], "000300.SS"),
    **dict.fromkeys(["REMX", "MP"], "SPY"),
}
STOCKS = list(HOME)

# % a year in 2024, 2025 and the first half of 2026.
VOLATILITY = {
    "069500.KS": (20.8, 22.5, 60.8),
    "036460.KS": (68.9, 42.0, 36.5),
    "028260.KS": (38.2, 39.3, 82.7),
    "034020.KS": (46.7, 61.9, 71.0),
    "063080.KQ": (64.6, 51.5, 71.4),
    "7013.T": (52.8, 52.2, 55.5),
    "0883.HK": (34.6, 26.1, 39.5),
    "1088.HK": (31.1, 26.1, 31.9),
    "002738.SZ": (51.2, 46.6, 61.0),
    "600111.SS": (37.6, 45.9, 57.1),
    "600938.SS": (35.6, 22.5, 46.8),
    "REMX": (36.1, 41.1, 53.2),
    "MP": (56.5, 90.1, 73.6),
    "ACWI": (11.9, 17.1, 16.3),
    "^N225": (26.4, 23.9, 32.0),
    "^HSI": (25.4, 24.6, 20.3),
    "000300.SS": (21.2, 15.4, 18.0),
    "SPY": (12.6, 19.3, 14.2),
}
# To the home index, the same periods.
BETA = {
    "036460.KS": (1.23, 0.51, 0.24),
    "028260.KS": (1.06, 0.99, 1.13),
    "034020.KS": (1.09, 1.36, 0.81),
    "063080.KQ": (0.83, 0.90, 0.49),
    "7013.T": (1.25, 1.01, 0.85),
    "0883.HK": (0.68, 0.63, -0.08),
    "1088.HK": (0.59, 0.51, 0.21),
    "002738.SZ": (1.46, 1.49, 1.68),
    "600111.SS": (1.22, 1.16, 1.79),
    "600938.SS": (0.63, 0.56, -0.56),
    "REMX": (1.12, 0.98, 2.16),
    "MP": (1.71, 0.99, 2.16),
}
# Overnight and intraday volatility over close-to-close volatility, June 2024 to June 2026 (MP: before).
LEGS = {
    "069500.KS": (0.72, 0.66),
    "036460.KS": (0.50, 0.97),
    "028260.KS": (0.65, 0.78),
    "034020.KS": (0.60, 0.84),
    "063080.KQ": (0.52, 0.94),
    "7013.T": (0.62, 0.80),
    "0883.HK": (0.66, 0.76),
    "1088.HK": (0.41, 0.97),
    "002738.SZ": (0.47, 0.88),
    "600111.SS": (0.41, 0.88),
    "600938.SS": (0.73, 0.76),
    "REMX": (0.63, 0.63),
    "MP": (0.50, 0.88),
    "ACWI": (0.77, 0.72),
    "^N225": (0.45, 0.73),
    "^HSI": (0.61, 0.74),
    "000300.SS": (0.61, 0.83),
    "SPY": (0.63, 0.84),
}
NEW_YORK_BEFORE = {"069500.KS": 0.35, "^N225": 0.46, "^HSI": 0.28, "000300.SS": 0.19}
INDEX_CORRELATION = {
    ("069500.KS", "^N225"): 0.67,
    ("069500.KS", "^HSI"): 0.34,
    ("069500.KS", "000300.SS"): 0.37,
    ("^N225", "^HSI"): 0.34,
    ("^N225", "000300.SS"): 0.32,
    ("^HSI", "000300.SS"): 0.54,
    ("ACWI", "SPY"): 0.97,
}
# Above 0.2 in size among the 66 pairs of stocks; the rest lies between -0.10 and 0.19.
STOCK_CORRELATION = {
    ("036460.KS", "028260.KS"): 0.23,
    ("036460.KS", "034020.KS"): 0.26,
    ("028260.KS", "034020.KS"): 0.44,
    ("034020.KS", "063080.KQ"): 0.22,
    ("028260.KS", "7013.T"): 0.24,
    ("034020.KS", "7013.T"): 0.29,
    ("0883.HK", "1088.HK"): 0.61,
    ("0883.HK", "600938.SS"): 0.74,
    ("1088.HK", "600938.SS"): 0.41,
    ("002738.SZ", "600111.SS"): 0.48,
    ("002738.SZ", "REMX"): 0.43,
    ("600111.SS", "REMX"): 0.43,
    ("REMX", "MP"): 0.57,
}
# Days on which news of the subject came out (public record, June 2024 on).
# fmt: off
NEWS_DAYS = [
    "2024-06-19", "2024-10-08", "2024-10-13", "2024-10-18", "2024-10-23", "2024-10-28",
    "2024-11-06", "2024-11-12", "2024-12-05", "2025-02-04", "2025-02-26", "2025-04-26",
    "2025-04-28", "2025-04-30", "2025-05-29", "2025-06-02", "2025-06-05", "2025-06-17",
    "2025-07-12", "2025-07-14", "2025-08-28", "2025-09-03", "2025-09-05", "2025-12-13",
    "2026-02-12",
]
# fmt: on


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


def _new_york_before(returns: pd.DataFrame) -> pd.Series:
    """For each date the return of New York's last session before it."""
    known = returns["SPY"].dropna()
    place = known.index.searchsorted(returns.index) - 1
    return pd.Series(np.where(place >= 0, known.to_numpy()[place], np.nan), returns.index)


def _betas(returns: pd.DataFrame, symbol: str, home: str) -> list[float]:
    pairs = returns[[symbol, home]].dropna()
    return [float(np.polyfit(part[home], part[symbol], 1)[0]) for part in _periods(pairs)]


def _periods(table: pd.DataFrame) -> list[pd.DataFrame]:
    return [table.loc["2024"], table.loc["2025"], table.loc["2026":"2026-06-30"]]


@pytest.mark.parametrize("symbol", EXCHANGE)
def test_volatility_of_every_year_is_within_15_percent_of_the_real_one(log_return: pd.DataFrame, symbol: str) -> None:
    target = VOLATILITY[symbol]
    for year, wanted in zip(range(2022, 2027), (target[0], target[0], *target), strict=True):
        assert log_return.loc[str(year), symbol].std() * YEAR == pytest.approx(wanted, rel=0.15), year


@pytest.mark.parametrize("symbol", STOCKS)
def test_betas_to_the_home_index_are_the_real_ones(log_return: pd.DataFrame, symbol: str) -> None:
    assert _betas(log_return, symbol, HOME[symbol]) == pytest.approx(BETA[symbol], abs=0.15)


@pytest.mark.parametrize("symbol", EXCHANGE)
def test_nights_and_sessions_have_their_real_shares_of_the_volatility(
    log_return: pd.DataFrame, log_night: pd.DataFrame, symbol: str
) -> None:
    night = log_night[symbol][WINDOW]
    session = log_return[symbol][WINDOW] - night
    whole = log_return[symbol][WINDOW].std()
    assert night.std() / whole == pytest.approx(LEGS[symbol][0], rel=0.10)
    assert session.std() / whole == pytest.approx(LEGS[symbol][1], rel=0.10)


@pytest.mark.parametrize("symbol", ASIA)
def test_asia_follows_new_yorks_previous_session(log_return: pd.DataFrame, symbol: str) -> None:
    before = _new_york_before(log_return)[WINDOW]
    link = log_return[symbol][WINDOW].corr(before)
    assert link > 0.05
    assert link == pytest.approx(NEW_YORK_BEFORE[symbol], abs=0.12)
    assert log_return[symbol][WINDOW].corr(log_return["SPY"][WINDOW]) == pytest.approx(0.09, abs=0.12)


@pytest.mark.parametrize("symbol", [*ASIA, *(s for s in STOCKS if HOME[s] != "SPY")])
def test_new_yorks_news_is_in_asias_open_and_not_left_for_the_session(
    log_return: pd.DataFrame, log_night: pd.DataFrame, symbol: str
) -> None:
    before = _new_york_before(log_return)
    noise = 3 / np.sqrt(len(log_night[symbol].dropna()))
    assert abs((log_return[symbol] - log_night[symbol]).corr(before)) < noise
    if symbol in ASIA:
        assert log_night[symbol].corr(before) > 2 * noise


@pytest.mark.parametrize("symbol", ["REMX", "MP", "ACWI"])
def test_asias_news_of_the_date_is_in_new_yorks_open(
    log_return: pd.DataFrame, log_night: pd.DataFrame, symbol: str
) -> None:
    asia = log_return[["002738.SZ", "600111.SS"] if symbol != "ACWI" else ASIA].mean(axis=1)
    session = log_return[symbol] - log_night[symbol]
    assert abs(session.corr(asia)) < 3 / np.sqrt(len(session.dropna()))


@pytest.mark.parametrize("symbol", EXCHANGE)
def test_tails_are_fat(log_return: pd.DataFrame, symbol: str) -> None:
    # Sinomine's real figure is 1.2: its limits of 10 % cut at three standard deviations.
    assert log_return[symbol]["2024":].kurt() > (0.6 if symbol == "002738.SZ" else 1.0)


def test_large_moves_follow_large_moves_of_either_sign(log_return: pd.DataFrame) -> None:
    size = log_return["2024":].abs().apply(lambda column: column.dropna().autocorr())
    # Real means: 0.24 and 0.18. These returns in random order within each year: at most 0.09 and 0.07.
    assert size[[*ASIA, "SPY", "ACWI"]].mean() > 0.15
    assert size.mean() > 0.10
    sign = log_return["2024":].apply(lambda column: column.dropna().autocorr())
    assert abs(sign.mean()) < 0.03


def test_indices_and_stocks_move_together_as_they_do(log_return: pd.DataFrame) -> None:
    found = log_return[WINDOW].corr()
    for (one, other), wanted in (INDEX_CORRELATION | STOCK_CORRELATION).items():
        assert found.loc[one, other] == pytest.approx(wanted, abs=0.15), (one, other)
    for number, one in enumerate(STOCKS):
        for other in STOCKS[:number]:
            if not {(one, other), (other, one)} & STOCK_CORRELATION.keys():
                assert -0.20 < found.loc[one, other] < 0.30, (one, other)


def test_the_typed_targets_are_those_of_the_real_prices() -> None:
    if not (SHARED / "market").is_dir():
        pytest.skip("real prices (../shared/market) are not here")
    close = {s: pd.read_csv(SHARED / "market" / f"{s}.csv", index_col=0, parse_dates=True)["close"] for s in EXCHANGE}
    real = pd.DataFrame({s: np.log(series.dropna()).diff() for s, series in close.items()})
    for symbol in EXCHANGE:
        found = [part[symbol].dropna().std() * YEAR for part in _periods(real)]
        assert found == pytest.approx(VOLATILITY[symbol], abs=0.06), symbol
    for symbol, home in HOME.items():
        assert _betas(real, symbol, home) == pytest.approx(BETA[symbol], abs=0.02), symbol
    found = real[WINDOW].corr()
    for (one, other), wanted in (INDEX_CORRELATION | STOCK_CORRELATION).items():
        assert found.loc[one, other] == pytest.approx(wanted, abs=0.02), (one, other)
    for symbol, wanted in NEW_YORK_BEFORE.items():
        assert real[symbol][WINDOW].corr(_new_york_before(real)[WINDOW]) == pytest.approx(wanted, abs=0.02)


def test_no_listing_drifts_more_than_the_common_drift(log_return: pd.DataFrame) -> None:
    # 5 % a year for all, less tax on dividends (0.7 % at most), less what daily limits and halts cut.
    a_year = log_return.mean() * 252
    assert a_year.between(0.0, 0.06).all()
    assert list(a_year[["SPY", "ACWI", "REMX", *ASIA]]) == pytest.approx([0.05] * 7, abs=0.01)


@pytest.mark.parametrize("sessions", [1, 2, 20])
def test_news_days_carry_no_abnormal_return(log_return: pd.DataFrame, sessions: int) -> None:
    abnormal = {}
    for symbol in STOCKS:
        early, *later = BETA[symbol]
        beta = np.array([early, early, early, *later])[log_return.index.year - 2022]
        own = (log_return[symbol] - beta * log_return[HOME[symbol]]).dropna()
        abnormal[symbol] = own.rolling(sessions).sum().shift(1 - sessions)  # from each session on
    # A market that is shut reacts in its next session; sums of many sessions overlap, about five to a month.
    mean = pd.DataFrame(abnormal).bfill(limit=4).mean(axis=1)[WINDOW]
    on_news = mean.iloc[mean.index.searchsorted(pd.DatetimeIndex(NEWS_DAYS))]
    noise = mean.std() / np.sqrt(len(on_news) / max(1, sessions / 5))
    assert abs(on_news.mean() - mean.mean()) < 2 * noise
    assert noise < 0.01 * max(1, sessions / 5)  # an effect of a few per cent would show
