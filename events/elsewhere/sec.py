"""Reads the SEC's filings: a company's submissions (JSON of data.sec.gov), the feed of current filings (Atom).

Acceptance times of submissions end in Z, and are UTC for some filers and New York's clock for others, which nothing in
the file says. EDGAR accepts from 6:00 to 22:00 New York time, so over all filings of a CIK one of the readings puts
filings where none can be. Source: sec.gov, "Submit filings" (hours of operation); Regulation S-T, rule 13(a)(2) to (4):
what is submitted after 17:30 is dated by the next business day, reports of section 16 (forms 3, 4, 5) excepted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from eventfolio.events.elsewhere.clocks import NEW_YORK, in_zone, is_business_day, local, next_business_day
from eventfolio.events.elsewhere.happenings import Happening, ImportRefused, Moment, listed, number_of
from eventfolio.events.elsewhere.options import Reader
from eventfolio.events.errors import shown
from eventfolio.events.facts import Fact

_OPENS, _CLOSES = time(6), time(22)  # EDGAR's hours, New York
_DISSEMINATED = time(17, 30)  # what is accepted later is dated by the next business day
_SECTION_16 = re.compile(r"[345](/A)?")
_MOST_OUTSIDE, _LEAST_OUTSIDE, _LEAST = 0.01, 0.05, 5
_COLUMNS = ("accessionNumber", "acceptanceDateTime", "form")


def is_submissions(document: object) -> bool:
    """Whether a JSON document is a company's submissions, or one of the older pages of them."""
    return isinstance(document, dict) and isinstance(_columns(document), dict)


def submissions(document: dict[str, object], read: Reader) -> Iterator[Happening]:
    """A happening a filing.

    Raises: ImportRefused, also where the acceptance times can be read both ways
    """
    filings = _columns(document)
    if filings is None:
        raise ImportRefused(f"{read.name}: no table filings.recent with {', '.join(_COLUMNS)}.")
    count = len(filings["accessionNumber"])
    if any(not isinstance(column, list) or len(column) != count for column in filings.values()):
        raise ImportRefused(f"{read.name}: the columns of its filings are not of one length. It is damaged.")
    stamps = [_stamp(text, read) for text in filings["acceptanceDateTime"]]
    is_new_york = _reading(stamps, read) == "new-york"
    symbols = document.get("tickers")
    tickers = [str(one) for one in symbols if one] if isinstance(symbols, list) else []
    if len(tickers) > 1:
        read.account.notes.append(f"Of its tickers {', '.join(tickers)} the first stands for all.")
    if not tickers:
        read.account.notes.append("It names no ticker: its events have no listing.")
    older = document.get("filings")
    files = older.get("files") if isinstance(older, dict) else None
    if isinstance(files, list) and files:
        names = [str(one.get("name")) for one in files if isinstance(one, dict)]
        read.account.notes.append(f"Older filings are in {number_of(len(files), 'file')} more: {listed(names)}.")
    name = str(document.get("name") or f"CIK {document.get('cik', 'unknown')}")
    for number, stamp in enumerate(stamps):
        if stamp is None:
            read.account.left_out["no acceptance time"] += 1
            continue
        row = {key: column[number] for key, column in filings.items()}
        if is_new_york:
            accepted = local(stamp.date(), stamp.time().replace(tzinfo=None), NEW_YORK)
        else:
            accepted = in_zone(stamp, NEW_YORK)
        form = str(row["form"] or "unknown form")
        items = str(row.get("items") or "")
        facts: dict[str, Fact] = {"form": form}
        if items:
            facts["items"] = items
        listing = (tickers[0],) if tickers else ()
        yield _filing(f"{name}: {form}", form, str(row["accessionNumber"]), accepted, listing, facts, read)


def is_atom(text: str) -> bool:
    """Whether text is the Atom feed of current filings."""
    return "<feed" in text[:2000] and ("sec.gov" in text[:20_000])


def current_filings(text: str, read: Reader) -> Iterator[Happening]:
    """A happening an entry of the feed; entries of one filing (filer, issuer, reporting owner) are one.

    Raises: ImportRefused
    """
    if not is_atom(text):
        raise ImportRefused(f"{read.name} is neither a company's submissions (JSON) nor a feed of current filings.")
    entries = re.findall(r"<entry>(.*?)</entry>", text, re.S)
    if not entries:
        raise ImportRefused(f"{read.name}: a feed without an entry.")
    seen: set[str] = set()
    for number, entry in enumerate(entries, start=1):
        read.account.rows += 1
        title, updated, form = (_inner(entry, tag) for tag in ("title", "updated", "term"))
        accession = re.search(r"accession-number=([0-9-]+)", entry)
        try:
            accepted = datetime.fromisoformat(updated)
        except ValueError:
            accepted = None
        if accepted is None or accepted.tzinfo is None or accession is None:
            raise ImportRefused(f"{read.name}, entry {number}: no accession number, or no time with its offset.")
        if accession[1] in seen:
            read.account.left_out["another entry of the same filing (filer, issuer or owner)"] += 1
            continue
        seen.add(accession[1])
        found = re.fullmatch(r"(.+?) - (.+) \((\d{10})\) \((.+)\)", title)
        company = found[2] if found else title
        form = form or (found[1] if found else "unknown form")
        symbol = _symbol_of(company, read)
        facts: dict[str, Fact] = {"form": form} | ({"cik": found[3]} if found else {})
        here = in_zone(accepted, NEW_YORK)
        listing = (symbol,) if symbol else ()
        yield _filing(f"{company}: {form}", form, accession[1], here, listing, facts, read)
    read.account.notes.append("The feed names no tickers: a listing is taken where a security has the company's name.")


def _filing(
    title: str,
    form: str,
    accession: str,
    accepted: datetime,
    listings: tuple[str, ...],
    facts: dict[str, Fact],
    read: Reader,
) -> Happening:
    moment, rule = _public(accepted, form)
    read.account.clocks[rule] += 1
    day = moment.at.date() if isinstance(moment.at, datetime) else moment.at
    return Happening(
        id=accession,
        title=title,
        kind="filing",
        zone=NEW_YORK,
        first=day,
        last=day,
        moment=moment,
        listings=listings,
        facts=facts,
        source=f"SEC EDGAR, accession {accession}",
        is_news=True,
    )


def _public(accepted: datetime, form: str) -> tuple[Moment, str]:
    """When a filing accepted then (New York) was public, and the rule."""
    day, clock = accepted.date(), accepted.time()
    latest = _CLOSES if _SECTION_16.fullmatch(form) else _DISSEMINATED
    if is_business_day(day) and clock <= latest:
        if clock >= _OPENS:
            return Moment(accepted), "the SEC's acceptance time, New York"
        return Moment(local(day, _OPENS, NEW_YORK), True), "accepted before 06:00: 06:00 of that day (assumed)"
    following = local(next_business_day(day), _OPENS, NEW_YORK)
    if is_business_day(day):
        said = f"accepted after {latest:%H:%M} New York: 06:00 of the next business day (assumed)"
    else:
        said = "accepted on a day off: 06:00 of the next business day (assumed)"
    return Moment(following, True), said


def _reading(stamps: list[datetime | None], read: Reader) -> str:
    """utc or new-york: what --clock says, else the reading that puts no filings outside EDGAR's hours."""
    if read.options.clock:
        read.account.notes.append(f"Acceptance times are read as {read.options.clock}, as given with --clock.")
        return read.options.clock
    known = [stamp for stamp in stamps if stamp is not None]
    there = ZoneInfo(NEW_YORK)
    outside = {
        "utc": sum(_is_outside(stamp.astimezone(there).time()) for stamp in known),
        "new-york": sum(_is_outside(stamp.time()) for stamp in known),
    }
    count = len(known)
    for one, other in (("utc", "new-york"), ("new-york", "utc")):
        if count and outside[one] <= _MOST_OUTSIDE * count and outside[other] >= max(_LEAST, _LEAST_OUTSIDE * count):
            read.account.notes.append(
                f"Acceptance times are read as {one}: {outside[one]} of {count:,} lie outside 06:00 to 22:00 New York, "
                f"and {outside[other]} if read as {other}."
            )
            return one
    raise ImportRefused(
        f"{read.name}: its acceptance times may be UTC or New York's clock (outside 06:00-22:00 New York lie "
        f"{outside['utc']} of {count} read as UTC, {outside['new-york']} read as New York's). Compare one with its "
        "page at sec.gov, and give --clock utc or --clock new-york."
    )


def _is_outside(clock: time) -> bool:
    return not _OPENS <= clock <= _CLOSES


def _stamp(text: object, read: Reader) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        raise ImportRefused(f"{read.name}: acceptanceDateTime '{shown(text)}' is not a time.") from None
    if found.tzinfo is not None and found.utcoffset():
        raise ImportRefused(f"{read.name}: acceptanceDateTime '{shown(text)}' has an offset; here it ends in Z.")
    return found.replace(tzinfo=UTC)


def _columns(document: dict[str, object]) -> dict[str, list[object]] | None:
    filings = document.get("filings")
    table = filings.get("recent") if isinstance(filings, dict) else document
    if not isinstance(table, dict) or not all(isinstance(table.get(name), list) for name in _COLUMNS):
        return None
    apart = ("tickers", "exchanges", "formerNames")  # of the company, where an older page has no table of its own
    return {key: column for key, column in table.items() if isinstance(column, list) and key not in apart}


def _inner(entry: str, tag: str) -> str:
    from html import unescape

    if tag == "term":
        found = re.search(r'<category[^>]*\bterm="([^"]*)"', entry)
    else:
        found = re.search(rf"<{tag}[^>]*>(.*?)</{tag}>", entry, re.S)
    return unescape(found[1]).strip() if found else ""


_LEGAL = re.compile(
    r"[,.]|\b(inc|corp|corporation|co|company|ltd|limited|plc|holdings?|group|the|de)\b|/[a-z]{2}/?", re.I
)


def _symbol_of(company: str, read: Reader) -> str | None:
    """The symbol of the one security that has a company's name, legal forms apart."""
    wanted = " ".join(_LEGAL.sub(" ", company).split()).casefold()
    found = {
        symbol
        for symbol in read.securities
        if " ".join(_LEGAL.sub(" ", read.securities[symbol].name).split()).casefold() == wanted
    }
    return found.pop() if len(found) == 1 and wanted else None
