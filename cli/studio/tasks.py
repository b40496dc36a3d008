"""What the studio does when it is asked: plays a setting, tells a lot's story, compares, plays a grid, keeps a run."""

from __future__ import annotations

import gc
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from eventfolio.cli.studio.answers import answer_of, story_of
from eventfolio.cli.studio.questions import Compare, Explain, Heat, Keep, Play, SettingAsked
from eventfolio.cli.studio.stage import Scene, Stage
from eventfolio.cli.studio.stream import Stream
from eventfolio.cli.studio.watchdog import Superseded
from eventfolio.engine.backtest import Proof, backtest
from eventfolio.engine.errors import StudyError
from eventfolio.engine.execution.semantics.records import EVERYTHING
from eventfolio.engine.run import Run
from eventfolio.engine.search.workbench import BACKTRADER, Setting
from eventfolio.engine.study.study import Study
from eventfolio.events.errors import InputError, shown
from eventfolio.results.metrics import METRICS, Kind, show
from eventfolio.results.significance.deflated_sharpe import moments
from eventfolio.results.significance.intervals import difference_intervals, told
from eventfolio.results.tearsheet.workers import Here
from eventfolio.results.write_run import finish_run, keep_run
from eventfolio.strategies.controls import Control, controls_of

MADE_BY = "studio"  # in trials.csv
_EVERY = 0.1  # seconds between two words on how far a task is
_PAGES, _RUNS = 50, 12  # open pages whose questions are told apart; runs kept at hand
_CELLS = {True: 9, False: 5}  # of a heat map's side, for classes that the kernel plays and for others


class Outdated(Exception):
    """The study has been read anew since the page showed what is asked about."""

    def __init__(self) -> None:
        super().__init__("The study was saved meanwhile, and what was asked about is of before: look at it anew.")


@dataclass(frozen=True)
class Kept:
    """A run folder made of a setting. failed : what could not be drawn of it, in words"""

    name: str
    label: str
    failed: tuple[str, ...]


class Tasks:
    """What the studio can be asked to do. Safe to call from several threads at once."""

    def __init__(self, stage: Stage, stream: Stream, proof: Proof = "now") -> None:
        self.stage, self.stream, self._proof = stage, stream, proof
        self._newest: OrderedDict[str, int] = OrderedDict()
        self._runs: OrderedDict[tuple[int, str], Run] = OrderedDict()

    def warm(self) -> None:
        """Have loaded what the first question would wait for, and looked through by the collector once for all."""
        scene = self.stage.scene
        for label in [one.label for one in scene.bench.study.strategies if scene.bench.is_quick(one.label)][:1]:
            study = scene.bench.study_of(Setting(label))
            run = scene.bench.play(study)
            if run is not None:
                answer_of(run, scene.bench.play_point_in_time(study), scene.facts, {})  # shown to nobody: no trial
        gc.collect()
        gc.freeze()

    def announce(self, asked: Play) -> None:
        """From now on, what the same page asked before is not played any more."""
        self._newest[asked.client] = max(asked.seq, self._newest.pop(asked.client, asked.seq))
        while len(self._newest) > _PAGES:
            self._newest.popitem(last=False)

    def is_old(self, asked: Play) -> bool:
        """Whether the same page has asked something newer."""
        return self._newest.get(asked.client, 0) > asked.seq

    def is_quick(self, asked: SettingAsked) -> bool:
        """Whether no code of the user's is called to play a setting."""
        bench = self.stage.scene.bench
        return any(one.label == asked.strategy and bench.is_quick(one.label) for one in bench.study.strategies)

    def play(self, asked: Play) -> dict[str, object]:
        """Raises: Superseded; InputError; whatever a strategy's own code raises"""
        scene, bench = self.stage.scene, self.stage.scene.bench
        tell = self._progress("play", lambda: self.is_old(asked), asked.client, asked.seq)
        tell(0.0)
        study = bench.study_of(asked.setting.setting)
        trial, whole = self._whole(scene, study, lambda done, of: tell(done / of / 2))
        honest = bench.play_point_in_time(study, lambda done, of: tell(0.5 + done / of / 2))
        tell(1.0)
        seen = self._note(scene, {trial: _sharpe(whole.path.returns)})
        return {
            "seq": asked.seq,
            "version": scene.version,
            "trial": trial,
            **answer_of(whole, honest, scene.facts, seen),
        }

    def explain(self, asked: Explain) -> dict[str, object]:
        """The story of a lot of a setting that was played. Raises: Outdated; InputError"""
        scene = self._shown(asked.version)
        run = scene.bench.play(scene.bench.study_of(asked.setting.setting), recording=EVERYTHING)
        story = story_of(run, asked.lot, scene.facts) if run is not None else None
        if story is None:
            raise InputError(f"The setting has no lot {shown(str(asked.lot))}.")
        return story

    def compare(self, asked: Compare) -> dict[str, object]:
        """The first setting's figures less the second's, with intervals; both have been played before.

        Raises: Outdated; InputError
        """
        scene = self._shown(asked.version)
        paths = []
        for one in (asked.first.setting, asked.second.setting):
            trial, run = self._whole(scene, scene.bench.study_of(one))
            self._note(scene, {trial: _sharpe(run.path.returns)})
            paths.append(run.path)
        gaps = difference_intervals(paths[0].returns, paths[1].returns, paths[0].years)
        kinds = {one.key: one for one in METRICS}
        return {
            "rows": [
                {
                    "title": kinds[key].title,
                    "gap": show(kinds[key].kind, gap.value),
                    "low": show(kinds[key].kind, gap.low),
                    "high": show(kinds[key].kind, gap.high),
                    "told": told(gap),
                }
                for key, gap in gaps.items()
            ]
        }

    def heat(self, asked: Heat) -> dict[str, object]:
        """Every combination of some values of two parameters; each is a trial.

        Raises: InputError for parameters that are not moved over a range
        """
        scene, setting = self.stage.scene, asked.setting.setting
        one = scene.bench.strategy(setting)
        quick = scene.bench.is_quick(setting.label)
        controls = {control.name: control for control in controls_of(one.cls, one.params)}
        across, down = (_values(controls, name, one.params, _CELLS[quick]) for name in (asked.across, asked.down))
        if asked.across == asked.down:
            raise InputError("A heat map is of two parameters. Choose another one.")
        tell = self._progress("heat", lambda: self.stage.scene is not scene)
        cells: list[list[float | None]] = []
        made: dict[str, float | None] = {}
        for row, value in enumerate(down):
            cells.append([])
            for column, other in enumerate(across):
                tell((row * len(across) + column) / (len(across) * len(down)))
                here = Setting(
                    setting.label, {**setting.params, asked.down: value, asked.across: other}, setting.without
                )
                study = scene.bench.study_of(here)
                trial, run = self._whole(scene, study)
                made[trial] = _sharpe(run.path.returns)
                if asked.figure == "point_in_time":
                    honest = scene.bench.play_point_in_time(study)
                    cells[-1].append(honest[1]["total_return"] if honest else None)
                else:
                    cells[-1].append(run.metrics[asked.figure])
        tell(1.0)
        seen = self._note(scene, made)
        kinds: dict[str, Kind] = {one.key: one.kind for one in METRICS}
        kind = kinds.get(asked.figure, "percent")
        return {
            "version": scene.version,
            "across": {"name": asked.across, "values": across},
            "down": {"name": asked.down, "values": down},
            "cells": cells,
            "texts": [[show(kind, value) for value in row] for row in cells],
            "trials_seen": len(seen),
        }

    def keep(self, asked: Keep) -> Kept:
        """Keep a setting as `eventfolio run` keeps a run: through backtrader, audited, with evidence and pages.

        Raises: Outdated; InputError
        """
        setting, bench = asked.setting.setting, self._shown(asked.version).bench
        study = bench.study_of(setting)
        self.stream.tell("progress", task="keep", words="playing and auditing")
        with BACKTRADER:
            record, runs = backtest(study, proof=self._proof)
        on_page = bench.play(study)
        if on_page is not None and on_page.metrics != runs[0].facts.metrics:
            raise StudyError(
                "The prices have changed meanwhile, and the run has other figures than the page. Start again."
            )
        folder = keep_run(record, runs, self.stage.out)
        self.stream.tell("progress", task="keep", words="drawing its pages")
        failed = finish_run(folder, record, runs, Here())
        return Kept(folder.name, setting.label, tuple(failed))

    def _shown(self, version: int) -> Scene:
        """The scene of a version."""
        scene = self.stage.scene
        if version != scene.version:
            raise Outdated
        return scene

    def _whole(self, scene: Scene, study: Study, progress: Callable[[int, int], None] | None = None) -> tuple[str, Run]:
        """The trial and its run over the whole window; the last few are kept at hand."""
        trial = scene.bench.identity(study).id
        run = self._runs.get((scene.version, trial)) or scene.bench.play(study, progress)
        if run is None:
            raise StudyError("The window holds no session to play.")
        self._runs[scene.version, trial] = run
        while len(self._runs) > _RUNS:
            self._runs.popitem(last=False)
        return trial, run

    def _note(self, scene: Scene, made: dict[str, float | None]) -> dict[str, float | None]:
        """Count trials whose figures are about to be shown; all that the study has seen then."""
        return scene.log.add(made, MADE_BY)

    def _progress(
        self, task: str, is_over: Callable[[], bool], client: str = "", seq: int = 0
    ) -> Callable[[float], None]:
        """Tells the pages how far a task is, now and then, and ends it once nobody waits for it."""
        last = time.monotonic()

        def tell(done: float) -> None:
            nonlocal last
            if is_over():
                raise Superseded
            now = time.monotonic()
            if now - last >= _EVERY:
                last = now
                self.stream.tell("progress", task=task, client=client, seq=seq, done=round(done, 3))

        return tell


def _values(controls: dict[str, Control], name: str, params: dict[str, Any], count: int) -> list[float | None]:
    """Values of a parameter from end to end of its control, its own among them: first None, where it is off."""
    control = controls.get(name)
    if control is None or control.least is None or control.most is None or not control.step:
        raise InputError(f"'{name}' is not moved over a range, so it makes no side of a heat map.")
    own = params[name]
    count -= own is None
    steps = max(1, round((control.most - control.least) / control.step))
    places = sorted({round(number * steps / (count - 1)) for number in range(count)})
    values = [
        control.most if place == steps else float(f"{control.least + place * control.step:.10g}") for place in places
    ]
    if own is not None and own not in values and control.least <= own <= control.most:
        nearest = min(range(len(values)), key=lambda place: abs(values[place] - own))
        values[nearest] = own
    found = [int(value) if control.kind == "whole" else value for value in sorted(values)]
    return [None, *found] if own is None else [*found]


def _sharpe(returns: Any) -> float | None:
    """A period; None where the path never moved."""
    found = moments(returns)
    return found.sharpe if found else None
