"""Mentions of one happening, in several sentences or by several dates, brought together."""

from __future__ import annotations

from calendar import month_name

from eventfolio.events.article.happening import Happening
from eventfolio.events.article.stems import stem

_MONTHS = {name.lower() for name in month_name}


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

    Reports of one day are one, whatever they are called by: "it said" is of the company named before. A mention with a
    wider window ("the plant opens in July") joins the one within it ("on 3 July"), where act, subject and object agree.
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
    return _nested(groups)


_MOST_JOINED = 2_000  # groups that are compared; an article has fewer


def _nested(groups: list[list[Happening]]) -> list[list[Happening]]:
    """The groups, those of a wider window put to the one within it that is of the same happening."""
    if len(groups) > _MOST_JOINED:
        return groups
    by_act: dict[tuple[str, str], list[list[Happening]]] = {}
    for group in groups:
        for act in group[0].acts:
            by_act.setdefault((act, group[0].status), []).append(group)
    gone: set[int] = set()
    for wide in groups:
        window = wide[0].window
        if window.start is None or window.end is None or window.start == window.end:
            continue  # nothing is shorter
        near = [one for act in sorted(wide[0].acts) for one in by_act[act, wide[0].status]]
        home = next((one for one in near if id(one) not in gone and _is_within(one[0], wide[0])), None)
        if home is not None:
            home += wide
            gone.add(id(wide))
    return [group for group in groups if id(group) not in gone]


def _is_within(narrow: Happening, wide: Happening) -> bool:
    """Whether one happening is told twice: the narrower window inside the wider, with words of both in common."""
    inner, outer = narrow.window, wide.window
    if narrow.sentence is wide.sentence or not (inner.start and inner.end and outer.start and outer.end):
        return False
    if not (outer.start <= inner.start and inner.end <= outer.end):
        return False
    if inner.end - inner.start >= outer.end - outer.start:
        return False
    named = narrow.key & wide.key
    if not named:
        return False
    about = {word for word in narrow.about & wide.about if word not in named | _MONTHS and stem(word) not in wide.acts}
    return bool(about) or outer.precision in ("month", "quarter")
