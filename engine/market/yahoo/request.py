"""Requests one symbol from Yahoo through yfinance: finished sessions, raw, in the right currency, or an error."""

from __future__ import annotations

import tempfile
import threading
import warnings
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.metadata import version
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from eventfolio.engine.errors import PriceError
from eventfolio.engine.market.prices import PriceTable, check_table
from eventfolio.engine.market.sessions import sessions_of
from eventfolio.engine.market.yahoo.chart import read_chart
from eventfolio.engine.market.yahoo.price_store import Facts, Stored
from eventfolio.engine.market.yahoo.session import Patience, PoliteSession, Refused
from eventfolio.engine.market.yahoo.unadjust import raw_bars, unlisted_dividends
from eventfolio.engine.market.yahoo.wanted import Wanted

YFinance: TypeAlias = Any  # the module, which has no types
_LATE = 2  # sessions that Yahoo may lack because it is late; of more, the listing does not trade


class Yahoo:
    """Yahoo Finance, asked with `patience`; threads share it. stop : set to end all waiting."""

    def __init__(self, patience: Patience, stop: threading.Event) -> None:
        self.patience, self.stop = patience, stop
        self._session: PoliteSession | None = None

    def ask(self, one: Wanted, first: date, stored: pd.DataFrame | None = None) -> Stored:
        """Finished bars from `first` on, raw and checked.

        stored : raw bars of it known from before, against which the level of the new ones is held
        Raises : Refused
        """
        now = datetime.now(UTC)
        finished = one.finished(now)
        chart = read_chart(self._chart(one, first), one, first, finished)
        frame, left_out = raw_bars(chart.history, one.symbol, chart.unit, stored)
        priced = frame.index[frame["close"].notna()]
        if len(priced) and priced[-1].date() > now.date() + timedelta(days=1):
            raise Refused("malformed", f"Yahoo gives a bar of {priced[-1]:%Y-%m-%d}, which lies in the future")
        frame = frame[frame.index <= pd.Timestamp(finished)]
        if frame["close"].isna().all():
            raise Refused("delisted", f"Yahoo has no finished session of it since {first}")
        try:
            check_table(PriceTable(one.symbol, frame, "none", "end", one.symbol), now.date() + timedelta(days=1))
        except PriceError as error:
            raise Refused("malformed", str(error)) from None
        unlisted = None if one.is_rate else unlisted_dividends(chart.history)
        facts = Facts(
            symbol=one.symbol,
            currency=one.currency,
            zone=one.zone,
            asked_from=first,
            through=_through(one, frame, finished),
            fetched_at=now.replace(microsecond=0),
            origin=f"Yahoo Finance chart, by yfinance {version('yfinance')}",
            notes=tuple(filter(None, (unlisted, *chart.notes, *left_out))),
        )
        return Stored(frame, facts)

    def _chart(self, one: Wanted, first: date) -> object:
        """Yahoo's answer as it came, asked for by yfinance (whose cookies and crumbs it wants).

        yfinance's own reading of it drops a dividend's currency and dates an event off a session a session early.
        """
        with _MAKING:  # yfinance's import and its files are not safe with threads
            yf = load_yfinance()
            if self._session is None:
                self._session = PoliteSession(self.patience, self.stop)
        polite = self._session
        polite.begin()
        try:
            ticker = yf.Ticker(one.symbol, session=polite.session)
            ticker._tz = one.zone  # yfinance would ask for it, or lock a shared file
            ticker.history(
                start=first.isoformat(), interval="1d", auto_adjust=False, actions=True, timeout=self.patience.request
            )
        except Refused:
            raise
        except yf.exceptions.YFRateLimitError:
            raise Refused("rate-limited", "Yahoo has had too many requests (HTTP 429); try again later") from None
        except Exception as error:  # with an answer at hand, yfinance met something its own reading does not expect
            if polite.chart is None:
                if polite.status in (401, 403):
                    raise _barred(polite.status) from None
                if isinstance(error, OSError):
                    raise Refused("network", f"Yahoo cannot be reached ({error})") from None
                raise Refused("malformed", f"Yahoo's answer cannot be read ({type(error).__name__}: {error})") from None
        if polite.chart is None:
            raise Refused("malformed", "Yahoo's answer is no chart")
        return polite.chart


def _through(one: Wanted, frame: pd.DataFrame, finished: date) -> date:
    """The date up to which Yahoo need not be asked again: its last bar's, where it may only be late with the next."""
    last: date = frame.index[frame["close"].notna()][-1].date()
    if one.exchange is None:
        missing = int(np.busday_count(last + timedelta(days=1), finished + timedelta(days=1)))
    else:
        dates = sessions_of(one.exchange).dates
        missing = int(((dates > np.datetime64(last)) & (dates <= np.datetime64(finished))).sum())
    return last if 0 < missing <= _LATE else finished


def unlike(facts: Facts, one: Wanted) -> str | None:
    """Why stored bars cannot be those of a security, in words; None where they can."""
    if facts.currency != one.currency:
        return f"what is stored is in {facts.currency}, the securities file says {one.currency}"
    if facts.zone not in ("", one.zone):
        return f"what is stored is dated by the clock of {facts.zone}, its exchange goes by {one.zone}"
    return None


def _barred(status: int) -> Refused:
    return Refused("network", f"Yahoo refuses to answer (HTTP {status}); try again later")


@cache
def load_yfinance() -> YFinance:
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
