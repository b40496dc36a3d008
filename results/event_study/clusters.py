"""Groups events into independent observations: firms with one day 0 form a portfolio, overlapping ones a block.

One piece of news hits all its names at once, so rows are not observations; and portfolios whose windows share a date
are not independent of each other.

Source: Kolari and Pynnonen (2010), Review of Financial Studies 23(11), 3996-4025, section 1; on portfolios Jaffe
(1974), J. Business 47(3), 410-428.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eventfolio.results.event_study.panel import Unit, portfolio
from eventfolio.results.event_study.placement import Excluded, Row

if TYPE_CHECKING:
    from eventfolio.results.event_study.options import Options


def units_of(rows: Sequence[Row], options: Options) -> tuple[tuple[Unit, ...], tuple[Excluded, ...]]:
    """The portfolios that rows make, by date of session 0, and the rows merged into an earlier event of their firm.

    A row whose window shares a session with that of its firm's last kept row is left out.
    """
    ordered = sorted(rows, key=lambda row: (row.session, row.name, row.symbol))
    if not options.cluster:
        return tuple(_unit([row]) for row in ordered), ()
    kept, merged = _without_overlaps(ordered)
    by_session: dict[str, list[Row]] = {}
    for row in kept:
        by_session.setdefault(row.session, []).append(row)
    return tuple(_unit(rows) for rows in by_session.values()), merged


def _unit(rows: Sequence[Row]) -> Unit:
    return Unit(
        tuple(dict.fromkeys(row.name for row in rows)),
        tuple(row.symbol for row in rows),
        rows[0].session,
        (min(row.span[0] for row in rows), max(row.span[1] for row in rows)),
        portfolio([row.fit for row in rows]),
        tuple(dict.fromkeys(row.group for row in rows)),
    )


def _without_overlaps(ordered: Sequence[Row]) -> tuple[list[Row], tuple[Excluded, ...]]:
    kept: list[Row] = []
    merged: list[Excluded] = []
    last: dict[str, Row] = {}  # of each firm, the last row kept
    for row in ordered:
        earlier = last.get(row.symbol)
        if earlier is not None and row.span[0] <= earlier.span[1]:
            why = f"its window overlaps that of {earlier.name} ({earlier.date}): one episode, counted once"
            merged.append(Excluded(row.name, row.symbol, row.date, why))
            continue
        kept.append(row)
        last[row.symbol] = row
    return kept, tuple(merged)
