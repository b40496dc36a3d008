"""Resolves the arguments of a call into a study with its options applied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eventfolio.engine.study.study import Study, StudyOptions
    from eventfolio.strategies.parameters import Value


def study_of(study: Study | str | PathLike[str] | None) -> Study:
    """A loaded study as it is, a study file read, or the packaged one for None."""
    from eventfolio.engine.errors import StudyError
    from eventfolio.engine.study.study import Study, load_study
    from eventfolio.events.dprk_russia import STUDY
    from eventfolio.events.errors import shown

    if isinstance(study, Study):
        return study
    if study is None:
        return load_study(STUDY)
    if not isinstance(study, (str, PathLike)):
        raise StudyError(f"{shown(repr(study))} is no study. Give a study file, what load_study gave, or None.")
    return load_study(Path(study))


def options(
    data: str | PathLike[str] | None,
    start: date | str | None,
    end: date | str | None,
    cash: float | None,
    kinds: str | Iterable[str],
) -> StudyOptions:
    """What `Study.with_options` takes."""
    return {
        "source": None if data is None else str(data),
        "start": day("start", start),
        "end": day("end", end),
        "cash": cash,
        "kinds": names(kinds),
    }


def names(given: str | Iterable[str]) -> tuple[str, ...]:
    """One name, or several."""
    return (given,) if isinstance(given, str) else tuple(given)


def day(name: str, given: date | str | None) -> date | None:
    """A date, or ISO text of one. Raises: StudyError"""
    from datetime import datetime

    from eventfolio.engine.errors import StudyError
    from eventfolio.events.errors import shown

    if isinstance(given, datetime):
        return given.date()
    if given is None or isinstance(given, date):
        return given
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError):
        raise StudyError(f"{name} = {shown(repr(given))} is not a date. Write it as '2025-06-17'.") from None


def values(params: Mapping[str, object]) -> dict[str, Value]:
    """Parameters as a study may give them; "none" is None, a numpy number a plain one.

    Raises: StudyError for what is no number, word, truth or None
    """
    import math

    from eventfolio.engine.errors import StudyError
    from eventfolio.events.errors import shown

    found: dict[str, Value] = {}
    for name, given in params.items():
        value = given.item() if hasattr(given, "item") and not isinstance(given, (str, bool)) else given
        if not (value is None or isinstance(value, (bool, int, float, str))) or (
            isinstance(value, float) and not math.isfinite(value)
        ):
            raise StudyError(f"{name} = {shown(repr(given))} cannot be; give a number, a word, True, False or None.")
        found[name] = None if value == "none" else value
    return found
