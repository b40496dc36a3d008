"""What the studio plays on: the study kept warm, read anew after each save, and the trials it has seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from threading import Event

from eventfolio.cli.commands.watch import files_of, saves
from eventfolio.cli.errors import answer
from eventfolio.cli.studio.answers import gains
from eventfolio.cli.studio.watchdog import Watchdog
from eventfolio.engine.market.market import read_market
from eventfolio.engine.record.study_facts import EventFacts, StudyFacts
from eventfolio.engine.search.workbench import Workbench
from eventfolio.engine.study.strategy import StudyStrategy
from eventfolio.engine.study.study import Study
from eventfolio.engine.study_record import study_record
from eventfolio.results.html import known_text
from eventfolio.results.metrics import METRICS
from eventfolio.results.store.trials import TrialLog, study_key
from eventfolio.strategies.controls import controls_of

Load = Callable[[bool], Study]


@dataclass(frozen=True)
class Scene:
    """The study at one reading.

    version : counts the readings
    facts   : of study.json
    log     : the trials that a study of its name, on real prices or on simulated ones, has seen
    """

    version: int
    bench: Workbench
    facts: StudyFacts
    log: TrialLog


class Stage:
    """The scene that is played on, and what is wrong with the files since it was read.

    load    : reads the study; told True, without the network
    watchdog: ends what is endless in a strategy file
    Raises  : InputError for what is wrong at the start
    """

    def __init__(self, load: Load, study_file: Path, out: Path, watchdog: Watchdog) -> None:
        self._load, self._file, self.out, self.watchdog = load, study_file, out, watchdog
        self.trouble = ""
        self.scene = self._read(False, None)
        study = self.scene.bench.study
        self.files = files_of(study, study_file)
        self._read_as = _stamps(self.files)

    def watch(self, stop: Event, tell: Callable[[], None]) -> None:
        """Read the study anew after each save, until `stop`; `tell` is called when it is done, well or not."""
        begun = False
        for _ in saves(self.files, stop):
            if begun or _stamps(self.files) != self._read_as:  # saved before anybody watched
                self.refresh()
                tell()
            begun = True

    def refresh(self) -> None:
        """Read the study anew; what is wrong with it is kept in words, and the scene stays as it was."""
        try:
            scene = self.watchdog.run(lambda: self._read(True, self.scene))
            files = files_of(scene.bench.study, self._file)
        except Exception as error:  # a file half written may raise anything
            self.trouble = answer(error)[1]
            return
        self.files.clear()
        self.files |= files
        self.scene, self.trouble = scene, ""

    def _read(self, offline: bool, before: Scene | None) -> Scene:
        study = self._load(offline)
        for one in study.strategies:
            one.plan  # noqa: B018 (refused here)
        market = read_market(study, date.today())
        facts = study_record(study, market).facts
        key = study_key(study.name, facts.simulated)
        log = before.log if before and before.log.study == key else TrialLog(self.out, key)
        return Scene(before.version + 1 if before else 1, Workbench(study, market), facts, log)


def _stamps(files: set[Path]) -> dict[Path, tuple[int, int]]:
    """When each file was written, and how long it is."""
    found = {path: path.stat() for path in files if path.is_file()}
    return {path: (one.st_mtime_ns, one.st_size) for path, one in found.items()}


def described(scene: Scene, trouble: str) -> dict[str, object]:
    """All that the page needs before it asks for anything: dates, events, strategies and their controls."""
    bench, facts = scene.bench, scene.facts
    published = facts.published
    return {
        "version": scene.version,
        "study": facts.study,
        "simulated": facts.simulated,
        "window": facts.window.to_json(),
        "cash": facts.account.cash,
        "currency": facts.account.currency,
        "published": published.date().isoformat() if published else None,
        "dates": [str(day) for day in bench.dates],
        "benchmark": {"name": facts.benchmark, "gain": gains(bench.benchmark)} if facts.benchmark else None,
        "events": [_event(event) for event in facts.events],
        "strategies": [_strategy(bench, one) for one in bench.study.strategies],
        "metrics": [{"key": one.key, "title": one.title, "means": one.means} for one in METRICS],
        "warnings": list(facts.warnings),
        "trials": len(scene.log.seen),
        "trials_note": scene.log.note,
        "trouble": trouble,
    }


def _event(event: EventFacts) -> dict[str, object]:
    return {
        "id": event.id,
        "title": event.title,
        "kind": event.kind,
        "occurs": event.occurs,
        "known": known_text(event),
        "known_on": event.known_at[:10],
        "first": event.tradable_from,
        "about": [*event.themes, *(event.listings or ())],
        "good": event.direction > 0,
        "hindsight": event.hindsight,
        "source": event.source or "",
    }


def _strategy(bench: Workbench, one: StudyStrategy) -> dict[str, object]:
    doc = (one.cls.__doc__ or "").strip().split("\n\n")[0]
    return {
        "label": one.label,
        "doc": " ".join(doc.split()),
        "themes": list(one.plan.themes),
        "trigger": one.plan.trigger,
        "quick": bench.is_quick(one.label),
        "hooks": list(one.cls.hooks()),
        "params": one.params,
        "controls": [asdict(control) for control in controls_of(one.cls, one.params)],
    }
