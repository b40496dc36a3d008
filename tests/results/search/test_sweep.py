"""A sweep's document, its tables and its picture."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from support.records import sweep_facts

from eventfolio.engine.metrics import PERIODS, LotFigures, path_metrics
from eventfolio.engine.record.search import SweepFacts
from eventfolio.events.errors import InputError
from eventfolio.results.errors import EvidenceError
from eventfolio.results.event_study.csv_input import read_returns
from eventfolio.results.plots.sweep import draw_sweep
from eventfolio.results.search.sweep import ranking, returns_table, score, sweep_document
from eventfolio.results.search.sweep_tables import RETURNS_FILE, TRIALS_FILE, trials_table, write_sweep
from eventfolio.results.significance.overfitting import overfitting_figures

DATES = pd.bdate_range("2024-01-01", periods=120).to_numpy().astype("datetime64[D]")


@dataclass
class Played:
    returns: np.ndarray
    mean_trade: float | None = 0.01
    lots: int = 3
    metrics: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        equity, idle = np.cumprod(1 + self.returns), np.zeros(len(self.returns))
        lots = LotFigures(self.lots, [1.0] * self.lots, [], 10.0)
        self.metrics = path_metrics(self.returns, idle, equity, 120 / 260, 1.0, 1.0, lots)


def sweep_of(params: list[dict[str, Any]], **fixed: Any) -> SweepFacts:
    return sweep_facts(params, DATES, **fixed)


@pytest.fixture
def trials() -> list[Played]:
    rng = np.random.default_rng(4)
    paths = [rng.normal(mean, 0.01, 120) for mean in (-0.001, 0.002, 0.0005)]
    return [*map(Played, paths), Played(np.zeros(120), None, 0)]


PARAMS = [{"hold": hold, "stop": stop} for hold in (5, 10) for stop in (None, 0.05)]
SWEEP = sweep_of(PARAMS, weight=0.5, repeat="extend")


def test_trials_are_ranked_by_sharpe_and_the_flat_one_by_its_mean_return(trials: list[Played]) -> None:
    metrics = [trial.metrics for trial in trials]
    assert metrics[3]["sharpe"] is None
    assert score(metrics[3]) == 0.0
    assert ranking(metrics) == sorted(range(4), key=lambda n: -(metrics[n]["sharpe"] or 0.0))
    assert ranking(metrics).index(3) == sum((one["sharpe"] or 0.0) > 0 for one in metrics)


def test_of_equal_sharpes_the_higher_return_then_the_earlier_comes_first() -> None:
    base = {"sharpe": 1.0, "trades": 3, "cagr": 0.1}
    metrics = [base | {"total_return": total} for total in (0.1, 0.2, 0.1, 0.2)]
    assert ranking(metrics) == [1, 3, 0, 2]


def test_the_document_has_the_trials_in_order_and_the_honesty_of_the_same_returns(trials: list[Played]) -> None:
    returns = returns_table(SWEEP, trials)
    found = sweep_document(SWEEP, trials, returns, 8)
    assert found["engine"] == "backtrader"
    assert found["tried"] == 4
    assert [trial["params"] for trial in found["trials"]] == [PARAMS[n] for n in ranking([t.metrics for t in trials])]
    assert list(found["trials"][0]["metrics"]) == list(trials[0].metrics)
    honest = overfitting_figures(returns, 8, a_year=PERIODS)
    assert found["best"]["sharpe"] == pytest.approx(found["trials"][0]["metrics"]["sharpe"], rel=1e-12)
    assert {key: found[key] for key in ("pbo", "deflated_sharpe", "spa", "best")} == {
        key: honest[key] for key in ("pbo", "deflated_sharpe", "spa", "best")
    }
    assert found["best"]["trial"] == returns.columns[0] == "hold=5 stop=0.05"
    assert "Best of 4 trials" in found["verdict"]
    json.dumps(found, allow_nan=False)


def test_a_trial_that_only_earned_interest_is_flat_to_the_honesty_figures(trials: list[Played]) -> None:
    interest = Played(np.where(np.arange(120) % 5 == 0, 3e-4, 1e-4), None, 0)
    returns = returns_table(SWEEP, [*trials[:3], interest])
    found = sweep_document(SWEEP, [*trials[:3], interest], returns, 8)
    assert found["best"]["trial"] == "hold=5 stop=0.05"
    assert found["flat_trials"] == 1


def test_where_nothing_ever_moves_the_figures_are_null_and_the_verdict_says_why() -> None:
    flat = [Played(np.zeros(120), None, 0) for _ in range(4)]
    found = sweep_document(SWEEP, flat, returns_table(SWEEP, flat))
    assert found["pbo"] is found["deflated_sharpe"] is found["spa"] is None
    assert "No trial's return ever varies".lower() in found["verdict"].lower()


def test_the_tables_hold_every_trial_and_overfit_reads_the_returns_back(trials: list[Played], tmp_path: Path) -> None:
    returns = returns_table(SWEEP, trials)
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        write_sweep(folder, SWEEP, trials, returns, {"engine": "backtrader"})
    assert (tmp_path / "a" / TRIALS_FILE).read_bytes() == (tmp_path / "b" / TRIALS_FILE).read_bytes()
    table = pq.read_table(tmp_path / "a" / TRIALS_FILE).to_pandas()
    assert list(table.columns[:5]) == ["rank", "weight", "repeat", "hold", "stop"]
    assert "assumed" in trials[0].metrics  # which run.json alone has
    assert list(table.columns[5:]) == [*(name for name in trials[0].metrics if name != "assumed"), "mean_trade"]
    assert table["rank"].tolist() == [1, 2, 3, 4]
    best = ranking([trial.metrics for trial in trials])[0]
    assert table["total_return"][0] == trials[best].metrics["total_return"]
    back = read_returns(tmp_path / "a" / RETURNS_FILE, "trials' returns")
    pd.testing.assert_frame_equal(back, returns, check_freq=False)
    assert overfitting_figures(back, 8) == overfitting_figures(returns, 8)


def test_columns_take_the_type_of_their_values(trials: list[Played]) -> None:
    rows: list[dict[str, Any]] = [
        {"hold": None, "take": 1, "loud": True, "mix": 1, "trades": 7},
        {"hold": 5, "take": 0.5, "loud": False, "mix": "a", "trades": 8},
    ]
    table = trials_table(sweep_of(rows), trials[:2])
    names = ("hold", "take", "loud", "mix", "param.trades", "trades")
    kinds = {name: str(table.schema.field(name).type) for name in names}
    assert kinds == {
        "hold": "int64", "take": "double", "loud": "bool", "mix": "string", "param.trades": "int64", "trades": "int64",
    }  # fmt: skip
    assert sorted(table["mix"].to_pylist()) == ['"a"', "1"]


@pytest.mark.parametrize(
    "params",
    [
        PARAMS,
        [{"hold": hold} for hold in (5, 10, 15, 20)],
        [{"repeat": word} for word in ("extend", "ignore", "add", "x")],
        [{"hold": n, "stop": n / 100} for n in range(1, 51)],
        [{"hold": a, "stop": None, "take": b} for a in (1, 2) for b in (0.1, 0.2)],
    ],
)
def test_pictures_are_drawn_of_grids_lines_words_and_draws(
    params: list[dict[str, Any]], trials: list[Played], tmp_path: Path
) -> None:
    sweep = sweep_of(params)
    many = [trials[number % 4] for number in range(len(params))]
    document = sweep_document(sweep, many, returns_table(sweep, many), 8)
    for kind, begins in (("png", b"\x89PNG"), ("svg", b"<?xml")):
        assert draw_sweep(document, tmp_path / f"a.{kind}").read_bytes().startswith(begins)
        first = (tmp_path / f"a.{kind}").read_bytes()
        draw_sweep(document, tmp_path / f"a.{kind}")
        assert (tmp_path / f"a.{kind}").read_bytes() == first


def test_one_trial_and_other_kinds_of_files_make_no_picture(trials: list[Played], tmp_path: Path) -> None:
    document = {"varied": [], "trials": [], "simulated": True}
    with pytest.raises(EvidenceError, match="more than one value"):
        draw_sweep(document, tmp_path / "a.png")
    with pytest.raises(InputError, match=r"\.png or \.svg"):
        draw_sweep(document | {"varied": ["hold"], "strategy": "", "study": "", "tried": 1}, tmp_path / "a.jpg")
