"""Loads strategy classes: the shipped ones by name, a user's own as file.py:Class, with the code they come from."""

from __future__ import annotations

import hashlib
import importlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from eventfolio.events.errors import did_you_mean, shown
from eventfolio.events.files import code_sha256
from eventfolio.strategies.errors import StrategyError
from eventfolio.strategies.neighbours import make_module, neighbours_of, source_text

if TYPE_CHECKING:
    from eventfolio.strategies.base import EventStrategy

SHIPPED = (
    "announcement-drift",
    "scheduled-run-up",
    "confirmed-breakout",
    "event-intensity",
    "buy-and-hold",
    "release-drift",
    "release-day-close",
    "through-the-event",
    "kogas-lng",
    "ihi-infrastructure",
    "rare-earths",
    "all-themes",
    "bridge-run-up",
)
USER_MODULE = "eventfolio_user_"  # what the modules made of a user's files begin with
_CODE: dict[str, tuple[Path, str, Mapping[str, str]]] = {}  # by the module made of it
SESSION = "session"  # in place of a file in the name of a class typed in a Python session
_WRITE_IT = " Write it to a file and give file.py:Class."


@dataclass(frozen=True)
class LoadedStrategy:
    """A strategy class with the code it came from. It is sent to another process as that code.

    name       : a shipped name, file.py:Class, or session:Class of one typed in a Python session
    path       : of its file; where there is none, of what its text would be called
    source     : text of the file, as loaded
    neighbours : text of each module beside the file that it imports, by path below the file's folder
    runs_again : whether this code is all it takes to make the class again
    """

    name: str
    cls: type[EventStrategy]
    path: Path
    source: str
    neighbours: Mapping[str, str] = field(default_factory=dict)
    runs_again: bool = True

    @property
    def sha256(self) -> str:
        """Of the file's text and those of its neighbours."""
        return code_sha256(self.source, self.neighbours)

    @property
    def files(self) -> tuple[Path, ...]:
        """What its code was read from: its file, then its neighbours."""
        return self.path, *(self.path.parent / file for file in self.neighbours)

    def __reduce__(self) -> tuple[Callable[..., LoadedStrategy], tuple[object, ...]]:
        return made_again, (self.name, self.path, self.source, dict(self.neighbours), self.runs_again)


def made_again(
    name: str, path: Path, source: str, neighbours: Mapping[str, str], runs_again: bool = True
) -> LoadedStrategy:
    """A strategy from its code as it was loaded elsewhere, whatever has become of the files since.

    Raises: StrategyError, also where a shipped strategy reads otherwise here
    """
    if not runs_again:
        raise StrategyError(f"{_session_words(name)}, which another process does not have.{_WRITE_IT}")
    if name not in SHIPPED:
        return _of_text(path, source, name, neighbours)
    loaded = load_strategy(name)
    if loaded.source != source:
        raise StrategyError(f"The shipped strategy {name} is not the same in this installation.")
    return loaded


def loaded_from(cls: type[EventStrategy]) -> LoadedStrategy:
    """A class that came out of a file that was loaded here, or out of a neighbour of one."""
    root, _, beside = cls.__module__.partition(".")
    path, source, neighbours = _CODE[root]
    if beside:
        inits = f"{beside.replace('.', '/')}/__init__.py"
        file = inits if inits in neighbours else f"{beside.replace('.', '/')}.py"
        path, source = path.parent / file, neighbours[file]
        neighbours = neighbours_of(path, source)
    return LoadedStrategy(f"{path.resolve()}:{cls.__name__}", cls, path, source, neighbours)


def load_strategy(name: str, folder: Path = Path()) -> LoadedStrategy:
    """The class of a shipped name, or of `file.py:Class` relative to `folder` or the working folder.

    Raises: StrategyError with the nearest name, or with the line at which a file fails
    """
    if name in SHIPPED:
        module = importlib.import_module(f"eventfolio.strategies.{name.replace('-', '_')}")
        path = Path(module.__file__ or "")
        return LoadedStrategy(name, _class_of(module, None, name), path, path.read_text(encoding="utf-8"))
    file, _, _ = name.rpartition(":")
    if file == SESSION:
        raise StrategyError(f"{_session_words(name)}, and only the text of the class was kept of it.{_WRITE_IT}")
    path = file_of(name, folder)
    source = source_text(path)
    return _of_text(path, source, name, neighbours_of(path, source))


def file_of(name: str, folder: Path = Path()) -> Path:
    """The file that `file.py:Class` means, in the working folder or else in `folder`.

    Raises: StrategyError where it is none
    """
    file, _, _ = name.rpartition(":")
    if not file and not name.endswith(".py"):
        known = did_you_mean(name, SHIPPED) or f" Known: {', '.join(SHIPPED)}."
        raise StrategyError(f"'{shown(name)}' is not a strategy.{known} A file of your own is file.py:Class.")
    path = Path(file or name)
    candidates = [path] if path.is_absolute() else [Path.cwd() / path, folder / path]
    path = next((candidate for candidate in candidates if candidate.exists()), path)
    if not path.exists() or path.is_dir():
        raise StrategyError(f"There is no file {shown(file or name)} to load a strategy from. Give file.py:Class.")
    if path.suffix != ".py":
        raise StrategyError(f"{shown(path)} is not a Python file (its name does not end in .py).")
    return path


def _of_text(path: Path, source: str, name: str, neighbours: Mapping[str, str]) -> LoadedStrategy:
    file, _, cls = name.rpartition(":")
    _refuse_circle(path, neighbours)
    code = f"{path.resolve()}{code_sha256(source, neighbours)}"
    unique = f"{USER_MODULE}{hashlib.sha256(code.encode()).hexdigest()[:16]}"
    if unique not in sys.modules:
        beside = [path.parent / file for file in neighbours]
        try:
            make_module(unique, path, source, neighbours)
        except SyntaxError as error:
            raise StrategyError(f"{error.filename or path}, line {error.lineno}: {error.msg}.") from None
        except Exception as error:
            where = next((f"{one}{line}" for one in (*beside, path) if (line := line_of(error, one))), str(path))
            raise StrategyError(f"{where}: {type(error).__name__}: {error}{_of_import(error)}") from error
        _CODE[unique] = path, source, neighbours
    found = _class_of(sys.modules[unique], cls if file else None, name)
    return LoadedStrategy(name, found, path, source, neighbours)


def _refuse_circle(path: Path, neighbours: Mapping[str, str]) -> None:
    """A run keeps a strategy as strategy.py beside its neighbours, so none of these can have that name or be itself."""
    for file in neighbours:
        if file == path.name:
            raise StrategyError(
                f"{path}: a module that it imports imports {file} again. Put what both need into a third file."
            )
        if file in ("strategy.py", "strategy/__init__.py"):
            raise StrategyError(
                f"{path} imports {file} beside it, and a run keeps the strategy itself under that name. Rename {file}."
            )


def _of_import(error: Exception) -> str:
    """What to do about a file written before there was one import name; empty for other errors."""
    if isinstance(error, ModuleNotFoundError) and error.name in ("strategies", "events", "engine", "results"):
        return ". Everything of eventfolio is imported by its name: from eventfolio import EventStrategy"
    return ""


def _session_words(name: str) -> str:
    return f"{shown(name.rpartition(':')[2])} was typed in a Python session"


def line_of(error: BaseException, path: Path) -> str:
    """ ", line N" of the last frame of an error that lies in a file; empty where none does."""
    trace, line = error.__traceback__, ""
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = f", line {trace.tb_lineno}"
        trace = trace.tb_next
    return line


def _class_of(module: ModuleType, wanted: str | None, name: str) -> type[EventStrategy]:
    from eventfolio.strategies.base import EventStrategy

    own = {
        key: value
        for key, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, EventStrategy) and value.__module__ == module.__name__
    }
    if wanted is None and len(own) == 1:
        return next(iter(own.values()))
    if wanted in own:
        return own[wanted]
    if wanted is not None and wanted in vars(module):
        raise StrategyError(
            f"{wanted} in {name.rpartition(':')[0]} does not derive from EventStrategy "
            "(from eventfolio import EventStrategy)."
        )
    if wanted is None:
        raise StrategyError(
            f"{name} holds {len(own)} strategies; name one as file.py:Class. Known: {', '.join(own) or 'none'}."
        )
    raise StrategyError(f"{name.rpartition(':')[0]} has no strategy '{shown(wanted)}'.{did_you_mean(wanted, own)}")
