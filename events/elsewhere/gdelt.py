"""Reads GDELT's events, version 2.0: 61 columns between tabs, no header, a file every 15 minutes.

A row was public once the file of its DATEADDED (UTC) was: 15 minutes are allowed for that. SQLDATE, when the thing
happened, is read from the text by GDELT and may lie years back. Source: GDELT Event Codebook 2.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from eventfolio.events.elsewhere.happenings import Happening, ImportRefused, Moment
from eventfolio.events.elsewhere.options import Reader
from eventfolio.events.errors import shown
from eventfolio.events.facts import Fact

COLUMNS = 61
_PUBLISHED = timedelta(minutes=15)
_ROW = re.compile(r"\d+\t\d{8}\t\d{6}\t\d{4}\t", re.ASCII)
_ID, _SQLDATE, _ACTOR_1, _ACTOR_2, _CODE, _ROOT, _GOLDSTEIN, _MENTIONS, _TONE = 0, 1, 6, 16, 26, 28, 30, 31, 34
_PLACE, _ADDED, _URL = 52, 59, 60


def is_gdelt(text: str) -> bool:
    """Whether text is a file of GDELT's events, of either version."""
    return _ROW.match(text) is not None


def events_of(text: str, read: Reader) -> Iterator[Happening]:
    """A happening a row.

    Raises: ImportRefused for version 1.0, whose rows give the day alone, and for a row that is none
    """
    for number, line in enumerate(text.split("\n"), start=1):
        row = line.rstrip("\r").split("\t")
        if row == [""]:
            continue
        read.account.rows += 1
        if len(row) == 58:
            raise ImportRefused(f"{read.name}, line {number}: 58 columns are GDELT 1.0, which gives no time. Take 2.0.")
        if len(row) != COLUMNS:
            raise ImportRefused(f"{read.name}, line {number}: {len(row)} columns, and GDELT 2.0 has {COLUMNS}.")
        try:
            added = datetime.strptime(row[_ADDED], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
            happened = date.fromisoformat(f"{row[_SQLDATE][:4]}-{row[_SQLDATE][4:6]}-{row[_SQLDATE][6:]}")
        except ValueError:
            raise ImportRefused(
                f"{read.name}, line {number}: DATEADDED '{shown(row[_ADDED])}' or SQLDATE '{shown(row[_SQLDATE])}' is "
                "no date."
            ) from None
        known = added + _PUBLISHED
        read.account.clocks["DATEADDED (UTC) + 15 minutes"] += 1
        if happened > known.date():
            read.account.counted["said to happen after it was added, dated by DATEADDED"] += 1
            happened = known.date()
        facts: dict[str, Fact] = {"code": row[_CODE], "root": row[_ROOT]}
        for name, column in (("goldstein", _GOLDSTEIN), ("mentions", _MENTIONS), ("tone", _TONE)):
            try:
                facts[name] = float(row[column])
            except ValueError:
                continue
        actors = " to ".join(name for name in (row[_ACTOR_1], row[_ACTOR_2]) if name)
        yield Happening(
            id=f"gdelt-{row[_ID]}",
            title=" · ".join(part for part in (f"CAMEO {row[_CODE]}", actors, row[_PLACE]) if part),
            kind="news",
            zone="UTC",
            first=happened,
            last=happened,
            moment=Moment(known),
            facts=facts,
            source=row[_URL] or None,
            is_news=True,
        )
