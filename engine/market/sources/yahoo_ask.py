"""Asking Yahoo for one symbol, through yfinance: finished sessions only, raw, in the right currency, or a refusal."""

from __future__ import annotations

import tempfile
import threading
import warnings
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.metadata import version
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from engine.errors import PriceError
from engine.market.prices import PriceTable, check_table
from engine.market.sessions import sessions_of
from engine.market.sources.cache import Facts, Stored
from engine.market.sources.yahoo_raw import MINOR_UNITS, last_date, raw_bars, unlisted_dividends
from engine.market.sources.yahoo_session import Patience, PoliteSession, Refused

_FINAL_AFTER = timedelta(hours=1)  # Yahoo's delay, and the closing auction


@dataclass(frozen=True)
class Wanted:
    """A symbol to fetch. exchange : MIC, None for a currency (JPY=X); currency : what its prices must be in."""

    symbol: str
    exchange: str | None
    currency: str

    @property
    def is_rate(self) -> bool:
        return self.exchange is None

    def finished(self, now: datetime) -> date:
        """The last date whose bar is final: its session closed an hour ago; for a currency, London's day is over."""
        if self.exchange is None:
            return now.astimezone(ZoneInfo("Europe/London")).date() - timedelta(days=1)
        sessions = sessions_of(self.exchange)
        instant = np.datetime64((now - _FINAL_AFTER).astimezone(UTC).replace(tzinfo=None), "ns").astype(np.int64)
        at = int(np.searchsorted(sessions.closes, instant, side="right")) - 1
        return sessions.dates[at].astype(object)


class Yahoo:
    """Yahoo Finance, asked with `patience`; threads share it. stop : set to end all waiting."""

    def __init__(self, patience: Patience, stop: threading.Event) -> None:
        self.patience, self.stop = patience, stop
        self._session: PoliteSession | None = None

    def ask(self, one: Wanted, first: date, zone: str | None = None) -> Stored:
        """Finished bars from `first` on, raw and checked.

        zone   : the symbol's time zone where it is known, which saves a request
        Raises : Refused
        """
        now = datetime.now(UTC)
        finished = one.finished(now)
        history, meta = self._history(one.symbol, first, zone)
        currency = str(meta.get("currency") or "")
        quoted, unit = MINOR_UNITS.get(currency, (currency, 1.0))
        if quoted != one.currency:
            raise Refused(
                "malformed",
                f"Yahoo gives it in {currency or 'no currency'}, the securities file says {one.currency}; "
                "correct the file, or the symbol",
            )
        notes = [words] if not one.is_rate and (words := unlisted_dividends(history)) else []
        frame, left_out = raw_bars(history, one.symbol, unit)
        if frame.index[-1].date() > now.date() + timedelta(days=1):
            raise Refused("malformed", f"Yahoo gives a bar of {last_date(frame)}, which lies in the future")
        frame = frame[frame.index <= pd.Timestamp(finished)]
        if frame["close"].isna().all():
            raise Refused("delisted", f"Yahoo has no finished session of it since {first}")
        try:
            check_table(PriceTable(one.symbol, frame, "none", "end", one.symbol), now.date() + timedelta(days=1))
        except PriceError as error:
            raise Refused("malformed", str(error)) from None
        facts = Facts(
            symbol=one.symbol,
            currency=one.currency,
            zone=str(meta.get("exchangeTimezoneName", "")),
            asked_from=first,
            through=finished,
            fetched_at=now.replace(microsecond=0),
            origin=f"Yahoo Finance chart, by yfinance {version('yfinance')}",
            notes=(*notes, *left_out),
        )
        return Stored(frame, facts)

    def _history(self, symbol: str, first: date, zone: str | None) -> tuple[pd.DataFrame, Any]:
        """yfinance's own answer: unadjusted bars with actions and adjusted close, and what it says of the symbol."""
        with _MAKING:  # yfinance's import and its files are not safe with threads
            yf = _yfinance()
            if self._session is None:
                self._session = PoliteSession(self.patience, self.stop)
        polite = self._session
        polite.begin()
        try:
            ticker = yf.Ticker(symbol, session=polite.session)
            if zone:
                ticker._tz = zone  # kept with the prices: yfinance would ask for it again, or lock a shared file
            history = ticker.history(
                start=first.isoformat(), interval="1d", auto_adjust=False, actions=True, timeout=self.patience.request
            )
            meta = ticker.get_history_metadata()
        except Refused:
            raise
        except yf.exceptions.YFRateLimitError:
            raise Refused("rate-limited", "Yahoo has had too many requests (HTTP 429); try again later") from None
        except yf.exceptions.YFTickerMissingError as error:
            if polite.status in (401, 403):
                raise _barred(polite.status) from None
            raise Refused("delisted", f"Yahoo has no prices of it since {first} ('{error.rationale}')") from None
        except OSError as error:
            raise Refused("network", f"Yahoo cannot be reached ({error})") from None
        except Exception as error:  # yfinance met something its own code does not expect
            if polite.status in (401, 403):
                raise _barred(polite.status) from None
            raise Refused("malformed", f"Yahoo's answer cannot be read ({type(error).__name__}: {error})") from None
        if history.empty:
            raise Refused("delisted", f"Yahoo has no prices of it since {first}")
        return history, meta


def _barred(status: int) -> Refused:
    return Refused("network", f"Yahoo refuses to answer (HTTP {status}); try again later")


@cache
def _yfinance() -> Any:
    """yfinance, quiet, raising what goes wrong, and with files of its own for this process (a shared one locks)."""
    import logging

    import yfinance as yf

    warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"yfinance(\..*)?")
    if hasattr(pd.errors, "Pandas4Warning"):
        warnings.filterwarnings("ignore", category=pd.errors.Pandas4Warning, module=r"yfinance(\..*)?")
    logging.getLogger("yfinance").setLevel(logging.CRITICAL + 1)
    yf.config.debug.hide_exceptions = False
    global _FILES
    _FILES = tempfile.TemporaryDirectory(prefix="eventfolio-yfinance-", ignore_cleanup_errors=True)
    yf.set_tz_cache_location(_FILES.name)
    yf.cache.get_tz_cache().lookup("")  # opens the file, once
    yf.cache.get_cookie_cache().lookup("")
    return yf


_MAKING = threading.Lock()
_FILES: tempfile.TemporaryDirectory[str] | None = None
