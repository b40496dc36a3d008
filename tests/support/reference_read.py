"""Reads a study folder into the structures of reference.py, with tomllib, csv and exchange_calendars.

Only as much of the formats as the fixed studies use; anything else fails loudly.
"""

from __future__ import annotations

import csv
import json
import tomllib
import warnings
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from support.reference import NEVER, Costs, End, Ev, Listing, Market, Rev, Spec, weekday_before

SECURITIES = {  # symbol: (exchange, currency, lot)
    "036460.KS": ("XKRX", "KRW", 1),
    "028260.KS": ("XKRX", "KRW", 1),
    "034020.KS": ("XKRX", "KRW", 1),
    "063080.KQ": ("XKRX", "KRW", 1),
    "7013.T": ("XTKS", "JPY", 100),
    "0883.HK": ("XHKG", "HKD", 1000),
    "1088.HK": ("XHKG", "HKD", 500),
    "600111.SS": ("XSHG", "CNY", 100),
    "002738.SZ": ("XSHE", "CNY", 100),
    "REMX": ("XNYS", "USD", 1),
}
CALENDARS = {"XSHE": "XSHG"}  # Shenzhen keeps Shanghai's days and hours
T_PLUS_1 = {"XSHG", "XSHE"}
# Days that exchange_calendars 4.13.2 wrongly has open; Korea's exam days open and close an hour late.
CLOSED = {
    "XKRX": {date(2026, 6, 3), date(2026, 7, 17), date(2027, 5, 3), date(2027, 7, 19)},
    "XHKG": {date(2023, 9, 1), date(2023, 9, 8)},
}
HOUR_LATE = {
    "XKRX": {
        date(2021, 11, 18),
        date(2022, 11, 17),
        date(2023, 11, 16),
        date(2024, 11, 14),
        date(2025, 11, 13),
        date(2026, 11, 19),
    }
}
KINDS = {  # name: (kind, parameters that differ from Spec's)
    "announcement-drift": ("drift", {}),
    "scheduled-run-up": ("run-up", {}),
    "confirmed-breakout": ("breakout", {"hold": 60, "trail": 0.08}),
    "event-intensity": ("intensity", {}),
    "buy-and-hold": ("hold", {"weight": 0.95}),
}


def read_contract(
    folder: Path,
) -> tuple[Market, list[Ev], dict[str, list[str]], list[tuple[str, Spec]], dict]:
    """(market, events, themes, [(label, spec)], settings); run(market, events, themes, spec, **settings)."""
    study = tomllib.loads((folder / "study.toml").read_text())
    calendar = tomllib.loads((folder / study["calendar"]).read_text())
    themes = {
        theme["name"]: [member["symbol"] for member in theme.get("member", [])]
        for theme in tomllib.loads((folder / study["themes"]).read_text())["theme"]
    }
    specs = []
    for entry in study["strategy"]:
        kind, defaults = KINDS[entry["name"]]
        params = {**defaults, **entry.get("params", {})}
        assert set(params) <= {field.name for field in fields(Spec)}
        specs.append((entry.get("label", entry["name"]), Spec(kind, **params)))
    settings = {
        "start": study["start"],
        "end": study["end"],
        "cash": float(study["account"]["cash"]),
        "cash_rate": study["account"].get("cash_rate", 0.0),
        "dividends": study["data"].get("dividends", "reinvest"),
        "published": calendar["article"]["published"].astimezone(UTC),
    }
    prices = folder / study["data"]["source"]
    members = sorted({symbol for names in themes.values() for symbol in names})
    events = [read_event(row) for row in calendar["event"]]
    return read_market(prices, members, study["costs"]), events, themes, specs, settings


def read_plans(folder: Path) -> tuple[Market, list[Ev], dict[str, list[str]], list[tuple[str, Spec]], dict]:
    """As `read_contract`, for a study whose securities stand in a file and whose strategies in plans.json."""
    study = tomllib.loads((folder / "study.toml").read_text())
    rows = tomllib.loads((folder / study["themes"]).read_text())["theme"]
    themes = {theme["name"]: [member["symbol"] for member in theme.get("member", [])] for theme in rows}
    since = {
        (theme["name"], member["symbol"]): member["since"]
        for theme in rows
        for member in theme.get("member", [])
        if "since" in member
    }
    calendar = tomllib.loads((folder / study["calendar"]).read_text())
    events = [read_event(row) for row in calendar["event"]]
    securities = tomllib.loads((folder / study["securities"]).read_text())["security"]
    known = {row["symbol"]: (row["exchange"], row["currency"], row["lot"]) for row in securities}
    ends = {
        row["symbol"]: End(**{key: value for key, value in row["end"].items() if key != "worth"})
        for row in securities
        if "end" in row
    }
    named = {symbol for names in themes.values() for symbol in names}.union(*(event.listings for event in events))
    market = read_market(folder / study["data"]["source"], sorted(named), study["costs"], known)
    vanished = study.get("vanished", "last")
    market = replace(
        market,
        ends={symbol: end for symbol, end in ends.items() if symbol in market.listings},
        vanished=None if vanished == "last" else vanished,
    )
    specs = [(row["label"], read_plan(row)) for row in json.loads((folder / "plans.json").read_text())]
    settings = {
        "start": study["start"],
        "end": study["end"],
        "cash": float(study["account"]["cash"]),
        "cash_rate": study["account"].get("cash_rate", 0.0),
        "dividends": study["data"].get("dividends", "reinvest"),
        "published": None,
        "since": since,
    }
    return market, events, themes, specs, settings


def read_plan(row: dict) -> Spec:
    """A class of parts, said in JSON."""
    trigger, entry, size = row["trigger"], row["entry"], row["size"]
    kind = {"Decaying": "intensity", "ShareOfAll": "hold"}.get(size["part"], "drift")
    kind = "run-up" if trigger["part"] == "RunUp" else "breakout" if entry["part"] == "AfterHigh" else kind
    numbers = {
        key: value
        for part in (trigger, entry, size)
        for key, value in part.items()
        if key in ("lead", "through", "cutoff", "lookback", "within", "slots", "half_life", "band")
    }
    return Spec(
        kind,
        themes=None if row["themes"] == "ALL" else tuple(row["themes"]),
        hold=row.get("hold", NEVER),
        **{key: row[key] for key in ("stop", "take", "trail", "weight", "patience", "repeat") if key in row},
        **numbers,
        release=trigger["part"] == "Release",
        at_close=entry["part"] == "AtClose",
        kinds=None if row["kinds"] == "all" else tuple(row["kinds"]),
        only=tuple((fact, op, value) for fact, op, value in row["only"]),
    )


def read_market(
    folder: Path, symbols: list[str], costs: dict, securities: dict[str, tuple[str, str, int]] | None = None
) -> Market:
    """The price files of `symbols`, the currencies they need, and their exchanges' sessions."""
    kinds = {"files": {}, "fx": {}} | tomllib.loads((folder / "prices.toml").read_text())
    securities = securities or SECURITIES
    listings = {
        symbol: read_listing(folder, symbol, kinds["files"].get(symbol, {}), securities[symbol])
        for symbol in symbols
        if (folder / f"{symbol}.csv").exists()
    }
    currencies = {listing.currency for listing in listings.values()} - {"USD"}
    fx = {c: read_fx(folder / f"{c}=X.csv", kinds["fx"].get(f"{c}=X", {})) for c in sorted(currencies)}
    exchanges = sorted({listing.exchange for listing in listings.values()})
    rows = {
        exchange: Costs(
            commission_bps=costs["commission_bps"],
            slippage_bps=costs["slippage_bps"],
            volume_share=costs["volume_share"],
            t_plus_1=exchange in T_PLUS_1,
        )
        for exchange in exchanges
    }
    return Market(listings, fx, {exchange: read_sessions(exchange) for exchange in exchanges}, rows)


def read_listing(folder: Path, symbol: str, kind: dict, security: tuple[str, str, int]) -> Listing:
    listing = Listing(symbol, *security, bars={}, raw=kind.get("adjusted", "none") == "none")
    listing.split_adjusted = kind.get("adjusted") == "split"
    for row in rows_of(folder / f"{symbol}.csv"):
        day = date.fromisoformat(row["date"])
        volume = None if kind.get("volume") == "unknown" else number(row["volume"])
        listing.bars[day] = (*(number(row[name]) for name in ("open", "high", "low", "close")), volume)
        if dividend := number(row.get("dividends", "")):
            listing.dividends[day] = dividend
        if split := number(row.get("splits", "")):
            listing.splits[day] = split
    return listing


def read_fx(path: Path, kind: dict) -> dict[date, float]:
    """Late-on-the-date rates, as rows are unless dated "start": the date's beginning is the weekday before, late."""
    rates = {}
    for row in rows_of(path):
        day, rate = date.fromisoformat(row["date"]), number(row["close"])
        if rate is not None:
            rates[weekday_before(day) if kind.get("dated") == "start" else day] = rate
    return rates


def read_sessions(exchange: str, first: str = "2021-01-01", last: str = "2026-12-31") -> dict:
    """{session: (regular open, close)}, UTC, corrected where the calendars are wrong."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its use of pandas calls that pandas 4 removes
        import exchange_calendars

        calendar = exchange_calendars.get_calendar(CALENDARS.get(exchange, exchange), start=first, end=last)
        table = calendar.schedule
    sessions = {}
    for label, opening, closing in zip(table.index, table["open"], table["close"], strict=True):
        day = label.date()
        if day in CLOSED.get(exchange, ()):
            continue
        late = timedelta(hours=1 if day in HOUR_LATE.get(exchange, ()) else 0)
        sessions[day] = (opening.to_pydatetime() + late, closing.to_pydatetime() + late)
    return sessions


def read_event(row: dict) -> Ev:
    zone = ZoneInfo(row["zone"])
    known, precision = read_known(row["known_at"], zone)
    event = Ev(
        id=row["id"],
        known=known,
        precision=precision,
        themes=tuple(row["themes"]),
        status=row["status"],
        direction=row.get("direction", 1),
        strength=row.get("strength", 1.0),
        episode=None if row["kind"] == "publication" else row.get("episode"),
        start=read_start(row.get("occurs", "")),
        kind=row["kind"],
        listings=tuple(row.get("listings", ())),
        facts=row.get("facts", {}),
        zone=zone,
    )
    start, status = event.start, event.status
    for revision in sorted(row.get("revision", []), key=lambda r: read_known(r["known_at"], zone)[0]):
        start = read_start(revision["occurs"]) if "occurs" in revision else start
        status = revision.get("status", status)
        is_belief = "occurs" in revision or "status" in revision
        known_at = read_known(revision["known_at"], zone)
        event.revisions.append(Rev(*known_at, start, status, revision.get("facts", {}), is_belief))
    return event


def read_known(value: datetime | date | str, zone: ZoneInfo) -> tuple[datetime, str]:
    """(instant UTC, precision): a date counts at the end of that day in `zone`, a month at its end."""
    if isinstance(value, datetime):
        return value.astimezone(UTC), "minute"
    precision = "day"
    if isinstance(value, str):
        precision, first = "month", date.fromisoformat(f"{value}-01")
        value = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    midnight = datetime.combine(value + timedelta(days=1), time(), zone)
    return midnight.astimezone(UTC), precision


def read_start(occurs: str) -> date | None:
    """First day of a date expression: 2024, 2026-06, 2026-06-15, a/b, ../b; None where it is open."""
    first = occurs.split("/")[0].strip("~?%")
    if first in ("", ".."):
        return None
    return date.fromisoformat((first + "-01-01")[:10])


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def number(text: str) -> float | None:
    return float(text) if text.strip() else None
