"""eventfolio calendar: draft one from an article, look at it, check, compare, join, convert and import it."""

from __future__ import annotations

import typer

from eventfolio.cli.commands.calendar import check, draft, files, imports, show

app = typer.Typer(
    help="Draft a calendar from an article; look at, check, compare, join, convert and import calendars.",
    rich_markup_mode=None,
    no_args_is_help=True,
)
app.command()(draft.build)
app.command("date")(draft.read_expression)
app.command()(files.diff)
app.command()(files.merge)
app.command()(files.export)
app.command("import")(imports.import_)
app.command()(show.show)
app.command()(check.check)

fetch = typer.Typer(help="Fetch a calendar from the network.", rich_markup_mode=None, no_args_is_help=True)
fetch.command()(imports.earnings)
app.add_typer(fetch, name="fetch")
