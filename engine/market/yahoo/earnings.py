"""Asks Yahoo for the dates of companies' earnings, through yfinance's calendar.

Two answers a symbol: the reports there have been, and the date of the next one, which Yahoo says to be an estimate or
not. Times of day are placeholders beside AMC, BMO and TAS (time not supplied), so only those words are taken.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime

from eventfolio.engine.market.yahoo.request import load_yfinance
from eventfolio.engine.market.yahoo.session import Patience, PoliteSession, Refused
from eventfolio.events.errors import shown

COLUMNS = ("Symbol", "Company", "Event Start Date", "Timing", "EPS Estimate", "Reported EPS")
_MOST = 100  # reports a symbol, Yahoo's own limit: some 25 years


@dataclass(frozen=True)
class Upcoming:
    """The next report: first and last date it may be on, and whether Yahoo calls that an estimate."""

    symbol: str
    first: date
    last: date
    is_estimate: bool


@dataclass(frozen=True)
class Earnings:
    """What Yahoo knows of a symbol's reports.

    rows     : text by `COLUMNS`, of reports before now
    ahead    : how many later rows were left out: their dates are Yahoo's guesses
    upcoming : the next report, where Yahoo gives one
    """

    symbol: str
    rows: tuple[tuple[str, ...], ...]
    ahead: int
    upcoming: Upcoming | None


class EarningsCalendar:
    """Yahoo's calendar of earnings, asked symbol by symbol.

    Raises: Refused, from every question, where it is not answered
    """

    def __init__(self, patience: Patience, stop: threading.Event) -> None:
        self._yfinance = load_yfinance()
        self._polite = PoliteSession(patience, stop)

    def ask(self, symbol: str, now: datetime) -> Earnings:
        """The reports of one symbol, and the next."""
        self._polite.begin()
        try:
            rows = self._reports(symbol)
            upcoming = self._next(symbol)
        except Refused:
            raise
        except self._yfinance.exceptions.YFRateLimitError:
            raise Refused("rate-limited", "Yahoo has had too many requests (HTTP 429); try again later") from None
        except OSError as error:
            raise Refused("network", f"Yahoo cannot be reached ({shown(error)})") from None
        except Exception as error:  # yfinance met an answer that its own reading does not expect
            raise Refused(
                "malformed", f"Yahoo's answer cannot be read ({type(error).__name__}: {shown(error)})"
            ) from None
        past = tuple(row for row in rows if _instant(row[2]) <= now)
        if not rows and upcoming is None:
            raise Refused("not found", "Yahoo knows no report of it")
        return Earnings(symbol, past, len(rows) - len(past), upcoming)

    def _reports(self, symbol: str) -> list[tuple[str, ...]]:
        from yfinance.calendars import CalendarQuery

        calendars = self._yfinance.Calendars(session=self._polite.session)
        frame = calendars._get_data("sp_earnings", CalendarQuery("eq", ["ticker", symbol]), limit=_MOST, force=True)
        if frame.empty:
            return []
        table = frame.reset_index()
        wanted = [name for name in COLUMNS if name in table.columns]
        if missing := {"Symbol", "Event Start Date", "Timing"} - set(wanted):
            raise Refused("malformed", f"Yahoo's answer has no {', '.join(sorted(missing))}")
        own = table[table["Symbol"].str.upper() == symbol.upper()]
        return [tuple(_text(row.get(name)) for name in COLUMNS) for row in own.to_dict("records")]

    def _next(self, symbol: str) -> Upcoming | None:
        ticker = self._yfinance.Ticker(symbol, session=self._polite.session)
        answer = ticker._quote._fetch(modules=["calendarEvents"])
        found = answer["quoteSummary"]["result"][0]["calendarEvents"].get("earnings") if answer else None
        days = sorted(_day(stamp) for stamp in (found or {}).get("earningsDate", ()))
        if found is None or not days:
            return None
        # Two dates are the ends of a guess. Where Yahoo does not say that one date is none, it may be one.
        is_estimate = bool(found.get("isEarningsDateEstimate", True)) or days[0] != days[-1]
        return Upcoming(symbol, days[0], days[-1], is_estimate)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _day(stamp: float | dict[str, float]) -> date:
    raw = stamp["raw"] if isinstance(stamp, dict) else stamp
    return datetime.fromtimestamp(int(raw), UTC).date()


def _text(value: object) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).isoformat()
    return str(value)
