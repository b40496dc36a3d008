"""Error types: a user's mistake is an InputError; what could not be done is Unavailable."""

from __future__ import annotations

from collections.abc import Iterable

_FEW = 12  # so many names may be listed in a message
_LONGEST = 200  # characters of what was given that a message repeats


class InputError(Exception):
    """What the user gave is wrong: the message says what, where and what to do. Exit status 2."""


class Unavailable(Exception):
    """What was asked is right and could not be done (disk, network). Exit status 1."""


class CalendarError(InputError):
    """An event calendar that cannot be used."""


class ThemeError(InputError):
    """A themes file that cannot be used, or a theme that is not there."""


class SecurityError(InputError):
    """A securities file that cannot be used, or a symbol that is not there."""


class DateError(InputError, ValueError):
    """A date expression that cannot be read. A ValueError too, so that models report it with its place."""


def shown(given: object) -> str:
    """What was given, as a message repeats it: at most 200 characters, of longer text the beginning and the end."""
    text = str(given)
    if len(text) <= _LONGEST:
        return text
    head = _LONGEST * 2 // 3
    return f"{text[:head]}…{text[head + 1 - _LONGEST :]}"


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """A sentence, led by a blank, with the nearest of `names`; where none is near, all if few; or ""."""
    import difflib  # rarely needed

    known = list(dict.fromkeys(names))
    by_folded = {known_name.casefold(): known_name for known_name in known if len(known_name) <= _LONGEST}
    near = difflib.get_close_matches(shown(name).casefold(), list(by_folded), n=1)
    if near:
        return f" Did you mean '{by_folded[near[0]]}'?"
    listed = ", ".join(known)
    return f" Known: {listed}." if 0 < len(known) <= _FEW and len(listed) <= _LONGEST else ""
