"""Purchases on both sides of the dates on which a market's rules changed, worked by hand.

Each listing closed at 100 and opens at 101 or 101.01 on the day; half of 1,000,000 dollars goes into it at one unit of
its currency a dollar, so 5,000 shares. The fill is the open × 1.0005, drawn up to the price step of the day.
"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from eventfolio.cli import app


def lots(
    folder: Path,
    exchange: str,
    currency: str,
    day: str,
    bars: dict[str, tuple[float, ...]],
    symbol: str = "XYZ",
    said: str = "",
) -> pd.DataFrame:
    """The lots of a study that may buy a listing from `day` on.

    bars : open, high, low, close of days unlike the others; said : more of its entry in the securities file
    """
    days = [str(at.date()) for at in pd.bdate_range(pd.Timestamp(day) - pd.Timedelta(days=12), periods=14)]
    rows = [f"{at},{','.join(map(str, bars.get(at, (100, 120, 90, 100))))},100000000" for at in days]
    before = (pd.Timestamp(day) - pd.Timedelta(days=1)).date()
    prices = folder / "prices"
    prices.mkdir()
    (prices / f"{symbol}.csv").write_text("\n".join(["date,open,high,low,close,volume", *rows]))
    (prices / "prices.toml").write_text('unit = "GBP"\n')
    (prices / f"{currency}=X.csv").write_text("\n".join(["date,close", *(f"{at},1" for at in days)]))
    (folder / "securities.toml").write_text(
        f'schema = 1\n[[security]]\nsymbol = "{symbol}"\nname = "A"\nexchange = "{exchange}"\nlot = 1\n{said}\n'
    )
    (folder / "calendar.toml").write_text(
        'schema = 1\nname = "c"\n[article]\ntitle = "A"\npublished = 2020-03-01T09:00:00+00:00\n'
        '[[event]]\nid = "e"\ntitle = "News"\nkind = "news"\nstatus = "occurred"\n'
        f'occurs = "{day}"\nknown_at = {before}T14:10:00+00:00\nzone = "UTC"\nthemes = ["t"]\nsource = "made up"\n'
    )
    (folder / "themes.toml").write_text(
        'schema = 1\n[[theme]]\nname = "t"\ntitle = "T"\nwhy = "w"\n[[theme.member]]\n'
        f'symbol = "{symbol}"\nrole = "named"\n'
    )
    (folder / "study.toml").write_text(
        'schema = 1\nname = "s"\ncalendar = "calendar.toml"\nthemes = "themes.toml"\nsecurities = "securities.toml"\n'
        f'start = {days[5]}\nend = {days[-1]}\ndata = {{ source = "prices" }}\n'
        '[[strategy]]\nname = "announcement-drift"\nparams = { hold = 30, weight = 0.5 }\n'
    )
    args = ["run", str(folder / "study.toml"), "--no-tearsheet", "--out", str(folder / "out"), "--json"]
    ran = CliRunner().invoke(app, args)
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.stdout)["runs"]
    return pd.read_parquet(next((folder / "out").rglob("trades.parquet")))


@pytest.mark.parametrize(
    ("exchange", "currency", "day", "opened", "filled", "bp"),
    [
        # 101.0505, to 101.06 in MiFID's steps of 0.02; commission 10 bp, and the tax of the day it settles, two later
        ("XETR", "EUR", "2025-06-18", 101, 101.06, 10.0),
        ("XAMS", "EUR", "2025-06-18", 101, 101.06, 10.0),
        ("XSTO", "SEK", "2025-06-18", 101, 101.06, 10.0),
        ("XSWX", "CHF", "2025-06-18", 101, 101.06, 10.0),
        ("XMAD", "EUR", "2025-06-18", 101, 101.06, 30.0),
        ("XMAD", "EUR", "2021-01-13", 101, 101.06, 10.0),  # settles on Friday the 15th, the law is of the 16th
        ("XMAD", "EUR", "2021-01-14", 101, 101.06, 30.0),
        ("XPAR", "EUR", "2025-03-27", 101, 101.06, 40.0),  # settles on Monday the 31st
        ("XPAR", "EUR", "2025-03-28", 101, 101.06, 50.0),  # settles on 1 April
        ("XMIL", "EUR", "2025-12-22", 101, 101.06, 20.0),
        ("XMIL", "EUR", "2025-12-30", 101, 101.06, 30.0),  # settles in January
        # pounds of pence: 10105.05 p, to 10106 p in steps of 2 p (10,000 to 20,000)
        ("XLON", "GBP", "2025-06-18", 101, 101.06, 60.0),
        ("AIMX", "GBP", "2025-06-18", 101, 101.06, 10.0),
        # 101.060505; Bombay's and Mumbai's steps; commission 10, fees of exchange and SEBI with GST, STT 10, stamp 1.5
        ("XNSE", "INR", "2024-06-07", 101.01, 101.10, 21.9189),  # steps of 0.05
        ("XNSE", "INR", "2024-06-10", 101.01, 101.07, 21.9189),  # of 0.01 below 250
        ("XNSE", "INR", "2024-09-30", 101.01, 101.07, 21.9189),
        ("XNSE", "INR", "2024-10-01", 101.01, 101.07, 21.86226),
        ("XBOM", "INR", "2025-06-18", 101.01, 101.10, 21.9543),
        ("XASX", "AUD", "2025-06-18", 101.01, 101.07, 10.0),
        ("XTSE", "CAD", "2025-06-18", 101.01, 101.07, 10.0),
        ("XTAI", "TWD", "2025-06-18", 101, 101.5, 14.25),  # steps of 0.5
        ("XDUB", "EUR", "2025-06-18", 101.01, 101.060505, 110.0),  # generic: no steps, Ireland's stamp duty
        ("XWAR", "PLN", "2025-06-18", 101.01, 101.060505, 10.0),
    ],
)
def test_a_purchase_fills_and_costs_as_worked_by_hand(tmp_path, exchange, currency, day, opened, filled, bp) -> None:
    (found,) = lots(tmp_path, exchange, currency, day, {day: (opened, 120, 90, 100)}).to_dict("records")
    assert str(found["entry_session"])[:10] == day
    assert found["shares"] == 5000
    assert found["entry_price"] == pytest.approx(filled, rel=1e-12)
    assert found["costs"] == pytest.approx(5000 * filled * bp / 1e4, rel=1e-9)


def test_a_share_of_taipei_that_is_locked_at_its_limit_is_bought_on_the_next_session(tmp_path) -> None:
    bars = {"2025-06-18": (110, 110, 110, 110), "2025-06-19": (112, 115, 109, 112)}
    (found,) = lots(tmp_path, "XTAI", "TWD", "2025-06-18", bars).to_dict("records")
    assert str(found["entry_session"])[:10] == "2025-06-19"
    assert found["entry_price"] == pytest.approx(112.5, rel=1e-12)  # 112.056, up to a step of 0.5


@pytest.mark.parametrize(
    ("exchange", "day", "said", "filled"),
    [
        # 101.0505, up to the step of its band from 100 to 200: 0.02 in LB6, then 0.05, 0.1, 0.2, 0.5 and 1
        ("XETR", "2025-06-18", '"LB6"', 101.06),
        ("XETR", "2025-06-18", '"LB5"', 101.10),
        ("XPAR", "2025-06-18", '"LB4"', 101.10),
        ("XMIL", "2025-06-18", '"LB3"', 101.20),
        ("XMAD", "2025-06-18", '"LB2"', 101.50),
        ("XAMS", "2025-06-18", '"LB1"', 102.00),
        ("XSTO", "2025-06-18", "9000", 101.06),
        ("XSTO", "2025-06-18", "8999.9", 101.10),
        ("XSWX", "2025-06-18", "599", 101.20),
        ("XETR", "2025-06-18", "80", 101.20),
        ("XETR", "2025-06-18", "79.5", 101.50),
        ("XETR", "2025-06-18", "9", 102.00),
        ("XETR", "2025-04-04", '{ 2024-04-01 = "LB1", 2025-04-07 = 750 }', 102.00),
        ("XETR", "2025-04-07", '{ 2024-04-01 = "LB1", 2025-04-07 = 750 }', 101.10),
        ("XETR", "2023-06-05", '{ 2025-04-07 = 750, 2024-04-01 = "LB1" }', 102.00),  # the first before its date too
        # pounds of pence: 10105.05 p, up to steps of 20 p, and 50 p
        ("XLON", "2025-06-18", '"LB3"', 101.20),
        ("AIMX", "2025-06-18", "30", 101.50),
    ],
)
def test_a_european_share_fills_on_the_steps_of_its_liquidity_band(tmp_path, exchange, day, said, filled) -> None:
    currency = {"XSTO": "SEK", "XSWX": "CHF", "XLON": "GBP", "AIMX": "GBP"}.get(exchange, "EUR")
    bars = {day: (101, 120, 90, 100)}
    (found,) = lots(tmp_path, exchange, currency, day, bars, said=f"liquidity = {said}").to_dict("records")
    assert str(found["entry_session"])[:10] == day
    assert found["entry_price"] == pytest.approx(filled, rel=1e-12)


@pytest.mark.parametrize(
    ("symbol", "day", "said", "bp"),
    [
        # commission 10 bp; the tax of France (30 bp, 40 since April 2025), Spain (20) and Italy (10) where it is due
        ("MC.PA", "2025-03-27", "", 40.0),
        ("MC.PA", "2025-06-18", "large_cap = false", 50.0),  # the list has it
        ("ATO.PA", "2024-06-18", "", 10.0),
        ("MAU.PA", "2024-06-18", "", 40.0),
        ("XYZ.PA", "2025-06-18", "", 50.0),  # nobody knows it: taken for large
        ("XYZ.PA", "2025-06-18", "large_cap = false", 10.0),
        ("XYZ.PA", "2024-12-27", "large_cap = { 2024 = false, 2025 = true }", 10.0),  # settles on the 31st
        ("XYZ.PA", "2024-12-30", "large_cap = { 2024 = false, 2025 = true }", 40.0),
        ("XYZ.PA", "2023-06-19", "large_cap = { 2024 = false, 2025 = true }", 40.0),  # nothing said of 2023
        ("FAE.MC", "2022-12-28", "", 10.0),
        ("FAE.MC", "2022-12-29", "", 30.0),
        ("FER.MC", "2023-06-13", "", 30.0),
        ("FER.MC", "2023-06-14", "", 10.0),
        ("AEF.MI", "2022-12-28", "", 10.0),
        ("AEF.MI", "2022-12-29", "", 20.0),
        ("XYZ.MI", "2026-06-18", "large_cap = false", 10.0),
        ("XYZ.MI", "2026-06-18", "large_cap = true", 30.0),
    ],
)
def test_a_company_is_taxed_by_its_size_in_the_year_of_the_purchase(tmp_path, symbol, day, said, bp) -> None:
    exchange = {"PA": "XPAR", "MC": "XMAD", "MI": "XMIL"}[symbol[-2:]]
    (found,) = lots(tmp_path, exchange, "EUR", day, {day: (101, 120, 90, 100)}, symbol, said).to_dict("records")
    assert str(found["entry_session"])[:10] == day
    assert found["entry_price"] == pytest.approx(101.06, rel=1e-12)
    assert found["costs"] == pytest.approx(5000 * 101.06 * bp / 1e4, rel=1e-9)
