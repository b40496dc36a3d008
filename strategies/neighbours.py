"""Loads the modules beside a strategy's file that it imports, and no others.

A strategy may say `from helpers import k` of a helpers.py beside it. What it imports so, directly or through another
neighbour, is found in the text, is part of the run's identity and is kept with the run. Neighbours are imported under
the name of the strategy's own module, so that two strategies with different helpers.py in one process each get theirs
and no other code ever meets them; neither sys.path nor the working folder has a part in it.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

from eventfolio.events.files import read_text
from eventfolio.strategies.errors import StrategyError

Texts = Mapping[str, str]  # by path below the strategy's folder, such as "helpers.py" or "lib/numbers.py"

_NEVER = sys.stdlib_module_names | {"eventfolio"}  # no neighbour takes the place of these


def neighbours_of(path: Path, source: str) -> dict[str, str]:
    """The text of each module beside a strategy's file that it imports, directly or not, by path below its folder.

    Read, not run: an import counts wherever it stands in the text.
    Raises: StrategyError for one that cannot be read
    """
    folder, found = path.parent, dict[str, str]()
    waiting = [("", source)]
    while waiting:
        package, text = waiting.pop()
        for dotted in _imported(text, package):
            for name, file in _files(folder, dotted):
                if file not in found:
                    found[file] = text = source_text(folder / file)
                    waiting.append((name if file.endswith("__init__.py") else name.rpartition(".")[0], text))
    return dict(sorted(found.items()))


def source_text(path: Path) -> str:
    """A Python file's text with the line ends that Python sees."""
    return read_text(path, "strategy", StrategyError).replace("\r\n", "\n").replace("\r", "\n")


def make_module(name: str, path: Path, source: str, neighbours: Texts) -> ModuleType:
    """The module of a strategy's text, run; its imports of neighbours lead to these texts.

    Raises: whatever the code does; nothing of it is kept then
    """
    module = ModuleType(name)
    module.__file__ = str(path)
    if neighbours:
        module.__path__ = []  # neighbours are found below it, as those of a package
        module.__package__ = name
        _Beside.known[name] = _Beside(name, path.parent, neighbours)
    sys.modules[name] = module
    try:
        _run(module, source, str(path))
    except BaseException:
        for one in [one for one in sys.modules if one == name or one.startswith(f"{name}.")]:
            del sys.modules[one]
        _Beside.known.pop(name, None)
        raise
    return module


class _Beside(Loader):
    """The neighbours of one strategy, from their texts."""

    known: dict[str, _Beside] = {}

    def __init__(self, root: str, folder: Path, texts: Texts) -> None:
        self.root, self.folder, self.texts = root, folder, texts
        self.tops = {file.partition("/")[0].removesuffix(".py") for file in texts}

    def spec(self, name: str) -> ModuleSpec | None:
        place = name.removeprefix(f"{self.root}.").replace(".", "/")
        inits = f"{place}/__init__.py"
        is_package = inits in self.texts or any(file.startswith(f"{place}/") for file in self.texts)
        file = inits if is_package else f"{place}.py"
        if not is_package and file not in self.texts:
            return None
        return spec_from_loader(name, self, origin=file, is_package=is_package)

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        file = str(module.__spec__.origin)
        module.__file__ = str(self.folder / file)
        _run(module, self.texts.get(file, ""), module.__file__)

    def importing(self, name: str, given: Any = None, local: Any = None, names: Any = (), level: int = 0) -> Any:
        """As Python's __import__, but that the first part of an absolute name may be a neighbour's."""
        top = name.partition(".")[0]
        if level or top not in self.tops:
            return builtins.__import__(name, given, local, names, level)
        module = builtins.__import__(f"{self.root}.{name}", given, local, names, 0)
        return module if names else sys.modules[f"{self.root}.{top}"]


class _Finder(MetaPathFinder):
    """Leads imports below a strategy's module to its neighbours."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        beside = _Beside.known.get(name.partition(".")[0])
        return beside.spec(name) if beside is not None else None


sys.meta_path.append(_Finder())


def _run(module: ModuleType, source: str, path: str) -> None:
    beside = _Beside.known.get(module.__name__.partition(".")[0])
    if beside is not None:
        module.__dict__["__builtins__"] = {**vars(builtins), "__import__": beside.importing}
    exec(compile(source, path, "exec", dont_inherit=True), module.__dict__)


def _imported(text: str, package: str) -> Iterator[str]:
    """Full names, seen from the strategy's folder, of all modules or members of modules that a text imports."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return  # said with its line when it is run
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".") if package else []
            if node.level - 1 > len(parts):
                continue
            above = parts[: len(parts) - (node.level - 1)] if node.level else []
            start = ".".join((*above, *((node.module,) if node.module else ())))
            yield from (f"{start}.{alias.name}" if start else alias.name for alias in node.names)


def _files(folder: Path, dotted: str) -> list[tuple[str, str]]:
    """(module, file) of each part of a dotted name that lies in the folder; one without __init__.py has no file."""
    parts, found = dotted.split("."), list[tuple[str, str]]()
    if parts[0] in _NEVER:
        return []
    for count in range(1, len(parts) + 1):
        place, name = "/".join(parts[:count]), ".".join(parts[:count])
        if (folder / place / "__init__.py").is_file():
            found.append((name, f"{place}/__init__.py"))
        elif (folder / f"{place}.py").is_file():
            return [*found, (name, f"{place}.py")]
        elif not (folder / place).is_dir():
            break
    return found
