"""Reads disclosures of Korea (DART) and Japan (EDINET) in JSON; a correction shares the first episode.

Source: opendart.fss.or.kr, list of disclosures (rcept_no, rcept_dt, report_nm, rm); EDINET API version 2 (docID,
secCode, submitDateTime, parentDocID, withdrawalStatus).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from eventfolio.events.elsewhere.clocks import local, of_date
from eventfolio.events.elsewhere.happenings import Happening, ImportRefused, Moment
from eventfolio.events.elsewhere.options import Reader
from eventfolio.events.elsewhere.table_file import objects
from eventfolio.events.errors import shown
from eventfolio.events.facts import Fact

SEOUL, TOKYO = "Asia/Seoul", "Asia/Tokyo"
_MARKETS = {"Y": ".KS", "K": ".KQ"}  # corp_cls: KOSPI, KOSDAQ; N (KONEX) and E (others) have no symbol here
_MARK = re.compile(r"^\s*\[([^\]]+)\]\s*")  # [기재정정] and the like stand before the name of what they correct


def is_dart(document: object) -> bool:
    """Whether a JSON document is DART's list of disclosures."""
    return _first(document, "list", "rcept_no") or (
        isinstance(document, dict) and {"status", "message"} == set(document)
    )


def dart(document: dict[str, object], read: Reader) -> Iterator[Happening]:
    """A happening a receipt, known at the end of its date: the list gives no time.

    Raises: ImportRefused
    """
    if "list" not in document:
        raise ImportRefused(
            f"{read.name}: DART says {shown(document.get('status'))} ({shown(document.get('message'))})."
        )
    rows = []
    for number, row in objects(document, "list", read.name):
        read.account.rows += 1
        receipt, stamp = str(row.get("rcept_no") or ""), str(row.get("rcept_dt") or "")
        if not re.fullmatch(r"\d{14}", receipt, re.ASCII) or not re.fullmatch(r"\d{8}", stamp, re.ASCII):
            raise ImportRefused(
                f"{read.name}, list {number}: rcept_no '{shown(receipt)}' has not 14 digits, or rcept_dt "
                f"'{shown(stamp)}' 8."
            )
        try:
            day = datetime.strptime(stamp, "%Y%m%d").date()  # noqa: DTZ007 - a date
        except ValueError:
            raise ImportRefused(f"{read.name}, list {number}: rcept_dt '{stamp}' is not a date.") from None
        rows.append((receipt, day, row))
    if isinstance(pages := document.get("total_page"), int) and pages > 1:
        read.account.notes.append(f"It is page {document.get('page_no', '?')} of {pages}: the others are not in it.")
    first: dict[tuple[str, str], str] = {}
    for receipt, day, row in sorted(rows, key=lambda one: one[0]):
        report = str(row.get("report_nm") or "disclosure").strip()
        mark = _MARK.match(report)
        bare = _MARK.sub("", report).strip()
        key = (str(row.get("corp_code") or row.get("corp_name")), bare)
        if not mark:
            first[key] = receipt
        episode = first.setdefault(key, receipt)
        facts: dict[str, Fact] = {"report": bare}
        if mark:
            facts["correction"] = mark[1]
            read.account.counted["a correction or withdrawal, an event of the first receipt's episode"] += 1
        if remark := str(row.get("rm") or "").strip():
            facts["remark"] = remark
        code, market = str(row.get("stock_code") or "").strip(), str(row.get("corp_cls") or "")
        listings = (f"{code}{_MARKETS[market]}",) if code and market in _MARKETS else ()
        if not listings:
            read.account.counted["of a company without a symbol here (unlisted, KONEX), kept without a listing"] += 1
        yield _disclosure(
            receipt, f"{row.get('corp_name', '?')}: {report}", day, SEOUL, of_date(day, SEOUL), listings, facts,
            f"dart-{episode}", f"DART, receipt {receipt}", read,
        )  # fmt: skip


def is_edinet(document: object) -> bool:
    """Whether a JSON document is EDINET's list of documents."""
    return _first(document, "results", "docID") or (
        isinstance(document, dict) and isinstance(document.get("results"), list) and "metadata" in document
    )


def edinet(document: dict[str, object], read: Reader) -> Iterator[Happening]:
    """A happening a document, known at the minute it was submitted (Japan's time).

    Raises: ImportRefused
    """
    for number, row in objects(document, "results", read.name):
        read.account.rows += 1
        doc = str(row.get("docID") or "")
        stamp = row.get("opeDateTime") or row.get("submitDateTime")
        if not re.fullmatch(r"[A-Za-z0-9]{4,20}", doc):
            raise ImportRefused(f"{read.name}, results {number}: docID '{shown(doc)}' is no document's id.")
        if not stamp:
            why = "withdrawn, and emptied since" if str(row.get("withdrawalStatus")) == "2" else "no time of submission"
            read.account.left_out[why] += 1
            continue
        try:
            at = datetime.strptime(str(stamp)[:16], "%Y-%m-%d %H:%M")  # noqa: DTZ007 - Japan's, below
        except ValueError:
            raise ImportRefused(
                f"{read.name}, results {number}: submitDateTime '{shown(stamp)}' is not a time."
            ) from None
        known = local(at.date(), at.time(), TOKYO)
        parent = str(row.get("parentDocID") or doc)
        facts: dict[str, Fact] = {"doc_type": str(row.get("docTypeCode") or "")}
        if parent != doc:
            facts["corrects"] = parent
            read.account.counted["a correction or withdrawal, an event of the first document's episode"] += 1
        if str(row.get("withdrawalStatus")) == "1":
            facts["withdrawal"] = True
        code = str(row.get("secCode") or "")
        listings = (f"{code[:4]}.T",) if re.fullmatch(r"[0-9A-Z]{5}", code, re.ASCII) else ()
        if not listings:
            read.account.counted["of a filer without a code (fund, person), kept without a listing"] += 1
        title = f"{row.get('filerName') or 'unnamed filer'}: {row.get('docDescription') or 'document'}"
        rule = "the minute of submission, Japan's time"
        yield _disclosure(
            doc, title, at.date(), TOKYO, (Moment(known), rule), listings, facts, f"edinet-{parent}",
            f"EDINET, document {doc}", read,
        )  # fmt: skip


def _disclosure(
    id: str,
    title: str,
    day: date,
    zone: str,
    known: tuple[Moment, str],
    listings: tuple[str, ...],
    facts: dict[str, Fact],
    episode: str,
    source: str,
    read: Reader,
) -> Happening:
    moment, rule = known
    read.account.clocks[rule] += 1
    return Happening(
        id=id,
        title=title,
        kind="filing",
        zone=zone,
        first=day,
        last=day,
        moment=moment,
        listings=listings,
        facts={name: value for name, value in facts.items() if value != ""},
        episode=episode,
        source=source,
        is_news=True,
    )


def _first(document: object, key: str, wanted: str) -> bool:
    """Whether the first object of a list has a key."""
    found = document.get(key) if isinstance(document, dict) else None
    return isinstance(found, list) and bool(found) and isinstance(found[0], dict) and wanted in found[0]
