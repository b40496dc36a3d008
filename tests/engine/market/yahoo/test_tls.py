"""The session that yfinance makes, over TLS: a loopback server with a certificate of its own, trusted or not."""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from shutil import which
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support import yahoo_server
from support.yahoo_server import YahooServer

from eventfolio.engine.market.yahoo.fetch import Fetcher
from eventfolio.engine.market.yahoo.price_store import PriceStore
from eventfolio.engine.market.yahoo.session import Patience
from eventfolio.engine.market.yahoo.wanted import Wanted

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # yfinance on pandas 3
    pytest.mark.skipif(which("openssl") is None, reason="no openssl to make a certificate with"),
]
HOSTS = ("fc.yahoo.com", "query1.finance.yahoo.com", "query2.finance.yahoo.com")
QUICK = Patience(tries=2, first_wait=0.02, longest_wait=0.1, request=3.0, symbol=10.0)
DAYS = pd.bdate_range("2026-01-05", "2026-01-16")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> tuple[Path, Path]:
    """A certificate for Yahoo's hosts that signs itself, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    names = ",".join(f"DNS:{host}" for host in HOSTS)
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=loopback"]
    command += ["-addext", f"subjectAltName={names}", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


@pytest.fixture
def yahoo(certificate: tuple[Path, Path]) -> Iterator[YahooServer]:
    server = YahooServer()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*map(str, certificate))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *args: None  # type: ignore[method-assign]  # a client that trusts nobody hangs up
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    close = 500.0 + np.arange(len(DAYS))
    bars = pd.DataFrame({"open": close, "high": close + 1, "low": close - 1, "close": close}, index=DAYS)
    paid = np.where(DAYS == "2026-01-08", 12.5, 0.0)
    bars = bars.assign(volume=1e6, dividends=paid, splits=0.0).rename_axis("date")
    server.add("XYZ.L", bars, currency="GBp", zone="Europe/London", first_trade="08:00")
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        yahoo_server.unpoint()


def fetch(server: YahooServer, store: PriceStore, trusted: Path | None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """One symbol through curl_cffi's session as yfinance makes it, led to the server, with what it trusts."""
    import yfinance._http as http
    from curl_cffi import CurlOpt, ffi, lib

    yahoo_server._REAL.setdefault("new_session", http.new_session)
    make = yahoo_server._REAL["new_session"]

    def led() -> Any:
        session = make()
        session.everywhere = lib.curl_slist_append(ffi.NULL, f"::127.0.0.1:{server.port}".encode())
        session.curl_options = {**(session.curl_options or {}), CurlOpt.CONNECT_TO: session.everywhere}
        if trusted is not None:
            session.verify = str(trusted)
        return session

    monkeypatch.delenv("EVENTFOLIO_OFFLINE", raising=False)
    http.new_session = led
    yahoo_server.forget()
    (outcome,) = Fetcher(store, date(2026, 1, 1), patience=QUICK).fetch([Wanted("XYZ.L", "XLON", "GBP")])
    return outcome


def test_a_trusted_certificate_is_spoken_to_and_pence_become_pounds(yahoo, certificate, tmp_path, monkeypatch) -> None:
    store = PriceStore(tmp_path / "yahoo")
    outcome = fetch(yahoo, store, certificate[0], monkeypatch)
    assert outcome.state == "fetched", outcome.words
    frame = store.read("XYZ.L").frame
    assert frame.loc["2026-01-05", "close"] == 5.0
    assert frame.loc["2026-01-16", "close"] == 5.09
    assert frame.loc["2026-01-08", "dividends"] == 0.125
    assert frame.loc["2026-01-08", "volume"] == 1e6
    assert {host for host, _ in yahoo.asked} <= set(HOSTS)


def test_a_certificate_that_nobody_vouches_for_is_not_spoken_to(yahoo, tmp_path, monkeypatch) -> None:
    store = PriceStore(tmp_path / "yahoo")
    outcome = fetch(yahoo, store, None, monkeypatch)
    assert (outcome.state, outcome.reason) == ("failed", "network")
    assert "Yahoo cannot be reached" in outcome.words
    assert "certificate" in outcome.words.lower()
    assert store.read("XYZ.L") is None
    assert yahoo.charts("XYZ.L") == []
