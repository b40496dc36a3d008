"""Draws the equity and drawdown of a run into a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from eventfolio.results.plots.style import DASHES, HUES, QUIET, SHADE, Settings, percent, picture

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from eventfolio.results.store.read import StoredRun, StoredStudy


def draw_run(studies: Sequence[StoredStudy], path: Path) -> None:
    """Gain and drawdown of every strategy, the benchmark, hindsight shaded, events' first sessions as strokes."""
    named = _named(studies)
    with picture(path, 9.0, 6.5, any(study.facts.simulated for study in studies)) as figure:
        gain, fall = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1.3])
        for number, (name, run) in enumerate(named):
            _line(gain, fall, run.returns, "return", name, color=HUES[number % 7], ls=DASHES[number // 7 % 4])
        first = studies[0].runs[0].returns
        if first["benchmark"].notna().any():
            _line(gain, fall, first, "benchmark", str(studies[0].facts.benchmark), color=QUIET, ls=":")
        _events(gain, fall, studies)
        percent(gain)
        percent(fall)
        gain.set_title(" and ".join(dict.fromkeys(study.facts.study for study in studies)))
        gain.set_ylabel("gain since the start")
        fall.set_ylabel("drawdown")
        gain.legend(loc="upper left", ncols=2, fontsize=7.5)


def _named(studies: Sequence[StoredStudy]) -> list[tuple[str, StoredRun]]:
    several = len(studies) > 1
    return [
        (f"{run.label} ({place})" if several else run.label, run)
        for place, study in enumerate(studies, start=1)
        for run in study.runs
    ]


def _line(gain: Axes, fall: Axes, returns: pd.DataFrame, column: str, name: str, **style: Settings) -> None:
    import numpy as np

    known = returns[["date", column]].dropna()
    wealth = np.cumprod(1.0 + known[column].to_numpy())
    days = known["date"].to_numpy()
    gain.plot(days, wealth - 1.0, lw=1.2, label=name, **style)
    fall.plot(days, wealth / np.maximum.accumulate(np.maximum(wealth, 1.0)) - 1.0, lw=1.0, **style)


def _events(gain: Axes, fall: Axes, studies: Sequence[StoredStudy]) -> None:
    from datetime import date

    from matplotlib.dates import date2num

    begin, end = gain.get_xlim()
    published = [found.date() for study in studies if (found := study.facts.published)]
    sessions = {
        (event.tradable_from, event.hindsight)
        for study in studies
        for event in study.facts.events
        if event.tradable_from
    }
    for axes in (gain, fall):
        if published:
            axes.axvspan(begin, date2num(max(published)), color=SHADE, lw=0, zorder=0)
        for day, hindsight in sorted(sessions):
            at = date2num(date.fromisoformat(day))
            if begin <= at <= end:
                axes.axvline(at, color=QUIET if hindsight else HUES[0], lw=0.6, ls=":" if hindsight else "-", zorder=1)
        axes.set_xlim(begin, end)
