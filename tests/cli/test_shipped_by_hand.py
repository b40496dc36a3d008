"""Shipped strategies of releases, run and held against placebo calendars, beside what was worked out by hand.

Prices climb: the open of a listing's n-th session since October 2024 is its base + 0.10 n, its close 0.05 higher. A lot
bought at a close and sold at the open three sessions later gains 0.25 a share, one held from open to open 0.10 each.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import exchange_calendars
import pandas as pd
import pytest

HEAD = "date,open,high,low,close,volume"
STUDY = """
schema = 1
name = "worked"
calendar = "calendar.toml"
securities = "securities.toml"
start = 2024-11-01
end = 2025-01-31
account = { cash = 1_000_000, currency = "USD" }
data = { source = "prices", dividends = "cash" }
costs = "none"
[[strategy]]
name = "release-day-close"
params = { hold = 3, cutoff = 0 }
[[strategy]]
name = "through-the-event"
params = { lead = 3, through = 2 }
"""
OCCURRED = 'status = "occurred"'
WITH = {
    "release-day-close": ("-p", "hold=3", "-p", "cutoff=0"),
    "through-the-event": ("-p", "lead=3", "-p", "through=2"),
}
Scheduled = tuple[str, str, str, list[tuple[str, str]]]  # listing, date, known_at, revisions (known_at, what)
HOURS = {"XNYS": "XNYS", "XNAS": "XNYS", "ARCX": "XNYS", "XTSE": "XTSE", "XLON": "XLON"}
ZONES = {"XTSE": "America/Toronto", "XLON": "Europe/London"}
MONEY = {"XTSE": ("CAD", 1.4), "XLON": ("GBP", 0.8)}  # units per dollar


def sessions(exchange: str) -> list[date]:
    calendar = exchange_calendars.get_calendar(HOURS[exchange])
    return [day.date() for day in calendar.sessions_in_range("2024-10-01", "2025-02-28")]


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Path]:
    def _made(listings: dict[str, tuple[str, float]], events: dict[str, Scheduled]) -> Path:
        """listings : symbol -> exchange, base; events : by id."""
        prices = tmp_path / "prices"
        prices.mkdir()
        (prices / "prices.toml").write_text('simulated = true\nunit = "GBP"\n')
        securities, calendar = "schema = 1\n", 'schema = 1\nname = "worked"\n'
        for symbol, (exchange, base) in listings.items():
            rows = [
                f"{day},{base + 0.1 * n:.2f},{base + 0.1 * n + 0.5:.2f},{base + 0.1 * n - 0.5:.2f},"
                f"{base + 0.1 * n + 0.05:.2f},10000000"
                for n, day in enumerate(sessions(exchange))
            ]
            (prices / f"{symbol}.csv").write_text("\n".join([HEAD, *rows]) + "\n")
            currency, rate = MONEY.get(exchange, ("USD", 1.0))
            securities += f'[[security]]\nsymbol = "{symbol}"\nname = "{symbol}"\nexchange = "{exchange}"\n'
            securities += f'currency = "{currency}"\nlot = 1\n'
            if rate != 1.0:
                days = (date(2024, 9, 25) + timedelta(days=n) for n in range(160))
                rates = [f"{day},{rate}" for day in days if day.weekday() < 5]
                (prices / f"{currency}=X.csv").write_text("\n".join(["date,close", *rates]) + "\n")
        for id, (symbol, occurs, known_at, revisions) in events.items():
            zone = ZONES.get(listings[symbol][0], "America/New_York")
            calendar += f'[[event]]\nid = "{id}"\ntitle = "{id}"\nkind = "earnings"\nstatus = "scheduled"\n'
            calendar += f'occurs = "{occurs}"\nknown_at = {known_at}\nzone = "{zone}"\nthemes = []\n'
            calendar += f'listings = ["{symbol}"]\nsource = "made up"\n'
            calendar += "".join(f"[[event.revision]]\nknown_at = {at}\n{what}\n" for at, what in revisions)
        (tmp_path / "securities.toml").write_text(securities)
        (tmp_path / "calendar.toml").write_text(calendar)
        (tmp_path / "study.toml").write_text(STUDY)
        return tmp_path / "study.toml"

    return _made


def lots(cli, study: Path, strategy: str) -> dict[str, tuple[str, str, int, float, str]]:
    """By event: session bought in, session sold in, shares, gain in dollars, and why it was sold."""
    done = cli("run", study, "--no-tearsheet", "--out", study.parent / "runs")
    assert done.exit_code == 0, done.output
    (run,) = [folder for folder in (study.parent / "runs").iterdir() if (folder / strategy).is_dir()]
    table = pd.read_parquet(run / strategy / "trades.parquet")
    return {
        lot.event_id: (
            str(lot.entry_session)[:10], str(lot.exit_session)[:10], int(lot.shares), round(lot.pnl, 2),
            lot.exit_reason,
        )
        for lot in table.itertuples()
    }  # fmt: skip


def test_the_same_days_close_is_bought_up_to_each_exchanges_last_call_on_half_days_too(cli, made):
    """29 November 2024 ends at 13:00 in New York, in Toronto at 16:00; 24 December at 12:30 in London."""
    listings = {
        "AAA": ("XNYS", 20.0), "BBB": ("XNAS", 30.0), "ARC": ("ARCX", 40.0), "TOR.TO": ("XTSE", 50.0),
        "LON.L": ("XLON", 10.0),
    }  # fmt: skip
    day, known = "2024-11-29", "2024-11-01T10:00:00-04:00"
    events = {
        "nyse": ("AAA", day, known, [("2024-11-29T12:49:00-05:00", OCCURRED)]),  # last call 12:50
        "nasdaq": ("BBB", day, known, [("2024-11-29T12:54:00-05:00", OCCURRED)]),  # 12:55
        "arca": ("ARC", day, known, [("2024-11-29T12:59:00-05:00", OCCURRED)]),  # at 12:59, not before: the next close
        "toronto": ("TOR.TO", day, known, [("2024-11-29T15:49:00-05:00", OCCURRED)]),  # 15:50
        "london": ("LON.L", "2024-12-24", "2024-11-01T10:00:00Z", [("2024-12-24T12:29:00Z", OCCURRED)]),  # 12:30
    }
    # A tenth of equity each, by the close before: 24.15, 34.15, 54.15 / 1.4, 44.25, and of 1,002,793.36 by 15.95 / 0.8.
    assert lots(cli, made(listings, events), "release-day-close") == {
        "nyse": ("2024-11-29", "2024-12-04", 4140, 1035.0, "time"),
        "nasdaq": ("2024-11-29", "2024-12-04", 2928, 732.0, "time"),
        "arca": ("2024-12-02", "2024-12-05", 2259, 564.75, "time"),
        "toronto": ("2024-11-29", "2024-12-04", 2585, 461.61, "time"),
        "london": ("2024-12-24", "2024-12-31", 5029, 1571.56, "time"),
    }


def test_a_lot_held_through_its_event_follows_it_where_it_moves(cli, made):
    """All are scheduled for 10 December: bought on the 5th, sold on the 12th, unless it moves."""
    moves = {
        "as planned": [("2024-12-10T16:05:00-05:00", OCCURRED)],
        "later": [("2024-12-06T10:00:00-05:00", 'occurs = "2024-12-17"')],  # two sessions after that
        "sooner": [("2024-12-03T10:00:00-05:00", 'occurs = "2024-12-06"')],  # bought at the next open, the 4th
        "early": [("2024-12-05T17:00:00-05:00", 'status = "occurred"\noccurs = "2024-12-05"')],
        "called off": [("2024-12-10T17:00:00-05:00", 'status = "cancelled"')],  # after its date, before the end
        "called off and on": [
            ("2024-12-04T17:00:00-05:00", 'status = "cancelled"'),
            ("2024-12-11T10:00:00-05:00", 'status = "scheduled"\noccurs = "2024-12-20"'),
        ],
    }
    listings = {f"S{n}": ("XNYS", 20.0 + 10 * n) for n in range(len(moves))}
    known = "2024-11-08T10:00:00-05:00"
    events = {
        name.replace(" ", "-"): (f"S{n}", "2024-12-10", known, moved) for n, (name, moved) in enumerate(moves.items())
    }
    found = lots(cli, made(listings, events), "through-the-event")
    assert {event: (bought, sold, why) for event, (bought, sold, _, _, why) in found.items()} == {
        "as-planned": ("2024-12-05", "2024-12-12", "time"),
        "later": ("2024-12-05", "2024-12-19", "time"),
        "sooner": ("2024-12-04", "2024-12-10", "time"),
        "early": ("2024-12-05", "2024-12-06", "signal"),
        "called-off": ("2024-12-05", "2024-12-11", "signal"),
        "called-off-and-on": ("2024-12-17", "2024-12-24", "time"),
    }
    gains = {event: round(gain / shares, 6) for event, (_, _, shares, gain, _) in found.items()}  # 0.10 a session
    assert gains == {
        "as-planned": 0.5, "later": 1.0, "sooner": 0.4, "early": 0.1, "called-off": 0.4, "called-off-and-on": 0.5,
    }  # fmt: skip


def test_the_placebos_of_one_report_are_its_gains_at_every_other_session_of_the_window(cli, made):
    """Each place by hand: half the account by the close before; what is still held is marked at the last close."""
    study = made(
        {"AAA": ("XNYS", 50.0)},
        {"e": ("AAA", "2024-11-29", "2024-10-10T10:00:00-04:00", [("2024-11-29T12:49:00-05:00", OCCURRED)])},
    )
    draw, days, opens, closes = random.Random(5), sessions("XNYS"), [], []
    for _ in days:
        opens.append(round((closes or [50.0])[-1] * (1 + draw.gauss(0, 0.01)), 2))
        closes.append(round(opens[-1] * (1 + draw.gauss(0, 0.015)), 2))
    rows = [
        f"{day},{first},{max(first, last) + 1},{min(first, last) - 1},{last},10000000"
        for day, first, last in zip(days, opens, closes, strict=True)
    ]
    (study.parent / "prices" / "AAA.csv").write_text("\n".join([HEAD, *rows]) + "\n")
    start, real, end = (days.index(date(*day)) for day in ((2024, 11, 1), (2024, 11, 29), (2025, 1, 31)))

    def gain(sized: int, bought: float, sold: int) -> float:
        return math.floor(500_000 / closes[sized]) * ((opens[sold] if sold <= end else closes[end]) - bought)

    by_hand = {
        "release-day-close": {at: gain(at - 1, closes[at], at + 3) for at in range(start, end + 1)},
        "through-the-event": {at: gain(at - 4, opens[at - 3], at + 2) for at in range(start + 3, end + 1)},
    }
    for strategy, gains in by_hand.items():
        others = [gain for at, gain in gains.items() if at != real]
        p = (1 + sum(gain >= gains[real] - 1e-6 for gain in others)) / (1 + len(others))
        for method in ("random", "shift"):
            done = cli(
                "placebo", strategy, "--study", study, "--method", method, "--json", *WITH[strategy], "-p", "weight=0.5"
            )
            assert done.exit_code == 0, done.output
            told = json.loads(done.stdout)
            assert told["distinct"] == len(others)
            assert told["real"]["total_return"] == pytest.approx(gains[real] / 1_000_000, abs=1e-9)
            assert told["p"]["total_return"] == pytest.approx(p)
