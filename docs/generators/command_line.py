"""Writes the command-line reference from each command's own `--help`."""

from __future__ import annotations

from collections.abc import Iterator

import click
import typer

from eventfolio.cli import app

_WIDTH = 96  # characters, whatever the terminal


def page() -> str:
    """A section a command, its help text word for word, in the order of `eventfolio --help`."""
    root = typer.main.get_command(app)
    return "\n".join(line for path, command in _commands(root, ("eventfolio",)) for line in _section(path, command))


def _commands(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from _commands(inner, (*path, name))


def _section(path: tuple[str, ...], command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=" ".join(path), terminal_width=_WIDTH, max_content_width=_WIDTH)
    yield f"{'#' * min(len(path) + 1, 3)} {' '.join(path)}\n"
    yield f"```text\n{command.get_help(context).rstrip()}\n```\n"
