"""run --watch: backtests again after each save of study, calendar or strategy, and prints what changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from eventfolio.engine.record import RunFacts, RunRecord, StudyRecord
    from eventfolio.engine.record.json_record import Metrics
    from eventfolio.engine.study.study import Study
    from eventfolio.results.metrics import Kind
    from eventfolio.results.store.read import StoredRun, StoredStudy

_SHOWN = ("total_return", "sharpe", "max_drawdown", "mean_excess", "trades", "costs")


def watch(
    load: Callable[..., tuple[Study, tuple[str, ...]]],
    study_file: Path,
    point_in_time: bool,
    out: Path,
    trust: bool = False,
) -> None:
    """Run now and after each save, until Ctrl-C. What is wrong with a file is said, and waited for.

    load : reads the study anew, with the command line's options applied; told True, without the network
    """
    from eventfolio.cli.printing.console import say, say_path
    from eventfolio.results.page.live import write_watched
    from eventfolio.results.tearsheet.workers import Here
    from eventfolio.results.write_run import finish_run, keep_run, load_run

    study, _ = load()  # what is wrong from the outset is refused, not waited for
    files = files_of(study, study_file)
    runner, begun = Runner(point_in_time), False
    last: StoredStudy | None = None
    say_path("Page:", out / "watch.html")
    with suppress(KeyboardInterrupt):
        for _ in saves(files):
            try:
                if begun:
                    study, _ = load(True)
                    files.clear()
                    files |= files_of(study, study_file)
                begun = True
                record, runs = runner.run(study)
                print_runs(record, runs, last.runs if last else ())
                runs = runner.prove(runs)
                folder = keep_run(record, runs, out)
                failed = finish_run(folder, record, runs, Here(), tearsheets=False, evidence=False)
                before, last = last, load_run(folder)
                write_watched([before, last] if before else [last], out)
                say(*failed)
            except Exception as error:  # a strategy half written may raise anything
                from eventfolio.cli.errors import answer

                say(answer(error)[1], "Waiting for the next save.")


class Runner:
    """Runs a study's strategies, and again only those whose code, parameters or surroundings have changed."""

    def __init__(self, point_in_time: bool, trust: bool = False) -> None:
        self._point_in_time = point_in_time
        self._proof: Literal["later", "trust"] = "trust" if trust else "later"
        self._around: Study | None = None
        self._study: StudyRecord | None = None
        self._kept: dict[tuple[str, str], RunRecord] = {}

    def run(self, study: Study) -> tuple[StudyRecord, list[RunRecord]]:
        """As eventfolio.engine.backtest.backtest, in the study's order."""
        from datetime import UTC, datetime

        from eventfolio.engine.backtest import backtest

        around = dataclasses.replace(study, strategies=())
        if around != self._around:
            self._around, self._kept = around, {}
        keys = {
            strategy.label: (strategy.entry.model_dump_json(), strategy.loaded.sha256) for strategy in study.strategies
        }
        fresh = tuple(strategy for strategy in study.strategies if keys[strategy.label] not in self._kept)
        if fresh or self._study is None:
            self._study, runs = backtest(study.with_options(strategies=fresh), self._point_in_time, proof=self._proof)
            self._kept |= {keys[run.label]: run for run in runs}
        now = datetime.now(UTC).replace(microsecond=0).isoformat()
        record = dataclasses.replace(
            self._study, facts=dataclasses.replace(self._study.facts, created=now), inputs=_inputs(study)
        )
        return record, [self._kept[keys[strategy.label]] for strategy in study.strategies]

    def prove(self, runs: Sequence[RunRecord]) -> list[RunRecord]:
        """Prove of each class with code of its own, once, that it does not look ahead; the table is not kept waiting.

        Returns: the records with the dates at which the classes were cut
        Raises : StrategyError
        """
        return [self._proved(run) for run in runs]

    def _proved(self, run: RunRecord) -> RunRecord:
        proof = run.facts.look_ahead
        if run.prove is None or not proof or proof.trusted or proof.cut_at:
            return run
        proof = dataclasses.replace(proof, cut_at=tuple(day.isoformat() for day in run.prove()))
        proved = dataclasses.replace(run, facts=dataclasses.replace(run.facts, look_ahead=proof))
        self._kept |= {key: proved for key, kept in self._kept.items() if kept is run}
        return proved


def files_of(study: Study, study_file: Path) -> set[Path]:
    """The files whose saving should run the study again."""
    from eventfolio.engine.errors import StudyError
    from eventfolio.events.toml_reader import read_toml
    from eventfolio.strategies.errors import StrategyError
    from eventfolio.strategies.loader import file_of
    from eventfolio.strategies.neighbours import neighbours_of, source_text

    raw = read_toml(study_file, "study", StudyError)
    named = [study_file.parent / str(raw[key]) for key in ("calendar", "themes", "securities") if raw.get(key)]
    for strategy in study.strategies:
        name = strategy.entry.name
        file, _, cls = name.rpartition(":")
        path = Path(file or name)
        if file or cls.endswith(".py"):  # known even where it cannot be loaded
            named += [path] if path.is_absolute() else [Path.cwd() / path, study.folder / path]
            with suppress(StrategyError):  # neither can what lies beside it be found then
                path = file_of(name, study.folder)
                named += [path.parent / beside for beside in neighbours_of(path, source_text(path))]
        else:
            named.append(strategy.loaded.path)
    return {path.resolve() for path in (study_file, *named)}


def print_runs(record: StudyRecord, runs: Sequence[RunRecord], before: Sequence[StoredRun]) -> None:
    """A row a strategy, and under it the change against the last run where there is one."""
    from datetime import datetime

    from eventfolio.cli.printing.console import console, table
    from eventfolio.results.metrics import METRICS, show

    kinds = {metric.key: metric.kind for metric in METRICS}
    heads = ["Strategy", "Return,\nwhole", "point\nin time", "Sharpe", "Draw-\ndown", "Excess\na lot", "Lots", "Costs"]
    old = {run.label: _figures(run.facts) for run in before}
    rows = []
    for run in runs:
        now = _figures(run.facts)
        shown = {key: show("percent" if key == "point_in_time" else kinds[key], value) for key, value in now.items()}
        rows.append([run.label, *shown.values()])
        if run.label in old and old[run.label] != now:
            rows.append(
                ["  change", *(_change(kinds.get(key, "percent"), old[run.label][key], now[key]) for key in now)]
            )
    simulated = "  SIMULATED PRICES" if record.facts.simulated else ""
    title = f"{datetime.now():%H:%M:%S}  {record.facts.study}{simulated}"  # noqa: DTZ005 (the reader's own clock)
    console().print(table(title, [(head, "left" if not n else "right") for n, head in enumerate(heads)], rows))
    if old and all(old.get(run.label) == _figures(run.facts) for run in runs):
        console().print("No figure changed.")


def _inputs(study: Study) -> dict[str, str]:
    from eventfolio.engine.study_record import study_file

    return {"study.toml": study_file(study), **study.texts}


def _figures(facts: RunFacts) -> Metrics:
    first, *rest = _SHOWN
    figures = {first: facts.metrics.get(first), "point_in_time": facts.point_in_time_return}
    return figures | {key: facts.metrics.get(key) for key in rest}


def _change(kind: Kind, before: float | None, after: float | None) -> str:
    from eventfolio.results.metrics import show

    if before == after:
        return "="
    if before is None or after is None:
        return f"was {show(kind, before)}"
    return f"{'+' if after > before else ''}{show(kind, after - before)}"


def saves(files: set[Path], stop: Event | None = None) -> Iterator[None]:
    """Once now, then after each save of one of `files` (which may change), those made meanwhile included.

    stop : ends it, within a moment, once it is set
    """
    from watchfiles import watch as watched

    begun = False
    while stop is None or not stop.is_set():
        folders = _folders(files)
        # folders, because editors save by putting a new file in the old one's place
        for changes in watched(
            *folders,
            watch_filter=None,
            recursive=False,
            debounce=200,
            step=20,
            rust_timeout=200,
            yield_on_timeout=True,
            stop_event=stop,
        ):
            if not begun or any(Path(path).resolve() in files for _, path in changes):
                begun = True
                yield
                if _folders(files) != folders:
                    break


def _folders(files: set[Path]) -> set[Path]:
    return {path.parent for path in files if path.parent.is_dir()}
