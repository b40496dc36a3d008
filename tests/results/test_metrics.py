"""How figures are written."""

import math

import pytest

from eventfolio.results.metrics import METRICS, show


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("percent", 0.12345, "12.35%"),
        ("percent", -0.5, "-50.00%"),
        ("percent", -0.000001, "0.00%"),
        ("percent", 12.0, "1200.00%"),
        ("ratio", 1.005, "1.00"),
        ("ratio", -0.25, "-0.25"),
        ("count", 1234, "1,234"),
        ("money", 98765.4321, "98,765"),
        ("percent", None, "–"),
        ("ratio", math.nan, "–"),
        ("ratio", math.inf, "–"),
    ],
)
def test_a_figure_reads_as_its_kind_says(kind: str, value: float | None, text: str) -> None:
    assert show(kind, value) == text  # type: ignore[arg-type]


def test_every_metric_of_the_record_is_shown_once() -> None:
    assert [metric.key for metric in METRICS] == [
        "total_return", "cagr", "volatility", "sharpe", "sortino", "max_drawdown", "calmar", "exposure",
        "turnover", "trades", "win_rate", "mean_excess", "costs", "skew", "var_95",
    ]  # fmt: skip
