"""A made-up study of companies' quarterly reports, of any size, and how long the commands take on it.

    python tests/benchmarks/companies.py FOLDER 320 40 2            writes the study
    python tests/benchmarks/companies.py FOLDER 320 40 2 --time     and times run, placebo and event-study on it

Every listing reports once a quarter, in a season of forty sessions: announced three weeks ahead, published that day
before the open or after the close, with a surprise. Prices are random walks of a common market, and an index is it.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 7
LAST = date(2025, 12, 31)
HOLIDAYS = {(1, 1), (7, 4), (12, 25)}
MARKET, COMPANY = 0.01, 0.018  # deviation of a day's return


def days_of(years: int) -> list[date]:
    first = date(LAST.year - years + 1, 1, 1)
    every = [first + timedelta(days=number) for number in range((LAST - first).days + 1)]
    return [day for day in every if day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS]


def write_prices(folder: Path, symbols: list[str], days: list[date], rng: np.random.Generator) -> None:
    folder.mkdir(parents=True)
    (folder / "prices.toml").write_text("simulated = true\n")
    market = rng.normal(0.0003, MARKET, len(days))
    stamps = pd.to_datetime(days)
    for symbol in ("^INDEX", *symbols):
        own = 0.0 if symbol == "^INDEX" else COMPANY
        close = np.round(100 * np.exp(np.cumsum(market + rng.normal(0, own, len(days)))) + 5, 2)
        opened = np.round(np.concatenate([[close[0]], close[:-1]]) * (1 + rng.normal(0, 0.003, len(days))), 2)
        high = np.round(np.maximum(opened, close) * 1.004, 2)
        low = np.round(np.minimum(opened, close) * 0.996, 2)
        volume = rng.integers(500_000, 5_000_000, len(days))
        table = {"date": stamps, "open": opened, "high": high, "low": low, "close": close, "volume": volume}
        pd.DataFrame(table).to_parquet(folder / f"{symbol}.parquet")


def write_events(path: Path, symbols: list[str], days: list[date], events: int, rng: np.random.Generator) -> None:
    """One report a listing and quarter, until there are so many; TOML, as a study has it."""
    lines = ['schema = 1\nname = "reports"\n']
    quarters = max(1, -(-events // len(symbols)))
    starts = np.linspace(30, len(days) - 60, quarters).astype(int)
    written = 0
    for quarter, start in enumerate(starts):
        for symbol in symbols:
            if written == events:
                break
            day = days[start + int(rng.integers(40))]
            clock = timedelta(hours=11.5) if rng.random() < 0.5 else timedelta(hours=21.1)
            known = datetime.combine(day, datetime.min.time(), UTC) + clock
            ahead = known.replace(hour=13, minute=0, second=0) - timedelta(days=21)
            lines.append(
                f'[[event]]\nid = "{symbol.lower()}-{quarter}"\ntitle = "{symbol} reports"\nkind = "earnings"\n'
                f'status = "scheduled"\noccurs = "{day}"\nzone = "America/New_York"\nknown_at = {ahead.isoformat()}\n'
                f'listings = ["{symbol}"]\n[[event.revision]]\nknown_at = {known.isoformat()}\nstatus = "occurred"\n'
                f"facts = {{ surprise = {rng.normal(0, 0.05):.4f} }}\n"
            )
            written += 1
    path.write_text("\n".join(lines))


def write_study(folder: Path, events: int, listings: int, years: int) -> Path:
    """Write calendar, securities, prices and study; returns the study file."""
    rng = np.random.default_rng(SEED)
    symbols = [f"C{number:04}" for number in range(listings)]
    days = days_of(years)
    write_prices(folder / "prices", symbols, days, rng)
    write_events(folder / "calendar.toml", symbols, days, events, rng)
    rows = [
        f'[[security]]\nsymbol = "{symbol}"\nname = "Company {symbol}"\nexchange = "XNYS"\ncurrency = "USD"\nlot = 1\n'
        'kind = "share"\nbenchmark = "^INDEX"\n'
        for symbol in symbols
    ]
    index = 'symbol = "^INDEX"\nname = "Index"\nexchange = "XNYS"\ncurrency = "USD"\nlot = 1\nkind = "index"\n'
    rows.append(f"[[security]]\n{index}")
    (folder / "securities.toml").write_text("schema = 1\n" + "\n".join(rows))
    study = folder / "study.toml"
    study.write_text(
        'schema = 1\nname = "reports"\ncalendar = "calendar.toml"\nsecurities = "securities.toml"\n'
        f'start = {days[0]}\nend = {days[-1]}\nbenchmark = "^INDEX"\n'
        'account = { cash = 10_000_000, currency = "USD" }\ndata = { source = "prices" }\n'
        "costs = { commission_bps = 10, slippage_bps = 5, volume_share = 0.10 }\n\n"
        '[[strategy]]\nname = "release-drift"\nparams = { hold = 10, weight = 0.9 }\n'
    )
    return study


def timed(*command: str) -> str:
    """Wall and CPU seconds and the peak memory of one command."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "eventfolio", *command], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    user = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    peak = after.ru_maxrss / 1024  # of the largest so far, in kB on Linux
    return f"{time.perf_counter() - began:6.1f} s, {user:6.1f} s of CPU, largest process so far {peak:,.0f} MB"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    for name in ("events", "listings", "years"):
        parser.add_argument(name, type=int)
    parser.add_argument("--time", action="store_true")
    parser.add_argument("--draws", default="10000")
    given = parser.parse_args()
    study = write_study(given.folder, given.events, given.listings, given.years)
    if not given.time:
        return
    out = str(given.folder / "runs")
    for command in (
        ("run", str(study), "--no-tearsheet", "--out", out),
        ("placebo", "release-drift", "--study", str(study), "--draws", given.draws),
        ("event-study", str(study)),
    ):
        print(f"{command[0]:12} {timed(*command)}", flush=True)
    for page in Path(out).glob("*/index.html"):
        print(f"page         {page.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
