"""eventfolio securities: listings by name, and a file of one's own looked over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eventfolio.cli.options import Json

if TYPE_CHECKING:
    from eventfolio.events.securities import Security

app = typer.Typer(help="Find listings, and look over a securities file.", no_args_is_help=True)


@app.command()
def find(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A company, a fund, or a symbol.", show_default=False)],
    json: Json = False,
) -> None:
    """Find the listings of a company or fund: symbol, exchange, currency, lot, home index, and where that stands.

    Band is the newest liquidity band known of a share whose price steps go by it (MiFID II).

    Some 2,000 large listings are known; a study may name them without declaring them. Any other is declared in its
    securities file. Exit status 2 when nothing is found.

    \b
    Examples:
      eventfolio securities find Rheinmetall
      eventfolio securities find "Samsung"
    """
    from eventfolio.cli.printing.console import console, emit, table
    from eventfolio.events import packaged_securities
    from eventfolio.events.catalogue import find_listings
    from eventfolio.events.errors import SecurityError, shown

    known = packaged_securities()
    found = [(one, known[one.security.symbol]) for one in find_listings(name)]
    if json:
        emit([{**_facts(security), "matched": one.how, "source": one.source} for one, security in found])
    elif found:
        columns = [(title, "left") for title in ("Symbol", "Name", "Exchange", "Currency")]
        rows = [
            (s.symbol, s.name, s.exchange, s.currency, s.lot, s.kind, _band(s), s.benchmark or "", one.source)
            for one, s in found
        ]
        rest = [(title, "left") for title in ("Kind", "Band", "Home index", "Source")]
        console().print(table("", [*columns, ("Lot", "right"), *rest], rows))
    if not found:
        raise SecurityError(
            f"No listing is known by '{shown(name)}'. Declare it in a securities file: symbol, name, exchange, lot."
        )


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Securities file (TOML).", show_default=False)],
    json: Json = False,
) -> None:
    """Look over a securities file: what it refuses, where it differs from the known listings, and what is assumed.

    Exit status 2 when the file cannot be used.

    \b
    Example:
      eventfolio securities check my-study/securities.toml
    """
    from eventfolio.cli.printing.console import console, emit, table
    from eventfolio.events import packaged_securities, read_securities
    from eventfolio.events.catalogue import warnings_about

    own = read_securities(file)
    both = packaged_securities().with_more(own)
    found = [(both[symbol], [*warnings_about(both[symbol]), *_assumed(both[symbol])]) for symbol in own]
    if json:
        emit([{**_facts(security), "warnings": warnings} for security, warnings in found])
        return
    rows = [
        (security.symbol if number == 0 else "", line)
        for security, warnings in found
        for number, line in enumerate([_line(security), *warnings])
    ]
    console().print(table("", [("Symbol", "left"), ("What it is, and warnings", "left")], rows))


def _facts(security: Security) -> dict[str, object]:
    facts: dict[str, object] = security.model_dump(mode="json")
    return facts


def _band(security: Security) -> str:
    """The newest liquidity band of a listing; a question mark where one decides its price steps and none is known."""
    from eventfolio.events.liquidity import BY_LIQUIDITY, bands

    known = bands(security.liquidity)
    needed = security.is_share and security.exchange in BY_LIQUIDITY
    return known[-1][1] if known else "?" * needed


def _line(security: Security) -> str:
    from eventfolio.events.liquidity import described

    index = f", measured against {security.benchmark}" if security.benchmark else ", measured against nothing"
    steps = f", price steps of {described(security.liquidity)}" if security.liquidity is not None else ""
    taxed = f", taxed by {security.tax}" if security.tax else ""
    ends = f", ends on {security.end.on}" if security.end else ""
    rest = f"{steps}{'' if security.kind == 'index' else index}{taxed}{ends}"
    return f"{security.kind} on {security.exchange} in {security.currency}, lots of {security.lot}{rest}"


def _assumed(security: Security) -> list[str]:
    """What the rules take for granted of a security, and where lists overrule what it declares."""
    from eventfolio.engine.market.rulebook import FIRST, LOOKED_UP, steps_assumed
    from eventfolio.engine.market.rulebook.large_companies import contradicted, stretches, told_by_year

    years = FIRST.year, LOOKED_UP.year
    found = [line.partition(": ")[2] for line in steps_assumed([security], None)]
    found += filter(None, [told_by_year(security, *years)])
    if against := contradicted(security, *years):
        found.append(f'large_cap: the lists of {stretches(against)} say other, and count; tax = "none" frees a share')
    return found
