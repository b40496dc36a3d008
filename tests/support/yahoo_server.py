"""A loopback server that speaks Yahoo's chart protocol, for the real yfinance: cookie, crumb, time zone, chart.

It is given raw bars and shows them as Yahoo would: prices and dividends divided by every later split it knows of,
volume multiplied, all prices as 32-bit floats, one stamp a session. Faults are laid on a symbol one request at a time.

As a program, `python yahoo_server.py PORT data fetch …` is eventfolio asking the server on that port.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import numpy as np
import pandas as pd

FOREVER = 10**6
PLACES = {  # how a symbol ends -> currency, time zone, hour and minute of the first trade
    ".KS": ("KRW", "Asia/Seoul", "09:00"),
    ".KQ": ("KRW", "Asia/Seoul", "09:00"),
    ".T": ("JPY", "Asia/Tokyo", "09:00"),
    ".HK": ("HKD", "Asia/Hong_Kong", "09:30"),
    ".SS": ("CNY", "Asia/Shanghai", "09:30"),
    ".SZ": ("CNY", "Asia/Shanghai", "09:30"),
    "=X": ("", "Europe/London", "00:00"),
    "^N225": ("JPY", "Asia/Tokyo", "09:00"),
    "^HSI": ("HKD", "Asia/Hong_Kong", "09:30"),
    "^KS11": ("KRW", "Asia/Seoul", "09:00"),
    "": ("USD", "America/New_York", "09:30"),
}


@dataclass
class Paper:
    """One symbol. bars : raw, as a PriceTable has them."""

    bars: pd.DataFrame
    currency: str
    zone: str
    first_trade: str
    divides: bool = True  # whether prices are divided by the splits listed
    lists_splits: bool = True
    twice: bool = False  # the last bar once more, with a live stamp
    spoil: Callable[[dict[str, Any]], object] | None = None  # what to do to the result before it is sent


class YahooServer(ThreadingHTTPServer):
    """papers : by symbol; faults : by symbol, words for the next requests, then it answers; asked : (host, path)."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.papers: dict[str, Paper] = {}
        self.reports: dict[str, list[list[Any]]] = {}  # by symbol: rows as REPORT_COLUMNS
        self.next_report: dict[str, dict[str, Any]] = {}  # by symbol: calendarEvents.earnings
        self.faults: dict[str, list[Any]] = defaultdict(list)
        self.asked: list[tuple[str, str]] = []
        self.released = threading.Event()  # ends a hanging answer

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def add(self, symbol: str, bars: pd.DataFrame, **how: Any) -> Paper:
        currency, zone, first_trade = next(PLACES[end] for end in PLACES if symbol.endswith(end))
        known = {"currency": currency or symbol[:3], "zone": zone, "first_trade": first_trade}
        self.papers[symbol] = Paper(bars, **(known | how))
        return self.papers[symbol]

    def charts(self, symbol: str) -> list[str]:
        """The chart requests made for a symbol's prices (its time zone is another)."""
        return [path for _, path in self.asked if f"/chart/{symbol}?" in unquote(path) and "period1" in path]


@contextmanager
def serving() -> Iterator[YahooServer]:
    server = YahooServer()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()


def point_at(port: int) -> None:
    """Let every session that yfinance makes in this process speak to the server on `port`, and to nobody else.

    The session is curl_cffi's as yfinance makes it; https becomes http, and every host is this machine.
    """
    import yfinance._http as http
    from curl_cffi import CurlOpt, ffi, lib
    from curl_cffi.requests import Session

    def loopback() -> Any:
        everywhere = lib.curl_slist_append(ffi.NULL, f"::127.0.0.1:{port}".encode())
        session = Session(impersonate="chrome", curl_options={CurlOpt.CONNECT_TO: everywhere})
        session.everywhere = everywhere  # kept alive with it
        ask = session.request

        def request(method: str, url: str, *args: Any, **options: Any) -> Any:
            return ask(method, url.replace("https://", "http://", 1), *args, **options)

        session.request = request
        return session

    os.environ.pop("EVENTFOLIO_OFFLINE", None)
    _REAL.setdefault("new_session", http.new_session)
    http.new_session = loopback
    forget()


@contextmanager
def loopback() -> Iterator[YahooServer]:
    """A server, and this process's yfinance asking it."""
    with serving() as server:
        point_at(server.port)
        try:
            yield server
        finally:
            unpoint()


def unpoint() -> None:
    """Undo `point_at`."""
    import yfinance._http as http

    http.new_session = _REAL["new_session"]
    os.environ["EVENTFOLIO_OFFLINE"] = "1"
    forget()


def forget() -> None:
    """yfinance keeps answers and crumb for the whole process."""
    from yfinance.data import YfData

    YfData.cache_get.cache_clear()
    YfData()._crumb = None


_REAL: dict[str, Any] = {}


def chart(symbol: str, paper: Paper, first: int, last: int) -> dict[str, Any]:
    """What Yahoo answers for the stamps first <= t < last."""
    bars = paper.bars
    ratio = np.where(bars["splits"] > 0, bars["splits"], 1.0)
    later = np.cumprod(ratio[::-1])[::-1] / ratio if paper.divides else np.ones(len(bars))
    clock = pd.DatetimeIndex([pd.Timestamp(f"{day:%Y-%m-%d} {paper.first_trade}") for day in bars.index])
    stamps = (clock.tz_localize(paper.zone).tz_convert("UTC").tz_localize(None) - pd.Timestamp(0)) // pd.Timedelta("1s")
    stamps = stamps.to_numpy()
    inside = (stamps >= first) & (stamps < last)

    def column(values: Any) -> list[float | None]:
        shown = np.asarray(values, float)[inside].astype(np.float32).astype(float).tolist()
        return [None if np.isnan(value) else value for value in shown]

    quote = {name: column(bars[name] / later) for name in ("open", "high", "low", "close")}
    volume = [None if np.isnan(v) else round(v) for v in (bars["volume"] * later)[inside].tolist()]
    quote["volume"] = volume  # type: ignore[assignment]
    paid = (bars["dividends"] / later).to_numpy()
    before = (bars["close"].ffill() / later).shift(1).to_numpy()
    cut = 1 - np.divide(paid, before, out=np.zeros(len(paid)), where=(paid > 0) & (before > 0))
    adjusted = column((bars["close"] / later).to_numpy() * (np.cumprod(cut[::-1])[::-1] / cut))
    shown = stamps[inside].tolist()
    if paper.twice and shown:
        shown.append(shown[-1] + 6 * 3600)
        for values in (*quote.values(), adjusted):
            values.append(values[-1])
    events: dict[str, Any] = {}
    for stamp, amount, split in zip(stamps[inside], paid[inside], bars["splits"].to_numpy()[inside], strict=True):
        if amount > 0:
            events.setdefault("dividends", {})[str(stamp)] = {"amount": round(float(amount), 6), "date": int(stamp)}
        if split > 0 and paper.lists_splits:
            events.setdefault("splits", {})[str(stamp)] = {
                "date": int(stamp), "numerator": float(split), "denominator": 1.0, "splitRatio": f"{split:g}:1",
            }  # fmt: skip
    meta = {
        "currency": paper.currency,
        "symbol": symbol,
        "instrumentType": "EQUITY",
        "firstTradeDate": int(stamps[0]),
        "exchangeTimezoneName": paper.zone,
        "timezone": "XXX",
        "gmtoffset": 0,
        "regularMarketPrice": 1.0,
        "dataGranularity": "1d",
        "range": "",
        "validRanges": ["1d", "5d", "1mo", "1y", "max"],
    }
    result: dict[str, Any] = {"meta": meta, "indicators": {"quote": [quote], "adjclose": [{"adjclose": adjusted}]}}
    result["timestamp"] = shown
    if events:
        result["events"] = events
    if not shown:
        del result["timestamp"]
        result["indicators"] = {"quote": [{}], "adjclose": [{}]}
    if paper.spoil is not None:
        paper.spoil(result)
    return {"chart": {"result": [result], "error": None}}


REPORT_COLUMNS = (
    ("Symbol", "STRING"),
    ("Company Name", "STRING"),
    ("Market Cap (Intraday)", "NUMBER"),
    ("Event Name", "STRING"),
    ("Event Start Date", "DATE"),
    ("Event Start Date", "STRING"),
    ("EPS Estimate", "NUMBER"),
    ("Reported EPS", "NUMBER"),
    ("Surprise (%)", "NUMBER"),
)


class _Answers(BaseHTTPRequestHandler):
    server: YahooServer

    def do_POST(self) -> None:
        self.server.asked.append((self.headers.get("Host", ""), self.path))
        asked = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        if urlsplit(self.path).path != "/v1/finance/visualization":
            return self._send(404, b"{}")
        _, symbol = asked["query"]["operands"]
        if self._fault(symbol):
            return None
        columns = [{"label": label, "type": kind} for label, kind in REPORT_COLUMNS]
        rows = self.server.reports.get(symbol, [])[: asked["size"]]
        document = {"finance": {"result": [{"documents": [{"columns": columns, "rows": rows}]}], "error": None}}
        return self._send(200, json.dumps(document).encode())

    def do_GET(self) -> None:
        host = self.headers.get("Host", "")
        self.server.asked.append((host, self.path))
        parts = urlsplit(self.path)
        if host == "fc.yahoo.com":
            return self._send(404, b"", {"Set-Cookie": "A3=loopback; Domain=.yahoo.com; Path=/; Max-Age=31536000"})
        if parts.path == "/v1/test/getcrumb":
            return self._send(200, b"loopback.crumb")
        if parts.path.startswith("/v10/finance/quoteSummary/"):
            found = self.server.next_report.get(unquote(parts.path.rpartition("/")[2]), {})
            events = {"calendarEvents": {"earnings": found} if found else {}}
            return self._send(200, json.dumps({"quoteSummary": {"result": [events], "error": None}}).encode())
        if not parts.path.startswith("/v8/finance/chart/"):
            return self._send(404, b"{}")
        symbol = unquote(parts.path.rpartition("/")[2])
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if self._fault(symbol):
            return None
        paper = self.server.papers.get(symbol)
        if paper is None:
            error = {"code": "Not Found", "description": "No data found, symbol may be delisted"}
            return self._send(404, json.dumps({"chart": {"result": None, "error": error}}).encode())
        first, last = int(query.get("period1", 0)), int(query.get("period2", 2**40))
        return self._send(200, json.dumps(chart(symbol, paper, first, last)).encode())

    def _fault(self, symbol: str) -> bool:
        """Play the next fault laid on the symbol; False where there is none."""
        waiting = self.server.faults[symbol]
        if not waiting:
            return False
        fault = waiting[0] if len(waiting) == 2 and waiting[1] is FOREVER else waiting.pop(0)
        if fault == "ok":
            return False
        if isinstance(fault, bytes):
            self._send(200, fault)
        elif fault == "hang":
            self.server.released.wait(30)
        elif fault == "halfway":
            self.send_response(200)
            self.send_header("Content-Length", "5000")
            self.end_headers()
            self.wfile.write(b'{"chart": {"result": [')
            self.close_connection = True
        elif isinstance(fault, tuple):
            status, headers = fault
            self._send(status, b"<html>sorry</html>", headers)
        else:
            self._send(int(fault), b"<html>sorry</html>")
        return True

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


def main() -> None:
    point_at(int(sys.argv.pop(1)))
    from eventfolio.cli import main as eventfolio

    eventfolio()


if __name__ == "__main__":
    main()
