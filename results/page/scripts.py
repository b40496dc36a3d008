"""Joins the page's ES modules into one script, as a page opened from disk may not load files beside it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from markupsafe import Markup

STATIC = Path(__file__).parent / "static"

_IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "\./(\w+)\.js";\n', re.M)
_EXPORT = re.compile(r"^export ((?:async )?function|const) (\w+)", re.M)


@cache
def inlined(name: str) -> Markup:
    """The module `name`.js of `static/` and all that it imports, each in a scope of its own, in order."""
    done: dict[str, str] = {}
    _add(name, done)
    return Markup("\n".join(done.values()))


def _add(name: str, done: dict[str, str]) -> None:
    text = (STATIC / f"{name}.js").read_text(encoding="utf-8")
    for _, module in _IMPORT.findall(text):
        if module not in done:
            _add(module, done)
    exported = ", ".join(found for _, found in _EXPORT.findall(text))
    body = _EXPORT.sub(r"\1 \2", _IMPORT.sub(r"const { \1 } = module_\2;\n", text))
    done[name] = f"const module_{name} = (() => {{\n{body}return {{ {exported} }};\n}})();"
