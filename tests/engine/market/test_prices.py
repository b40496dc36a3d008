"""Price files are validated when read: what no market could have printed is refused, with file, row and remedy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from eventfolio.engine.errors import PriceError
from eventfolio.engine.market.build_tape import build_tape
from eventfolio.engine.market.prices import PriceTable
from eventfolio.engine.market.sessions import DAY, Sessions
from eventfolio.engine.market.sources.folder import read_folder
from eventfolio.engine.market.tape import Tape
from eventfolio.events import InputError, Security

TODAY = date(2025, 6, 30)
HEADER = "date,open,high,low,close,volume"
GOOD = ["2025-06-02,10,11,9,10.5,1000", "2025-06-03,10.5,12,10,11,2000", "2025-06-04,11,11.5,10.5,11.25,1500"]


def lines(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows]) + "\n"


def spoilt(row: str) -> str:
    """The good file with another middle row."""
    return lines(GOOD[0], row, GOOD[2])


def read(folder: Path, *symbols: str, optional: tuple[str, ...] = ()) -> dict[str, PriceTable]:
    return read_folder(folder, symbols, optional, TODAY)


def read_one(folder: Path, text: str | bytes, name: str = "AAA.csv") -> PriceTable:
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    symbol = name.removesuffix(".csv").removesuffix(".parquet")
    return read(folder, symbol)[symbol]


def test_a_good_file_is_read_as_it_stands(tmp_path: Path) -> None:
    frame = read_one(tmp_path, lines(*GOOD)).frame
    assert [str(day.date()) for day in frame.index] == ["2025-06-02", "2025-06-03", "2025-06-04"]
    assert frame.loc["2025-06-03", ["open", "high", "low", "close", "volume"]].tolist() == [10.5, 12, 10, 11, 2000]
    assert frame[["dividends", "splits"]].to_numpy().sum() == 0


def test_an_empty_cell_is_unknown_and_never_zero(tmp_path: Path) -> None:
    frame = read_one(tmp_path, spoilt("2025-06-03,,,,11,")).frame
    assert frame.loc["2025-06-03", ["open", "high", "low", "volume"]].isna().all()
    assert frame.loc["2025-06-03", "close"] == 11


def test_not_a_number_is_another_word_for_unknown(tmp_path: Path) -> None:
    frame = read_one(tmp_path, spoilt("2025-06-03,NaN,,,11,nan")).frame
    assert frame.loc["2025-06-03", ["open", "volume"]].isna().all()


def test_names_of_columns_may_have_any_case_blanks_and_order(tmp_path: Path) -> None:
    table = read_one(tmp_path, "Close, Date ,HIGH,Low,Open,Volume,Adj Close\n11,2025-06-03,12,10,10.5,2000,9\n")
    assert table.frame.loc["2025-06-03", ["open", "high", "low", "close"]].tolist() == [10.5, 12, 10, 11]


def test_splits_and_dividends_are_read_where_given(tmp_path: Path) -> None:
    text = lines("2025-06-03,10,11,9,10,1,0.25,7", "2025-06-04,10,11,9,10,1,,", header=f"{HEADER},dividends,splits")
    frame = read_one(tmp_path, text).frame
    assert frame[["dividends", "splits"]].to_numpy().tolist() == [[0.25, 7], [0, 0]]


def test_today_s_bar_is_not_yet_the_future(tmp_path: Path) -> None:
    assert len(read_one(tmp_path, lines("2025-06-30,1,1,1,1,1")).frame) == 1


BAD_FILES = {
    "empty": ("", "AAA.csv is empty"),
    "header only": (lines(), "AAA.csv: no rows.*at least one row"),
    "no header": ("\n".join(GOOD), "AAA.csv: its first line is '2025-06-02,10,.*date,open,high,low,close,volume"),
    "no close": (lines("2025-06-02,10", header="date,open"), "AAA.csv: no column 'close'"),
    "not UTF-8": (lines(*GOOD).encode() + b"\xff\xfe\n", "AAA.csv is not text in UTF-8.*Save it as CSV"),
    "ragged": (lines(GOOD[0], GOOD[1] + ",1,2,3"), "AAA.csv cannot be read"),
    "a word for a price": (spoilt("2025-06-03,10.5,12,10,eleven,2000"), "AAA.csv, 2025-06-03: close 'eleven' is not a"),
    "infinite": (spoilt("2025-06-03,10.5,inf,10,11,2000"), "AAA.csv, 2025-06-03: high is not above zero"),
    "negative infinite": (spoilt("2025-06-03,10.5,12,-inf,11,2000"), "AAA.csv, 2025-06-03: low is not above zero"),
    "zero open": (spoilt("2025-06-03,0,12,10,11,2000"), "2025-06-03: open is not above zero; leave an unknown cell"),
    "zero close": (spoilt("2025-06-03,10.5,12,10,0,2000"), "2025-06-03: close is not above zero"),
    "negative": (spoilt("2025-06-03,10.5,12,-10,11,2000"), "2025-06-03: low is not above zero"),
    "negative volume": (spoilt("2025-06-03,10.5,12,10,11,-1"), "2025-06-03: volume is negative"),
    "endless volume": (spoilt("2025-06-03,10.5,12,10,11,inf"), "2025-06-03: volume is negative or infinite"),
    "a time of day": (spoilt("2025-06-03T09:30:00,10.5,12,10,11,1"), "AAA.csv: 2025-06-03T09:30:00 has a time of day"),
    "high below low": (spoilt("2025-06-03,10,10,11,10,2000"), "AAA.csv, 2025-06-03: high is below low"),
    "open outside": (spoilt("2025-06-03,12.5,12,10,11,2000"), "AAA.csv, 2025-06-03: open lies outside low … high"),
    "open below": (spoilt("2025-06-03,9.5,12,10,11,2000"), "AAA.csv, 2025-06-03: open lies outside low … high"),
    "close outside": (spoilt("2025-06-03,10.5,12,10,9,2000"), "AAA.csv, 2025-06-03: close lies outside low … high"),
    "unsorted": (lines(GOOD[1], GOOD[0], GOOD[2]), "2025-06-02 stands after 2025-06-03. Sort the rows by date"),
    "repeated": (lines(GOOD[0], GOOD[1], GOOD[1]), "2025-06-03 stands twice. Keep one row a date"),
    "future": (lines(*GOOD, "2025-07-01,11,12,10,11,1"), "AAA.csv: 2025-07-01 lies in the future"),
    "not a date": (
        spoilt("2025-06-31,10.5,12,10,11,2000"),
        "(?s)AAA.csv: a date cannot be read.*Write dates as 2025-",
    ),
    "no date": (spoilt(",10.5,12,10,11,2000"), "AAA.csv, line 3: the date is missing"),
    "a far year": (lines("1066-10-14,1,1,1,1,1"), "AAA.csv: 1066-10-14.*leaves the years 1700 to 2200"),
}


@pytest.mark.parametrize(("text", "words"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_file_that_no_market_printed_is_refused_in_words(tmp_path: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(PriceError, match=words):
        read_one(tmp_path, text)


BAD_ACTIONS = {
    "a split of minus one": ("2025-06-03,10,11,9,10,1,0,-1", "2025-06-03: splits is not a ratio"),
    "a negative dividend": ("2025-06-03,10,11,9,10,1,-1,0", "2025-06-03: dividends is negative"),
    "a split in words": ("2025-06-03,10,11,9,10,1,0,7:1", "2025-06-03: splits '7:1' is not a number"),
}


@pytest.mark.parametrize(("row", "words"), BAD_ACTIONS.values(), ids=BAD_ACTIONS.keys())
def test_an_impossible_corporate_action_is_refused(tmp_path: Path, row: str, words: str) -> None:
    with pytest.raises(PriceError, match=words):
        read_one(tmp_path, lines(row, header=f"{HEADER},dividends,splits"))


def test_prices_rounded_in_their_last_digit_are_not_outside_the_bar(tmp_path: Path) -> None:
    read_one(tmp_path, lines("2025-06-02,10.000001,10,10,9.999999,5"))
    with pytest.raises(PriceError, match="open lies outside"):
        read_one(tmp_path, lines("2025-06-02,10.0001,10,10,10,5"))


def test_a_parquet_file_of_more_rows_than_days_will_ever_be_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eventfolio.engine.market.sources.folder.TABLE", 16_000)
    days = pd.bdate_range("2021-01-04", periods=1_001)
    pd.DataFrame({"date": days, "close": 1.0}).to_parquet(tmp_path / "AAA.parquet", compression="zstd")
    with pytest.raises(PriceError, match=r"AAA.parquet holds a table of more than 0.016 MB, the limit of price files"):
        read(tmp_path, "AAA")
    pd.DataFrame({"date": days, "close": 1.0})[1:].to_parquet(tmp_path / "AAA.parquet", compression="zstd")
    assert len(read(tmp_path, "AAA")["AAA"].frame) == 1_000


def test_the_missing_symbol_is_named_with_the_nearest_there_is(tmp_path: Path) -> None:
    (tmp_path / "036460.KS.csv").write_text(lines(*GOOD))
    (tmp_path / "notes.txt").write_text("no prices")
    with pytest.raises(PriceError, match=r"036460\.KQ has no prices.*Did you mean '036460\.KS'\? Add 036460\.KQ\.csv"):
        read(tmp_path, "036460.KQ")


def test_a_folder_that_is_missing_or_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PriceError, match=r"nowhere does not exist\. Give a folder of SYMBOL"):
        read(tmp_path / "nowhere", "AAA")
    (tmp_path / "file").write_text("")
    with pytest.raises(PriceError, match="file is not a folder"):
        read(tmp_path / "file", "AAA")


def test_an_optional_symbol_may_be_missing_but_not_wrong(tmp_path: Path) -> None:
    (tmp_path / "AAA.csv").write_text(lines(*GOOD))
    assert list(read(tmp_path, "AAA", optional=("ACWI",))) == ["AAA"]
    (tmp_path / "ACWI.csv").write_text("")
    with pytest.raises(PriceError, match=r"ACWI\.csv is empty"):
        read(tmp_path, "AAA", optional=("ACWI",))


@pytest.mark.parametrize("symbol", ["../AAA", "in/AAA", "a\\b", ".hidden"])
def test_a_symbol_never_becomes_a_path_out_of_the_folder(tmp_path: Path, symbol: str) -> None:
    (tmp_path / "AAA.csv").write_text(lines(*GOOD))
    (tmp_path / ".hidden.csv").write_text(lines(*GOOD))
    (tmp_path / "in").mkdir()
    with pytest.raises(PriceError, match="cannot name a price file"):
        read(tmp_path / "in", symbol)


def test_what_says_it_is_parquet_and_is_not_is_refused(tmp_path: Path) -> None:
    (tmp_path / "AAA.parquet").write_text(lines(*GOOD))
    with pytest.raises(PriceError, match=r"AAA\.parquet cannot be read"):
        read(tmp_path, "AAA")


def test_every_refusal_is_the_user_s_to_mend() -> None:
    assert issubclass(PriceError, InputError)


# --- prices.toml --------------------------------------------------------------------------------------------------


def with_notes(folder: Path, notes: str) -> dict[str, PriceTable]:
    (folder / "AAA.csv").write_text(lines(*GOOD))
    (folder / "KRW=X.csv").write_text(lines("2025-06-03,,,,1350,", header=HEADER))
    (folder / "prices.toml").write_text(notes)
    return read(folder, "AAA", "KRW=X")


def test_without_notes_prices_are_raw_and_rates_are_late_on_their_date(tmp_path: Path) -> None:
    tables = with_notes(tmp_path, "[files]\n[fx]\n")
    assert (tables["AAA"].adjusted, tables["AAA"].is_raw, tables["KRW=X"].dated) == ("none", True, "end")


def test_notes_say_how_a_file_is_adjusted_and_when_a_rate_is_dated(tmp_path: Path) -> None:
    notes = (
        '[files."AAA"]\nadjusted = "split"\nvolume = "unknown"\ndividends = "gross"\n[fx."KRW=X"]\ndated = "start"\n'
    )
    tables = with_notes(tmp_path, notes)
    assert (tables["AAA"].adjusted, tables["AAA"].is_raw, tables["KRW=X"].dated) == ("split", False, "start")
    assert tables["AAA"].frame["volume"].isna().all()
    assert (tables["AAA"].dividends, tables["KRW=X"].dividends) == ("gross", "net")


BAD_NOTES = {
    "unknown key": ('[files.AAA]\nadjsted = "split"', "prices.toml, files, AAA: 'adjsted'.*Did you mean 'adjusted'"),
    "unknown table": ("[file.AAA]", "prices.toml: 'file' is not a key of this table.*Did you mean 'files'"),
    "wrong value": ('[files.AAA]\nadjusted = "splits"', "adjusted 'splits' should be none, split or total"),
    "wrong dated": ('[fx."KRW=X"]\ndated = "noon"', "dated 'noon' should be start or end"),
    "wrong volume": ("[files.AAA]\nvolume = 0", "volume 0 should be known or unknown"),
    "not a table": ("files = 3", "prices.toml: files 3 is not a table"),
    "not TOML": ("[files", "prices.toml is not TOML"),
    "empty": ("", "prices.toml is empty"),
}


@pytest.mark.parametrize(("notes", "words"), BAD_NOTES.values(), ids=BAD_NOTES.keys())
def test_notes_that_say_what_they_cannot_are_refused(tmp_path: Path, notes: str, words: str) -> None:
    with pytest.raises(PriceError, match=words):
        with_notes(tmp_path, notes)


# --- CSV and Parquet ----------------------------------------------------------------------------------------------


def tape_of(table: PriceTable) -> Tape:
    security = Security(symbol="AAA", name="A", exchange="XNYS", currency="USD", lot=1)
    dates = np.arange("2025-06-02", "2025-06-07", dtype=DAY)
    opens = dates.astype("datetime64[ns]").astype(np.int64) + 13 * 3600 * 10**9
    sessions = {"XNYS": Sessions(dates, opens, opens + 10**9)}
    return build_tape([security], {"AAA": table}, sessions, date(2025, 6, 2), date(2025, 6, 6), "USD", None)


@pytest.mark.parametrize(
    "shape",
    [lambda frame: frame, lambda frame: frame.set_index("date")],
    ids=["date as a column", "date as the index"],
)
def test_csv_and_parquet_of_the_same_figures_give_the_same_tape(tmp_path: Path, shape: Callable) -> None:
    text = lines(GOOD[0], "2025-06-03,,,,11,", GOOD[2])
    csv = read_one(tmp_path, text)
    parquet = tmp_path / "parquet"
    parquet.mkdir()
    frame = pd.read_csv(tmp_path / "AAA.csv")
    shape(frame.assign(date=pd.to_datetime(frame["date"]))).to_parquet(parquet / "AAA.parquet")
    same = read(parquet, "AAA")["AAA"]
    assert tape_of(same).fingerprint == tape_of(csv).fingerprint
    other = read_one(tmp_path, text.replace("11.25", "11.26"))
    assert tape_of(other).fingerprint != tape_of(csv).fingerprint


def test_two_files_of_one_symbol_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "AAA.csv").write_text(lines("2025-06-02,1,1,1,1,1"))
    pd.DataFrame({"date": ["2025-06-02"], "close": [2.0]}).to_parquet(tmp_path / "AAA.parquet")
    with pytest.raises(PriceError, match=r"AAA has two files in .*: AAA\.parquet and AAA\.csv\. Keep the one"):
        read(tmp_path, "AAA")
    with pytest.raises(PriceError, match="AAA has two files"):
        read(tmp_path, optional=("AAA",))


# --- dates --------------------------------------------------------------------------------------------------------


def days_of(folder: Path, *written: str) -> list[str]:
    rows = [f"{day},10,10,10,10,1" for day in written]
    return read_one(folder, lines(*rows)).frame.index.strftime("%Y-%m-%d").tolist()


SUMMER_TIME = {
    "New York": ("2025-03-07 00:00:00-05:00", "2025-03-10 00:00:00-04:00", "2025-03-11 00:00:00-04:00"),
    "London": ("2025-03-07 00:00:00+00:00", "2025-03-10 00:00:00+00:00", "2025-03-11 00:00:00+01:00"),
    "Seoul, whose midnight is another date in UTC": tuple(f"2025-03-{d} 00:00:00+09:00" for d in ("07", "10", "11")),
    "one zoned among plain ones": ("2025-03-07", "2025-03-10T00:00:00-04:00", "2025-03-11"),
    "letters, a fraction, no seconds": ("2025-03-07T00:00Z", "2025-03-10 00:00:00.000000 UTC", "2025-03-11+0900"),
}


@pytest.mark.parametrize("written", SUMMER_TIME.values(), ids=SUMMER_TIME.keys())
def test_the_date_that_is_written_counts_whatever_offset_stands_beside_it(tmp_path: Path, written: tuple) -> None:
    assert days_of(tmp_path, *written) == ["2025-03-07", "2025-03-10", "2025-03-11"]


BAD_DATES = {
    "a clock beside a zone": ("2025-03-07 15:00:00+00:00", r"2025-03-07 15:00:00\+00:00 has a time of day"),
    "words after the date": ("2025-03-07 or so", "a date cannot be read, '2025-03-07 or so' in row 1"),
    "no such offset": ("2025-03-07-5", "a date cannot be read"),
    "a short date": ("2025-3-7 00:00:00", "a date cannot be read"),
}


@pytest.mark.parametrize(("written", "words"), BAD_DATES.values(), ids=BAD_DATES.keys())
def test_what_is_no_date_alone_is_refused(tmp_path: Path, written: str, words: str) -> None:
    with pytest.raises(PriceError, match=words):
        days_of(tmp_path, written)


def test_a_parquet_of_zoned_stamps_has_the_dates_written_in_them(tmp_path: Path) -> None:
    stamps = pd.to_datetime(["2025-03-07", "2025-03-10"]).tz_localize("America/New_York")
    pd.DataFrame({"close": [1.0, 2.0]}, index=stamps.rename("Date")).to_parquet(tmp_path / "AAA.parquet")
    found = read(tmp_path, "AAA")["AAA"].frame.index
    assert [str(day) for day in found] == ["2025-03-07 00:00:00", "2025-03-10 00:00:00"]


def test_two_stamps_of_one_date_are_one_date_twice(tmp_path: Path) -> None:
    with pytest.raises(PriceError, match="2025-03-07 stands twice"):
        days_of(tmp_path, "2025-03-07", "2025-03-07 00:00:00-05:00")


# --- columns ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Dividend", r"nobody reads the column 'dividend'\. Did you mean 'dividends'\?"),
        ("Split Ratio", r"nobody reads the column 'split ratio'.*ignore = \[\"split ratio\"\]"),
        ("vwap", r"nobody reads the column 'vwap'\. Known: date, open, high, low, close, volume, dividends, splits"),
        ("capital gains", "nobody reads the column 'capital gains'"),
    ],
)
def test_a_column_that_nobody_reads_is_refused_by_its_name(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(PriceError, match=words):
        read_one(tmp_path, lines(*(f"{row},7" for row in GOOD), header=f"{HEADER},{name}"))


def test_all_unknown_columns_are_named_and_long_names_cut(tmp_path: Path) -> None:
    with pytest.raises(PriceError) as refusal:
        read_one(tmp_path, lines(*(f"{row},7,7" for row in GOOD), header=f"{HEADER},vwap,{'x' * 5000}"))
    assert "columns 'vwap', 'xxx" in str(refusal.value)
    assert len(str(refusal.value)) < 500


@pytest.mark.parametrize("notes", ['ignore = ["VWAP"]', '[files.AAA]\nignore = ["vwap"]'])
def test_prices_toml_may_leave_a_column_unread(tmp_path: Path, notes: str) -> None:
    (tmp_path / "prices.toml").write_text(notes)
    table = read_one(tmp_path, lines(*(f"{row},7" for row in GOOD), header=f"{HEADER},vwap"))
    assert table.frame["close"].tolist() == [10.5, 11, 11.25]


def test_what_says_nothing_is_passed_over(tmp_path: Path) -> None:
    numbered = [f"{number},{row},1,0," for number, row in enumerate(GOOD)]
    table = read_one(tmp_path, lines(*numbered, header=f",{HEADER},Adj Close,Capital Gains,"))
    assert table.frame["close"].tolist() == [10.5, 11, 11.25]


def test_a_cell_that_is_no_number_is_quoted_in_part(tmp_path: Path) -> None:
    with pytest.raises(PriceError) as refusal:
        read_one(tmp_path, spoilt(f"2025-06-03,10.5,12,10,{'9' * 3000}x,2000"))
    assert len(str(refusal.value)) < 400


# --- yfinance's splits --------------------------------------------------------------------------------------------


def with_stock_splits(folder: Path, before: float, now: float, ratio: float, notes: str = "") -> PriceTable:
    if notes:
        (folder / "prices.toml").write_text(f"[files.AAA]\n{notes}")
    rows = [f"2025-06-0{day},{p},{p},{p},{p},1,{s}" for day, p, s in ((2, before, 0.0), (3, now, ratio))]
    return read_one(folder, lines(*rows, header=f"{HEADER},Stock Splits"))


@pytest.mark.parametrize(("before", "now", "ratio"), [(70, 10.3, 7), (60, 41, 1.5), (1, 9.6, 0.1)])
def test_splits_of_yfinance_are_read_where_the_closes_show_them(
    tmp_path: Path, before: float, now: float, ratio: float
) -> None:
    assert with_stock_splits(tmp_path, before, now, ratio).frame["splits"].tolist() == [0, ratio]


def test_splits_that_the_closes_do_not_show_are_not_guessed_about(tmp_path: Path) -> None:
    words = r"AAA.csv, 2025-06-03: 'Stock Splits' lists 7, and the closes do not show it(.|\n)*\"AAA\" = { adjusted ="
    with pytest.raises(PriceError, match=words):
        with_stock_splits(tmp_path, 10, 10.3, 7)
    for adjusted in ("none", "split", "total"):
        table = with_stock_splits(tmp_path, 10, 10.3, 7, f'adjusted = "{adjusted}"')
        assert table.adjusted == adjusted


def test_a_column_of_splits_beside_yfinance_s_is_one_too_many(tmp_path: Path) -> None:
    with pytest.raises(PriceError, match="'splits' stands twice"):
        read_one(tmp_path, lines(f"{GOOD[0]},0,0", header=f"{HEADER},splits,Stock Splits"))


# --- which files there are ----------------------------------------------------------------------------------------


def test_all_missing_files_are_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "BBB.csv").write_text(lines(*GOOD))
    with pytest.raises(PriceError, match=r"3 symbols have no prices in .*: AAA, CCC, KRW=X\..*per US dollar"):
        read(tmp_path, "AAA", "BBB", "CCC", "KRW=X")
