"""Computes the figures of an event study's windows, which are fixed before anyone looks."""

from __future__ import annotations

from dataclasses import dataclass

from eventfolio.results.event_study.document import caar_document, defined
from eventfolio.results.event_study.document_types import WindowDocument
from eventfolio.results.event_study.power import Estimate, detectable, estimate
from eventfolio.results.event_study.study import TESTS, EventStudy
from eventfolio.results.event_study.tests_parametric import Outcome
from eventfolio.results.store.evidence import WindowRow

RECOMMENDED = "permutation"  # the only one that keeps its level in every scenario of tests/benchmarks/calibration.py


@dataclass(frozen=True)
class WindowFigures:
    """A window of sessions: CAAR with its interval, power, every test, and p adjusted for `looks` windows in all."""

    estimate: Estimate
    detectable: float | None
    tests: dict[str, Outcome]
    p_holm: float | None = None
    p_bh: float | None = None
    looks: int = 1

    @property
    def p(self) -> float | None:
        """p-value of the test that is recommended."""
        return self.tests[RECOMMENDED].p

    @property
    def least(self) -> float:
        """The smallest p that the recommended test can reach, adjusted for all looks."""
        return (self.tests[RECOMMENDED].least or 0.0) * self.looks

    @property
    def short(self) -> WindowRow:
        """What a run's page shows of it."""
        one = self.estimate
        return WindowRow(
            first=one.first,
            last=one.last,
            units=one.units,
            caar=defined(one.caar),
            low=defined(one.low),
            high=defined(one.high),
            detectable=self.detectable,
            p=self.p,
            p_holm=self.p_holm,
            p_bh=self.p_bh,
        )

    def to_json(self) -> WindowDocument:
        """The row of a document's `windows`."""
        return {
            **caar_document(self.estimate, self.detectable),
            "test": RECOMMENDED,
            "p": self.p,
            "tests": {key: {"stat": one.stat, "p": one.p} for key, one in self.tests.items()},
            "p_holm": self.p_holm,
            "p_bh": self.p_bh,
            "looks": self.looks,
        }


def window_figures(study: EventStudy) -> list[WindowFigures]:
    """The figures of each window that is looked at, from the events it measures itself; the one asked for is last."""
    return [
        WindowFigures(
            estimate(own.panel, first, last),
            detectable(own.panel, first, last),
            {name: test(own.panel, first, last) for name, test in TESTS.items()},
        )
        for (first, last), own in study.by_window.items()
    ]
