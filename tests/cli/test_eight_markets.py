"""One study over eight exchanges in seven currencies, declared nowhere, its fills worked by hand for each listing.

Prices are made up. The news is of Tuesday 2025-06-17 20:00 UTC, so every listing is bought on Wednesday 2025-06-18 and,
held for two sessions, sold on Friday 2025-06-20; in Stockholm, where that is Midsummer Eve, on Monday 2025-06-23.
Equity is 1,000,000 US dollars, the weight 0.8, so each of the eight has a target of 100,000.
"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from eventfolio.cli import app

DAYS = ["2025-06-12", "2025-06-13", "2025-06-16", "2025-06-17", "2025-06-18", "2025-06-19", "2025-06-20", "2025-06-23"]
RATES = {"EUR": 0.8, "GBP": 0.75, "SEK": 10.0, "TWD": 25.0, "INR": 80.0, "AUD": 1.6, "CAD": 1.25}  # per US dollar
# last close, open bought at, open sold at, as the file quotes them
QUOTES = {
    "SAP.DE": (250.0, 251.3, 260.0),
    "AIR.PA": (180.0, 181.0, 190.0),
    "HSBA.L": (850.0, 851.3, 900.0),  # pence
    "VOLV-B.ST": (260.0, 262.1, 270.0),
    "2330.TW": (1000.0, 1005.0, 1050.0),
    "RELIANCE.NS": (1400.0, 1410.2, 1500.0),
    "BHP.AX": (40.0, 40.3, 42.0),
    "SHOP.TO": (150.0, 151.2, 160.0),
}
# By hand. Bought at open × 1.0005 up to the price step, sold at open × 0.9995 down to it; shares are 100,000 / (last
# close × rate), whole lots; costs in basis points: commission, fees and taxes of each side.
#            shares, bought,  step, sold,    bp bought,              bp sold
FILLS = {
    "SAP.DE": (320, 251.45, 259.85, 10.0, 10.0),  # 251.42565, 259.87; steps of 0.05
    "AIR.PA": (444, 181.10, 189.90, 10.0, 10.0),  # 181.0905, 189.905; steps of 0.02; a Dutch company, so no tax
    "HSBA.L": (8823, 8.518, 8.995, 10.0 + 50.0, 10.0),  # 851.72565 p, 899.55 p; steps of 0.1 p; stamp duty
    "VOLV-B.ST": (3846, 262.25, 269.85, 10.0, 10.0),  # 262.23105, 269.865; steps of 0.05
    "2330.TW": (2000, 1010.0, 1045.0, 14.25, 14.25 + 30.0),  # 2,500 in lots of 1,000; 1005.5025, 1049.475; steps of 5
    "RELIANCE.NS": (5714, 1411.0, 1499.2, 10.0 + 0.36226 + 11.5, 10.0 + 0.36226 + 10.0),  # 1410.9051, 1499.25; 0.1
    "BHP.AX": (4000, 40.33, 41.97, 10.0, 10.0),  # 40.32015, 41.979; steps of 0.01
    "SHOP.TO": (833, 151.28, 159.92, 10.0, 10.0),  # 151.2756, 159.92 on a step; steps of 0.01
}
MONEY = dict(zip(FILLS, ("EUR", "EUR", "GBP", "SEK", "TWD", "INR", "AUD", "CAD"), strict=True))


def german(rows: list[tuple]) -> str:
    """Rows as a German spreadsheet has them, newest first."""
    lines = [
        f"{day[8:]}.{day[5:7]}.{day[:4]};" + ";".join(f"{cell:.2f}".replace(".", ",") for cell in cells)
        for day, *cells in rows
    ]
    return "\n".join(["Datum;Eröffnung;Hoch;Tief;Schluss;Volumen", *lines[::-1]])


def plain(rows: list[tuple]) -> str:
    return "\n".join(["date,open,high,low,close,volume", *(",".join(map(str, row)) for row in rows)])


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("eight")
    prices = folder / "prices"
    prices.mkdir()
    for symbol, (close, bought, sold) in QUOTES.items():
        rows = []
        for day in DAYS:
            level = close if day < "2025-06-18" else bought if day < "2025-06-20" else sold
            rows.append((day, level, level * 1.05, level * 0.95, level, 50_000_000))
        (prices / f"{symbol}.csv").write_text((german if symbol == "SAP.DE" else plain)(rows))
    for currency, rate in RATES.items():
        rows = "\n".join(f"{day},{rate}" for day in DAYS)
        (prices / f"{currency}=X.csv").write_text(f"date,close\n{rows}\n")
    (prices / "prices.toml").write_text('unit = "GBp"\n')
    (folder / "calendar.toml").write_text(
        'schema = 1\nname = "c"\n[article]\ntitle = "A"\npublished = 2025-06-10T09:00:00+00:00\n'
        '[[event]]\nid = "e"\ntitle = "News"\nkind = "news"\nstatus = "occurred"\noccurs = "2025-06-17"\n'
        'known_at = 2025-06-17T20:00:00+00:00\nzone = "UTC"\nthemes = ["t"]\nsource = "made up"\n'
    )
    members = "".join(f'[[theme.member]]\nsymbol = "{symbol}"\nrole = "named"\n' for symbol in QUOTES)
    (folder / "themes.toml").write_text(f'schema = 1\n[[theme]]\nname = "t"\ntitle = "T"\nwhy = "made up"\n{members}')
    (folder / "study.toml").write_text(
        'schema = 1\nname = "eight"\ncalendar = "calendar.toml"\nthemes = "themes.toml"\n'
        "start = 2025-06-16\nend = 2025-06-23\naccount = { cash = 1_000_000 }\n"
        'data = { source = "prices", dividends = "cash" }\n'
        '[[strategy]]\nname = "announcement-drift"\nparams = { hold = 2, weight = 0.8 }\n'
    )
    return folder / "study.toml"


@pytest.fixture(scope="module")
def outcome(study: Path) -> tuple[pd.DataFrame, dict]:
    out = study.parent / "out"
    ran = CliRunner().invoke(app, ["run", str(study), "--no-tearsheet", "--out", str(out), "--json"])
    assert ran.exit_code == 0, ran.output
    record = json.loads(ran.stdout)["runs"][0]
    (trades,) = out.rglob("trades.parquet")
    return pd.read_parquet(trades).set_index("symbol"), record


@pytest.mark.parametrize("symbol", QUOTES)
def test_a_lot_on_each_exchange_fills_as_worked_by_hand(outcome, symbol: str) -> None:
    shares, bought, sold, bp_bought, bp_sold = FILLS[symbol]
    rate = 1.0 / RATES[MONEY[symbol]]
    lot = outcome[0].loc[symbol]
    quoted = 100.0 if symbol == "HSBA.L" else 1.0
    assert lot["shares"] == lot["exit_shares"] == shares
    assert lot["entry_price_local"] == pytest.approx(QUOTES[symbol][1] / quoted, rel=1e-12)  # before slippage
    assert lot["exit_price_local"] == pytest.approx(QUOTES[symbol][2] / quoted, rel=1e-12)
    assert lot["entry_price"] == pytest.approx(bought * rate, rel=1e-12)
    assert lot["exit_price"] == pytest.approx(sold * rate, rel=1e-12)
    assert str(lot["entry_session"])[:10] == "2025-06-18"
    assert str(lot["exit_session"])[:10] == ("2025-06-23" if symbol == "VOLV-B.ST" else "2025-06-20")
    costs = shares * rate * (bought * bp_bought + sold * bp_sold) / 1e4
    assert lot["costs"] == pytest.approx(costs, rel=1e-9)
    assert lot["pnl"] == pytest.approx(shares * rate * (sold - bought) - costs, rel=1e-9)


def test_what_the_eight_earned_is_the_sum_of_the_hand_worked_lots(outcome) -> None:
    trades, record = outcome
    total = sum(
        shares / RATES[MONEY[symbol]] * (sold - bought - (bought * bp_bought + sold * bp_sold) / 1e4)
        for symbol, (shares, bought, sold, bp_bought, bp_sold) in FILLS.items()
    )
    assert len(trades) == 8
    assert record["metrics"]["total_return"] == pytest.approx(total / 1_000_000, rel=1e-9)


def test_what_is_assumed_of_their_rules_stands_in_the_record(outcome) -> None:
    warnings = " ".join(outcome[1]["warnings"])
    assert "HSBA.L: the price steps of the most liquid band (LB6, MiFID II) are assumed." in warnings
    assert "France" not in warnings
    assert "XNSE: bands of 2 to 20 %" in warnings
    assert "generic" not in warnings


# --- a Sunday -----------------------------------------------------------------------------------------------------


def test_a_sunday_session_is_a_step_and_its_gain_stands_in_monday_s_row(tmp_path: Path) -> None:
    """Tel Aviv, in agorot: bought on Sunday 2024-06-09 at Friday's rate; by Monday its gain is in the account."""
    prices = tmp_path / "prices"
    prices.mkdir()
    days = ["2024-06-04", "2024-06-05", "2024-06-06", "2024-06-09", "2024-06-10", "2024-06-11"]
    closes = [1000, 1000, 1000, 1100, 1100, 1100]
    rows = [f"{day},1000,1100,1000,{close},1000000" for day, close in zip(days, closes, strict=True)]
    (prices / "XYZ.TA.csv").write_text("\n".join(["date,open,high,low,close,volume", *rows]))
    rates = {"2024-06-04": 4.0, "2024-06-05": 4.0, "2024-06-06": 4.0, "2024-06-07": 5.0, "2024-06-10": 5.0}
    (prices / "ILS=X.csv").write_text("\n".join(["date,close", *(f"{day},{rate}" for day, rate in rates.items())]))
    (prices / "prices.toml").write_text('unit = "ILA"\n')
    (tmp_path / "securities.toml").write_text('schema = 1\n[[security]]\nsymbol = "XYZ.TA"\nname = "XYZ"\nlot = 1\n')
    (tmp_path / "calendar.toml").write_text(
        'schema = 1\nname = "c"\n[article]\ntitle = "A"\npublished = 2024-06-01T09:00:00+00:00\n'
        '[[event]]\nid = "e"\ntitle = "News"\nkind = "news"\nstatus = "occurred"\noccurs = "2024-06-07"\n'
        'known_at = 2024-06-07T20:00:00+00:00\nzone = "UTC"\nthemes = ["t"]\nsource = "made up"\n'
    )
    (tmp_path / "themes.toml").write_text(
        'schema = 1\n[[theme]]\nname = "t"\ntitle = "T"\nwhy = "w"\n'
        '[[theme.member]]\nsymbol = "XYZ.TA"\nrole = "named"\n'
    )
    (tmp_path / "study.toml").write_text(
        'schema = 1\nname = "s"\ncalendar = "calendar.toml"\nthemes = "themes.toml"\nsecurities = "securities.toml"\n'
        'start = 2024-06-06\nend = 2024-06-11\ndata = { source = "prices" }\ncosts = "none"\n'
        '[[strategy]]\nname = "announcement-drift"\nparams = { hold = 5, weight = 0.5 }\n'
    )
    out = tmp_path / "out"
    ran = CliRunner().invoke(app, ["run", str(tmp_path / "study.toml"), "--no-tearsheet", "--out", str(out), "--json"])
    assert ran.exit_code == 0, ran.output
    (lot,) = pd.read_parquet(next(out.rglob("trades.parquet"))).to_dict("records")
    assert str(lot["entry_session"])[:10] == "2024-06-09"
    # 500,000 / (10 shekels / 5 a dollar, Friday's rate) = 250,000 shares; the cap of costs = "none" is infinite.
    assert (lot["shares"], lot["entry_price_local"], lot["entry_price"]) == (250_000, 10.0, 2.0)
    equity = pd.read_parquet(next(out.rglob("equity.parquet"))).set_index("date")["equity"]
    assert [str(day)[:10] for day in equity.index] == ["2024-06-06", "2024-06-07", "2024-06-10", "2024-06-11"]
    # Sunday's close of 11 shekels: 250,000 × 11 / 5 is 50,000 more, in Monday's row and not in Friday's
    assert equity.tolist() == pytest.approx([1e6, 1e6, 1_050_000, 1_050_000], rel=1e-12)


def test_a_market_without_a_file_of_rules_says_generic_on_the_page(study: Path, tmp_path: Path) -> None:
    folder = study.parent
    (folder / "prices" / "PLN=X.csv").write_text("\n".join(["date,close", *(f"{day},4" for day in DAYS)]))
    rows = [f"{day},100,101,99,100,1000000" for day in DAYS]
    (folder / "prices" / "XYZ.WA.csv").write_text("\n".join(["date,open,high,low,close,volume", *rows]))
    (folder / "own.toml").write_text('schema = 1\n[[security]]\nsymbol = "XYZ.WA"\nname = "XYZ"\nlot = 1\n')
    themes = (folder / "themes.toml").read_text().replace('"SHOP.TO"', '"XYZ.WA"')
    (folder / "warsaw.toml").write_text(themes)
    text = study.read_text().replace('"themes.toml"', '"warsaw.toml"\nsecurities = "own.toml"')
    (folder / "warsaw-study.toml").write_text(text)
    out = tmp_path / "out"
    ran = CliRunner().invoke(app, ["run", str(folder / "warsaw-study.toml"), "--no-tearsheet", "--out", str(out)])
    assert ran.exit_code == 0, ran.output
    assert "XWAR: generic costs (10 bp commission" in " ".join(ran.output.split())
    assert "XWAR: generic costs" in next(out.rglob("index.html")).read_text()


# --- vanished -----------------------------------------------------------------------------------------------------


def _vanishing(folder: Path, last: dict[str, str]) -> list[str]:
    """Warnings of a study of two New York shares that are bought on 2024-03-04, whose prices stop on the given days."""
    days = [str(day)[:10] for day in pd.bdate_range("2024-02-26", "2024-03-22")]
    (folder / "prices").mkdir()
    for symbol, until in last.items():
        rows = [f"{day},10,10,10,10,100000000" for day in days if day <= until]
        (folder / "prices" / f"{symbol}.csv").write_text("\n".join(["date,open,high,low,close,volume", *rows]))
    securities = "".join(
        f'[[security]]\nsymbol = "{symbol}"\nname = "{symbol}"\nexchange = "XNYS"\nlot = 1\n' for symbol in last
    )
    (folder / "securities.toml").write_text(f"schema = 1\n{securities}")
    (folder / "calendar.toml").write_text(
        'schema = 1\nname = "c"\n[article]\ntitle = "A"\npublished = 2024-03-01T09:00:00+00:00\n'
        '[[event]]\nid = "e"\ntitle = "News"\nkind = "news"\nstatus = "occurred"\noccurs = "2024-03-03"\n'
        'known_at = 2024-03-03T20:00:00+00:00\nzone = "UTC"\nthemes = ["t"]\nsource = "made up"\n'
    )
    members = "".join(f'[[theme.member]]\nsymbol = "{symbol}"\nrole = "named"\n' for symbol in last)
    (folder / "themes.toml").write_text(f'schema = 1\n[[theme]]\nname = "t"\ntitle = "T"\nwhy = "w"\n{members}')
    (folder / "study.toml").write_text(
        'schema = 1\nname = "s"\ncalendar = "calendar.toml"\nthemes = "themes.toml"\nsecurities = "securities.toml"\n'
        'start = 2024-03-01\nend = 2024-03-20\ndata = { source = "prices" }\ncosts = "none"\n'
        '[[strategy]]\nname = "announcement-drift"\nparams = { hold = 9, weight = 0.5 }\n'
    )
    args = ["run", str(folder / "study.toml"), "--no-tearsheet", "--out", str(folder / "out"), "--json"]
    ran = CliRunner().invoke(app, args)
    assert ran.exit_code == 0, ran.output
    return [line for line in json.loads(ran.stdout)["runs"][0]["warnings"] if "vanished" in line]


def test_a_listing_that_vanished_is_warned_of_with_its_share_of_equity(tmp_path: Path) -> None:
    # From Friday 2024-03-08 to Monday 2024-03-18 are six sessions. A quarter of equity was put into each.
    (line,) = _vanishing(tmp_path, {"AAA1": "2024-03-08", "BBB1": "2024-03-18"})
    assert line.startswith("A listing has vanished: AAA1 after 2024-03-08, with 25.0% of equity still in it.")


def test_five_sessions_without_a_price_are_not_an_end(tmp_path: Path) -> None:
    assert _vanishing(tmp_path, {"AAA1": "2024-03-08", "BBB1": "2024-03-15"}) == []


def test_a_sole_listing_is_held_against_the_end_of_the_window(tmp_path: Path) -> None:
    (line,) = _vanishing(tmp_path, {"AAA1": "2024-03-08"})
    assert "AAA1 after 2024-03-08, with 50.0% of equity still in it" in line
