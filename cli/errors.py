"""Turns exceptions into messages on standard error and an exit status, never a traceback.

0 done; 1 it could not be done (disk, network, a fault of ours); 2 the input is wrong. The environment variable
EVENTFOLIO_DEBUG=1 lets tracebacks through.
"""

from __future__ import annotations

import errno
import os
import re
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from eventfolio.cli.printing.console import plain
from eventfolio.events.errors import shown

if TYPE_CHECKING:
    from typer._click.core import Context

USER_MODULE = "eventfolio_user_"  # as eventfolio.strategies.loader, which is slow to import, calls a user's modules
_LONGEST = 500  # characters of typer's words on a wrong usage


class ErrorGroup(TyperGroup):
    """The command group that answers for everything below it."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: Context | None = None, **extra: Any
    ) -> Context:
        """Read the arguments before the command's name."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except Exception as error:
            _shorten(error)
            raise

    def invoke(self, ctx: Context) -> object:
        """Run the command; turn what it raises into words and a status."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except BrokenPipeError:
            _let_go_of_stdout()
            raise typer.Exit(0) from None  # the reader has what it wanted
        except Exception as error:
            if os.environ.get("EVENTFOLIO_DEBUG") == "1" or _is_typers_own(error):
                _shorten(error)
                raise
            status, words = answer(error)
            print(plain(_brief(words)), file=sys.stderr)
            _let_go_of_stdout()
            raise typer.Exit(status) from None


def give_streams() -> None:
    """Let a closed stdout or stderr take what is printed and lose it, and a terminal replace letters it lacks."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 (it lasts as long as the process)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def answer(error: Exception) -> tuple[int, str]:
    """Exit status and words for an exception."""
    from eventfolio.engine.errors import AuditError
    from eventfolio.events.errors import InputError, Unavailable

    if isinstance(error, InputError):
        return 2, str(error)
    if isinstance(error, Unavailable):
        return 1, str(error)
    if place := _in_users_file(error):
        return 2, f"{place}: {type(error).__name__}: {error}"
    if isinstance(error, OSError):
        where = f": {shown(error.filename)}" if error.filename else ""
        return 2 if error.errno == errno.ENAMETOOLONG else 1, f"{error.strerror or error}{where}"
    if isinstance(error, AuditError):
        return 1, f"The run failed its audit, so nothing of it was kept: {error}"
    return 1, (
        f"eventfolio failed, which is a fault of its own: {type(error).__name__}: {error}\n"
        "Run the command again with EVENTFOLIO_DEBUG=1 set to see where, and report that."
    )


def _in_users_file(error: Exception) -> str:
    """'FILE, line N' of the innermost frame in a user's strategy file; empty if there is none."""
    place, trace = "", error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_globals.get("__name__", "").startswith(USER_MODULE):
            place = f"{trace.tb_frame.f_code.co_filename}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _is_typers_own(error: Exception) -> bool:
    """Exits and usage errors, which typer itself turns into a status."""
    return isinstance(error, (typer.Exit, typer.Abort)) or hasattr(error, "exit_code")


def _shorten(error: Exception) -> None:
    """Shorten what typer says of a wrong usage: it repeats arguments as they are."""
    message = getattr(error, "message", None)
    if isinstance(message, str) and len(message) > _LONGEST:
        error.message = shown(message)  # type: ignore[attr-defined]


def _brief(words: str) -> str:
    """What no message has shortened itself, such as a path of a thousand letters."""
    return re.sub(r"\S{201,}", lambda found: shown(found[0]), words)


def _let_go_of_stdout() -> None:
    """Where stdout no longer takes anything, let the interpreter flush into nothing when it ends."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
