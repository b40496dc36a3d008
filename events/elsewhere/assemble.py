"""Builds events from imported happenings: past ones occurred at their instant, dates ahead need an announcement."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from zoneinfo import ZoneInfo

from eventfolio.events.dates.known_at import instant_of
from eventfolio.events.elsewhere.clocks import end_of
from eventfolio.events.elsewhere.happenings import Happening, ImportRefused, Moment, listed, number_of
from eventfolio.events.elsewhere.options import Reader
from eventfolio.events.errors import shown
from eventfolio.events.exchanges import exchange_of_symbol

_SYMBOL = re.compile(r"[A-Za-z0-9^][A-Za-z0-9.=^_-]{0,39}", re.ASCII)
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", re.ASCII)
_LONGEST_TITLE = 300
_NEWS_ONLY = ("sec", "dart", "edinet", "gdelt")


def tables_of(found: Iterable[Happening], read: Reader) -> list[dict[str, object]]:
    """Events laid out as in a calendar file, in the order of the rows, each id once.

    Raises: ImportRefused where a date ahead has nobody who says since when it is known, and where nothing is left
    """
    options = read.options
    if (options.known or options.lead) and read.account.kind in _NEWS_ONLY:
        option = "--known" if options.known else "--lead"
        raise ImportRefused(f"{option}: rows of {read.account.kind} are news, which nobody announces. Leave it out.")
    if options.known and instant_of(options.known.at, options.zone or "UTC") > read.now + timedelta(days=1):
        raise ImportRefused(f"--known {options.known.at} lies in the future: a list was published before it was had.")
    symbols = _Symbols(read)
    tables: list[dict[str, object]] = []
    ahead: list[Happening] = []
    ids: dict[str, dict[str, object]] = {}
    numbered: list[str] = []
    for one in found:
        listings = symbols.of(one.listings)
        if listings is None:
            read.account.left_out["of symbols that no security has (--securities)"] += 1
            continue
        made = _event(one, read)
        if made is None:
            if not (one.is_news or one.is_called_off):
                ahead.append(one)
            continue
        table = _common(one, listings, options.event_kind) | made
        if _named(table, one, ids, numbered, read):
            tables.append(table)
    if ahead:
        first = min(ahead, key=lambda one: one.first)
        lie = "lies" if len(ahead) == 1 else "lie"
        raise ImportRefused(
            f"{read.name}: {number_of(len(ahead), 'row')} {lie} ahead, the first on {first.first} "
            f"({shown(first.title)}), and "
            "nothing says since when their dates are known. Give --known TIME (when the list was published), or "
            "--lead 21d (announced so many days before)."
        )
    symbols.tell()
    if numbered:
        is_one = len(numbered) == 1
        told = (
            "1 row has the id of an earlier row and says otherwise, an event"
            if is_one
            else (f"{len(numbered):,} rows have the id of an earlier row and say otherwise, events")
        )
        read.account.notes.append(f"{told} of {'its' if is_one else 'their'} own: {listed(numbered)}.")
    if not tables:
        reasons = listed([f"{count:,} {reason}" for reason, count in read.account.left_out.most_common()], 4)
        hint = ""
        if any("announced" in reason for reason in read.account.left_out):
            hint = (
                " Map the column that says when it was announced (--map 'COLUMN=announced'), or give --known or --lead."
            )
        raise ImportRefused(f"{read.name}: no event is left ({reasons or 'it holds no row'}).{hint}")
    return tables


def _event(one: Happening, read: Reader) -> dict[str, object] | None:
    """Status, known_at and revision of a happening; None where it is left out (counted), or lies ahead unannounced."""
    occurred = instant_of(one.moment.at, one.zone)
    is_past = occurred <= read.now
    if one.is_news:
        if not is_past:
            read.account.left_out["dated in the future, which news is not"] += 1
            return None
        return {"status": "occurred", **_known(one.moment)}
    if one.is_guess:
        read.account.clocks["estimates of the date ahead: known to the month, so they never trigger"] += 1
        return {"status": "scheduled", "known_at": f"{read.now:%Y-%m}"}
    announced, rule = _announced(one, read)
    if announced is not None and instant_of(announced.at, one.zone) >= occurred:
        if one.announced is not None and not one.is_called_off:  # told after it had happened
            read.account.counted["announced only after it had happened, known from then"] += 1
            return (
                {"status": "occurred", **_known(announced)} if instant_of(announced.at, one.zone) <= read.now else None
            )
        announced = None
        if one.announced is None and not one.is_called_off:
            read.account.counted["dated before the list was published (--known): occurred, no more"] += 1
    if one.is_called_off:
        if announced is None:
            read.account.left_out["called off, and nothing says since when that is known"] += 1
            return None
        return {"status": "cancelled", **_known(announced)}
    if announced is None:
        return {"status": "occurred", **_known(one.moment)} if is_past else None
    read.account.clocks[rule] += 1
    scheduled: dict[str, object] = {"status": "scheduled", **_known(announced)}
    if not is_past:
        if one.facts and not read.options.known:
            read.account.counted["ahead, its facts left out: nothing says since when they are known"] += 1
        return scheduled | {"facts": one.facts if read.options.known else {}}
    facts = {"facts": one.facts} if one.facts else {}
    return scheduled | {"facts": {}, "revision": [{**_known(one.moment), "status": "occurred", **facts}]}


def _announced(one: Happening, read: Reader) -> tuple[Moment | None, str]:
    """When the date of a happening was known, and the rule."""
    if one.announced is not None:
        return one.announced, "date known: as its row says"
    if read.options.known is not None:
        return read.options.known, "date known: when the list was published (--known)"
    if read.options.lead is None:
        return None, ""
    day, today = one.first - read.options.lead, read.now.astimezone(ZoneInfo(one.zone)).date()
    if day > today:
        return Moment(end_of(today, one.zone), True), "date known: end of today, as it is in the list (assumed)"
    rule = f"date known: end of the day {read.options.lead.days} days before (--lead, assumed)"
    return Moment(end_of(day, one.zone), True), rule


def _known(moment: Moment) -> dict[str, object]:
    known: dict[str, object] = {"known_at": moment.at}
    return known | ({"known_precision": "assumed"} if moment.is_assumed else {})


def _common(one: Happening, listings: tuple[str, ...], kind: str | None) -> dict[str, object]:
    table: dict[str, object] = {
        "id": one.id,
        "title": one.title[:_LONGEST_TITLE],
        "kind": kind or one.kind,
        "occurs": one.first.isoformat() if one.first == one.last else f"{one.first}/{one.last}",
        "zone": one.zone,
        "themes": list(dict.fromkeys(one.themes)),
        "direction": one.direction,
        "origin": "record",
    }
    given = {"listings": list(listings), "facts": one.facts, "strength": one.strength, "episode": _slug(one.episode)}
    given |= {"source": one.source, "note": one.note}
    return table | {key: value for key, value in given.items() if value not in (None, "", [], {})}


def _named(
    table: dict[str, object], one: Happening, ids: dict[str, dict[str, object]], numbered: list[str], read: Reader
) -> bool:
    """Give a table its id, numbered on where another row has it; False where the very same row was there before."""
    base = (
        _slug(one.id) or _slug(f"{one.listings[0] if one.listings else one.title}-{one.first}") or f"event-{one.first}"
    )
    id, number = base, 1
    while id in ids:
        if {**ids[id], "id": ""} == {**table, "id": ""}:
            read.account.left_out["the same row again"] += 1
            return False
        number += 1
        id = f"{base[:72]}-{number}"
    if number > 1:
        numbered.append(id)
    original = dict(table)
    table["id"] = id
    ids[id] = original
    return True


def _slug(text: str | None) -> str | None:
    """A name that an id may have."""
    if not text:
        return None
    if _SLUG.fullmatch(text):
        return text
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._]+", "-", plain).strip("-._")[:76] or None


class _Symbols:
    """Symbols as listings: those that no security has are kept and counted, or left out with --securities."""

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._unknown: dict[str, None] = {}
        self._placeless: dict[str, None] = {}
        self._unfit: dict[str, None] = {}

    def of(self, symbols: tuple[str, ...]) -> tuple[str, ...] | None:
        """The listings of a row; None where it had some, and none is left."""
        kept = []
        for symbol in dict.fromkeys(symbols):
            if not _SYMBOL.fullmatch(symbol):
                self._unfit[symbol] = None
                continue
            if symbol not in self._read.securities:
                self._unknown[symbol] = None
                if self._read.options.only_known:
                    continue
                if exchange_of_symbol(symbol) is None:
                    self._placeless[symbol] = None
            kept.append(symbol)
        return None if symbols and not kept and self._read.options.only_known else tuple(kept)

    def tell(self) -> None:
        notes = self._read.account.notes
        if self._unknown:
            became = "left out" if self._read.options.only_known else "kept"
            many = number_of(len(self._unknown), "symbol")
            notes.append(f"{many} of no known security, {became}: {listed(list(self._unknown))}.")
        if self._placeless and self._read.account.kind in ("csv", "earnings"):
            many = number_of(len(self._placeless), "symbol")
            notes.append(f"{many} without an exchange's ending, taken as New York's: {listed(list(self._placeless))}.")
        if self._unfit:
            many = number_of(len(self._unfit), "symbol")
            notes.append(f"{many} that cannot be one's name, left out: {listed(list(self._unfit))}.")
