"""Has workers do beside a backtest what does not wait for it: the event study, and loading quantstats."""

from __future__ import annotations

from concurrent.futures import Executor, Future

from eventfolio.engine.record import RunRecord, StudyRecord
from eventfolio.results.drawing import Measured, attempt, begin_event_study
from eventfolio.results.tearsheet.workers import load_sheets


class WorkBeside:
    """Work begun beside a backtest; `begun` and `played` are what `engine.backtest.backtest` takes by these names.

    measured : the event study; None until it is begun, and where no prices stand behind the study
    """

    def __init__(self, workers: Executor, count: int, tearsheets: bool) -> None:
        """count : how many workers there are; tearsheets : whether some will be drawn"""
        self.measured: Future[Measured] | None = None
        self._workers, self._count = workers, count
        self._study: StudyRecord | None = None
        self._loads = tearsheets

    def begun(self, study: StudyRecord) -> None:
        """Begin the event study, which needs prices and calendar alone."""
        self._study = study
        if study.returns is not None:
            self.measured = begin_event_study(study.returns, self._workers)

    def played(self, run: RunRecord) -> None:
        """Have quantstats loaded once a strategy is played that was not drawn before: it takes two seconds a worker.

        What goes wrong is left to the drawing of the sheets, which tells it: a run is not lost by it.
        """
        if self._loads and self._study is not None:
            attempt("tearsheets", self._load_for, run, self._study)

    def _load_for(self, run: RunRecord, study: StudyRecord) -> None:
        from eventfolio.results.tearsheet.tearsheet import is_drawn

        if not is_drawn(run, study.facts):
            self._loads = False
            load_sheets(self._workers, self._count)
