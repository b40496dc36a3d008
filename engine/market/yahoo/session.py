"""The network session with Yahoo: few requests at a time, waits as told, and each failure named by its kind.

yfinance keeps status and headers of an answer to itself, so the session it is given looks at each chart answer first:
what can be waited for (429, 5xx, a broken connection) is waited for here, what cannot is raised as `Refused` and
passes through yfinance untouched.
"""

from __future__ import annotations

import json
import os
import random
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal, TypeAlias

from eventfolio.events.errors import shown

Reason = Literal["not found", "delisted", "rate-limited", "network", "malformed", "disk", "stopped"]
HttpAnswer: TypeAlias = Any  # of curl_cffi or requests, whichever yfinance has, and the options of its call
CHART = "/v8/finance/chart/"
_SIDE_SECONDS = 6.0  # for cookie and crumb: the chart is answered without them too


class Refused(Exception):
    """No prices for a symbol: the reason in a word, and in words."""

    def __init__(self, reason: Reason, words: str) -> None:
        super().__init__(words)
        self.reason: Reason = reason
        self.words = words


@dataclass(frozen=True)
class Patience:
    """How often and how long to ask, in seconds where not a count."""

    tries: int = 5
    first_wait: float = 1.0
    longest_wait: float = 30.0
    request: float = 20.0
    symbol: float = 120.0


class PoliteSession:
    """yfinance's own session with waiting in front of it; shared by the threads of one fetch.

    stop   : set to end all waiting (Ctrl-C)
    Raises : Refused where EVENTFOLIO_OFFLINE=1 forbids the network
    """

    def __init__(self, patience: Patience, stop: threading.Event) -> None:
        if os.environ.get("EVENTFOLIO_OFFLINE") == "1":
            raise Refused("network", "not asked: EVENTFOLIO_OFFLINE is set")
        from yfinance._http import new_session  # the session it would make itself: curl_cffi, or requests without it

        self.patience, self.stop = patience, stop
        self.session = new_session()
        self._plain = self.session.request
        self.session.request = self._request
        self._resume_at = 0.0  # a 429 is meant for all threads
        self._mine = threading.local()

    def begin(self) -> None:
        """Start a symbol's time in this thread."""
        self._mine.deadline = time.monotonic() + self.patience.symbol
        self._mine.status = 0
        self._mine.chart = None

    @property
    def chart(self) -> object:
        """This thread's last answer to a question for prices, from JSON; None before one."""
        return self._mine.chart

    @property
    def status(self) -> int:
        """HTTP status of this thread's last chart answer; 0 before one."""
        return self._mine.status

    def _request(self, method: str, url: str, *args: object, **options: Any) -> HttpAnswer:
        if CHART not in url:
            options["timeout"] = max(0.1, min(options.get("timeout") or _SIDE_SECONDS, _SIDE_SECONDS, self._left()))
            return self._plain(method, url, *args, **options)
        for attempt in range(1, self.patience.tries + 1):
            self._pause(self._resume_at - time.monotonic())
            left = self._left()
            if left <= 0:
                raise Refused("network", f"no answer within {self.patience.symbol:g} s")
            options["timeout"] = min(self.patience.request, left)
            trouble, wait = self._ask(method, url, args, options)
            if not isinstance(trouble, Refused):
                return trouble
            pause = wait if wait is not None else self._back_off(attempt)
            if attempt == self.patience.tries or pause >= self._left() or trouble.reason in ("not found", "delisted"):
                raise trouble
            if trouble.reason == "rate-limited":
                self._resume_at = max(self._resume_at, time.monotonic() + pause)
            self._pause(pause)
        raise AssertionError  # the last attempt returns or raises

    def _ask(
        self, method: str, url: str, args: tuple[object, ...], options: dict[str, Any]
    ) -> tuple[HttpAnswer | Refused, float | None]:
        """The answer, or why there is none and the seconds Yahoo asks to wait."""
        try:
            answer = self._plain(method, url, *args, **options)
        except OSError as error:  # what curl_cffi and requests raise derives from it
            return Refused("network", _network_words(error, options["timeout"])), None
        self._mine.status = status = answer.status_code
        if status == 429:
            wait = retry_after(answer.headers.get("Retry-After"))
            asked = "" if wait is None else f" and asks to wait {wait:.0f} s"
            return Refused("rate-limited", f"Yahoo has had too many requests (HTTP 429){asked}; try again later"), wait
        if status >= 500:
            words = f"Yahoo's server failed (HTTP {status}); try again later"
            return Refused("network", words), retry_after(answer.headers.get("Retry-After"))
        if status in (401, 403):
            return answer, None  # yfinance fetches a new crumb and asks once more
        try:
            document = json.loads(answer.content)
            wrong = document["chart"].get("error") or {}
            code, said = str(wrong.get("code", "")), str(wrong.get("description", ""))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return Refused(
                "malformed", f"Yahoo's answer (HTTP {status}) is not a chart in JSON, or only part of one"
            ), None
        if status == 404 or code == "Not Found":
            return Refused("not found", f"Yahoo does not know it ('{shown(said or 'Not Found')}')"), None
        if status >= 400:
            return Refused("delisted", f"Yahoo has no prices for these dates ('{shown(said or code or status)}')"), None
        self._mine.chart = document
        return answer, None

    def _back_off(self, attempt: int) -> float:
        wait = min(self.patience.longest_wait, self.patience.first_wait * 2 ** (attempt - 1))
        return wait * random.uniform(0.5, 1.5)

    def _left(self) -> float:
        return float(self._mine.deadline - time.monotonic())

    def _pause(self, seconds: float) -> None:
        if self.stop.wait(max(0.0, min(seconds, self._left()))):
            raise Refused("stopped", "stopped before it was asked for")


def ask_yahoo(seconds: float = 5.0) -> str:
    """Whether Yahoo answers, and how fast, in words.

    Raises: Refused
    """
    polite = PoliteSession(Patience(tries=1, request=seconds, symbol=seconds), threading.Event())
    polite.begin()
    started = time.monotonic()
    polite.session.get(f"https://query2.finance.yahoo.com{CHART}SPY?range=1d&interval=1d", timeout=seconds)
    if polite.status in (401, 403):
        raise Refused("network", f"Yahoo refuses to answer (HTTP {polite.status})")
    return f"Yahoo answers, in {time.monotonic() - started:.1f} s"


def retry_after(header: str | None) -> float | None:
    """Seconds that a Retry-After header asks to wait (a number, or an HTTP date); None where there is none."""
    if not header:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _network_words(error: Exception, seconds: float) -> str:
    name = type(error).__name__
    if "Timeout" in name:
        return f"no answer within {seconds:g} s"
    if "Incomplete" in name or "Chunked" in name or "partial" in str(error).lower():
        return "the connection was closed before the answer was complete"
    text = str(error).split(" See https")[0].strip() or name
    return f"Yahoo cannot be reached ({text[:160]})"
