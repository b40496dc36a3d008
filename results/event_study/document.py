"""Builds an event study's JSON document: sessions are keys such as "-30", undefined is null."""

from __future__ import annotations

import math

import numpy as np

from eventfolio.results.event_study.document_types import BySession, CaarDocument, Judged, RowDocument, StudyDocument
from eventfolio.results.event_study.panel import Unit
from eventfolio.results.event_study.placement import Row
from eventfolio.results.event_study.power import Estimate, detectable, estimate
from eventfolio.results.event_study.study import EventStudy
from eventfolio.results.event_study.tests_parametric import Outcome
from eventfolio.results.store.evidence import UnitRow


def document(study: EventStudy) -> StudyDocument:
    """The keys that users rely on first, then what else there is to know.

    aar, tests      : of each session by itself
    caar, car_tests : from the first session of the event window up to that one
    whole_window    : CAAR of the event window with its 95 % interval, and the smallest effect it could have detected
    """
    options, first = study.options, study.options.window[0]
    return {
        "model": options.model,
        "events": [_row(row, first) for row in study.rows],
        "aar": {str(t): value for t, value in study.aar.items()},
        "caar": {str(t): value for t, value in study.caar.items()},
        "tests": _outcomes(study.tests),
        "car_tests": _outcomes(study.car_tests),
        "estimation": list(options.estimation),
        "window": list(options.window),
        "returns": "log" if options.log else "simple",
        "cluster": options.cluster,
        "rows": len(study.rows),
        "units": [unit_row(study, unit).to_json() for unit in study.units],
        "dates": study.dates,
        "blocks": study.independent,
        "mean_correlation": study.panel.mean_correlation,
        "whole_window": caar_document(estimate(study.panel, *options.window), detectable(study.panel, *options.window)),
        "excluded": [
            {"name": gone.name, "symbol": gone.symbol, "date": gone.date, "why": gone.why} for gone in study.excluded
        ],
        "notes": list(study.notes),
    }


def caar_document(found: Estimate, effect: float | None) -> CaarDocument:
    """An estimate's figures, undefined as null. effect : the smallest that so few events could have shown"""
    return {
        "first": found.first,
        "last": found.last,
        "units": found.units,
        "caar": defined(found.caar),
        "error": defined(found.error),
        "low": defined(found.low),
        "high": defined(found.high),
        "detectable": effect,
    }


def _row(row: Row, first: int) -> RowDocument:
    fit = row.fit
    n = fit.observations
    variance = fit.sigma**2 * (n - fit.parameters) / n
    sums = np.nancumsum(fit.abnormal)
    counts = np.cumsum(~np.isnan(fit.abnormal))
    return {
        "name": row.name,
        "symbol": row.symbol,
        "date": row.date,
        "session_0": row.session,
        "alpha": fit.alpha,
        "beta": fit.beta,
        "ar": _by_session(fit.abnormal, first),
        "car": _by_session(np.where(counts > 0, sums, np.nan), first),
        "t": _by_session(_ratio(sums, np.sqrt(counts * variance)), first),  # of the CAR, without forecast error
        "sigma": fit.sigma,
        "variance": variance,  # of the residuals, over their number
        "estimation_sessions": n,
        "note": row.note,
    }


def unit_row(study: EventStudy, unit: Unit) -> UnitRow:
    """CAR of one unit over the event window with the 95 % interval its own past gives it (forecast error included)."""
    from scipy.special import stdtrit

    at = next(number for number, other in enumerate(study.units) if other is unit)
    first, last = study.options.window
    car = float(study.panel.sums(first, last)[at])
    half = float(stdtrit(study.panel.degrees[at], 0.975) * study.panel.deviations(first, last)[at])
    return UnitRow(
        names=unit.names,
        symbols=unit.symbols,
        date=unit.date,
        car=defined(car),
        low=defined(car - half),
        high=defined(car + half),
    )


def _outcomes(tests: dict[str, dict[int, Outcome]]) -> dict[str, dict[str, Judged]]:
    return {
        name: {str(t): {"stat": defined(o.stat), "p": defined(o.p), "reference": o.reference} for t, o in found.items()}
        for name, found in tests.items()
    }


def _by_session(values: np.ndarray, first: int) -> BySession:
    return {str(first + number): defined(float(value)) for number, value in enumerate(values)}


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)


def defined(value: float | None) -> float | None:
    """A figure as JSON has it: None where it is not a number."""
    return value if value is not None and math.isfinite(value) else None
