"""What stands at the axes of a tearsheet's pictures."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pandas as pd
import pytest

from eventfolio.results.tearsheet.quantstats_plots import Marks, pictures

MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]


@pytest.fixture(scope="module")
def texts() -> dict[str, list[str]]:
    """Every text of each picture of two made-up years, in which a wave of 1 % makes ticks of parts of a percent."""
    days = pd.bdate_range("2023-01-02", "2024-12-31")
    wealth = 1.0 + 0.01 * np.sin(np.linspace(0.0, 14.0, len(days) + 1))
    moves = wealth[1:] / wealth[:-1] - 1.0
    drawn = pictures(pd.Series(moves, index=days, name="made-up"), None, Marks((), date(2023, 6, 1)))
    return {one.title: re.findall(r"<text[^>]*>([^<]+)</text>", one.svg) for one in drawn}


def test_months_and_years_are_named(texts: dict[str, list[str]]) -> None:
    assert {*MONTHS, "2023", "2024"} <= set(texts["Monthly returns"])
    assert {"2023", "2024"} <= set(texts["Yearly returns"])


@pytest.mark.parametrize("title", ["Cumulative returns", "Drawdown", "Worst drawdowns", "Yearly returns"])
def test_a_percentage_at_an_axis_is_the_one_of_its_tick(texts: dict[str, list[str]], title: str) -> None:
    """Ticks are evenly spaced, so what is written at them is too, unless it is rounded."""
    written = [float(text[:-1].replace("−", "-")) for text in texts[title] if text.endswith("%")]
    steps = np.diff(sorted(written))
    assert len(written) > 2
    assert steps == pytest.approx(np.full(len(steps), steps[0]))


@pytest.mark.parametrize("title", ["Cumulative returns", "Drawdown", "Worst drawdowns"])
def test_dates_are_short_enough_to_stand_side_by_side(texts: dict[str, list[str]], title: str) -> None:
    at_dates = [text for text in texts[title] if text == "2024" or text in [month.title() for month in MONTHS]]
    assert "2024" in at_dates
    assert len(at_dates) > 4
