"""What a command line overrides in a study: which strategies, which parameters, which themes."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eventfolio.engine.errors import StudyError
from eventfolio.engine.study.study import StrategyEntry, Study
from eventfolio.events.errors import did_you_mean, shown
from eventfolio.strategies.loader import load_strategy
from eventfolio.strategies.parts import ALL

_WORDS = {"none": None, "null": None, "true": True, "false": False}


def override(
    study: Study,
    *,
    strategies: Sequence[str] = (),
    params: Sequence[str] = (),
    themes: Sequence[str] = (),
    **options: Any,
) -> tuple[Study, tuple[str, ...]]:
    """The study with its overrides, and the labels of its own strategies that the chosen themes leave nothing to trade.

    strategies : names or file.py:Class, in place of the study's own
    params     : "key=value", for every strategy that has the parameter
    themes     : names of the themes to keep; a strategy asked for by name is not left out for them
    options    : see Study.with_options
    Raises     : InputError
    """
    study = study.with_options(strategies=_entries(strategies) or None, themes=tuple(themes), **options)
    for entry in study.strategies if strategies else ():
        load_strategy(entry.name, study.folder)  # a name mistyped at the command line is refused at once
    entries = study.strategies
    left_out: tuple[str, ...] = ()
    if themes and not strategies:
        left_out = tuple(entry.label for entry in entries if not _trades_any(entry, study, themes))
        entries = tuple(entry for entry in entries if entry.label not in left_out)
        if not entries:
            raise StudyError(f"No strategy of the study trades {shown(' or '.join(themes))}. Choose one with -s.")
    if params:
        entries = _with_params(entries, dict(_pairs(params)), study.folder)
    return study.with_options(strategies=entries), left_out


def _entries(names: Sequence[str]) -> tuple[StrategyEntry, ...]:
    """An entry a name; the same name again gets the label name-2."""
    seen: Counter[str] = Counter()
    entries = []
    for name in names:
        label = _label(name)
        seen[label] += 1
        entries.append(StrategyEntry(name=name, label=label if seen[label] == 1 else f"{label}-{seen[label]}"))
    return tuple(entries)


def _label(name: str) -> str:
    """A shipped strategy's name; of file.py:Class the class; of a file alone its stem."""
    file, _, cls = name.rpartition(":")
    word = cls if file else Path(name).stem
    return re.sub(r"[^A-Za-z0-9._-]+", "-", word).strip("-._") or "strategy"


def _trades_any(entry: StrategyEntry, study: Study, themes: Sequence[str]) -> bool:
    wanted: Any = load_strategy(entry.name, study.folder).cls.themes
    return wanted == ALL or bool(set(wanted) & set(themes))


def _with_params(entries: Sequence[StrategyEntry], params: dict[str, Any], folder: Path) -> tuple[StrategyEntry, ...]:
    defaults = [load_strategy(entry.name, folder).cls.defaults() for entry in entries]
    known = {name for own in defaults for name in own}
    for name in params:
        if name not in known:
            raise StudyError(
                f"-p {shown(name)}: no chosen strategy has that parameter.{did_you_mean(name, sorted(known))}"
            )
    return tuple(
        entry.model_copy(
            update={"params": entry.params | {name: value for name, value in params.items() if name in own}}
        )
        for entry, own in zip(entries, defaults, strict=True)
    )


def _pairs(params: Sequence[str]) -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for text in params:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not (name and equals and value):
            raise StudyError(f"-p '{shown(text)}': write it as key=value, such as hold=30 or stop=none.")
        if name in dict(pairs):
            raise StudyError(f"-p {shown(name)} is given twice. Keep one.")
        pairs.append((name, parse_value(name, value)))
    return pairs


def parse_value(name: str, text: str) -> float | int | str | bool | None:
    """A number, none, true, false, or a word."""
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    try:
        number = float(text)
    except ValueError:
        return text
    if not math.isfinite(number):
        raise StudyError(f"-p {shown(name)}={shown(text)}: give a number, or none.")
    return int(text) if text.lstrip("+-").isdigit() else number
