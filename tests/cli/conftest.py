"""A small made-up study on disk, and the command line called in this process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from support.cheap_runs import cheap_runs
from typer.testing import CliRunner, Result

from eventfolio.cli import app

assert cheap_runs  # for all tests of this folder

STUDY = """
schema = 1
name = "tiny"
calendar = "calendar.toml"
themes = "themes.toml"
start = 2025-03-03
end = 2025-05-30
account = { cash = 100_000, currency = "USD" }
data = { source = "prices" }
costs = "none"
[[strategy]]
name = "announcement-drift"
params = { hold = 10 }
"""

CALENDAR = """
schema = 1
name = "tiny"
[article]
title = "An article"
published = 2025-04-15T12:00:00+00:00
[[event]]
id = "contract"
title = "A contract is signed"
kind = "contract"
status = "occurred"
occurs = "2025-03-10"
known_at = 2025-03-10T12:00:00+00:00
zone = "America/New_York"
themes = ["metals"]
source = "made up"
[[event]]
id = "article"
title = "The article appears"
kind = "publication"
status = "occurred"
occurs = "2025-04-15"
known_at = 2025-04-15T12:00:00+00:00
zone = "America/New_York"
themes = ["metals"]
origin = "article"
[[event]]
id = "tariff"
title = "A tariff"
kind = "law"
status = "occurred"
occurs = "2025-05-05"
known_at = 2025-05-05
zone = "America/New_York"
themes = ["metals"]
direction = -1
"""

THEMES = """
schema = 1
[[theme]]
name = "metals"
title = "Metals"
why = "made up"
[[theme.member]]
symbol = "MP"
role = "named"
[[theme.untradable]]
name = "NIX"
why = "it does not exist"
proxy = "MP"
[[theme]]
name = "funds"
title = "Funds"
why = "made up"
[[theme.member]]
symbol = "REMX"
role = "proxy"
"""


def weekdays(first: date, last: date) -> list[date]:
    every = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in every if day.weekday() < 5]


def price_rows(level: float = 20.0) -> list[str]:
    """A price that climbs by a cent a day, so that every figure can be worked out."""
    days = weekdays(date(2025, 2, 3), date(2025, 5, 30))
    prices = [level + number / 100 for number in range(len(days))]
    return [
        f"{day},{price:.2f},{price + 0.5:.2f},{price - 0.5:.2f},{price:.2f},1000000"
        for day, price in zip(days, prices, strict=True)
    ]


def write_prices(path: Path, rows: list[str]) -> None:
    path.write_text("\n".join(["date,open,high,low,close,volume", *rows]) + "\n")


@pytest.fixture(scope="session")
def write_study() -> Callable[[Path], Path]:
    """Writes the study into a folder; returns the study file, beside which its calendar, themes and prices lie."""
    return _write_study


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """The study file; its calendar, themes and prices lie beside it."""
    return _write_study(tmp_path)


def _write_study(place: Path) -> Path:
    folder = place / "study"
    (folder / "prices").mkdir(parents=True)
    for name, text in (("study", STUDY), ("calendar", CALENDAR), ("themes", THEMES)):
        (folder / f"{name}.toml").write_text(text)
    for symbol in ("MP", "REMX"):
        write_prices(folder / "prices" / f"{symbol}.csv", price_rows())
    return folder / "study.toml"


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`eventfolio` with these arguments, working in tmp_path."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EVENTFOLIO_DEBUG", raising=False)
    return lambda *args: CliRunner().invoke(app, [str(arg) for arg in args], prog_name="eventfolio")
