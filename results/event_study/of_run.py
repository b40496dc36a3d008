"""A run's own event study: what its page shows of it, kept in the run folder as `event_study.json`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from eventfolio.engine.record import StudyReturns
from eventfolio.results.errors import EvidenceError
from eventfolio.results.event_study.by_theme import other_news, themed_study, verdicts
from eventfolio.results.event_study.document import estimate_of, figures
from eventfolio.results.event_study.options import Options
from eventfolio.results.event_study.power import estimate
from eventfolio.results.event_study.study import EventStudy
from eventfolio.results.store.layout import EVENT_STUDY_FILE
from eventfolio.results.store.writing import write_json

MOST_ROWS = (
    500  # of events x listings measured with a run: about a second; `eventfolio event-study` measures any number
)
_SHORT = ("first", "last", "units", "caar", "low", "high", "detectable", "p", "p_holm", "p_bh")


def write_event_study(returns: StudyReturns, folder: Path) -> None:
    """Measure a run's events and write `event_study.json` into its folder."""
    write_json(folder / EVENT_STUDY_FILE, event_study_of(returns))


def event_study_of(returns: StudyReturns, options: Options = Options()) -> dict[str, Any]:
    """The study of all themes together, then of each, with the default options; JSON-ready.

    Returns : schema, model, estimation, window; parts: a list of {name, verdict, events, independent_dates, windows,
              fan ([session, CAAR, low, high]), units ({names, symbols, date, car, low, high})}; without: reasons by
              theme; confounders; left_out: events not measured, and why; why: words where nothing could be measured
    """
    facts = {
        "schema": 1,
        "model": options.model,
        "estimation": list(options.estimation),
        "window": list(options.window),
    }
    nothing: dict[str, Any] = {"parts": [], "without": {}, "confounders": [], "left_out": [], "notes": []}
    rows = len(returns.events)
    if rows > MOST_ROWS:
        return facts | nothing | {"why": f"{rows:,} events of listings are too many to be measured with every run."}
    if not rows:
        return facts | nothing | {"why": "No event has a day 0 inside the window on a listing with a home index."}
    try:
        themed = themed_study(returns.returns, returns.home, returns.events, options)
    except EvidenceError as error:
        return facts | nothing | {"why": str(error)}
    said = {"all": verdicts({"": themed.all})[""]} | verdicts(themed.themes)
    studies = {"all": themed.all} | themed.themes
    return facts | {
        "parts": [_part(name, studies[name], *said[name]) for name in studies],
        "without": themed.empty,
        "confounders": other_news(themed.all),
        "left_out": [vars(gone) for gone in themed.all.excluded],
        "notes": list(themed.all.notes),
        "why": None,
    }


def _part(name: str, study: EventStudy, windows: list[dict[str, Any]], verdict: str) -> dict[str, Any]:
    first = study.options.window[0]
    found = [figures(estimate(study.panel, first, t)) for t in study.aar]
    return {
        "name": name,
        "verdict": verdict,
        "events": len({name for unit in study.units for name in unit.names}),
        "independent_dates": study.independent,
        "windows": [{key: row[key] for key in _SHORT} for row in windows],
        "fan": [[one["last"], one["caar"], one["low"], one["high"]] for one in found],
        "units": [
            {"names": list(unit.names), "symbols": list(unit.symbols), "date": unit.date, **estimate_of(study, unit)}
            for unit in study.units
        ],
    }
