"""Builds the comparison page of one run's strategies, or of several runs: one HTML file beside plotly's script."""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Sequence
from concurrent.futures import Executor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

from jinja2 import TemplateError

from eventfolio.engine.record.json_record import known
from eventfolio.engine.record.study_facts import CalendarFacts, EventFacts, ThemeFacts
from eventfolio.events.errors import Unavailable
from eventfolio.events.json_types import JsonObject
from eventfolio.events.writing import write_whole
from eventfolio.results.diff import Difference, differences
from eventfolio.results.errors import StoreError
from eventfolio.results.html import fill
from eventfolio.results.page.equity_chart import chart_data, look
from eventfolio.results.page.evidence_svg import fan, forest, histogram, in_words
from eventfolio.results.page.glance import glance
from eventfolio.results.page.lots import breakdown, heat
from eventfolio.results.page.page_data import MOST_STORIES, Words, events_table, lots_table, stories
from eventfolio.results.page.scripts import inlined
from eventfolio.results.page.summary import deflated, evidence, summary_lines
from eventfolio.results.page.timeline_svg import Timeline, timeline
from eventfolio.results.significance.best import Floats, best_strategies
from eventfolio.results.store.layout import RUN_FILE, SHEET_FILE, SOURCE_FILE
from eventfolio.results.store.read import StoredRun, StoredStudy
from eventfolio.results.stress.of_run import stress
from eventfolio.results.tearsheet.workers import Here
from eventfolio.results.untraded import untraded_line, untraded_table

__all__ = ["compare_page", "render_index", "write_index"]

SCRIPT = "plotly.min.js"  # one copy, beside the run folders
COMPARISON = "comparison"  # how a page that compares runs names itself
MOST_EVENTS = 10_000  # on one page; those that led to lots first


@dataclass(frozen=True)
class Subject:
    """What several runs may share: calendar, events, themes, notes, time line.

    left_out : events that the page does not hold; folders : of the runs it is of; runs : with their number on the page
    """

    calendar: CalendarFacts
    events: tuple[EventFacts, ...]
    themes: tuple[ThemeFacts, ...]
    notes: tuple[str, ...]
    left_out: int
    timeline: Timeline | None
    folders: list[str] = field(default_factory=list)
    runs: list[tuple[int, StoredRun]] = field(default_factory=list)


def write_index(study: StoredStudy, path: Path) -> None:
    """The page of one run folder, with plotly's script beside the folder."""
    copy_script(study.folder.parent)
    write_whole(path, render_index(study))


def render_index(study: StoredStudy) -> str:
    """The page of one run folder as HTML."""
    return _render([study], study.folder, f"../{_script_for(study.folder.parent)}", "run")


def compare_page(
    studies: Sequence[StoredStudy],
    out: Path,
    refresh: str = "",
    force: bool = False,
    workers: Executor | None = None,
) -> Path:
    """One page of several run folders at `out`, with plotly's script beside it. Returns `out`.

    refresh : name of a script beside the page that the page looks at once a second, loading itself anew when it
              changes (`eventfolio.results.page.live`)
    force   : also in the place of a file that is no such page
    workers : resample what differs between the runs while the rest of the page is made; None: in this process
    Raises  : StoreError where such a file is there; Unavailable if the page cannot be written, or a worker was ended
    """
    if not force and (out.is_symlink() or out.exists()) and not _is_comparison(out):
        raise StoreError(
            f"{out} is there already and is no page that compares runs, so it is left as it is. Give another file "
            "with -o, or --force."
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        copy_script(out.parent)
        write_whole(out, _render(studies, out.parent, _script_for(out.parent), COMPARISON, refresh, workers))
    except BrokenProcessPool as error:
        raise Unavailable(f"{out}: a process at work on the page was ended from outside (out of memory?).") from error
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, TemplateError) as error:
        if os.environ.get("EVENTFOLIO_DEBUG") == "1":
            raise
        names = ", ".join(study.folder.name for study in studies)
        raise StoreError(
            f"No page can be made of {names}: a record is damaged, or of another version ({type(error).__name__}: "
            f"{error}). Run the study again."
        ) from error
    except OSError as error:
        raise Unavailable(
            f"{out}: the page could not be written ({error.strerror or error}). Give another file with -o."
        ) from error
    return out


def copy_script(folder: Path) -> None:
    """Put plotly's script into `folder`, unless this version of it is there; another's file is never replaced."""
    target = folder / _script_for(folder)
    if not target.is_file():
        write_whole(target, _script().read_bytes())


def _script_for(folder: Path) -> str:
    """The script's name in `folder`: with its version where a file of the plain name is another."""
    there = folder / SCRIPT
    if not there.exists() or there.stat().st_size == _script().stat().st_size:
        return SCRIPT
    return f"plotly-{version('plotly')}.min.js"


def _script() -> Path:
    spec = importlib.util.find_spec("plotly")  # found, not imported: importing takes longer than the whole page
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "package_data" / SCRIPT


def _is_comparison(path: Path) -> bool:
    """Whether a file says of itself that `compare_page` wrote it."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as page:
        return f'<meta name="generator" content="eventfolio {COMPARISON}">'.encode() in page.read(2_000)


def _render(
    studies: Sequence[StoredStudy],
    folder: Path,
    script: str,
    kind: str,
    refresh: str = "",
    workers: Executor | None = None,
) -> str:
    sent = studies if workers is None else [_unread(study) for study in studies]
    workers = workers or Here()
    # with intervals, but for a page that is made anew within a second and has no time to resample
    changes = [workers.submit(differences, *pair, not refresh) for pair in pairwise(sent)]
    events = [len(study.facts.events) for study in studies]
    studies = [_fewer_events(study) for study in studies]
    named: list[tuple[str, StoredRun]] = []
    shown: list[dict[str, Any]] = []
    mixed = len({study.facts.account.currency for study in studies}) > 1  # then each run is named with its currency
    for place, study in enumerate(studies, start=1):
        mark = f" ({place}{f', {study.facts.account.currency}' if mixed else ''})" if len(studies) > 1 else ""
        published = study.facts.published
        until = published.date() if published is not None else None
        rows = [
            _row(f"{run.label}{mark}", run, len(named) + number, folder, until, len(studies) == 1)
            for number, run in enumerate(study.runs)
        ]
        named += [(row["name"], row["run"]) for row in rows]
        shown.append({"study": study, "facts": study.facts, "mark": mark, "rows": rows, "warnings": _warnings(study)})
    subjects = _subjects(studies, [all_ - len(study.facts.events) for all_, study in zip(events, studies, strict=True)])
    best = workers.submit(best_strategies, [] if mixed else _ranked(named))
    lots, left_out, silent = lots_table(named)
    return fill(
        "page.html.j2",
        shown=shown,
        simulated=any(study.facts.simulated for study in studies),
        subjects=subjects,
        best=best.result(),
        mixed=mixed,
        lots_shown=len(lots["rows"]),  # type: ignore[arg-type]
        lots_left_out=left_out,
        lots_silent=silent,
        names=[name for name, _ in named],
        titles={event.id: event.title for subject in subjects for event in subject.events},
        money=breakdown(studies, named),
        studied=_studied(studies),
        replayed=[(name, returns) for name, run in named if (returns := known(run.facts.without_event))],
        stressed=any(row["stress"] for one in shown for row in one["rows"]),
        fallen=any(row["stress"] and row["stress"].drawdowns for one in shown for row in one["rows"]),
        untraded=any(row["untraded"] for one in shown for row in one["rows"]),
        placebos=any(row["placebo"] for one in shown for row in one["rows"]),
        deflated=_deflated_for([run for _, run in named]),
        changes=_changes([one.result() for one in changes]),
        data=_data(studies, subjects, named, lots, refresh),
        script=script,
        modules=inlined("page"),
        kind=kind,
    )


def _data(
    studies: Sequence[StoredStudy],
    subjects: Sequence[Subject],
    named: Sequence[tuple[str, StoredRun]],
    lots: JsonObject,
    refresh: str,
) -> dict[str, Any]:
    """What the page's script draws: chart, tables, stories."""
    themes, listings, lines = Words(), Words(), Words()
    events = events_table([subject.events for subject in subjects], themes, listings)
    return {
        "refresh": refresh,
        "names": [name for name, _ in named],
        "money": [[run.facts.account.currency, run.facts.account.cash] for _, run in named],
        "themes": themes.all,
        "listings": listings.all,
        "events": events,
        "lots": lots,
        "heat": heat(named, [event for subject in subjects for event in subject.events]),
        "stories": [stories(_told(subject), subject.runs, lines) for subject in subjects],
        "lines": lines.all,
        "chart": chart_data(studies, named),
    }


def _row(name: str, run: StoredRun, number: int, folder: Path, until: date | None, alone: bool) -> dict[str, Any]:
    return {
        "name": name,
        "run": run,
        "links": _links(run, folder),
        "line": number,
        **look(number),
        "glance": glance(run, until),
        "stress": stress(run, alone),
        "summary_lines": summary_lines(run),
        "evidence": evidence(run.facts.significance),
        "deflated": deflated(run.facts.significance),
        "placebo": _placebo(run),
        "untraded": untraded_table(run),
        "untraded_line": untraded_line(run),
    }


def _placebo(run: StoredRun) -> dict[str, Any] | None:
    """The verdict of a placebo that was played for this run, and its picture."""
    document = run.placebo
    if document is None:
        return None
    others = "shifts of the real calendar" if document.method == "shift" else "random calendars"
    words = f"Total return, per cent, of {document.distinct:,} {others}"
    return {"verdict": document.verdict, "drawn": histogram(document), "words": words}


def _studied(studies: Sequence[StoredStudy]) -> list[dict[str, Any]]:
    """The event study of each run that was stored with one."""
    found = []
    for place, study in enumerate(studies, start=1):
        document = study.event_study
        if document is None:
            continue
        whole = document.parts[0] if document.parts else None
        drawn = {"fan": fan(whole), "forest": forest(whole), "words": in_words(document)} if whole else {}
        found.append(
            {"study": document, "drawn": drawn, "mark": f"{study.name} ({place}): " if len(studies) > 1 else ""}
        )
    return found


def _deflated_for(runs: Sequence[StoredRun]) -> str:
    """For how many trials the Sharpe ratios shown are deflated, in words; empty where they are not."""
    judged = [run.facts.significance for run in runs if run.facts.significance]
    counts = sorted({count for found in judged if (count := found.trials_seen)})
    if not counts:
        return ""
    if len(counts) == 1:
        return f"the {counts[0]:,} trials this study has seen" if counts[0] > 1 else "the one trial this study has seen"
    return f"the trials each study had seen ({', '.join(f'{count:,}' for count in counts)})"


def _fewer_events(study: StoredStudy) -> StoredStudy:
    """The study with no more events than a page can hold, in their order."""
    events = study.facts.events
    if len(events) <= MOST_EVENTS:
        return study
    traded = _traded(study)
    kept = sorted(events, key=lambda event: event.id not in traded)[:MOST_EVENTS]
    ids = {event.id for event in kept}
    return replace(study, facts=replace(study.facts, events=tuple(event for event in events if event.id in ids)))


def _traded(study: StoredStudy) -> set[str]:
    """Events that led to lots."""
    return {event_id for run in study.runs for event_id in run.trades["event_id"].dropna()}


def _ranked(named: Sequence[tuple[str, StoredRun]]) -> list[Floats]:
    """The returns of each line; none where windows differ, whose figures are not ranked against each other."""
    first = named[0][1].returns["date"]
    if not all(run.returns["date"].equals(first) for _, run in named):
        return []
    return [run.returns["return"].to_numpy() for _, run in named]


def _unread(study: StoredStudy) -> StoredStudy:
    """The study without the tables that were read of it: another process reads its own, and none is read meanwhile."""
    return replace(study, runs=tuple(replace(run) for run in study.runs))


def _changes(found: Sequence[Difference]) -> list[dict[str, Any]]:
    """What differs from each run to the next, by the number of each."""
    return [{"before": place, "after": place + 1, "what": what} for place, what in enumerate(found, start=1)]


def _subjects(studies: Sequence[StoredStudy], left_out: Sequence[int]) -> list[Subject]:
    """Calendar, themes and time line, once where several runs share them.

    left_out : of each study, how many events the page does not hold
    """
    subjects: dict[str, Subject] = {}
    number = 0
    for place, (study, missing) in enumerate(zip(studies, left_out, strict=True), start=1):
        facts = study.facts
        document = facts.to_json()
        key = json.dumps({key: document[key] for key in ("calendar", "events", "themes", "notes")}, sort_keys=True)
        if key not in subjects:
            subjects[key] = Subject(facts.calendar, facts.events, facts.themes, facts.notes, missing, timeline(facts))
        subject = subjects[key]
        subject.folders.append(f"{study.name} ({place})")
        subject.runs.extend(enumerate(study.runs, start=number))
        number += len(study.runs)
    return list(subjects.values())


def _told(subject: Subject) -> list[EventFacts]:
    """The events whose stories the page tells: all, or of a long calendar those that led to lots."""
    if len(subject.events) <= MOST_STORIES:
        return list(subject.events)
    traded = {event_id for _, run in subject.runs for event_id in run.trades["event_id"].dropna()}
    return [event for event in subject.events if event.id in traded][:MOST_STORIES]


def _warnings(study: StoredStudy) -> list[dict[str, Any]]:
    """Each warning once, with the strategies it concerns (none: all of them)."""
    shared = [*study.facts.warnings, *(study.facts.store_notes or ())]
    concerned: dict[str, list[str]] = {text: [] for text in shared}
    for run in study.runs:
        for text in run.facts.warnings:
            if text not in study.facts.warnings:
                concerned.setdefault(text, []).append(run.label)
    return [{"text": text, "labels": labels} for text, labels in concerned.items()]


def _links(run: StoredRun, folder: Path) -> list[dict[str, str]]:
    """What lies in a strategy's folder, or will, relative to the page."""
    files = {"tearsheet": SHEET_FILE, "record": RUN_FILE, "code": SOURCE_FILE}
    return [
        {"title": title, "href": Path(os.path.relpath(run.folder / name, folder)).as_posix()}
        for title, name in files.items()
        if name in run.expected or (run.folder / name).is_file()
    ]
