"""Tables that are no returns are refused or doubted by name; tables of returns are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from eventfolio.results.errors import EvidenceError
from eventfolio.results.event_study.csv_input import read_returns
from eventfolio.results.event_study.return_warnings import doubts_of

RETURNS = np.random.default_rng(1).normal(0.0004, 0.01, 300)
RISEN = np.cumprod(1 + RETURNS)


def table(values: np.ndarray, freq: str = "B") -> pd.DataFrame:
    index = pd.date_range("2020-01-01", periods=len(values), freq=freq, name="date")
    return pd.DataFrame({"odd": values, "plain": RETURNS[: len(values)]}, index=index)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (100 * RISEN, "look like levels"),
        (RISEN, "look like levels"),
        (1_000_000 * RISEN, "look like levels"),
        (100 * RETURNS, "looks like per cent"),
        (1e6 * RETURNS, "an amount of money"),
    ],
)
def test_what_can_be_no_returns_is_refused_by_what_it_looks_like(
    values: np.ndarray, words: str, tmp_path: Path
) -> None:
    table(values).to_csv(tmp_path / "r.csv")
    with pytest.raises(EvidenceError, match=words) as refused:
        read_returns(tmp_path / "r.csv", "returns")
    assert "odd" in str(refused.value)
    assert "plain" not in str(refused.value)


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
    [doubt] = doubts_of(table(values), "r.csv")
    assert words in doubt
    assert "'odd'" in doubt
    assert "plain" not in doubt


@pytest.mark.parametrize(
    "values",
    [
        RETURNS,
        4 * RETURNS,  # 65 % a year
        RETURNS * (np.arange(300) % 20 == 0),  # seldom invested
        np.full(300, 0.0001) + 1e-6 * np.arange(300),  # the interest of idle cash
        np.zeros(300),
        np.where(np.arange(300) < 150, np.nan, RETURNS),
    ],
)
def test_returns_raise_no_doubt(values: np.ndarray, tmp_path: Path) -> None:
    assert doubts_of(table(values), "r.csv") == []
    table(values).to_csv(tmp_path / "r.csv")
    read_returns(tmp_path / "r.csv", "returns")


def test_monthly_returns_of_a_stormy_market_raise_no_doubt() -> None:
    assert doubts_of(table(15 * RETURNS[:120], "MS"), "r.csv") == []
