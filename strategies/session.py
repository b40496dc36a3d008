"""Loads strategy classes given as objects: of a file, from a script, or typed in a notebook's cell.

A class whose file still says the same is that file's. A class of parts alone is written out as a file, so its run can
be made again like any other. Of a class with code of its own that no file holds, only the text of the class is kept,
where Python has it: it is played, and says that it cannot be played again from its record.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import linecache
import sys
import textwrap
from dataclasses import replace
from pathlib import Path
from types import CodeType, FunctionType
from typing import TYPE_CHECKING

from eventfolio.events.errors import shown
from eventfolio.strategies.errors import StrategyError
from eventfolio.strategies.loader import (
    SESSION,
    SHIPPED,
    USER_MODULE,
    LoadedStrategy,
    load_strategy,
    loaded_from,
    made_again,
)
from eventfolio.strategies.validation import params_of

if TYPE_CHECKING:
    from eventfolio.strategies.base import EventStrategy

_WRITTEN = "# Written out from a class that was typed in a Python session.\n"
_TEXT = "# Typed in a Python session. What the class uses from around it is not here, so this does not run by itself.\n"


def load_class(given: object) -> LoadedStrategy:
    """A class given in Python, with the code it came from.

    Raises: StrategyError for what is no strategy class, or says what makes no sense
    """
    from eventfolio.strategies.base import EventStrategy

    if not (isinstance(given, type) and issubclass(given, EventStrategy)) or given is EventStrategy:
        raise StrategyError(
            f"{shown(repr(given))} is not a strategy. Give a shipped name, 'file.py:Class', or a class that derives "
            "from EventStrategy."
        )
    return _shipped(given) or _of_its_file(given) or _written_out(given) or _as_text(given)


def _shipped(given: type[EventStrategy]) -> LoadedStrategy | None:
    name = given.__module__.removeprefix("eventfolio.strategies.").replace("_", "-")
    loaded = load_strategy(name) if name in SHIPPED else None
    return loaded if loaded is not None and loaded.cls is given else None


def _of_its_file(given: type[EventStrategy]) -> LoadedStrategy | None:
    """The class as its file's, where that makes the same class."""
    if given.__module__.startswith(USER_MODULE):
        return loaded_from(given)
    file = getattr(sys.modules.get(given.__module__), "__file__", None)
    if file is None or given.__module__ == "__main__" or given.__qualname__ != given.__name__:
        return None  # a script is not run a second time to look
    try:
        loaded = load_strategy(f"{Path(file).resolve()}:{given.__name__}")
    except StrategyError:
        return None
    return replace(loaded, cls=given) if _facts(loaded.cls) == _facts(given) else None


def _written_out(given: type[EventStrategy]) -> LoadedStrategy | None:
    """A class of parts alone as a file of its own; None where that does not make the same class."""
    if given.hooks():
        return None
    parts = vars(given._parts())
    kinds = sorted({type(part).__name__ for part in parts.values() if type(part).__module__ != "builtins"})
    lines = [f"{name} = {part!r}" for name, part in parts.items()]
    lines.append(f"params = dict({', '.join(f'{name}={value!r}' for name, value in params_of(given).items())})")
    doc = [repr(given.__doc__)] if given.__doc__ else []
    body = textwrap.indent("\n".join((*doc, *lines)), "    ")
    imports = ", ".join(sorted(["EventStrategy", *kinds]))
    text = f"{_WRITTEN}from eventfolio import {imports}\n\n\nclass {given.__name__}(EventStrategy):\n{body}\n"
    name, path = f"{SESSION}:{given.__name__}", Path(f"{given.__name__}.py")
    given.resolve()  # what makes no sense is said of the class itself
    try:
        loaded = made_again(name, path, text, {})
    except StrategyError:
        return None
    return replace(loaded, cls=given) if _facts(loaded.cls) == _facts(given) else None


def _as_text(given: type[EventStrategy]) -> LoadedStrategy:
    text = _text_of(given)
    digest = hashlib.sha256(repr([_code(function.__code__) for _, function in _functions(given)]).encode()).hexdigest()
    source = f"{_TEXT}# SHA-256 of its code as this Python runs it: {digest}\n"
    name, path = f"{SESSION}:{given.__name__}", Path(f"{given.__name__}.py")
    return LoadedStrategy(name, given, path, source + text, runs_again=False)


def _facts(cls: type[EventStrategy]) -> tuple[object, ...]:
    """What two classes of the same text share: plan, numbers, words and code."""
    return cls.resolve(), cls.__doc__, cls.hooks(), [(name, function.__code__) for name, function in _functions(cls)]


def _functions(cls: type[EventStrategy]) -> list[tuple[str, FunctionType]]:
    """The functions of a class and its bases up to EventStrategy, by name."""
    from eventfolio.strategies.base import EventStrategy

    own = cls.__mro__[: cls.__mro__.index(EventStrategy)]
    return [(name, it) for base in own for name, it in sorted(vars(base).items()) if isinstance(it, FunctionType)]


def _code(code: CodeType) -> tuple[object, ...]:
    """Code as values that are the same whenever it is the same."""
    constants = [_code(one) if isinstance(one, CodeType) else repr(one) for one in code.co_consts]
    return code.co_name, code.co_code.hex(), constants, code.co_names


def _text_of(cls: type[EventStrategy]) -> str:
    """The text of a class, from its file or the cell it was typed in; "" where Python does not have it."""
    try:
        return textwrap.dedent(inspect.getsource(cls))
    except (OSError, TypeError):
        pass
    for _, function in _functions(cls):
        lines = linecache.getlines(function.__code__.co_filename)
        try:
            tree = ast.parse("".join(lines))
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name == cls.__name__:
                first, last = node.lineno, node.end_lineno or node.lineno
                if first <= function.__code__.co_firstlineno <= last:
                    return textwrap.dedent("".join(lines[first - 1 : last]))
    return ""
