"""Runs the event study that a run folder keeps as `event_study.json` and its page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from eventfolio.engine.record import StudyReturns
from eventfolio.results.errors import EvidenceError
from eventfolio.results.event_study.by_theme import other_news, themed_study, verdicts
from eventfolio.results.event_study.document import defined, unit_row
from eventfolio.results.event_study.options import Options
from eventfolio.results.event_study.power import estimate
from eventfolio.results.event_study.study import EventStudy
from eventfolio.results.event_study.windows import WindowFigures
from eventfolio.results.store.evidence import EventStudyDocument, LeftOut, StudyPart

MOST_ROWS = (
    500  # of events x listings measured with a run: about a second; `eventfolio event-study` measures any number
)


def event_study_of(returns: StudyReturns, options: Options = Options()) -> EventStudyDocument:
    """The study of all themes together, then of each, with the default options."""
    nothing = EventStudyDocument(
        schema=1,
        model=options.model,
        estimation=options.estimation,
        window=options.window,
        parts=(),
        without={},
        confounders=(),
        left_out=(),
        notes=(),
        day=returns.day,
        why=None,
    )
    rows = returns.measurable
    if rows > MOST_ROWS:
        return replace(nothing, why=f"{rows:,} events of listings are too many to be measured with every run.")
    if not rows:
        return replace(nothing, why="No event has a day 0 inside the window on a listing with a home index.")
    try:
        themed = themed_study(returns.returns, returns.home, returns.events, options)
    except EvidenceError as error:
        return replace(nothing, why=str(error))
    said = {"all": verdicts({"": themed.all})[""]} | verdicts(themed.themes)
    studies = {"all": themed.all} | themed.themes
    return replace(
        nothing,
        parts=tuple(_part(name, studies[name], *said[name]) for name in studies),
        without=themed.empty,
        confounders=other_news(themed.all),
        left_out=tuple(LeftOut(**vars(gone)) for gone in themed.all.excluded),
        notes=themed.all.notes,
    )


def _part(name: str, study: EventStudy, windows: Sequence[WindowFigures], verdict: str) -> StudyPart:
    first = study.options.window[0]
    found = [estimate(study.panel, first, t) for t in study.aar]
    return StudyPart(
        name=name,
        verdict=verdict,
        events=len({name for unit in study.units for name in unit.names}),
        independent_dates=study.independent,
        windows=tuple(row.short for row in windows),
        fan=tuple((one.last, *map(defined, (one.caar, one.low, one.high))) for one in found),
        units=tuple(unit_row(study, unit) for unit in study.units),
    )
