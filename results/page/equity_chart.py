"""Builds the data of the page's chart: equity and benchmarks on shared dates, event marks, the span of hindsight."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import TypedDict, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventfolio.results.store.read import StoredRun, StoredStudy

Floats = npt.NDArray[np.float64]
Rows = TypeVar("Rows", Floats, npt.NDArray[np.datetime64])

HUES, DASHES = 7, 4  # colours and dash patterns of static/lines.js and style.css: 28 lines told apart
MOST_POINTS = 40_000  # of all lines together; more would take the page beyond 2 MB


class Look(TypedDict):
    """Colour and dash pattern of a line, by number."""

    hue: int
    dash: int


class Line(TypedDict):
    """A path by date. dates : number in `ChartData.dates`; gain, fall : decimal fractions"""

    dates: int
    gain: list[float]
    fall: list[float]


class NamedLine(Line):
    """A benchmark's line."""

    name: str


class StrategyLine(NamedLine, Look):
    """A strategy's line."""

    exposure: list[float]


class ChartData(TypedDict):
    """What `static/chart.js` reads, but for the events."""

    dates: list[list[str]]
    lines: list[StrategyLine]
    benchmarks: list[NamedLine]
    hindsight_until: str | None
    step: int


def look(number: int) -> Look:
    """Colour and dash pattern of line `number`."""
    return {"hue": number % HUES, "dash": number // HUES % DASHES}


def chart_data(studies: Sequence[StoredStudy], named: Sequence[tuple[str, StoredRun]]) -> ChartData:
    """What the chart needs beside the events, JSON-ready.

    named   : each line's name and run, in order
    Returns : dates (lists of dates that lines point into by number), lines and benchmarks (gain, fall, exposure as
              decimal fractions), hindsight_until, step (every how many rows are drawn)
    """
    rows = sum(len(run.returns) for _, run in named)
    step = max(1, math.ceil(rows / MOST_POINTS))
    dates: dict[tuple[str, ...], int] = {}
    lines: list[StrategyLine] = [
        {"name": name, **look(number), **_line(run.returns, "return", step, dates), "exposure": _exposure(run, step)}
        for number, (name, run) in enumerate(named)
    ]
    benchmarks = _benchmarks(studies, step, dates)
    return {
        "dates": [list(days) for days in dates],
        "lines": lines,
        "benchmarks": benchmarks,
        "hindsight_until": _hindsight_until(studies),
        "step": step,
    }


def _line(returns: pd.DataFrame, column: str, step: int, dates: dict[tuple[str, ...], int]) -> Line:
    """Gain since the start and fall from the highest point by date; gaps stay gaps."""
    known = returns[["date", column]].dropna()
    wealth = np.cumprod(1.0 + known[column].to_numpy(float), dtype=np.float64)
    peak = np.maximum.accumulate(np.maximum(wealth, 1.0))
    days = tuple(_thin(known["date"].to_numpy(), step).astype("datetime64[D]").astype(str).tolist())
    return {
        "dates": dates.setdefault(days, len(dates)),
        "gain": _short(_thin(wealth - 1.0, step)),
        "fall": _short(_thin(wealth / peak - 1.0, step)),
    }


def _exposure(run: StoredRun, step: int) -> list[float]:
    return _short(_thin(run.equity["exposure"].to_numpy(), step), 3)


def _thin(values: Rows, step: int) -> Rows:
    """Every step-th row, counted from the end, so that the last one stays."""
    return values[(len(values) - 1) % step :: step] if len(values) else values


def _short(values: Floats, digits: int = 5) -> list[float]:
    rounded: list[float] = np.round(values, digits).tolist()
    return rounded


def _benchmarks(studies: Sequence[StoredStudy], step: int, dates: dict[tuple[str, ...], int]) -> list[NamedLine]:
    """One line a benchmark, window and account currency."""
    lines: dict[str, NamedLine] = {}
    mixed = len({study.facts.account.currency for study in studies}) > 1
    for study in studies:
        if study.runs[0].returns["benchmark"].notna().any():
            line = _line(study.runs[0].returns, "benchmark", step, dates)
            where = f" in {study.facts.account.currency}" if mixed else ""
            lines.setdefault(json.dumps([line, where]), {"name": f"{study.facts.benchmark}{where}", **line})
    return list(lines.values())


def _hindsight_until(studies: Sequence[StoredStudy]) -> str | None:
    """The date the article appeared (the latest of several): all before it is hindsight."""
    days = [published.date() for study in studies if (published := study.facts.published)]
    return max(days).isoformat() if days else None
