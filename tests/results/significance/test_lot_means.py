"""What is claimed of a run's lots: their excess over their indices, by how many holdings stand alone."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from eventfolio.results.significance.lot_means import lot_means, mean_interval, separate_holdings
from eventfolio.results.significance.of_run import run_evidence, run_verdict

END = date(2026, 1, 30)


def lots(gains: list[float], indices: list[float], gap: int = 10, hold: int = 5) -> pd.DataFrame:
    """A lot of 10 shares at 10 each every `gap` weekdays; NaN: no index."""
    entry = pd.bdate_range("2024-01-02", periods=len(gains) * gap, freq="B")[::gap]
    return pd.DataFrame(
        {
            "event_id": [f"e{n}" for n in range(len(gains))],
            "entry_session": entry,
            "exit_session": entry + hold * pd.offsets.BDay(),
            "shares": 10.0,
            "entry_price": 10.0,
            "pnl": [100 * gain for gain in gains],
            "excess_return": np.array(gains) - np.array(indices),
        }
    )


def noisy(mean: float, count: int, seed: int = 1) -> list[float]:
    drawn = np.random.default_rng(seed).standard_normal(count)
    return (mean + 0.01 * (drawn - drawn.mean())).tolist()


@pytest.mark.parametrize(
    ("gain", "index", "judgement", "words"),
    [
        (0.03, 0.01, "beyond_chance", "more than its market, and more than chance would explain"),
        (0.03, 0.06, "below_beyond_chance", "less than its market, beyond chance"),
        (0.03, 0.029, "no_evidence", "no evidence of a gain beyond its market"),
    ],
)
def test_lots_are_judged_by_what_they_make_beyond_their_index(
    gain: float, index: float, judgement: str, words: str
) -> None:
    found = lot_means(lots(noisy(gain, 20), [index] * 20), END)
    assert found.judgement == judgement
    assert found.excess.value == pytest.approx(gain - index)
    said = run_verdict(found)
    assert said.startswith(
        f"20 lots on 20 dates of entry; {gain:+.1%} a lot, its indices {index:+.1%}".replace("%", " %")
    )
    assert words in said
    assert ("chance would explain" in said) == (judgement == "beyond_chance")


def test_lots_without_an_index_are_counted_and_below_four_in_five_nothing_is_claimed() -> None:
    gains, none = noisy(0.05, 20), float("nan")
    enough = lot_means(lots(gains, [0.0] * 16 + [none] * 4), END)
    assert (enough.indexed, enough.judgement) == (16, "beyond_chance")
    assert "(4 without an index left out)" in run_verdict(enough)
    too_few = lot_means(lots(gains, [0.0] * 15 + [none] * 5), END)
    assert too_few.judgement == "no_index"
    assert "no index stands beside 5 of them, so nothing is claimed" in run_verdict(too_few)


def test_fewer_than_seven_holdings_apart_are_too_few_however_many_lots_there_are() -> None:
    assert lot_means(lots(noisy(0.05, 6), [0.0] * 6), END).judgement == "too_few"
    assert lot_means(lots(noisy(0.05, 7), [0.0] * 7), END).judgement == "beyond_chance"
    crowded = lots(noisy(0.05, 40), [0.0] * 40, gap=1, hold=8)  # 40 entries in 48 weekdays, each held for 8: 5 apart
    found = lot_means(crowded, END)
    assert (found.separate, found.judgement) == (5, "too_few")
    assert lot_means(crowded.head(0), END).judgement == "too_few"
    assert run_verdict(lot_means(crowded.head(0), END)) == "0 lots on 0 dates of entry: nothing to judge."


def test_an_open_lot_counts_at_its_mark_and_is_held_to_the_windows_end() -> None:
    open_ended = lots(noisy(0.05, 8), [0.0] * 8)
    open_ended.loc[0, "exit_session"] = pd.NaT
    found = lot_means(open_ended, END)
    assert (found.lots, found.indexed) == (8, 8)
    assert found.separate == 7  # the first spans all others


def test_holdings_apart_are_the_most_that_fit() -> None:
    entry = pd.Series(pd.to_datetime(["2024-01-01", "2024-01-01", "2024-01-03", "2024-01-05", "2024-01-02"]))
    leave = pd.Series(pd.to_datetime(["2024-01-10", "2024-01-03", "2024-01-05", "2024-01-05", "2024-01-09"]))
    assert separate_holdings(entry, leave) == 3  # 1st to 3rd, 3rd to 5th, and the 5th itself
    assert separate_holdings(entry[:1], leave[:1]) == 1
    assert separate_holdings(entry[:0], leave[:0]) == 0


def test_lots_of_one_date_count_as_one() -> None:
    by_date = np.array(noisy(0.02, 12, seed=4))
    frame = lots(by_date.tolist(), [0.0] * 12)
    five = frame.loc[np.repeat(frame.index, 5)].reset_index(drop=True)
    once, often = lot_means(frame, END).excess, lot_means(five, END).excess
    assert (often.value, often.low, often.high) == pytest.approx((once.value, once.low, once.high))


def test_the_interval_of_lots_apart_is_about_students() -> None:
    from scipy.stats import t

    frame = lots(noisy(0.02, 40), [0.0] * 40)
    found = mean_interval(frame["excess_return"], frame["entry_session"], frame["exit_session"])
    reach = t.ppf(0.975, 39) * frame["excess_return"].std() / np.sqrt(40)
    assert found.low is not None
    assert found.high is not None
    assert (found.high - found.low) / 2 == pytest.approx(reach, rel=0.06)  # 2,000 draws


def test_overlapping_holdings_widen_the_interval() -> None:
    """A sum of ten days' returns begun every second day holds five times as little as its count says."""
    days = np.random.default_rng(3).standard_normal(500)
    sums = [float(days[at : at + 10].sum()) for at in range(0, 480, 2)]
    entry = pd.Series(pd.bdate_range("2024-01-02", periods=480)[::2])
    long, short = (mean_interval(pd.Series(sums), entry, entry + n * pd.offsets.BDay()) for n in (10, 1))
    assert (long.high or 0) - (long.low or 0) > 1.7 * ((short.high or 0) - (short.low or 0))


def test_a_runs_evidence_holds_judgement_verdict_and_counts() -> None:
    path = np.random.default_rng(1).normal(0.0005, 0.01, 390)
    found = run_evidence(path, lots(noisy(0.03, 12), [0.01] * 12), 1.5, END, draws=50)
    assert found.intervals["mean_trade"].value == pytest.approx(0.03)
    assert found.intervals["mean_excess"].value == pytest.approx(0.02)
    assert (found.lots, found.lots_with_index, found.separate_holdings) == (12, 12, 12)
    assert found.judgement == "beyond_chance"
    assert found.leave_one_event_out.low_without in {f"e{n}" for n in range(12)}
