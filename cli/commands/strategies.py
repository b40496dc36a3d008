"""eventfolio strategies: lists the shipped strategies, shows one, writes a file to start from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NotRequired, TypedDict

import typer

from eventfolio.cli.options import Json

if TYPE_CHECKING:
    from eventfolio.strategies.loader import LoadedStrategy
    from eventfolio.strategies.parameters import Params

app = typer.Typer(
    help="List and show strategies, or start a file of your own.", rich_markup_mode=None, no_args_is_help=True
)


@app.command("list")
def list_(json: Json = False) -> None:
    """List the shipped strategies.

    \b
    Example:
      eventfolio strategies list
    """
    from eventfolio.cli.printing.console import console, emit, table
    from eventfolio.strategies.loader import SHIPPED, load_strategy

    facts = [_facts(load_strategy(name)) for name in SHIPPED]
    if json:
        emit(facts)
        return
    rows = [(one["name"], one["doc"].partition("\n")[0], _themes(one)) for one in facts]
    console().print(table("", [("Strategy", "left"), ("What it does", "left"), ("Themes", "left")], rows))


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A shipped name, or FILE.py:Class.")],
    json: Json = False,
) -> None:
    """Show one: its idea, trigger, parameters.

    \b
    Examples:
      eventfolio strategies show kogas-lng
      eventfolio strategies show my_idea.py:MyIdea --json
    """
    from eventfolio.cli.printing.console import console, emit, say, say_path, table
    from eventfolio.strategies.loader import load_strategy

    facts = _facts(load_strategy(name))
    if json:
        emit(facts)
        return
    say(f"{facts['name']} ({facts['class']})", "")
    for line in facts["doc"].splitlines():
        say(f"  {line}")
    say("")
    say(f"trigger: {facts['trigger']}; themes: {_themes(facts)}", f"hooks: {', '.join(facts['hooks']) or 'none'}")
    if chosen := [*facts.get("kinds", ()), *facts.get("only", ())]:
        say(f"acts only on: {', '.join(chosen)}")
    rows = [(key, _written(value)) for key, value in facts["params"].items()]
    console().print(table("", [("Parameter", "left"), ("Default", "right")], rows))
    say_path("File:", facts["path"])


@app.command()
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the file, without .py: letters, digits, - and _.")],
    json: Json = False,
) -> None:
    """Write NAME.py, a strategy to edit.

    It is commented, and runs as it is. An existing file is never overwritten.

    \b
    Example:
      eventfolio strategies new my_idea
      eventfolio run -s my_idea.py:MyIdea
    """
    from pathlib import Path

    from eventfolio.cli.printing.console import emit, say_path
    from eventfolio.cli.scaffold.files import new_strategy

    made = new_strategy(name, Path())
    if json:
        emit({"path": str(made.path), "class": made.cls})
        return
    say_path("Wrote", made.path)
    say_path("Run it:", f"eventfolio run -s {made.path}:{made.cls}")


StrategyDocument = TypedDict(
    "StrategyDocument",
    {
        "name": str,
        "class": str,
        "doc": str,
        "themes": list[str],
        "trigger": str,
        "kinds": NotRequired[list[str]],
        "only": NotRequired[list[str]],
        "params": "Params",
        "hooks": list[str],
        "path": str,
    },
)
"""What `strategies show --json` prints. kinds and only are left out where the strategy acts on all events."""


def _facts(found: LoadedStrategy) -> StrategyDocument:
    import inspect

    from eventfolio.strategies.parts import ALL

    plan, params = found.cls.resolve()
    facts: StrategyDocument = {
        "name": found.name,
        "class": found.cls.__name__,
        "doc": inspect.cleandoc(found.cls.__doc__ or ""),
        "themes": list(plan.themes),
        "trigger": plan.trigger,
        "kinds": list(plan.kinds),
        "only": [f"{one.fact} {one.operator} {_written(one.value)}" for one in plan.only],
        "params": params,
        "hooks": list(found.cls.hooks()),
        "path": str(found.path),
    }
    if plan.kinds == ALL:
        del facts["kinds"]
    if not plan.only:
        del facts["only"]
    return facts


def _themes(facts: StrategyDocument) -> str:
    return "all" if facts["themes"] == ["*"] else ", ".join(facts["themes"])


def _written(value: object) -> str:
    """As -p takes it."""
    return (
        {None: "none", True: "true", False: "false"}[value] if value is None or isinstance(value, bool) else str(value)
    )
