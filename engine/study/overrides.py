"""Applies the options of a command line to a study: strategies, parameters, themes, window, prices."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Unpack

from eventfolio.engine.errors import StudyError
from eventfolio.engine.study.strategy import StrategyEntry, StudyStrategy
from eventfolio.engine.study.study import Study, StudyOptions
from eventfolio.events.errors import did_you_mean, shown
from eventfolio.strategies.loader import LoadedStrategy, load_strategy
from eventfolio.strategies.parameters import Value
from eventfolio.strategies.parts import ALL
from eventfolio.strategies.session import load_class

_WORDS = {"none": None, "null": None, "true": True, "false": False}


def override(
    study: Study,
    *,
    strategies: Sequence[str | type | LoadedStrategy] = (),
    params: Mapping[str, Value] | None = None,
    themes: Sequence[str] = (),
    **options: Unpack[StudyOptions],
) -> tuple[Study, tuple[str, ...]]:
    """The study with its overrides, and the labels of its own strategies that the chosen themes leave nothing to trade.

    strategies : names, file.py:Class or classes, in place of the study's own
    params     : for every strategy that has the parameter
    themes     : names of the themes to keep; a strategy asked for by name is not left out for them
    options    : see Study.with_options
    Raises     : InputError
    """
    chosen = _strategies(strategies, study.folder)
    study = study.with_options(strategies=chosen or None, themes=tuple(themes), **options)
    kept = study.strategies
    left_out: tuple[str, ...] = ()
    if themes and not chosen:
        kept = tuple(one for one in kept if one.cls.themes == ALL or set(one.cls.themes) & set(themes))
        left_out = tuple(one.label for one in study.strategies if one not in kept)
        if not kept:
            raise StudyError(f"No strategy of the study trades {shown(' or '.join(themes))}. Choose one with -s.")
    if params:
        kept = _with_params(kept, params)
    return study.with_options(strategies=kept), left_out


def _strategies(given: Sequence[str | type | LoadedStrategy], folder: Path) -> tuple[StudyStrategy, ...]:
    """A strategy a name or class, loaded, so that one mistyped is refused at once; the same label again gets name-2."""
    seen: Counter[str] = Counter()
    found = []
    for one in given:
        if isinstance(one, str):
            loaded = load_strategy(one, folder)
        else:
            loaded = one if isinstance(one, LoadedStrategy) else load_class(one)
        label = _label(loaded.name)
        seen[label] += 1
        entry = StrategyEntry(name=loaded.name, label=label if seen[label] == 1 else f"{label}-{seen[label]}")
        found.append(StudyStrategy(entry, folder, loaded))
    return tuple(found)


def _label(name: str) -> str:
    """A shipped strategy's name; of file.py:Class the class; of a file alone its stem."""
    file, _, cls = name.rpartition(":")
    word = cls if file else Path(name).stem
    return re.sub(r"[^A-Za-z0-9._-]+", "-", word).strip("-._") or "strategy"


def _with_params(strategies: Sequence[StudyStrategy], params: Mapping[str, Value]) -> tuple[StudyStrategy, ...]:
    defaults = [one.cls.defaults() for one in strategies]
    known = {name for own in defaults for name in own}
    for name in params:
        if name not in known:
            raise StudyError(
                f"-p {shown(name)}: no chosen strategy has that parameter.{did_you_mean(name, sorted(known))}"
            )
    return tuple(
        one.with_params({name: value for name, value in params.items() if name in own})
        for one, own in zip(strategies, defaults, strict=True)
    )


def parse_params(texts: Sequence[str]) -> dict[str, Value]:
    """The values of "key=value" texts.

    Raises: StudyError for what is no such text, or a name given twice
    """
    params: dict[str, Value] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not (name and equals and value):
            raise StudyError(f"-p '{shown(text)}': write it as key=value, such as hold=30 or stop=none.")
        if name in params:
            raise StudyError(f"-p {shown(name)} is given twice. Keep one.")
        params[name] = parse_value(name, value)
    return params


def parse_value(name: str, text: str) -> Value:
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
