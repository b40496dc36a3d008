"""Measures abnormal returns around events and tests them, session by session and window by window.

    study = event_study(returns, market, events, Options(window=(-1, 1)))
    study.caar[1], study.tests["bmp"][0].p

Source: MacKinlay (1997), J. Economic Literature 35(1), 13-39; Campbell, Lo and MacKinlay (1997), chapter 4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from eventfolio.results.errors import EvidenceError
from eventfolio.results.event_study.clusters import units_of
from eventfolio.results.event_study.options import Options, Span
from eventfolio.results.event_study.panel import Floats, Panel, Unit
from eventfolio.results.event_study.permutation import permutation
from eventfolio.results.event_study.placement import NO_SESSION, Excluded, Row, fit_rows, place
from eventfolio.results.event_study.tests_parametric import Outcome, bmp, brown_warner, cross_t, kolari_pynnonen, patell
from eventfolio.results.event_study.tests_rank import corrado, generalized_sign, sign, wilcoxon

Test = Callable[[Panel, int, int], Outcome]
Samples = Mapping[Span, tuple[list[Row], list[Excluded]]]
TESTS: dict[str, Test] = {
    "cross_t": cross_t,
    "brown_warner": brown_warner,
    "patell": patell,
    "bmp": bmp,
    "kolari_pynnonen": kolari_pynnonen,
    "corrado": corrado,
    "sign": sign,
    "generalized_sign": generalized_sign,
    "wilcoxon": wilcoxon,
    "permutation": permutation,
}


@dataclass(frozen=True)
class EventStudy:
    """What came of it. Sessions are relative; sums run from the first session of the event window.

    rows      : every event that could be measured; units: the independent observations they make
    excluded  : what could not, and why
    aar, caar : by session, the mean over units; None where nothing is known
    independent : blocks: chains of units whose event windows share a date, or that tell of one happening
    by_window   : each window looked at, placed, fitted and merged by itself; this one among them
    """

    options: Options
    rows: tuple[Row, ...]
    excluded: tuple[Excluded, ...]
    panel: Panel
    aar: dict[int, float | None]
    caar: dict[int, float | None]
    independent: int
    notes: tuple[str, ...] = field(default=())
    by_window: Mapping[Span, EventStudy] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def tests(self) -> dict[str, dict[int, Outcome]]:
        """By test and session, of the AAR of that session."""
        return {name: {t: test(self.panel, t, t) for t in self.aar} for name, test in TESTS.items()}

    @cached_property
    def car_tests(self) -> dict[str, dict[int, Outcome]]:
        """By test and session, of the CAAR up to that session."""
        first = self.options.window[0]
        return {name: {t: test(self.panel, first, t) for t in self.aar} for name, test in TESTS.items()}

    @property
    def dates(self) -> int:
        """How many dates are a session 0."""
        return len({unit.date for unit in self.units})

    @property
    def units(self) -> tuple[Unit, ...]:
        return self.panel.units


def event_study(
    returns: pd.DataFrame, market: pd.DataFrame, events: pd.DataFrame, options: Options = Options()
) -> EventStudy:
    """Measure the events.

    returns : date (index) x firm, simple returns as fractions; NaN where not traded
    market  : date x market; a session is a date that is in both frames and on which the market's return is known
    events  : name, symbol (a firm), date, market (may be missing where there is one); optionally `group`: rows with
              the same group are one happening
    Raises  : EvidenceError where nothing can be measured at all
    """
    samples = samples_of(returns, market, events, options)
    rows, excluded = samples[options.window]
    if not rows:
        reasons = "; ".join(f"{gone.name} ({gone.date}): {gone.why}" for gone in excluded[:5])
        more = f"; and {len(excluded) - 5} more" if len(excluded) > 5 else ""
        raise EvidenceError(f"No event can be measured. {reasons}{more}.")
    return measure(samples, options)


def samples_of(returns: pd.DataFrame, market: pd.DataFrame, events: pd.DataFrame, options: Options) -> Samples:
    """Each window looked at, placed and fitted by itself, so that asking for another beside it changes no figure."""
    placed = place(returns, market, events, options.log)
    return {window: fit_rows(placed, replace(options, window=window)) for window in options.windows}


def measure(samples: Samples, options: Options) -> EventStudy:
    """The study of the window asked for, and of each other that has a row, by itself."""
    found = {
        window: _measured(rows, excluded, replace(options, window=window))
        for window, (rows, excluded) in samples.items()
        if rows
    }
    return replace(found[options.window], by_window=found)


def _measured(rows: Sequence[Row], excluded: Sequence[Excluded], options: Options) -> EventStudy:
    """The tests on rows already fitted."""
    units, merged = units_of(rows, options)
    panel = Panel(units, options.window[0])
    first, last = options.window
    sessions = range(first, last + 1)
    aar = _mean_known(panel.abnormal)
    caar = _running(aar)
    return EventStudy(
        options=options,
        rows=tuple(rows),
        excluded=(*excluded, *merged),
        panel=panel,
        aar=dict(zip(sessions, aar, strict=True)),
        caar=dict(zip(sessions, caar, strict=True)),
        independent=panel.independent,
        notes=_notes(units, rows, options),
    )


def _mean_known(values: Floats) -> list[float | None]:
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return [float(s / n) if n else None for s, n in zip(total, count, strict=True)]


def _running(values: Sequence[float | None]) -> list[float | None]:
    """Sums so far of what is known; None until something is."""
    total, sums = 0.0, []
    seen = False
    for value in values:
        seen = seen or value is not None
        total += value or 0.0
        sums.append(total if seen else None)
    return sums


def _notes(units: Sequence[Unit], rows: Sequence[Row], options: Options) -> tuple[str, ...]:
    notes = []
    if len(units) == 1:
        notes.append(
            "One observation: tests across events are undefined; brown_warner, patell, corrado and permutation compare "
            "it with its own past."
        )
    if not options.cluster and len({row.session for row in rows}) < len(rows):
        notes.append(
            "Rows share dates and are counted one by one: names of one date move together, so tests that take them "
            "for independent reject too often; kolari_pynnonen, brown_warner, corrado and permutation do not."
        )
    sessions = options.window[1] - options.window[0] + 1
    if sessions > options.sessions_asked / 10:
        notes.append(
            f"The window has {sessions} sessions, more than a tenth of the estimation's {options.sessions_asked}: what "
            "the model got wrong adds up over it."
        )
    moved = [f"{row.name} ({row.date} to {row.session})" for row in rows if row.note.startswith(NO_SESSION)]
    if moved:
        more = f" and {len(moved) - 3} more" if len(moved) > 3 else ""
        notes.append(f"No session on the date given, so session 0 is the next: {', '.join(moved[:3])}{more}.")
    more_to_say = [row for row in rows if row.note and (not row.note.startswith(NO_SESSION) or ";" in row.note)]
    notes += [f"{row.name} ({row.date}): {row.note}" for row in more_to_say]
    return tuple(notes)
