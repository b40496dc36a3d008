"""How many independent observations a list of events is: names of one date are one, overlapping windows are one.

One piece of news hits all its names at once, so rows are not observations.

Source: Kolari and Pynnonen (2010), Review of Financial Studies 23(11), 3996-4025, section 1; on portfolios Jaffe
(1974), J. Business 47(3), 410-428.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING

from eventfolio.results.event_study.panel import Unit, portfolio
from eventfolio.results.event_study.placement import Excluded, Row

if TYPE_CHECKING:
    from eventfolio.results.event_study.options import Options


def units_of(
    rows: Sequence[Row], options: Options, merge_all: bool = False
) -> tuple[tuple[Unit, ...], tuple[Excluded, ...]]:
    """The observations that rows make, by date of session 0, and the rows merged into an earlier event.

    merge_all : rows of any firm merge where their event windows overlap; else those of the same firm
    """
    ordered = sorted(rows, key=lambda row: (row.session, row.name, row.symbol))
    if not options.cluster:
        return tuple(Unit((row.name,), (row.symbol,), row.session, row.span, row.fit) for row in ordered), ()
    kept, merged = _first_of_each_overlap(_joined(ordered), merge_all)
    units = []
    for happening in kept:
        units.append(
            Unit(
                tuple(dict.fromkeys(row.name for row in happening)),
                tuple(row.symbol for row in happening),
                happening[0].session,
                (min(row.span[0] for row in happening), max(row.span[1] for row in happening)),
                portfolio([row.fit for row in happening]),
            )
        )
    return tuple(units), merged


def _joined(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows of one group (one date, one happening) or one session 0, together; in order of their first session."""
    groups: dict[Hashable, list[Row]] = {}
    for row in rows:
        keys = [("group", row.group), ("session", row.session)]
        found = [groups[key] for key in keys if key in groups]
        group = found[0] if found else []
        for other in found[1:]:
            if other is not group:
                group += other
        group.append(row)
        for member in group:
            groups["group", member.group] = groups["session", member.session] = group
    distinct = {id(group): group for group in groups.values()}
    return sorted(distinct.values(), key=lambda group: min(row.session for row in group))


def _first_of_each_overlap(
    happenings: Iterable[list[Row]], merge_all: bool
) -> tuple[list[list[Row]], tuple[Excluded, ...]]:
    """A happening whose window overlaps that of an earlier one is part of that episode, and not counted again."""
    kept: list[list[Row]] = []
    merged: list[Excluded] = []
    taken: dict[str, tuple[str, Row]] = {}  # by firm: until when its last counted window runs, and whose it is
    for happening in happenings:
        still = []
        for row in sorted(happening, key=lambda row: row.session):
            until, earlier = taken.get("" if merge_all else row.symbol, ("", row))
            if row.span[0] <= until and earlier not in happening:
                why = f"its window overlaps that of {earlier.name} ({earlier.date}): one episode, counted once"
                merged.append(Excluded(row.name, row.symbol, row.date, why))
            else:
                still.append(row)
        for row in still:
            key = "" if merge_all else row.symbol
            until, earlier = taken.get(key, ("", row))
            taken[key] = max((until, earlier), (row.span[1], row), key=lambda pair: pair[0])
        if still:
            kept.append(still)
    return kept, tuple(merged)
