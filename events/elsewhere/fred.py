"""Reads dates of economic releases (FRED, releases/dates or release/dates in JSON).

FRED lists a release on every date on which its data may change, so that some stand on every day, weekends too (as the
FOMC's press release). The true dates of such a release cannot be told, and it is left out whole.
Source: fred.stlouisfed.org/docs/api/fred/releases_dates.html
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from eventfolio.events.elsewhere.clocks import NEW_YORK, of_date
from eventfolio.events.elsewhere.happenings import Happening, ImportRefused, listed
from eventfolio.events.elsewhere.options import Reader
from eventfolio.events.elsewhere.table_file import objects
from eventfolio.events.errors import shown
from eventfolio.events.facts import Fact


def is_fred(document: object) -> bool:
    """Whether a JSON document is FRED's list of release dates."""
    return isinstance(document, dict) and isinstance(document.get("release_dates"), list)


def release_dates(document: dict[str, object], read: Reader) -> Iterator[Happening]:
    """A happening a release and date, known at the end of the date: FRED gives no time.

    Raises: ImportRefused
    """
    rows: dict[tuple[int, str], list[date]] = {}
    for number, row in objects(document, "release_dates", read.name):
        read.account.rows += 1
        given = row.get("release_id", "")
        try:
            day, id = (
                date.fromisoformat(str(row.get("date"))),
                int(given if isinstance(given, int | float) else str(given)),
            )
        except (TypeError, ValueError):
            raise ImportRefused(
                f"{read.name}, release_dates {number}: date '{shown(row.get('date'))}' is no date, or release_id "
                f"'{shown(row.get('release_id'))}' no number."
            ) from None
        rows.setdefault((id, str(row.get("release_name") or f"FRED release {id}")), []).append(day)
    total, limit = document.get("count"), document.get("limit")
    if isinstance(total, int) and total > read.account.rows:
        read.account.notes.append(
            f"It holds {read.account.rows:,} of {total:,} rows (limit {limit}): ask for the rest."
        )
    zone = read.options.zone or NEW_YORK
    daily = [name for (_, name), days in rows.items() if any(day.weekday() >= 5 for day in days)]
    if daily:
        read.account.notes.append(f"Releases on weekends, whose true dates cannot be told: {listed(daily)}.")
    for (id, name), days in rows.items():
        if any(day.weekday() >= 5 for day in days):
            read.account.left_out["of a release that stands on weekends too"] += len(days)
            continue
        for day in sorted(set(days)):
            moment, rule = of_date(day, zone)
            read.account.clocks[rule] += 1
            facts: dict[str, Fact] = {"release_id": id}
            yield Happening(
                id=f"fred-{id}-{day}",
                title=name,
                kind="release",
                zone=zone,
                first=day,
                last=day,
                moment=moment,
                facts=facts,
                source=f"FRED, release {id}",
            )
        if repeated := len(days) - len(set(days)):
            read.account.left_out["the same release and date again"] += repeated
