"""A stored run as a study that can be played again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from eventfolio.events.errors import InputError

if TYPE_CHECKING:
    from eventfolio.engine.search.setup import StrategySetup
    from eventfolio.engine.study.study import Study
    from eventfolio.results.store.read import StoredRun, StoredStudy


def study_as_run(stored: StoredStudy, out: Path, trust: bool) -> Study:
    """The study as it was run: from the inputs kept, narrowed to the same themes and strategies.

    out   : the store, whose own code is run
    trust : run any code
    """
    from eventfolio.engine.study.study import load_study
    from eventfolio.results.store.index import inputs_of
    from eventfolio.results.store.trust import check_trust, own_file

    study = load_study(inputs_of(stored.folder))
    labels = {run.label for run in stored.runs}
    chosen = [strategy.entry for strategy in study.strategies if strategy.label in labels]
    if not trust:
        check_trust(stored, {entry.label: entry.name for entry in chosen}, out)
    for number, entry in enumerate(chosen):
        if file := own_file(stored, entry.name):  # in full, so that no file of the working folder comes before it
            cls = entry.name.rpartition(":")[2] if ":" in entry.name else ""
            chosen[number] = entry.model_copy(update={"name": f"{file}:{cls}" if cls else str(file)})
    themes = tuple(theme.name for theme in stored.facts.themes)
    is_narrowed = set(themes) != set(study.themes.names) or stored.facts.themes_alone is True
    return study.with_options(strategies=tuple(chosen), themes=themes if is_narrowed else ())


def was_trusted(stored: StoredStudy) -> bool:
    """Whether a run was made with --trust."""
    return any(run.facts.look_ahead and run.facts.look_ahead.trusted for run in stored.runs)


def as_run(whole: StoredStudy, stored: StoredRun, engine: str, out: Path, trust: bool) -> StrategySetup:
    """The strategy as it was run, on the inputs that the run kept.

    Raises : InputError where the prices are others now, or only the run from the publication on was made
    """
    from eventfolio.engine.search.setup import setup_of

    if whole.point_in_time:
        raise InputError(
            f"{whole.name} was made with --point-in-time, and a placebo plays the whole window. Run it without."
        )
    study = study_as_run(whole, out, trust)
    strategy = next(one for one in study.strategies if one.label == stored.label)
    setup = setup_of(study, strategy, engine)
    prints = (stored.facts.data.fingerprint, setup.market.tape.fingerprint)
    if prints[0] != prints[1]:
        raise InputError(
            f"{whole.name}: the prices are no longer those of the run ({prints[0][:16]}, now {prints[1][:16]}). "
            "Run the study again."
        )
    return setup


def hold_against(stored: StoredRun, real: float) -> None:
    """The real calendar must come out as the run did, or the answer would be about something else."""
    recorded = stored.facts.metrics.get("total_return") or 0.0
    if abs(recorded - real) > 1e-12:
        raise InputError(
            f"{stored.label} comes out otherwise than it was run (total return {recorded:.4%}, now {real:.4%}); "
            "`eventfolio runs verify` says why. Run the study again."
        )
