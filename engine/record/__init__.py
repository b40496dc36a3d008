"""Typed records that cross from the engine to `results/` and `cli/`, and their JSON."""

from eventfolio.engine.record.records import RunRecord as RunRecord
from eventfolio.engine.record.records import StudyRecord as StudyRecord
from eventfolio.engine.record.records import StudyReturns as StudyReturns
from eventfolio.engine.record.run_facts import RunFacts as RunFacts
from eventfolio.engine.record.study_facts import StudyFacts as StudyFacts
