"""Mentions of one happening, in several sentences or by several dates, brought together."""

from __future__ import annotations

from eventfolio.events.article.happening import Happening


def most_precise(told: list[Happening]) -> list[Happening]:
    """Of windows of one verb, those that are no wider one around another."""
    kept = []
    for one in told:
        inside = any(
            other is not one
            and other.title == one.title
            and one.window.start
            and one.window.end
            and other.window.start
            and other.window.end
            and one.window.start <= other.window.start
            and other.window.end <= one.window.end
            and (one.window.start, one.window.end) != (other.window.start, other.window.end)
            for other in told[:20]
        )
        if not inside:
            kept.append(one)
    return kept


def joined(happenings: list[Happening]) -> list[list[Happening]]:
    """Happenings by what they are of: one window and kind, and one sentence, or a word of the subject in common.

    Reports of one day are one, whatever they are called by: "it said" is of the company named before.
    """
    groups: list[list[Happening]] = []
    known: dict[tuple[object, ...], list[Happening]] = {}
    for one in happenings:
        tags: list[tuple[object, ...]] = [(one.window.text, one.kind, one.status, word) for word in sorted(one.key)]
        tags.append((one.window.text, one.kind, one.status, one.sentence.start, one.key))
        if one.kind == "announcement" and one.window.precision == "day" and not one.key:
            tags.append((one.window.text, "announcement"))
        group = next((known[tag] for tag in tags if tag in known), None)
        if group is None:
            group = []
            groups.append(group)
        group.append(one)
        for tag in tags:
            known.setdefault(tag, group)
        if one.kind == "announcement" and one.window.precision == "day":
            known.setdefault((one.window.text, "announcement"), group)
    return groups
