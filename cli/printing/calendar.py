"""Prints draft calendars and differences of calendars, as text and JSON, and writes new files; overwrites none."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from eventfolio.cli.new_files import write_new
from eventfolio.events.errors import CalendarError, shown
from eventfolio.events.toml_reader import at_most

if TYPE_CHECKING:
    from eventfolio.events import Difference, Draft, Event
    from eventfolio.events.article.draft import Found
    from eventfolio.events.article.text import Sentence


def save(draft: Draft, path: Path) -> tuple[Path, ...]:
    """Write the draft calendar, its themes to themes.toml beside it, and listings it drafts to securities.toml.

    Raises: CalendarError where one of them is there, or the name does not end in .toml
    """
    from eventfolio.events.article.write import calendar_text, securities_text, themes_text

    if path.suffix.lower() != ".toml":
        raise CalendarError(
            f"{path.name}: a draft is written as TOML. Name it {path.stem}.toml; calendar export converts it."
        )
    themes = path.with_name("themes.toml")
    if themes == path:
        raise CalendarError("themes.toml is where the themes go. Name the calendar otherwise, such as calendar.toml.")
    files = {path: calendar_text(draft), themes: themes_text(draft)}
    if draft.listed:
        files[path.with_name("securities.toml")] = securities_text(draft)
    write_new(files, CalendarError)
    return tuple(files)


def print_exactly(text: str) -> None:
    """To stdout as it is, line ends included; what a terminal would obey is left out on a terminal."""
    from eventfolio.cli.printing.console import plain

    if sys.stdout.isatty():
        text = plain(text)
    sys.stdout.write(text)


def lines(draft: Draft) -> Iterator[str]:
    """What was found beside the events, in lines."""
    for theme in draft.themes:
        members = ", ".join(f"{found.name.text} ({found.security.symbol})" for found in theme.members if found.security)
        yield f"{theme.name}: {members or 'no name that can be traded'}"
    for found in draft.unknown:
        yield f"Not among the securities: {found.name.text} ({_place(found)})"
    for found in draft.themeless:
        if found.security:
            yield f"Of no theme: {found.name.text} ({_place(found)})"
    for theme_name, sentence in draft.unnamed:
        yield f"No name for the theme {theme_name} (section {sentence.section}, sentence {sentence.number})"
    for left in draft.left_out:
        s = left.sentence
        yield f"No event: {left.words} ({left.reason}; section {s.section}, sentence {s.number}): {s.text[:80]}"
    for undated in draft.undated:
        s = undated.sentence
        yield f"Undated, no event: {undated.kind} (section {s.section}, sentence {s.number}): {s.text[:80]}"


def facts(draft: Draft) -> dict[str, object]:
    """The draft for a machine."""
    article = draft.article
    return {
        "article": {
            "title": article.title,
            "author": article.author,
            "publisher": article.publisher,
            "published": article.published.isoformat(),
            "zone": article.zone,
            "sha256": article.sha256,
            "sentences": len(article.sentences),
        },
        "events": [_event(draft, event) for event in draft.calendar.events],
        "themes": [
            {
                "name": theme.name,
                "members": [
                    {"symbol": found.security.symbol, **_name(found)} for found in theme.members if found.security
                ],
                "untradable": [_name(found) for found in theme.unknown],
            }
            for theme in draft.themes
        ],
        "unknown": [_name(found) for found in draft.unknown],
        "themeless": [_name(found) for found in draft.themeless],
        "unnamed_themes": [theme for theme, _ in draft.unnamed],
        "undated": [
            {"kind": undated.kind, "sentence": undated.sentence.text, "source": undated.sentence.citation}
            for undated in draft.undated
        ],
        "left_out": [
            {"words": left.words, "reason": left.reason, "text": left.sentence.text, "source": left.sentence.citation}
            for left in draft.left_out
        ],
    }


def difference(found: Difference) -> dict[str, object]:
    """A difference for a machine."""
    return {
        "added": [event.id for event in found.added],
        "removed": [event.id for event in found.removed],
        "changed": [
            {"id": change.id, "key": change.key, "before": _shown(change.before), "after": _shown(change.after)}
            for change in found.changed
        ],
    }


def difference_lines(found: Difference) -> Iterator[str]:
    """A difference in lines: + added, - removed, ~ changed."""
    if not found:
        yield "Nothing changed."
    for event in found.removed:
        yield f"- {event.id}: {event.title}"
    for event in found.added:
        yield f"+ {event.id}: {event.title}"
    for change in found.changed:
        yield f"~ {change.id or 'calendar'}, {change.key}: {_shown(change.before)} -> {_shown(change.after)}"


def refuse_changes(found: Difference, file: Path) -> None:
    """Refuse a file that a calendar program has changed.

    Raises: CalendarError that lists what
    """
    if found:
        listed = at_most(
            [f"{file.name}, {shown(line.removeprefix('~ '))}" for line in difference_lines(found)], file.name
        )
        words = f"{file.name} is not as it was exported. Without --keep these changes are taken over:"
        raise CalendarError("\n".join([words, *listed]))


def _event(draft: Draft, event: Event) -> dict[str, object]:
    table: dict[str, object] = event.model_dump(mode="json", by_alias=True, exclude_none=True)
    if event.id in draft.evidence:
        first, *others = [_evidence(sentence, rule) for sentence, rule in draft.evidence[event.id]]
        table["evidence"] = first | ({"also": others} if others else {})
    return table


def _evidence(sentence: Sentence, rule: str) -> dict[str, object]:
    place = {"section": sentence.section, "sentence": sentence.number, "start": sentence.start, "end": sentence.end}
    return place | {"text": sentence.text, "rule": rule}


def _name(found: Found) -> dict[str, object]:
    return {"name": found.name.text, "source": found.sentence.citation, "text": found.sentence.text}


def _place(found: Found) -> str:
    return f"section {found.sentence.section}, sentence {found.sentence.number}"


def _shown(value: object) -> object:
    if isinstance(value, dict):
        return {key: _shown(inner) for key, inner in value.items()}
    return (
        value
        if value is None or isinstance(value, int | float)
        else (list(value) if isinstance(value, tuple) else str(value))
    )
