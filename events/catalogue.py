"""Finds a listing by symbol or name among some 2,000: members of twenty indices, and a file of what those lack.

Members of the American, European and Japanese indices come with pytickersymbols (MIT), which ships its data; the rest
stands in listings.toml, dated and sourced. Nothing is loaded until a symbol is asked for that a study does not declare.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import NotRequired, TypedDict, cast, get_args

from eventfolio.events.exchanges import EXCHANGES, exchange_of_symbol
from eventfolio.events.liquidity import Band, described
from eventfolio.events.securities import Alias, Securities, Security, read_securities

# The exchange whose symbols each index of pytickersymbols names. Left out are the two whose symbols lack a suffix.
_INDICES = (
    *("DAX", "MDAX", "TecDAX", "CAC_40", "FTSE 100", "AEX", "BEL 20", "IBEX 35", "Switzerland 20"),
    *("OMX Stockholm 30", "OMX Helsinki 25", "EURO STOXX 50", "NIKKEI 225"),
    *("DOW JONES", "NASDAQ 100", "S&P 100", "S&P 500", "S&P 600"),
)
_AMERICAN = ("DOW JONES", "NASDAQ 100", "S&P 100", "S&P 500", "S&P 600")
_LOTS = {"XTKS": 100}  # since 2018-10-01; jpx.co.jp
# All but a few members of the Nikkei 225 are in TOPIX 500, whose price steps are finer.
_STEPS = {"XTKS": "TOPIX Mid400"}


@dataclass(frozen=True)
class Found:
    """A listing that a name led to.

    how    : what of it matched
    source : where the listing stands, with the date it was seen
    """

    security: Security
    how: str
    source: str


@cache
def packaged_securities() -> Securities:
    """The securities the packaged subject uses, known to every study; any other is looked up among the listings."""
    return Securities(read_securities(Path(__file__).with_name("securities.toml")).all(), listing)


def listing(symbol: str) -> Security | None:
    """The listing of a symbol; None where the catalogue has none."""
    if symbol.endswith("=X"):
        return None
    entry = _own().get(symbol) or _members().get(symbol)
    return None if entry is None else entry[0]


def usual_lot(exchange: str) -> int:
    """Shares to a round lot of most listings on an exchange; 1 where nothing says another."""
    rows = (row for row in _file()["market"] if row.get("exchange") == exchange)
    return _LOTS.get(exchange) or next((int(row["lot"]) for row in rows if "lot" in row), 1)


def find_listings(name: str, most: int = 20) -> list[Found]:
    """Listings by symbol, name or alias, the nearest first: the same, beginning with it, a word of it, a part of it.

    name : a company's, a fund's or a symbol; case, accents and legal forms do not matter
    """
    wanted = _plain(name)
    if not wanted:
        return []
    ranked = []
    for security, source in _all():
        names = [(security.symbol, "symbol"), (security.name, "name"), *((a.name, "alias") for a in security.aliases)]
        scores = [(rank, how) for text, how in names if (rank := _rank(wanted, _plain(text))) is not None]
        if scores:
            rank, how = min(scores)
            ranked.append((rank, not security.is_share, security.name, security.symbol, Found(security, how, source)))
    return [row[-1] for row in sorted(ranked, key=lambda row: row[:-1])[:most]]


@cache
def shares_by_name() -> dict[str, Security]:
    """Shares by name and alias as `name_key` has them; of several listings the first counts, receipts last."""
    found: dict[str, Security] = {}
    for security, _ in sorted(_all(), key=lambda entry: "ADR" in entry[0].name or "ADR" in (entry[0].note or "")):
        if security.is_share:
            for name in (security.name, *(alias.name for alias in security.aliases if alias.until is None)):
                found.setdefault(name_key(name), security)
    return found


_FORMS = re.compile(
    r"(?: (?:inc|incorporated|corp|corporation|co|company|companies|ltd|limited|plc|ag|sa|se|nv|asa|a/s|ab|oyj|spa"
    r"|gmbh|kgaa|llc|lp|hldgs"
    r"|holdings?|group|adr|class [abc]|publ|kk|the|& co|and company))+$"
)


def name_key(name: str) -> str:
    """A company's name as it is compared: small letters, no accents, no legal forms."""
    bare = re.sub(r"\(.*?\)", " ", _plain(name)).removeprefix("the ")
    bare = " ".join(re.sub(r"\b([sn]) ([av])\b(?=$)", r"\1\2", bare).split())
    return _FORMS.sub("", bare) or bare


def _rank(wanted: str, text: str) -> int | None:
    if text == wanted:
        return 0
    if text.startswith(wanted):
        return 1
    if f" {wanted}" in f" {text}":
        return 2
    return 3 if len(wanted) > 3 and wanted in text else None


def _plain(text: str) -> str:
    """Small letters without accents, apostrophes, points and commas."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[.,]", " ", re.sub(r"['’]", "", bare.casefold())).split())


def _all() -> Iterator[tuple[Security, str]]:
    packaged = packaged_securities()
    seen = set(packaged)
    yield from ((packaged[symbol], "securities of the packaged study") for symbol in packaged)
    for entries in (_own(), _members()):
        for symbol, entry in entries.items():
            if symbol not in seen:
                seen.add(symbol)
                yield entry


class _Market(TypedDict):
    """A table `market` of listings.toml. rows: symbol, name and, where it is not the market's, lot (index: exchange)"""

    exchange: NotRequired[str]
    source: str
    seen: date
    kind: NotRequired[str]
    lot: NotRequired[int]
    note: NotRequired[str]
    rows: list[list[str | int]]


class _Listings(TypedDict):
    """listings.toml; alias: the keys of `Alias` with the symbol; names, issuers: by symbol."""

    market: list[_Market]
    alias: list[dict[str, str]]
    names: dict[str, str]
    issuers: dict[str, str]


class _Company(TypedDict):
    """A company as pytickersymbols has it."""

    name: str
    symbol: NotRequired[str]
    symbols: NotRequired[list[dict[str, str]]]


@cache
def _file() -> _Listings:
    return cast(_Listings, tomllib.loads(Path(__file__).with_name("listings.toml").read_text(encoding="utf-8")))


@cache
def _own() -> dict[str, tuple[Security, str]]:
    """The listings of our file, by symbol, with where each was seen."""
    found: dict[str, tuple[Security, str]] = {}
    for market in _file()["market"]:
        source = f"{market['source']}; seen {market['seen']}"
        kind = market.get("kind", "share")
        for symbol, name, *more in market["rows"]:
            exchange = str(more[0]) if kind == "index" else market["exchange"]
            lot = int(more[0]) if more and kind != "index" else market.get("lot", 1)
            found[str(symbol)] = _security(str(symbol), str(name), exchange, lot, kind, market.get("note")), source
    return found


@cache
def _members() -> dict[str, tuple[Security, str]]:
    """The members of the indices that pytickersymbols ships, by symbol; the first index that names one counts."""
    from importlib.metadata import version

    from pytickersymbols.indices_data import INDICES

    source, found = f"pytickersymbols {version('pytickersymbols')}, ", {}
    for index in _INDICES:
        for company in INDICES[index]["companies"]:
            symbol = str(company.get("symbol") or "").replace(".PA.DE", ".DE")  # Airbus, in the DAX
            if index in _AMERICAN:
                symbol = symbol.replace(".", "-")  # BRK.B is BRK-B at Yahoo
                exchange = _american(company)
            else:
                named = exchange_of_symbol(symbol)
                exchange = named.mic if named else ""
            if symbol and exchange and symbol not in found:
                lot, steps = _LOTS.get(exchange, 1), _STEPS.get(exchange)
                name = _file()["names"].get(symbol, company["name"])
                found[symbol] = _security(symbol, name, exchange, lot, "share", None, steps), source + index
    return found


def _american(company: _Company) -> str:
    """Nasdaq or New York, by the sign before its symbol; both keep the same sessions and rules."""
    signs = {str(row.get("google")).partition(":")[0] for row in company.get("symbols", ())}
    return "XNAS" if "NASDAQ" in signs else "XNYS"


@cache
def _aliases() -> dict[str, tuple[Alias, ...]]:
    found: dict[str, list[Alias]] = {}
    for row in _file()["alias"]:
        found.setdefault(row["symbol"], []).append(
            Alias.model_validate({key: value for key, value in row.items() if key != "symbol"})
        )
    return {symbol: tuple(aliases) for symbol, aliases in found.items()}


@cache
def _liquidity() -> dict[str, dict[date, Band | float]]:
    """The liquidity bands that were seen of large European shares, by symbol."""
    file = tomllib.loads(Path(__file__).with_name("liquidity_lists.toml").read_text(encoding="utf-8"))
    found: dict[str, dict[date, Band | float]] = {}
    for row in file["list"]:
        for band in get_args(Band):
            for symbol in row.get(band, ()):
                found.setdefault(symbol, {})[row["since"]] = band
    return found


def _security(
    symbol: str, name: str, exchange: str, lot: int, kind: str, note: str | None, steps: str | None = None
) -> Security:
    """Made without the checks of a file's rows, which take ten times as long; a test makes every one of them."""
    return Security.model_construct(
        symbol=symbol,
        name=name,
        aliases=_aliases().get(symbol, ()),
        exchange=exchange,
        currency=EXCHANGES[exchange].currency,
        lot=lot,
        kind=kind,
        steps=steps,
        liquidity=_liquidity().get(symbol),
        tax=_file()["issuers"].get(symbol),
        note=note,
    )


def warnings_about(security: Security) -> list[str]:
    """Where a declared security differs from the known listing of its symbol or from its exchange's usage, in words."""
    found = []
    known = listing(security.symbol)
    if known is not None:
        for name in ("exchange", "currency", "lot", "kind", "tax"):
            own, other = getattr(security, name), getattr(known, name)
            if own != other and not (name == "exchange" and _same_market(own, other)):
                found.append(f"{name} {own}: the listing known by this symbol ({known.name}) has {other}")
    elif (issuer := _file()["issuers"].get(security.symbol)) and security.tax is None:
        found.append(f"no tax: the company of this symbol has its seat in {issuer}, whose taxes are due, if any")
    if known is not None and known.liquidity is not None and security.liquidity is None and security.is_share:
        found.append(f"no liquidity: the listing known by this symbol ({known.name}) has {described(known.liquidity)}")
    usual = EXCHANGES[security.exchange].currency
    if security.kind != "index" and security.currency != usual and (known is None or known.currency == usual):
        found.append(f"currency {security.currency}: most listings on {security.exchange} are in {usual}")
    if security.exchange in _LOTS and security.is_share and security.lot % _LOTS[security.exchange]:
        found.append(f"lot {security.lot}: shares on {security.exchange} trade in lots of {_LOTS[security.exchange]}")
    return found


def _same_market(one: str, other: str) -> bool:
    return EXCHANGES[one].calendar == EXCHANGES[other].calendar and EXCHANGES[one].country == EXCHANGES[other].country
