"""Runs an event study of all themes together and of each, with p-values adjusted for the number of tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from eventfolio.results.errors import EvidenceError
from eventfolio.results.event_study.confounders import confounders_in
from eventfolio.results.event_study.document import document
from eventfolio.results.event_study.document_types import NewsDocument, StudyDocument
from eventfolio.results.event_study.multiple_testing import benjamini_hochberg, holm
from eventfolio.results.event_study.options import Options
from eventfolio.results.event_study.study import EventStudy, Samples, measure, samples_of
from eventfolio.results.event_study.verdict import event_verdict
from eventfolio.results.event_study.windows import WindowFigures, window_figures
from eventfolio.results.store.evidence import OtherNews


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
    samples = samples_of(returns, home, events, options)
    rows, excluded = samples[options.window]
    if not rows:
        why = "; ".join(sorted({f"{gone.name}: {gone.why}" for gone in excluded})[:4])
        raise EvidenceError(f"No event of the study can be measured in its window. {why or 'It has none.'}")
    themes_of = {(event["name"], event["symbol"]): event["themes"] for event in events.to_dict("records")}
    names = list(dict.fromkeys(theme for found in events["themes"] for theme in found))
    themes, empty = {}, {}
    for theme in sorted(names):
        own = _of_theme(samples, theme, themes_of)
        if own[options.window][0]:
            themes[theme] = measure(own, options)
        else:
            empty[theme] = "; ".join(sorted({f"{one.name}: {one.why}" for one in own[options.window][1]}))
    return Themed(measure(samples, options), themes, empty)


def _of_theme(samples: Samples, theme: str, themes_of: Mapping[tuple[str, str], tuple[str, ...]]) -> Samples:
    """The rows, measured and left out, that bear on a theme."""
    return {
        window: (
            [row for row in rows if theme in themes_of[row.name, row.symbol]],
            [gone for gone in excluded if theme in themes_of[gone.name, gone.symbol]],
        )
        for window, (rows, excluded) in samples.items()
    }


def study_document(study: EventStudy, notes: Sequence[str] = ()) -> StudyDocument:
    """`document` with its windows, p-values adjusted for their number, the verdict in words, and more notes."""
    return {**_documents({"": study})[""], "notes": [*study.notes, *notes]}


def themed_document(themed: Themed, notes: Sequence[str] = ()) -> StudyDocument:
    """The document of all themes, with one a theme under `themes`; p adjusted over themes x windows."""
    made = _documents(themed.themes)
    news: list[NewsDocument] = [
        {"event": one.event, "symbol": one.symbol, "date": one.date, "what": one.what, "source": one.source}
        for one in other_news(themed.all)
    ]
    whole = study_document(themed.all, notes)
    return {**whole, "themes": made, "themes_without": themed.empty, "confounders": news}


def other_news(study: EventStudy) -> tuple[OtherNews, ...]:
    """Confounders inside the measured rows' event windows."""
    return tuple(
        OtherNews(event=row.name, symbol=row.symbol, date=one.date, what=one.what, source=one.source)
        for row in study.rows
        for one in confounders_in(row.symbol, *row.span)
    )


def verdicts(studies: dict[str, EventStudy]) -> dict[str, tuple[list[WindowFigures], str]]:
    """Each study's `window_figures`, p-values adjusted over all of these studies together, and its verdict."""
    rows = {name: window_figures(study) for name, study in studies.items()}
    p = [row.p for found in rows.values() for row in found]
    adjusted = iter(zip(holm(p), benjamini_hochberg(p), strict=True))
    judged = {}
    for name, study in studies.items():
        own = [
            replace(row, p_holm=by_holm, p_bh=by_bh, looks=len(p))
            for row, (by_holm, by_bh) in zip(rows[name], adjusted, strict=False)
        ]
        judged[name] = (own, event_verdict(study, own[-1]))
    return judged


def _documents(studies: dict[str, EventStudy]) -> dict[str, StudyDocument]:
    judged = verdicts(studies)
    return {
        name: {
            **document(study),
            "windows": [row.to_json() for row in judged[name][0]],
            "verdict": judged[name][1],
        }
        for name, study in studies.items()
    }
