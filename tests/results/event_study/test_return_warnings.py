"""Tables that are no returns are refused or doubted by name; tables of returns are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from eventfolio.results.errors import EvidenceError
from eventfolio.results.event_study.csv_input import read_returns
from eventfolio.results.event_study.options import Options
from eventfolio.results.event_study.return_warnings import warnings_of
from eventfolio.results.event_study.study import event_study

RETURNS = np.random.default_rng(1).normal(0.0004, 0.01, 300)
RISEN = np.cumprod(1 + RETURNS)


def table(values: np.ndarray, freq: str = "B") -> pd.DataFrame:
    index = pd.date_range("2020-01-01", periods=len(values), freq=freq, name="date")
    return pd.DataFrame({"odd": values, "plain": RETURNS[: len(values)]}, index=index)


def written(frame: pd.DataFrame, path: Path) -> Path:
    if path.suffix == ".csv":
        frame.to_csv(path)
    else:
        frame.reset_index().to_parquet(path, index=False)
    return path


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (100 * RISEN, "look like levels"),
        (RISEN, "look like levels"),
        (1_000_000 * RISEN, "look like levels"),
        (100 * RETURNS, "looks like per cent"),
        (1e6 * RETURNS, "an amount of money"),
        (np.where(np.arange(300) == 7, -1.0, RETURNS), "loses all, and yet others follow it"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_what_can_be_no_returns_is_refused_by_what_it_looks_like(
    values: np.ndarray, words: str, form: str, tmp_path: Path
) -> None:
    with pytest.raises(EvidenceError, match=words) as refused:
        read_returns(written(table(values), tmp_path / f"r.{form}"), "returns")
    assert "odd" in str(refused.value)
    assert "plain" not in str(refused.value)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_tables_of_either_form_are_read_by_date_and_keep_one_row_a_date(form: str, tmp_path: Path) -> None:
    whole = table(RETURNS)
    turned = read_returns(written(whole[::-1], tmp_path / f"turned.{form}"), "returns")
    assert turned.index.equals(whole.index)
    assert np.array_equal(turned["odd"], RETURNS)
    with pytest.raises(EvidenceError, match="2020-01-03 stands twice"):
        read_returns(written(pd.concat([whole, whole[2:3]]), tmp_path / f"twice.{form}"), "returns")


def test_a_parquet_that_lacks_a_date_or_holds_no_finite_number_is_refused(tmp_path: Path) -> None:
    undated = table(RETURNS).reset_index()
    undated.loc[5, "date"] = pd.NaT
    zoned = table(RETURNS).tz_localize("UTC")
    endless = table(np.where(np.arange(300) == 7, np.inf, RETURNS))
    for frame, words in ((undated.set_index("date"), "no date"), (zoned, "no table"), (endless, "no table")):
        with pytest.raises(EvidenceError, match=words):
            read_returns(written(frame, tmp_path / "r.parquet"), "returns")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (RISEN - 1, "added up"),
        (0.3 * RISEN, "levels"),
        (np.abs(RETURNS) + 0.05, "never lose"),
        (30 * RETURNS, "300 % a year"),
        (np.where(np.arange(300) == 7, 12.0, RETURNS), "1,200% in one row"),
    ],
)
def test_what_is_suspicious_is_doubted_by_name(values: np.ndarray, words: str) -> None:
    [warning] = warnings_of(table(values), "r.csv")
    assert words in warning
    assert "'odd'" in warning
    assert "plain" not in warning


@pytest.mark.parametrize(
    "values",
    [
        RETURNS,
        4 * RETURNS,  # 65 % a year
        RETURNS * (np.arange(300) % 20 == 0),  # seldom invested
        np.full(300, 0.0001) + 1e-6 * np.arange(300),  # the interest of idle cash
        np.zeros(300),
        np.where(np.arange(300) < 150, np.nan, RETURNS),
        np.where(np.arange(300) == 7, 3.0, RETURNS),  # a penny stock
        np.where(np.arange(300) < 200, RETURNS, np.where(np.arange(300) == 200, -1.0, np.nan)),  # bankrupt, delisted
        np.where(np.arange(300) < 200, RETURNS, np.where(np.arange(300) == 200, -1.0, 0.0)),  # all lost, then nothing
    ],
)
def test_returns_raise_no_doubt(values: np.ndarray, tmp_path: Path) -> None:
    assert warnings_of(table(values), "r.csv") == []
    table(values).to_csv(tmp_path / "r.csv")
    read_returns(tmp_path / "r.csv", "returns")


def test_monthly_returns_of_a_stormy_market_raise_no_doubt() -> None:
    assert warnings_of(table(15 * RETURNS[:120], "MS"), "r.csv") == []


def test_a_total_loss_has_no_logarithm() -> None:
    firm = table(np.where(np.arange(300) < 250, RETURNS, np.where(np.arange(300) == 250, -1.0, 0.0)))[["odd"]]
    market = table(np.random.default_rng(2).normal(0.0, 0.01, 300))[["odd"]]
    events = pd.DataFrame({"name": ["odd"], "symbol": ["odd"], "date": [firm.index[250]]})
    lost = event_study(firm, market, events, Options(window=(0, 0))).aar[0]
    assert lost == pytest.approx(-1.0, abs=0.03)
    with pytest.raises(EvidenceError, match="'odd' loses all it is worth"):
        event_study(firm, market, events, Options(log=True))
