"""How long it takes to read: the sample, a price store, ten thousand events, a thousand runs. Medians of five.

python tests/benchmarks/loading.py
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import history
import numpy as np
import pandas as pd

from eventfolio.engine.backtest import backtest
from eventfolio.engine.market.sources.sample import read_sample
from eventfolio.engine.market.yahoo.price_store import Facts, PriceStore, Stored
from eventfolio.engine.study.overrides import override
from eventfolio.engine.study.study import load_study
from eventfolio.events import check, read_calendar
from eventfolio.events.dprk_russia import CALENDAR, STUDY
from eventfolio.results.store.index import list_runs
from eventfolio.results.write_run import write_run

EVENT = """
[[event]]
id = "e{number}"
title = "Event {number}"
kind = "news"
status = "occurred"
occurs = "2025-04-01"
known_at = 2025-04-{day:02d}T{hour:02d}:00:00Z
zone = "Asia/Seoul"
themes = ["x"]
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        timed = Timed()
        print("| what | seconds |\n|---|---|")
        timed("the packaged sample", read_sample)
        calendar = place / "big.toml"
        rows = [EVENT.format(number=n, day=1 + n % 28, hour=n % 24) for n in range(10_000)]
        calendar.write_text('schema = 1\nname = "big"\n' + "".join(rows), encoding="utf-8")
        timed("10,000 events from TOML", lambda: read_calendar(calendar))
        many = read_calendar(calendar)
        timed("checking them", lambda: check(many))
        timed("the packaged calendar", lambda: read_calendar(CALENDAR))
        study, _ = override(load_study(STUDY), strategies=["kogas-lng"])
        text = (write_run(*backtest(study), place / "runs", tearsheets=False) / "study.json").read_bytes()
        for number in range(1000):
            copy = place / "runs" / f"made-up-20261123T{number // 60:02d}{number % 60:02d}00Z"
            copy.mkdir()
            (copy / "study.json").write_bytes(text)
        timed("1,000 runs listed", lambda: list_runs(place / "runs", sort="sharpe"))
        store = PriceStore(place / "store")
        timed("20 symbols of ten years from the store", _twenty(store))
        history.record("loading", {"reading": timed.medians})


def _twenty(store: PriceStore) -> Callable[[], object]:
    """Twenty symbols of 2,608 bars each, read from the store and checked against their sums."""
    days = pd.bdate_range("2016-01-04", "2025-12-31", name="date")
    prices = 100 + np.arange(len(days)) / 100
    columns = dict.fromkeys(("open", "high", "low", "close"), prices)
    extra = {"volume": 1e6, "dividends": 0.0, "splits": 0.0, "adjusted": 0.0}
    symbols = [f"S{number:02d}" for number in range(20)]
    for symbol in symbols:
        now = datetime(2026, 1, 1, tzinfo=UTC)
        facts = Facts(symbol, "USD", "America/New_York", date(2016, 1, 4), date(2025, 12, 31), now, "made up")
        store.write(Stored(pd.DataFrame(columns | extra, index=days), facts), keep_old=False)
    return lambda: [store.read(symbol) for symbol in symbols]


class Timed:
    """Prints a row for each thing done, and keeps the medians: of five times, in seconds, after one that warms up."""

    def __init__(self) -> None:
        self.medians: dict[str, float] = {}

    def __call__(self, name: str, do: Callable[[], object]) -> None:
        taken = []
        for _ in range(6):
            began = time.perf_counter()
            do()
            taken.append(time.perf_counter() - began)
        self.medians[name] = statistics.median(taken[1:])
        print(f"| {name} | {self.medians[name]:.3f} |")


if __name__ == "__main__":
    main()
