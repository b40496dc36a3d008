"""Writes a draft calendar and its themes as two files to review, each event under its sentence."""

from __future__ import annotations

from collections.abc import Iterator

from eventfolio.events.article.draft import Draft, DraftTheme, Found
from eventfolio.events.article.text import Sentence
from eventfolio.events.event import Event
from eventfolio.events.formats.toml import comments, to_toml, value_of

_LONGEST = 400  # characters of a sentence shown


def calendar_text(draft: Draft) -> str:
    """The calendar file: valid as it stands, with the evidence and what was left out as comments."""
    head = [
        "A draft, read from the article by rules: every line wants a look. Above each event: its sentence, and how its",
        "date was read. Yours to set: id, title, direction, strength, episode, recorded (the date of your review), and",
        "known_at and occurs where the public record says more than the article.",
    ]

    def remarks(event: Event) -> list[str]:
        if event.id not in draft.evidence:
            return []
        return [line for sentence, rule in draft.evidence[event.id] for line in (_quoted(sentence), rule)]

    return (
        "\n".join(comments(head))
        + "\n"
        + to_toml(draft.calendar, remarks)
        + "\n".join(["", *comments(list(_rest(draft))), ""])
    )


def themes_text(draft: Draft) -> str:
    """The themes file; a theme whose names nobody can trade stands as comments, since a theme wants a member."""
    blocks = [
        comments(
            ["A draft: roles, notes and proxies are yours. Names that are not among the securities are untradable."]
        )
    ]
    blocks[0] += ["schema = 1"]
    if not any(theme.members for theme in draft.themes):
        blocks[0] += comments(["No name that can be traded was found: a study wants one theme with a member at least."])
    for theme in draft.themes:
        lines = _theme(theme)
        if not theme.members:
            advice = f"{theme.name} has no name that can be traded. Give it a proxy as member, and take off the marks."
            lines = [*comments([advice]), *(f"# {line}" if line else "#" for line in lines)]
        blocks.append(lines)
    return "\n\n".join("\n".join(lines) for lines in blocks) + "\n"


def _theme(theme: DraftTheme) -> list[str]:
    first = (theme.members or theme.unknown)[0].sentence
    lines = ["[[theme]]", f"name = {value_of(theme.name)}", f"title = {value_of(theme.title)}"]
    lines += [f"why = {value_of(f'Named in the article, section {first.section}, sentence {first.number}.')}"]
    for found in theme.members:
        assert found.security is not None  # members are known
        lines += ["", *comments([_quoted(found.sentence)]), "[[theme.member]]"]
        lines += [f"symbol = {value_of(found.security.symbol)}", _role(found), f"note = {value_of(_called(found))}"]
    for found in theme.unknown:
        lines += [
            "",
            *comments([_quoted(found.sentence)]),
            "[[theme.untradable]]",
            f"name = {value_of(found.name.text)}",
        ]
        lines += [f"why = {value_of('not among the known securities: ' + found.sentence.citation)}"]
    return lines


def _role(found: Found) -> str:
    if found.is_proxy:
        return 'role = "proxy"\nstands_for = "what the article tells of, for which no listing was found"'
    return 'role = "named"'


def securities_text(draft: Draft) -> str:
    """The securities file: the listings that the article marks with their exchange and no file here knows."""
    blocks = [
        "\n".join([*comments(["Drafted from the article's own exchange marks: look each of them up."]), "schema = 1"])
    ]
    for one in draft.listed:
        rows = [("symbol", one.symbol), ("name", one.name), ("exchange", one.exchange), ("currency", one.currency)]
        lines = [f"{key} = {value_of(value)}" for key, value in rows]
        blocks.append("\n".join(["[[security]]", *lines, "lot = 1"]))
    return "\n\n".join(blocks) + "\n"


def _called(found: Found) -> str:
    assert found.security is not None
    said = f"{found.security.name}, in the article {found.name.text}; {found.sentence.citation}."
    return said if found.name.until is None else f"{said} That name was in use until {found.name.until}."


def _rest(draft: Draft) -> Iterator[str]:
    if draft.left_out:
        yield "Dates that gave no event, and why:"
        yield from (f"- {left.words!r} ({left.reason}): {_quoted(left.sentence)}" for left in draft.left_out)
    if draft.undated:
        yield "Without a date, so no events:"
        yield from (f"- {undated.kind}: {_quoted(undated.sentence)}" for undated in draft.undated)
    for title, names in (("Not among the securities:", draft.unknown), ("Of no theme:", draft.themeless)):
        if names:
            yield title
            yield from (f"- {found.name.text}: {_quoted(found.sentence)}" for found in names)
    if draft.unnamed:
        yield "Themes whose words were found, and no name:"
        yield from (f"- {theme}: section {s.section}, sentence {s.number}" for theme, s in draft.unnamed)


def _quoted(sentence: Sentence) -> str:
    text = sentence.text if len(sentence.text) <= _LONGEST else sentence.text[: _LONGEST - 1] + "…"
    return f"[{sentence.section}.{sentence.number}] {text}"
