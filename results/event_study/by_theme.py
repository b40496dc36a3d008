"""An event study of a study's themes: one of everything, one a theme, and what so many looks are worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from eventfolio.results.errors import EvidenceError
from eventfolio.results.event_study.confounders import confounders_in
from eventfolio.results.event_study.document import document, figures
from eventfolio.results.event_study.multiple_testing import benjamini_hochberg, holm
from eventfolio.results.event_study.options import Options
from eventfolio.results.event_study.placement import place_rows
from eventfolio.results.event_study.power import detectable, estimate
from eventfolio.results.event_study.study import TESTS, EventStudy, measure
from eventfolio.results.event_study.verdict import RECOMMENDED, event_verdict

WINDOWS = ((0, 0), (0, 1), (-1, 1), (0, 5), (-5, 5))  # fixed before anyone looked


@dataclass(frozen=True)
class Themed:
    """`all` themes together, and each by itself; a theme without a measurable event is in `empty`, with the reason."""

    all: EventStudy
    themes: dict[str, EventStudy]
    empty: dict[str, str]


def themed_study(returns: pd.DataFrame, home: pd.DataFrame, events: pd.DataFrame, options: Options) -> Themed:
    """Study the events of all themes, then of each.

    returns, home, events : as `eventfolio.engine.study_returns` makes them; `events` has a column `themes`
    Raises : EvidenceError
    """
    rows, excluded = place_rows(returns, home, events, options)
    if not rows:
        why = "; ".join(sorted({f"{gone.name}: {gone.why}" for gone in excluded})[:4])
        raise EvidenceError(f"No event of the study can be measured in its window. {why or 'It has none.'}")
    themes_of = {(event["name"], event["symbol"]): event["themes"] for event in events.to_dict("records")}
    names = list(dict.fromkeys(theme for found in events["themes"] for theme in found))
    themes, empty = {}, {}
    for theme in sorted(names):
        own = [row for row in rows if theme in themes_of[row.name, row.symbol]]
        gone = [one for one in excluded if theme in themes_of[one.name, one.symbol]]
        if own:
            themes[theme] = measure(own, gone, options, merge_all=True)
        else:
            empty[theme] = "; ".join(sorted({f"{one.name}: {one.why}" for one in gone}))
    return Themed(measure(rows, excluded, options, merge_all=True), themes, empty)


def windows_inside(options: Options) -> list[tuple[int, int]]:
    """The windows looked at: the fixed ones that the event window holds, and itself."""
    first, last = options.window
    inside = [window for window in WINDOWS if first <= window[0] and window[1] <= last]
    return list(dict.fromkeys([*inside, options.window]))


def window_figures(study: EventStudy) -> list[dict[str, Any]]:
    """A row a window: CAAR, its interval, power, and every test."""
    found = []
    for first, last in windows_inside(study.options):
        outcomes = {name: test(study.panel, first, last) for name, test in TESTS.items()}
        found.append(
            figures(estimate(study.panel, first, last))
            | {"detectable": detectable(study.panel, first, last)}
            | {"test": RECOMMENDED, "p": outcomes[RECOMMENDED].p}
            | {"tests": {key: {"stat": o.stat, "p": o.p} for key, o in outcomes.items()}}
        )
    return found


def study_document(study: EventStudy) -> dict[str, Any]:
    """`document` with its windows, p-values adjusted for their number, and the verdict in words."""
    return _documents({"": study})[""]


def themed_document(themed: Themed) -> dict[str, Any]:
    """The document of all themes, with one a theme under `themes`; p adjusted over themes x windows."""
    made = _documents(themed.themes)
    whole = study_document(themed.all)
    return whole | {"themes": made, "themes_without": themed.empty, "confounders": other_news(themed.all)}


def other_news(study: EventStudy) -> list[dict[str, str]]:
    """Confounders inside the measured rows' event windows."""
    return [
        {"event": row.name, "symbol": row.symbol, "date": one.date, "what": one.what, "source": one.source}
        for row in study.rows
        for one in confounders_in(row.symbol, *row.span)
    ]


def verdicts(studies: dict[str, EventStudy]) -> dict[str, tuple[list[dict[str, Any]], str]]:
    """Each study's `window_figures`, p-values adjusted over all of these studies together, and its verdict."""
    rows = {name: window_figures(study) for name, study in studies.items()}
    flat = [row for found in rows.values() for row in found]
    p = [row["p"] for row in flat]
    for row, by_holm, by_bh in zip(flat, holm(p), benjamini_hochberg(p), strict=True):
        row |= {"p_holm": by_holm, "p_bh": by_bh, "looks": len(flat)}
    return {name: (rows[name], event_verdict(study, rows[name])) for name, study in studies.items()}


def _documents(studies: dict[str, EventStudy]) -> dict[str, dict[str, Any]]:
    judged = verdicts(studies)
    return {
        name: document(study) | dict(zip(("windows", "verdict"), judged[name], strict=True))
        for name, study in studies.items()
    }
