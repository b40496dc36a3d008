"""A study whose listings end, from its files to its pages: what is paid, told, warned of and refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from eventfolio.cli import app

DAYS = [str(day)[:10] for day in pd.bdate_range("2024-02-26", "2024-03-28")]
ENDS = {
    "CASH": "on = 2024-03-11\ncash = 12.5",
    "DEAL": 'on = 2024-03-16\ninto = "HEIR"\nratio = 0.301\ncash = 0.5',
    "ZERO": "on = 2024-03-13\nworth = 0",
    "GONE": "",
    "LAST": "",
    "HEIR": "",
}
STOPS = {"CASH": "2024-03-08", "DEAL": "2024-03-15", "ZERO": "2024-03-20", "GONE": "2024-03-14"}
PRICE = {"HEIR": 20.0}


def study(folder: Path, vanished: str = "-0.5", ends: dict[str, str] = ENDS) -> Path:
    """Five shares of New York bought on 2024-03-04 at 10 dollars for a tenth of the account each; HEIR is at 20."""
    (folder / "prices").mkdir(exist_ok=True)
    securities, members = "", ""
    for symbol, end in ends.items():
        p = PRICE.get(symbol, 10.0)
        rows = [f"{day},{p},{p},{p},{p},100000000" for day in DAYS if day <= STOPS.get(symbol, "2024-03-28")]
        (folder / "prices" / f"{symbol}.csv").write_text("\n".join(["date,open,high,low,close,volume", *rows]))
        securities += f'[[security]]\nsymbol = "{symbol}"\nname = "{symbol}"\nexchange = "XNYS"\nlot = 1\n'
        securities += f"[security.end]\n{end}\n" if end else ""
        if symbol != "HEIR":
            members += f'[[theme.member]]\nsymbol = "{symbol}"\nrole = "named"\n'
    (folder / "securities.toml").write_text(f"schema = 1\n{securities}")
    news = "".join(
        f'[[event]]\nid = "{name}"\ntitle = "News"\nkind = "news"\nstatus = "occurred"\noccurs = "{day}"\n'
        f'known_at = {day}T20:00:00+00:00\nzone = "UTC"\nthemes = ["t"]\nsource = "made up"\n'
        for name, day in (("first", "2024-03-03"), ("late", "2024-03-17"))
    )
    (folder / "calendar.toml").write_text(
        f'schema = 1\nname = "c"\n[article]\ntitle = "A"\npublished = 2024-03-01T09:00:00+00:00\n{news}'
    )
    (folder / "themes.toml").write_text(f'schema = 1\n[[theme]]\nname = "t"\ntitle = "T"\nwhy = "w"\n{members}')
    path = folder / "study.toml"
    path.write_text(
        'schema = 1\nname = "s"\ncalendar = "calendar.toml"\nthemes = "themes.toml"\nsecurities = "securities.toml"\n'
        f'start = 2024-03-01\nend = 2024-03-27\nvanished = {vanished}\ncosts = "none"\ndata = {{ source = "prices" }}\n'
        '[[strategy]]\nname = "announcement-drift"\nparams = { hold = 16, weight = 0.5, repeat = "ignore" }\n'
    )
    return path


def asked(*args: str) -> Any:
    ran = CliRunner().invoke(app, [*args])
    assert ran.exit_code == 0, ran.output
    return ran.output


def refused(*args: str) -> str:
    ran = CliRunner().invoke(app, [*args])
    assert ran.exit_code == 2, ran.output
    return " ".join(ran.output.split())


def test_ends_are_traded_told_and_warned_of(tmp_path: Path) -> None:
    path, out = study(tmp_path), tmp_path / "out"
    made = json.loads(asked("run", str(path), "--no-tearsheet", "--out", str(out), "--json"))
    folder = Path(made["run_folder"])
    (run,) = made["runs"]
    trades = pd.read_parquet(folder / "announcement-drift" / "trades.parquet").set_index("symbol")
    # 100,000 buy 10,000 shares each. DEAL becomes 3,010 shares of HEIR at 20, and 5,000 in cash: 65,200 in all. It is
    # sold on the 16th session after 2024-03-04, 2024-03-26. GONE pays half: of 925,000 it was 10.8 %.
    assert trades["exit_reason"].to_dict() == {
        "CASH": "delisted", "ZERO": "delisted", "GONE": "vanished", "DEAL": "time", "LAST": "time"
    }  # fmt: skip
    assert trades["pnl"].to_dict() == pytest.approx(
        {"CASH": 25_000, "ZERO": -100_000, "GONE": -50_000, "DEAL": -34_800, "LAST": 0}
    )
    assert str(trades["exit_session"]["GONE"].date()) == "2024-03-15"
    assert str(trades["exit_session"]["DEAL"].date()) == "2024-03-26"
    assert run["triggers"]["whole"]["with_trigger"] == {"bought": 5, "ignored": 1, "delisted": 4}
    assert run["metrics"]["total_return"] == pytest.approx(-0.1598)
    said = " ".join(run["warnings"])
    assert "Prices after the end of the listing: ZERO 6 rows from 2024-03-13." in said
    assert "A listing has vanished: GONE after 2024-03-14, with 10.8% of equity still in it." in said
    assert "at its last close and -50% (vanished = -0.5)." in said
    assert "Prices end before the window does" not in said
    page = (folder / "index.html").read_text()
    assert "came, or still waited, once the listing had ended" in page
    told = " ".join(asked("explain", str(folder / "announcement-drift"), "first").split())
    for line in (
        "2024-03-11 CASH delisted: 10,000 shares for 12.5 USD each, rate 1",
        "2024-03-18 DEAL delisted: 10,000 shares for 3,010 HEIR and 0.5 USD each, rate 1",
        "2024-03-13 ZERO delisted: 10,000 shares for nothing",
        "2024-03-15 GONE vanished: 10,000 shares for 5 USD each, rate 1",
    ):
        assert line in told
    asked("runs", "verify", str(folder / "announcement-drift"))
    swept = {
        engine: json.loads(
            asked("sweep", "announcement-drift", "--study", str(path), "-p", "hold=3,16", "--engine", engine, "--json")
        )["trials"]
        for engine in ("kernel", "backtrader")
    }
    for one, other in zip(swept["kernel"], swept["backtrader"], strict=True):
        assert one["metrics"]["total_return"] == pytest.approx(other["metrics"]["total_return"], abs=1e-12)


def test_a_vanished_listing_stays_open_unless_the_study_says_what_it_lost(tmp_path: Path) -> None:
    path = study(tmp_path, '"last"')
    made = json.loads(asked("run", str(path), "--no-tearsheet", "--out", str(tmp_path / "out"), "--json"))
    trades = pd.read_parquet(Path(made["run_folder"]) / "announcement-drift" / "trades.parquet").set_index("symbol")
    assert trades["exit_reason"]["GONE"] == "open"
    assert "Prices end before the window does: GONE on 2024-03-14" in " ".join(made["runs"][0]["warnings"])


def test_data_check_names_candidates_and_rows_after_an_end(tmp_path: Path) -> None:
    path = study(tmp_path)
    told = json.loads(asked("data", "check", str(path), "--json"))
    found = {row["symbol"]: " ".join(row["doubts"]) for row in told}
    assert "perhaps the end of the listing" in found["GONE"]
    assert "prices after the end of the listing: 6 rows from 2024-03-13" in found["ZERO"]
    assert not any("perhaps the end" in found[symbol] for symbol in ("CASH", "DEAL", "ZERO", "HEIR", "LAST"))


@pytest.mark.parametrize(
    ("symbol", "end", "words"),
    [
        ("DEAL", 'on = 2024-03-18\ninto = "HAIR"\nratio = 1', "which is not a known security. Did you mean 'HEIR'?"),
        ("DEAL", 'on = 2024-03-18\ninto = "DEAL"\nratio = 1', "DEAL: ends into itself"),
        ("DEAL", 'on = 2024-03-18\ninto = "CASH"\nratio = 1', "which itself ended on 2024-03-11"),
        ("DEAL", 'on = 2024-03-18\ninto = "GONE"\nratio = 1', "the prices of GONE stop before 2024-03-15"),
        ("DEAL", 'on = 2024-03-18\ninto = "SPY"\nratio = 1', "SPY has no prices"),
        ("DEAL", 'on = 2024-03-18\ninto = "HEIR"', "'into' and 'ratio' belong together"),
        ("DEAL", 'on = 2024-03-18\ninto = "HEIR"\nratio = 0', "ratio 0 should be greater than 0"),
        ("DEAL", 'on = 2024-02-26\ninto = "HEIR"\nratio = 1', "ends on 2024-02-26, before which it has no price"),
        ("CASH", "on = 2024-03-11\ncash = 12.5\nworth = 0", "worth = 0 says that holders got nothing"),
        ("CASH", "on = 2024-03-11\ncash = -1", "cash -1 should be greater than 0"),
        ("CASH", "on = 2024-03-11", "says nothing; write cash = 12.5"),
        ("CASH", 'on = "2024-03-11"\ncash = 1', "is not a date. Write it without quotes"),
        ("ZERO", "on = 2024-03-13\nworth = 1", "worth 1 should be 0"),
        ("ZERO", "on = 2024-03-13\nwrth = 0", "Did you mean 'worth'?"),
    ],
)  # fmt: skip
def test_an_end_that_cannot_be_is_refused_in_words(tmp_path: Path, symbol: str, end: str, words: str) -> None:
    path = study(tmp_path, ends={**ENDS, symbol: end})
    assert words in refused("run", str(path), "--no-tearsheet", "--out", str(tmp_path / "out"))


def test_what_a_listing_turns_into_needs_a_price_before(tmp_path: Path) -> None:
    path = study(tmp_path)
    late = tmp_path / "prices" / "HEIR.csv"
    late.write_text("date,open,high,low,close,volume\n2024-03-18,20,20,20,20,1000000\n")
    said = refused("run", str(path), "--no-tearsheet", "--out", str(tmp_path / "out"))
    assert "DEAL ends into HEIR on 2024-03-16, and HEIR has no price before that date" in said


def test_adjusted_prices_on_either_side_of_a_deal_are_warned_of(tmp_path: Path) -> None:
    path = study(tmp_path)
    notes = '[files.HEIR]\nadjusted = "split"\n[files.CASH]\nadjusted = "split"\n[files.LAST]\nadjusted = "split"\n'
    (tmp_path / "prices" / "prices.toml").write_text(notes)
    made = json.loads(asked("run", str(path), "--no-tearsheet", "--out", str(tmp_path / "out"), "--json"))
    said = [line for line in made["runs"][0]["warnings"] if line.startswith("Adjusted prices at the end of a listing")]
    assert [line.partition(". ")[0] for line in said] == [
        "Adjusted prices at the end of a listing: CASH on 2024-03-11; HEIR on 2024-03-16"
    ]
