"""The comparison page: the strategies of one run, or of several, side by side."""

from __future__ import annotations

import html
import importlib.util
import json
import os
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from events.errors import Unavailable
from results.stored import SOURCE_FILE, StoredRun, StoredStudy
from results.templating import fill, known_text

SCRIPT = "plotly.min.js"  # one copy, beside the run folders

_ISOLATE, _POP = "\u2068", "\u2069"  # keep right-to-left words from reordering their neighbours
_HUES, _DASHES = 7, 4  # colours and dash patterns of chart.js and style.css: 28 lines told apart


def write_index(study: StoredStudy, path: Path) -> None:
    """The page of one run folder, which lies beside `plotly.min.js`."""
    path.write_text(_render([study], path.parent, f"../{SCRIPT}"), encoding="utf-8")


def compare_page(studies: Sequence[StoredStudy], out: Path) -> Path:
    """One page of several run folders at `out`, with `plotly.min.js` beside it. Returns `out`.

    Raises : Unavailable if it cannot be written
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _replace(out, _render(studies, out.parent, SCRIPT).encode())
        copy_script(out.parent)
    except OSError as error:
        raise Unavailable(
            f"{out}: the page could not be written ({error.strerror or error}). Give another file with -o."
        ) from error
    return out


def copy_script(folder: Path) -> None:
    """Put plotly's script into `folder`, unless this version of it is there."""
    spec = importlib.util.find_spec("plotly")  # found, not imported: importing takes longer than the whole page
    assert spec is not None
    assert spec.submodule_search_locations
    source = Path(spec.submodule_search_locations[0]) / "package_data" / SCRIPT
    target = folder / SCRIPT
    if not target.is_file() or target.stat().st_size != source.stat().st_size:
        _replace(target, source.read_bytes())


def _replace(path: Path, content: bytes) -> None:
    """Write whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as part:
            part.write(content)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _render(studies: Sequence[StoredStudy], folder: Path, script: str) -> str:
    lines: list[dict[str, Any]] = []
    shown = []
    for place, study in enumerate(studies, start=1):
        mark = f" ({place})" if len(studies) > 1 else ""
        rows = []
        for run in study.runs:
            number = len(lines)
            name = f"{run.label}{mark}"
            look = {"hue": number % _HUES, "dash": number // _HUES % _DASHES}
            lines.append({"name": name, **look, **_line(run.returns, "return")})
            rows.append({"name": name, "run": run, "links": _links(run, folder), "line": number, **look})
        shown.append({"study": study, "facts": study.facts, "mark": mark, "rows": rows, "warnings": _warnings(study)})
    return fill(
        "page.html.j2",
        shown=shown,
        simulated=any(study.facts["simulated"] for study in studies),
        subjects=_subjects(studies),
        chart={
            "lines": lines,
            "benchmarks": _benchmarks(studies),
            "events": _marks(studies),
            **_hindsight(studies),
        },
        script=script,
    )


def _line(returns: pd.DataFrame, column: str) -> dict[str, Any]:
    """Gain since the start and fall from the highest point, decimal fractions by date; gaps stay gaps."""
    known = returns[["date", column]].dropna()
    wealth = np.cumprod(1.0 + known[column].to_numpy())
    peak = np.maximum.accumulate(np.maximum(wealth, 1.0))
    return {
        "dates": [f"{day:%Y-%m-%d}" for day in known["date"]],
        "gain": np.round(wealth - 1.0, 6).tolist(),
        "fall": np.round(wealth / peak - 1.0, 6).tolist(),
    }


def _benchmarks(studies: Sequence[StoredStudy]) -> list[dict[str, Any]]:
    """One line a benchmark and window."""
    lines: dict[str, dict[str, Any]] = {}
    for study in studies:
        line = _line(study.runs[0].returns, "benchmark")
        if line["dates"]:
            lines.setdefault(json.dumps(line), {"name": str(study.facts["benchmark"]), **line})
    return list(lines.values())


def _marks(studies: Sequence[StoredStudy]) -> list[dict[str, Any]]:
    """Every event that had a first session: when, in which theme's row, and what a pointer over it shows."""
    marks: dict[str, dict[str, Any]] = {}
    for study in studies:
        for event in study.facts["events"]:
            if not event["first_sessions"]:
                continue
            mark = {
                "date": min(event["first_sessions"].values()),
                "themes": event["themes"] or ["no theme"],
                "hindsight": event["hindsight"],
                "text": _hover(event),
            }
            marks.setdefault(json.dumps([event["id"], mark]), mark)
    return list(marks.values())


def _hover(event: dict[str, Any]) -> str:
    """Plotly reads a little HTML in hover texts, so what comes from a calendar is escaped for it."""
    sessions = ", ".join(f"{symbol} {session}" for symbol, session in event["first_sessions"].items())
    lines = [
        event["title"],
        f"known {known_text(event)}",
        f"first sessions: {sessions}",
        event["source"] or "",
    ]
    if event["hindsight"]:
        lines.append("hindsight: known before the article")
    wrapped = [part for line in lines if line for part in _wrapped(line)]
    return "<br>".join(f"{_ISOLATE}{html.escape(part)}{_POP}" for part in wrapped)


def _wrapped(text: str, width: int = 60) -> list[str]:
    rows = [""]
    for word in text.split():
        if rows[-1] and len(rows[-1]) + len(word) >= width:
            rows.append("")
        rows[-1] = f"{rows[-1]} {word}".strip()
    return rows


def _hindsight(studies: Sequence[StoredStudy]) -> dict[str, str | None]:
    """The day the article appeared (the latest of several): all before it is hindsight."""
    days = [published.date() for study in studies if (published := _published(study.facts))]
    return {"hindsight_until": max(days).isoformat() if days else None}


def _published(facts: dict[str, Any]) -> datetime | None:
    article = facts["calendar"]["article"]
    return datetime.fromisoformat(article["published"]) if article and article["published"] else None


def _subjects(studies: Sequence[StoredStudy]) -> list[dict[str, Any]]:
    """Calendar, themes and notes, once where several runs share them."""
    subjects: dict[str, dict[str, Any]] = {}
    for place, study in enumerate(studies, start=1):
        facts = {key: study.facts[key] for key in ("calendar", "events", "themes", "notes")}
        subject = subjects.setdefault(json.dumps(facts, sort_keys=True), {"folders": [], **facts})
        subject["folders"].append(f"{study.folder.name} ({place})")
    return list(subjects.values())


def _warnings(study: StoredStudy) -> list[dict[str, Any]]:
    """Each warning once, with the strategies it concerns (none: all of them)."""
    concerned: dict[str, list[str]] = {text: [] for text in study.facts["warnings"]}
    for run in study.runs:
        for text in run.facts["warnings"]:
            if text not in study.facts["warnings"]:
                concerned.setdefault(text, []).append(run.label)
    return [{"text": text, "labels": labels} for text, labels in concerned.items()]


def _links(run: StoredRun, folder: Path) -> list[dict[str, str]]:
    """What lies in a strategy's folder, relative to the page."""
    files = {"tearsheet": "tearsheet.html", "record": "run.json", "code": SOURCE_FILE}
    return [
        {"title": title, "href": Path(os.path.relpath(run.folder / name, folder)).as_posix()}
        for title, name in files.items()
        if (run.folder / name).is_file()
    ]
