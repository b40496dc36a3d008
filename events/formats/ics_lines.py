"""Content lines of iCalendar (RFC 5545): escaped and folded for writing, and an exported file's read back plainly.

icalendar makes several objects of every line and takes milliseconds an event. What `calendar export` writes is plain:
one component after the other, one value a line, no time zones. Such files are read here; whatever else a component
holds makes it icalendar's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LONGEST = 74  # octets of a line, one less than the 75 that are allowed
_KEPT_TOGETHER = "\\^"  # an escape is not split from what it escapes: some programs unfold after they unescape
_ESCAPED = re.compile(r"\\(.)", re.S)


def content_line(name: str, text: str) -> str:
    """A property whose value is text, escaped and folded."""
    return folded(f"{name}:{escaped(text)}")


def escaped(text: str) -> str:
    """Text as a value: backslashes, semicolons, commas and line feeds escaped."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def unescaped(value: str) -> str:
    """The text of a value."""
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value) if "\\" in value else value


def folded(line: str) -> str:
    """A content line in lines of fewer than 75 octets, no letter and no escape split."""
    if len(line) <= _LONGEST and line.isascii():
        return line
    parts, start = [], 0
    while start < len(line):
        end = _end_of_part(line, start)
        if end < len(line) and line[end - 1] in _KEPT_TOGETHER and end - start > 1:
            end -= 1
        parts.append(line[start:end])
        start = end
    return "\r\n ".join(parts)


def _end_of_part(line: str, start: int) -> int:
    """Where the longest part that fits into a line ends."""
    end = min(start + _LONGEST, len(line))
    if line[start:end].isascii():
        return end
    octets, end = 0, start
    while end < len(line) and (octets := octets + len(line[end].encode("utf-8"))) <= _LONGEST:
        end += 1
    return max(end, start + 1)


@dataclass(frozen=True, slots=True)
class PlainComponent:
    """A component without others in it.

    lines  : as they stand, unfolded, without its BEGIN and END
    values : by the name of a property, its parameters included, as they stand; None where some line is not plain
    """

    lines: list[str]
    values: dict[str, list[str]] | None


def plain_components(text: str) -> tuple[dict[str, list[str]], list[PlainComponent]] | None:
    """The calendar's own properties and its VEVENTs, of unfolded text; None where it holds anything else."""
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    if len(lines) < 2 or lines[0] != "BEGIN:VCALENDAR" or lines[-1] != "END:VCALENDAR":
        return None
    head: list[str] = []
    components: list[PlainComponent] = []
    own: list[str] | None = None  # lines of the VEVENT that is open
    for line in lines[1:-1]:
        if line == "BEGIN:VEVENT" and own is None:
            own = []
        elif line == "END:VEVENT" and own is not None:
            components.append(PlainComponent(own, _values(own)))
            own = None
        elif line[:6] == "BEGIN:" or line[:4] == "END:" or (own is None and components):
            return None
        else:
            (head if own is None else own).append(line)
    values = _values(head)
    return None if own is not None or values is None else (values, components)


def _values(lines: list[str]) -> dict[str, list[str]] | None:
    found: dict[str, list[str]] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            return None
        found.setdefault(name, []).append(value)
    return found
