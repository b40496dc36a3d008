"""Find strategies: the shipped ones by name, a user's own as file.py:Class."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from eventfolio.events.errors import did_you_mean, shown
from eventfolio.events.files import read_text
from eventfolio.strategies.parts import StrategyError

if TYPE_CHECKING:
    from eventfolio.strategies.base import EventStrategy

SHIPPED = (
    "announcement-drift",
    "scheduled-run-up",
    "confirmed-breakout",
    "event-intensity",
    "buy-and-hold",
    "kogas-lng",
    "ihi-infrastructure",
    "rare-earths",
    "all-themes",
    "bridge-run-up",
)


@dataclass(frozen=True)
class LoadedStrategy:
    """A strategy class with the file it came from and that file's text."""

    name: str
    cls: type[EventStrategy]
    path: Path
    source: str

    @property
    def sha256(self) -> str:
        """Of the file's text."""
        return hashlib.sha256(self.source.encode()).hexdigest()

    @property
    def script(self) -> Script:
        """What to send where the class cannot go."""
        return Script(self.name, self.path, self.source)


@dataclass(frozen=True)
class Script:
    """A strategy's file as it stood when it was found; later changes do not reach it.

    A class loaded from a file does not unpickle in another process; this does.
    """

    name: str
    path: Path
    source: str

    def load(self) -> LoadedStrategy:
        """The class, from this text.

        Raises: StrategyError, also where a shipped strategy reads otherwise here
        """
        if self.name not in SHIPPED:
            return _of_text(self.path, self.source, self.name)
        found = load_strategy(self.name)
        if found.source != self.source:
            raise StrategyError(f"The shipped strategy {self.name} is not the same in this installation.")
        return found


def load_strategy(name: str, folder: Path = Path()) -> LoadedStrategy:
    """The class of a shipped name, or of `file.py:Class` relative to `folder` or the working folder.

    Raises: StrategyError with the nearest name, or with the line at which a file fails
    """
    if name in SHIPPED:
        module = importlib.import_module(f"eventfolio.strategies.{name.replace('-', '_')}")
        path = Path(module.__file__ or "")
        return LoadedStrategy(name, _class_of(module, None, name), path, path.read_text(encoding="utf-8"))
    file, _, _ = name.rpartition(":")
    if not file and not name.endswith(".py"):
        raise StrategyError(
            f"'{shown(name)}' is not a strategy.{did_you_mean(name, SHIPPED)} A file of your own is file.py:Class."
        )
    path = Path(file or name)
    candidates = [path] if path.is_absolute() else [Path.cwd() / path, folder / path]
    path = next((candidate for candidate in candidates if candidate.exists()), path)
    if not path.exists() or path.is_dir():
        raise StrategyError(f"There is no file {shown(file or name)} to load a strategy from. Give file.py:Class.")
    return _of_text(path, _read(path), name)


def _read(path: Path) -> str:
    return read_text(path, "strategy", StrategyError).replace("\r\n", "\n").replace("\r", "\n")


def _of_text(path: Path, source: str, name: str) -> LoadedStrategy:
    file, _, cls = name.rpartition(":")
    unique = f"eventfolio_user_{hashlib.sha256(f'{path.resolve()}{source}'.encode()).hexdigest()[:16]}"
    if unique not in sys.modules:
        spec = importlib.util.spec_from_file_location(unique, path)
        if spec is None or spec.loader is None:
            raise StrategyError(f"{path} is not a Python file.")
        module = importlib.util.module_from_spec(spec)
        sys.modules[unique] = module
        try:
            exec(compile(source, str(path), "exec"), module.__dict__)
        except SyntaxError as error:
            del sys.modules[unique]
            raise StrategyError(f"{path}, line {error.lineno}: {error.msg}.") from None
        except Exception as error:
            del sys.modules[unique]
            raise StrategyError(
                f"{path}{line_of(error, path)}: {type(error).__name__}: {error}{_of_import(error, path)}"
            ) from error
    return LoadedStrategy(name, _class_of(sys.modules[unique], cls if file else None, name), path, source)


def _of_import(error: Exception, path: Path) -> str:
    """What to do about a module that a strategy's file does not find; empty for other errors."""
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return ""
    if error.name in ("strategies", "events", "engine", "results"):
        return ". Everything of eventfolio is imported by its name: from eventfolio import EventStrategy"
    top = error.name.partition(".")[0]
    if (path.parent / f"{top}.py").exists() or (path.parent / top).is_dir():
        return f". A strategy is one file, which its run keeps: put what it needs of {top} into it, or install {top}"
    return ""


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
