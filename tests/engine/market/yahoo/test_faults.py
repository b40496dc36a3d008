"""What can go wrong between Yahoo and the store: every failure has its word, and nothing is lost or invented."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support import yahoo_server
from support.places import PROJECT
from support.yahoo_server import FOREVER, YahooServer, loopback

from eventfolio.engine.market.yahoo.fetch import Fetcher, Outcome
from eventfolio.engine.market.yahoo.price_store import Damaged, PriceStore
from eventfolio.engine.market.yahoo.session import Patience, PoliteSession, retry_after
from eventfolio.engine.market.yahoo.wanted import Wanted
from eventfolio.events.errors import Unavailable

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # yfinance on pandas 3
QUICK = Patience(tries=3, first_wait=0.02, longest_wait=0.1, request=0.6, symbol=4.0)
DAYS = pd.bdate_range("2026-01-05", "2026-02-27").difference(pd.to_datetime(["2026-01-19", "2026-02-16"]))
MP = Wanted("MP", "XNYS", "USD")
SINCE = date(2026, 1, 1)


@pytest.fixture
def yahoo():
    with loopback() as server:
        server.add("MP", mp())
        yield server


@pytest.fixture
def store(tmp_path: Path) -> PriceStore:
    return PriceStore(tmp_path / "yahoo")


def mp(sessions: int = len(DAYS)) -> pd.DataFrame:
    close = 100.0 + np.arange(sessions)
    frame = pd.DataFrame({"open": close, "high": close + 1, "low": close - 1, "close": close}, index=DAYS[:sessions])
    return frame.assign(volume=1e6, dividends=0.0, splits=0.0).rename_axis("date")


def get(store: PriceStore, one: Wanted = MP, patience: Patience = QUICK) -> Outcome:
    (outcome,) = Fetcher(store, SINCE, patience=patience).fetch([one])
    return outcome


def is_whole(store: PriceStore, sessions: int = len(DAYS)) -> bool:
    frame = store.read("MP").frame
    return frame.index.equals(DAYS[:sessions]) and np.array_equal(
        frame.to_numpy(), mp(sessions)[frame.columns].to_numpy()
    )


PASSING = {
    "429": ["429", "429"],
    "500": ["500", "503"],
    "truncated": [b'{"chart": {"result": [{"meta": {"curr'],
    "closed half-way": ["halfway"],
    "hangs": ["hang"],
    "not JSON": [b"<html>Will be right back</html>"],
    "in the second request": ["ok", "500"],
}


@pytest.mark.parametrize("faults", PASSING.values(), ids=PASSING.keys())
def test_what_passes_is_waited_for(yahoo: YahooServer, store: PriceStore, faults):
    yahoo.faults["MP"] = list(faults)
    assert get(store).state == "fetched"
    assert is_whole(store)


LASTING = {
    "429": ("429", "rate-limited", "too many requests (HTTP 429)"),
    "404": ("404", "not found", "Yahoo does not know it"),
    "500": ("500", "network", "server failed (HTTP 500)"),
    "403": ("403", "network", "refuses to answer (HTTP 403)"),
    "truncated": (b'{"chart": {"result": [', "malformed", "only part of one"),
    "no result": (b'{"chart": {"result": [], "error": null}}', "delisted", "no prices of it"),
    "closed half-way": ("halfway", "network", "closed before the answer was complete"),
    "hangs": ("hang", "network", "no answer within 0.6 s"),
    "a list": (b"[1, 2, 3]", "malformed", "not a chart"),
    "null": (b'{"chart": {"result": null, "error": null}}', "delisted", "no prices of it"),
    "no such dates": (
        json.dumps({"chart": {"result": None, "error": {"code": "Bad Request", "description": "no data"}}}).encode(),
        "delisted",
        "no data",
    ),
}


@pytest.mark.parametrize(("fault", "reason", "words"), LASTING.values(), ids=LASTING.keys())
def test_what_does_not_pass_fails_with_its_reason_and_leaves_what_was_stored(yahoo, store, fault, reason, words):
    yahoo.add("MP", mp(20))
    get(store)
    before = store.path("MP").read_bytes()
    if fault == "404":
        fault = (404, {})
        yahoo.papers.clear()
    else:
        yahoo.faults["MP"] = [fault, FOREVER]
    outcome = get(store)
    assert (outcome.state, outcome.reason) == ("failed", reason)
    assert words in outcome.words
    assert store.path("MP").read_bytes() == before


def test_retry_after_is_obeyed(yahoo: YahooServer, store: PriceStore, monkeypatch: pytest.MonkeyPatch):
    waits: list[float] = []
    monkeypatch.setattr(PoliteSession, "_pause", lambda session, seconds: waits.append(seconds))
    yahoo.faults["MP"] = [(429, {"Retry-After": "1"})]
    assert get(store).state == "fetched"
    assert max(waits) == 1.0
    yahoo.faults["MP"] = [(429, {"Retry-After": "3600"}), FOREVER]
    outcome = get(store)
    assert (outcome.reason, "wait 3600 s" in outcome.words) == ("rate-limited", True)
    assert max(waits) == 1.0  # longer than there is time for, so it is not waited for
    soon = datetime.now(UTC) + timedelta(seconds=30)
    assert retry_after(format_datetime(soon, usegmt=True)) == pytest.approx(30, abs=2)
    assert retry_after("soon") is None


def test_an_empty_answer_is_no_reason_to_forget(yahoo: YahooServer, store: PriceStore):
    get(store)
    yahoo.add("MP", mp()[:0].reindex(DAYS[:1]).assign(dividends=0.0, splits=0.0))
    assert get(store).reason == "delisted"
    assert is_whole(store)


def test_a_wrong_currency_is_refused(yahoo: YahooServer, store: PriceStore):
    yahoo.add("MP", mp(), currency="EUR")
    outcome = get(store)
    assert (outcome.reason, store.read("MP")) == ("malformed", None)
    assert "Yahoo gives it in EUR, the securities file says USD" in outcome.words


def test_an_impossible_bar_is_left_out_and_many_refuse_the_symbol(yahoo: YahooServer, store: PriceStore):
    bad = mp()
    bad.loc[DAYS[4], "high"] = 1.0
    yahoo.add("MP", bad)
    get(store)
    stored = store.read("MP")
    assert np.isnan(stored.frame.loc[DAYS[4], "close"])
    assert stored.facts.notes == (f"impossible bars left out: {DAYS[4]:%Y-%m-%d}",)
    bad["high"] = 1.0
    yahoo.add("MP", bad)
    assert get(PriceStore(store.folder / "other")).reason == "malformed"


def test_a_damaged_file_is_noticed_set_aside_and_fetched_again(yahoo: YahooServer, store: PriceStore):
    get(store)
    content = bytearray(store.path("MP").read_bytes())
    content[len(content) // 3] ^= 0xFF
    store.path("MP").write_bytes(content)
    with pytest.raises(Damaged):
        store.read("MP")
    outcome = get(store)
    assert outcome.state == "fetched"
    assert "set aside as MP-" in outcome.changes[0]
    (aside,) = (store.folder / "damaged").iterdir()
    assert aside.read_bytes() == bytes(content)
    assert is_whole(store)


@pytest.mark.parametrize("cut", [0, 10, 500])
def test_a_file_cut_short_is_damaged(yahoo: YahooServer, store: PriceStore, cut: int):
    get(store)
    store.path("MP").write_bytes(store.path("MP").read_bytes()[:cut])
    assert get(store).state == "fetched"
    assert is_whole(store)


def test_a_file_of_another_symbol_is_damaged(yahoo: YahooServer, store: PriceStore):
    get(store)
    store.path("REMX").write_bytes(store.path("MP").read_bytes())
    with pytest.raises(Damaged, match="that of MP"):
        store.read("REMX")


def test_a_full_disk_keeps_what_was_stored(yahoo: YahooServer, store: PriceStore, monkeypatch):
    yahoo.add("MP", mp(20))
    get(store)
    yahoo.add("MP", mp())

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    outcome = get(store)
    assert (outcome.state, outcome.reason) == ("failed", "disk")
    assert "No space left on device. What was stored there stays." in outcome.words
    assert is_whole(store, 20)
    assert not list(store.folder.rglob("*.part"))
    monkeypatch.undo()
    assert get(store).state == "fetched"
    assert is_whole(store)


def test_a_kill_in_mid_write_loses_nothing(yahoo: YahooServer, tmp_path: Path):
    store = PriceStore(tmp_path / "cache" / "yahoo")
    yahoo.add("MP", mp(20))
    get(store)
    yahoo.add("MP", mp())
    program = (
        "import os, sys, time; os.fsync = lambda handle: (print('writing', flush=True), time.sleep(60));"
        f"sys.argv = ['yahoo_server', '{yahoo.port}', 'data', 'fetch', '-s', 'MP', '--start', '2026-01-01'];"
        "from support import yahoo_server; yahoo_server.main()"
    )
    environment = os.environ | {
        "PYTHONPATH": f"{PROJECT}:{PROJECT / 'tests'}",
        "EVENTFOLIO_CACHE": str(tmp_path / "cache"),
    }
    process = subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True)
    # The first write is that of the exchange's sessions or of the prices; either way it is in the middle of one.
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    process.kill()
    process.wait()
    process.stdout.close()
    (part,) = store.folder.glob(".*.part")
    assert is_whole(store, 20)
    os.utime(part, (0, 0))
    assert get(store).state == "fetched"  # the dead process holds no lock
    assert is_whole(store)
    assert not part.exists()


@pytest.mark.prove
def test_two_processes_at_once_lose_nothing(yahoo: YahooServer, tmp_path: Path):
    program = Path(yahoo_server.__file__)
    environment = os.environ | {"PYTHONPATH": str(PROJECT), "EVENTFOLIO_CACHE": str(tmp_path)}
    symbols = ["MP", "REMX", "SPY", "ACWI", "^GSPC"]  # more than there are threads
    for symbol in symbols:
        yahoo.add(symbol, mp())
    named = [word for symbol in symbols for word in ("-s", symbol)]
    line = [sys.executable, str(program), str(yahoo.port), "data", "fetch", *named, "--json"]
    both = [
        subprocess.Popen([*line, "--start", "2026-01-01"], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    found = [one for answer in answers for one in json.loads(answer)]
    for symbol in symbols:
        assert sorted(one["state"] for one in found if one["symbol"] == symbol) == ["fetched", "unchanged"]
    assert is_whole(PriceStore(tmp_path / "yahoo"))


def test_ctrl_c_keeps_what_arrived(yahoo: YahooServer, store: PriceStore):
    yahoo.faults["REMX"] = ["hang", FOREVER]
    fetcher = Fetcher(store, SINCE, patience=QUICK)

    def interrupt() -> None:
        while store.read("MP") is None:
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(Unavailable, match="1 of 2 symbols had arrived and are kept"):
        fetcher.fetch([MP, Wanted("REMX", "ARCX", "USD")])
    assert is_whole(store)


def test_a_dead_network_is_not_asked_for_every_symbol(yahoo: YahooServer, store: PriceStore):
    many = [Wanted(f"S{number}", "XNYS", "USD") for number in range(30)]
    for one in many:
        yahoo.faults[one.symbol] = ["500", FOREVER]
    outcomes = Fetcher(store, SINCE, patience=QUICK).fetch(many)
    assert {outcome.reason for outcome in outcomes} == {"network"}
    assert sum("not asked" in outcome.words for outcome in outcomes) >= 20
