"""What an event study reads of a study's prices."""

from __future__ import annotations

import numpy as np
import pytest

from engine.study_returns import _changes, _trade_to_trade

NAN = np.nan


def test_a_return_after_a_halt_is_held_against_the_index_over_the_whole_halt() -> None:
    close = np.array([10.0, NAN, NAN, 11.0, 11.0])
    index = np.array([100.0, 110.0, 99.0, 108.9, 108.9])
    assert _changes(close)[3] == pytest.approx(0.10)
    home = _trade_to_trade(index, close)
    assert home[3] == pytest.approx(0.089)  # since the listing's last close, not 10 % since yesterday's index
    assert home[4] == pytest.approx(0.0)
    assert home[1] == pytest.approx(0.10)  # no return of the listing to hold it against


def test_an_unknown_index_stays_unknown_and_a_first_close_has_no_span() -> None:
    home = _trade_to_trade(np.array([100.0, NAN, 102.0, 103.0]), np.array([NAN, 10.0, 10.0, 10.0]))
    assert np.isnan(home[0])
    assert np.isnan(home[1])
    assert home[2] == pytest.approx(0.02)  # no earlier session knew both: the index's own last known level
    assert home[3] == pytest.approx(103 / 102 - 1)
