"""A folder of price files looked over: how each was read, and what its exchange, its unit and its end suggest."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from eventfolio.engine.market.sources.checked_folder import check_folder
from eventfolio.events import Securities, Security, packaged_securities

TODAY = date(2026, 6, 30)
GERMAN = "Datum;Schluss\n13.06.2025;1.250,20\n12.06.2025;1.234,40\n"


def check(folder: Path, files: dict[str, str], *own: Security):
    for name, text in files.items():
        (folder / name).write_text(text)
    symbols = [name.removesuffix(".csv") for name in files if name.endswith(".csv")]
    return check_folder(folder, symbols, packaged_securities().with_more(Securities(own)), TODAY)


def test_how_a_file_was_understood_is_told_in_a_line(tmp_path):
    found = check(tmp_path, {"SAP.DE.csv": GERMAN})["SAP.DE"]
    assert found.state == "read"
    assert found.understood == (
        "2 rows, 2025-06-12 to 2025-06-13; ';' between cells; decimal comma, '.' between thousands; "
        "dates as 13.06.2025; newest first; raw (on the price steps); EUR"
    )


def test_a_listing_nobody_declared_is_judged_by_its_suffix(tmp_path):
    # 9 June 2025 is Whit Monday, on which Xetra trades, and Tokyo's 16 June a Monday like any other
    files = {"XYZ.DE.csv": "date,close\n2025-06-06,1.5\n2025-06-10,1.5\n", "XX.csv": "date,close\n2025-06-06,1.5\n"}
    found = check(tmp_path, files)
    assert "no bar on sessions of its exchange: 2025-06-09" in found["XYZ.DE"].warnings
    assert "taken for a share on XETR in EUR by its suffix" in found["XYZ.DE"].warnings[0]
    assert "sessions, limits and price steps are not judged" in found["XX"].warnings[0]


def test_the_unit_a_file_was_turned_from_is_told(tmp_path):
    files = {"HSBA.L.csv": "date,close\n2025-06-12,512.4\n", "prices.toml": 'unit = "GBp"'}
    found = check(tmp_path, files)["HSBA.L"]
    assert found.currency == "GBp divided by 100 into GBP"
    assert found.adjusted == "raw (on the price steps)"  # 0.1 pence between 500 and 1000 pence


def test_a_split_that_the_prices_show_proves_them_raw(tmp_path):
    rows = "date,close,splits\n2025-06-12,72.003,0\n2025-06-13,10.5,7\n"
    assert check(tmp_path, {"MP.csv": rows})["MP"].adjusted == "raw (its prices show the split of 2025-06-13)"


def test_prices_that_stop_before_those_of_their_exchange_suggest_an_end(tmp_path):
    # From Tuesday 2025-06-03 to Wednesday 2025-06-11 are six sessions of New York, to 2025-06-10 five.
    last = {"MP": "2025-06-03", "AAA": "2025-06-04", "BBB": "2025-06-11", "CCC": "2025-06-03"}
    files = {f"{symbol}.csv": f"date,close\n{day},10\n" for symbol, day in last.items()}
    common = {"exchange": "XNYS", "lot": 1, "name": "x"}
    ended = Security.model_validate({"symbol": "CCC", **common, "end": {"on": date(2025, 6, 4), "worth": 0}})
    found = check(tmp_path, files, *(Security(symbol=s, currency="USD", **common) for s in ("AAA", "BBB")), ended)
    ends = {symbol for symbol, file in found.items() if any("end of the listing" in line for line in file.warnings)}
    assert ends == {"MP"}
    (line,) = (line for line in found["MP"].warnings if "end of the listing" in line)
    assert "its last price is of 2025-06-03, 6 sessions before the newest of its exchange" in line


def test_the_only_listing_of_an_exchange_is_held_against_the_newest_file_or_the_study_s_end(tmp_path):
    # Xetra's sessions after 2025-06-03: 4, 5, 6, 9 (Whit Monday), 10 and 11, six of them.
    files = {"XYZ.DE.csv": "date,close\n2025-06-03,10\n", "MP.csv": "date,close\n2025-06-11,10\n"}
    (line,) = (line for line in check(tmp_path, files)["XYZ.DE"].warnings if "end of the listing" in line)
    assert "its last price is of 2025-06-03, 6 sessions before 2025-06-11" in line
    for until, expected in ((date(2025, 6, 10), 0), (date(2025, 6, 11), 1)):
        found = check_folder(tmp_path, ["XYZ.DE"], packaged_securities(), TODAY, (), until)["XYZ.DE"].warnings
        assert sum("end of the listing" in line for line in found) == expected


def test_stooq_s_files_are_asked_whether_they_are_adjusted(tmp_path):
    text = "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>\nMP.US,D,20250612,000000,1,1,1,1,5\n"
    assert any("Stooq adjusts its prices" in line for line in check(tmp_path, {"MP.csv": text})["MP"].warnings)


def test_a_vendor_that_adjusts_its_prices_is_named_where_they_are_taken_for_raw(tmp_path: Path) -> None:
    text = "time,open,high,low,close,Volume\n2025-06-02,10,11,9,10,100\n2025-06-03,10,11,9,10.5,100\n"
    assert any("TradingView adjusts its prices" in line for line in check(tmp_path, {"MP.csv": text})["MP"].warnings)
    told = {"MP.csv": text, "prices.toml": '[files]\nMP = { adjusted = "none" }\n'}
    assert not any("adjusts its prices" in line for line in check(tmp_path, told)["MP"].warnings)
    (tmp_path / "prices.toml").write_text('[files]\n"MP" = { adjusted = "split" }\n')
    assert not any("TradingView" in line for line in check(tmp_path, {"MP.csv": text})["MP"].warnings)
