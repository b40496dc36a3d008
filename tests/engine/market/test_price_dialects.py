"""Price files as people have them: what each means, and words for those that mean two things or none.

Every file holds the same three sessions of a made-up share, written as another program writes them.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from eventfolio.engine.errors import PriceError
from eventfolio.engine.market.prices import PriceTable
from eventfolio.engine.market.sources.folder import read_folder
from eventfolio.events import Securities, Security, packaged_securities

TODAY = date(2026, 6, 30)
# dates, closes and volumes of every good file
DAYS = ["2025-06-12", "2025-06-13", "2025-06-16"]
CLOSES = [1234.5, 1250.0, 1248.25]
VOLUMES = [1_200_000.0, 950_000.0, 1_000_000.0]
PLAIN = """date,open,high,low,close,volume
2025-06-12,1230,1240,1229,1234.5,1200000
2025-06-13,1235,1251,1235,1250,950000
2025-06-16,1250,1250,1247,1248.25,1000000
"""


def known(*securities: Security) -> Securities:
    return packaged_securities().with_more(Securities(securities))


def share(symbol: str, **given: object) -> Security:
    return Security.model_validate({"symbol": symbol, "name": symbol, "lot": 1, "exchange": "XNYS", **given})


def read(folder: Path, text: str | bytes, symbol: str = "AAA", notes: str = "", **given: object) -> PriceTable:
    (folder / f"{symbol}.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    if notes:
        (folder / "prices.toml").write_text(notes)
    return read_folder(folder, [symbol], [], TODAY, known(share(symbol, **given)))[symbol]


GERMAN = """Datum;Eröffnung;Hoch;Tief;Schluss;Volumen
12.06.2025;1.230,00;1.240,00;1.229,00;1.234,50;1.200.000
13.06.2025;1.235,00;1.251,00;1.235,00;1.250,00;950.000
16.06.2025;1.250,00;1.250,00;1.247,00;1.248,25;1.000.000
"""
INVESTING = """"Date","Price","Open","High","Low","Vol.","Change %"
"06/16/2025","1,248.25","1,250.00","1,250.00","1,247.00","1.00M","-0.14%"
"06/13/2025","1,250.00","1,235.00","1,251.00","1,235.00","950.00K","1.26%"
"06/12/2025","1,234.50","1,230.00","1,240.00","1,229.00","1.20M","0.37%"
"""
NASDAQ = """Date,Close/Last,Volume,Open,High,Low
06/16/2025,$1248.25,1000000,$1250.00,$1250.00,$1247.00
06/13/2025,$1250.00,950000,$1235.00,$1251.00,$1235.00
06/12/2025,$1234.50,1200000,$1230.00,$1240.00,$1229.00
"""
STOOQ = """<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>
AAA.US,D,20250612,000000,1230,1240,1229,1234.5,1200000,0
AAA.US,D,20250613,000000,1235,1251,1235,1250,950000,0
AAA.US,D,20250616,000000,1250,1250,1247,1248.25,1000000,0
"""
YAHOO_PAGE = """Date,Open,High,Low,Close*,Adj Close**,Volume
"Jun 16, 2025","1,250.00","1,250.00","1,247.00","1,248.25","1,248.25","1,000,000"
"Jun 13, 2025","1,235.00","1,251.00","1,235.00","1,250.00","1,250.00","950,000"
"Jun 12, 2025","1,230.00","1,240.00","1,229.00","1,234.50","1,234.50","1,200,000"
"""
THREE_LINES = """Price,Adj Close,Close,High,Low,Open,Volume
Ticker,AAA,AAA,AAA,AAA,AAA,AAA
Date,,,,,,
2025-06-12,1234.5,1234.5,1240,1229,1230,1200000
2025-06-13,1250,1250,1251,1235,1235,950000
2025-06-16,1248.25,1248.25,1250,1247,1250,1000000
"""
BY_TICKER = """Ticker,AAA,AAA,AAA,AAA,AAA,AAA
Price,Open,High,Low,Close,Adj Close,Volume
Date,,,,,,
2025-06-12,1230,1240,1229,1234.5,1234.5,1200000
2025-06-13,1235,1251,1235,1250,1250,950000
2025-06-16,1250,1250,1247,1248.25,1248.25,1000000
"""
OF_TWO = """Price,Adj Close,Adj Close,Close,Close,High,High,Low,Low,Open,Open,Volume,Volume
Ticker,AAA,BBB,AAA,BBB,AAA,BBB,AAA,BBB,AAA,BBB,AAA,BBB
Date,,,,,,,,,,,,
2025-06-12,1234.5,5,1234.5,5,1240,5,1229,5,1230,5,1200000,1
2025-06-13,1250,5,1250,5,1251,5,1235,5,1235,5,950000,1
2025-06-16,1248.25,5,1248.25,5,1250,5,1247,5,1250,5,1000000,1
"""
HISTORY = """Date,Open,High,Low,Close,Adj Close,Volume,Dividends,Stock Splits
2025-06-12 00:00:00-04:00,1230,1240,1229,1234.5,1234.5,1200000,0.0,0.0
2025-06-13 00:00:00-04:00,1235,1251,1235,1250,1250,950000,0.0,0.0
2025-06-16 00:00:00-04:00,1250,1250,1247,1248.25,1248.25,1000000,0.0,0.0
"""
ARIVA = """Datum;Erster;Hoch;Tief;Schlusskurs;Stuecke;Volumen
2025-06-16;1.250,00;1.250,00;1.247,00;1.248,25;1.000.000;1.248.250.000
2025-06-13;1.235,00;1.251,00;1.235,00;1.250,00;950.000;1.187.500.000
2025-06-12;1.230,00;1.240,00;1.229,00;1.234,50;1.200.000;1.481.400.000
"""


def dated(*days: str, header: str = "date") -> str:
    """The plain file with its dates written otherwise."""
    rows = [row.split(",", 1)[1] for row in PLAIN.splitlines()[1:]]
    quoted = [f'"{day}"' if "," in day else day for day in days]
    return "\n".join([PLAIN.splitlines()[0].replace("date", header), *map(",".join, zip(quoted, rows, strict=True))])


GOOD = {
    "plain": PLAIN,
    "byte order mark": b"\xef\xbb\xbf" + PLAIN.encode(),
    "UTF-16, as Excel saves it": PLAIN.replace(",", "\t").encode("utf-16"),
    "semicolons": PLAIN.replace(",", ";"),
    "tabs": PLAIN.replace(",", "\t"),
    "bars": PLAIN.replace(",", "|"),
    "semicolons and decimal commas": PLAIN.replace(",", ";").replace(".", ","),
    "tabs and decimal commas": PLAIN.replace(",", "\t").replace(".", ","),
    "a hint for Excel": "sep=;\n" + PLAIN.replace(",", ";"),
    "lines of comment": "# from somewhere\n\n" + PLAIN,
    "Windows line ends": PLAIN.replace("\n", "\r\n"),
    "blanks after commas": PLAIN.replace(",", ", "),
    "capitals": PLAIN.replace("date,open,high,low,close,volume", "Date,Open,High,Low,Close,Volume"),
    "newest first": "\n".join([PLAIN.splitlines()[0], *PLAIN.splitlines()[:0:-1]]) + "\n",
    "German": GERMAN,
    "German, in Swiss thousands": GERMAN.replace(",", ":").replace(".0", "'0").replace(".2", "'2")
    .replace(":", ".").replace("12.06", "12.06").replace("1.950", "1'950").replace("'06'2025", ".06.2025"),
    "investing.com": INVESTING,
    "nasdaq.com": NASDAQ,
    "Stooq": STOOQ,
    "Yahoo's page": YAHOO_PAGE,
    "yf.download": THREE_LINES,
    "yf.download by ticker": BY_TICKER,
    "yf.download of two": OF_TWO,
    "Ticker.history, unadjusted": HISTORY,
    "Ticker.history, of nothing to adjust for": HISTORY.replace("Adj Close,", "").replace("1234.5,1234.5", "1234.5")
    .replace("1250,1250,9", "1250,9").replace("1248.25,1248.25", "1248.25"),
    "ariva.de": ARIVA,
    "dates in one number": dated("20250612", "20250613", "20250616"),
    "dates with slashes": dated("2025/06/12", "2025/06/13", "2025/06/16", header="Timestamp"),
    "dates day first": dated("12/06/2025", "13/06/2025", "16/06/2025"),
    "dates month first": dated("06/12/2025", "06/13/2025", "06/16/2025"),
    "dates in words": dated("12 Jun 2025", "13 Jun 2025", "16 Jun 2025"),
    "dates in long words": dated("June 12, 2025", "June 13, 2025", "June 16, 2025"),
    "dates as the NSE writes them": dated("12-Jun-2025", "13-Jun-2025", "16-Jun-2025"),
    "midnights": dated("2025-06-12T00:00:00Z", "2025-06-13T00:00:00Z", "2025-06-16T00:00:00Z"),
    "midnights over there": dated("2025-06-12 00:00:00+09:00", "2025-06-13 00:00:00+09:00", "2025-06-16"),
}  # fmt: skip
GOOD["German, in Swiss thousands"] = """Datum;Eröffnung;Hoch;Tief;Schluss;Volumen
12.06.2025;1'230.00;1'240.00;1'229.00;1'234.50;1'200'000
13.06.2025;1'235.00;1'251.00;1'235.00;1'250.00;950'000
16.06.2025;1'250.00;1'250.00;1'247.00;1'248.25;1'000'000
"""


BARS = (
    ("2025-06-12", "1230", "1240", "1229", "1234.5", "1200000"),
    ("2025-06-13", "1235", "1251", "1235", "1250", "950000"),
    ("2025-06-16", "1250", "1250", "1247", "1248.25", "1000000"),
)


def written(header: str, row: str, form: str = "%Y-%m-%d", comma: bool = False) -> str:
    """A file of the three bars: its header, and each row with {d}, {o}, {h}, {l}, {c}, {v} put in."""
    lines = []
    for day, *cells in BARS:
        o, h, low, c, v = (cell.replace(".", ",") if comma else cell for cell in cells)
        lines.append(row.format(d=date.fromisoformat(day).strftime(form), o=o, h=h, l=low, c=c, v=v))
    return "\n".join([header, *lines]) + "\n"


MINGUO = written(
    "日期,成交股數,成交金額,開盤價,最高價,最低價,收盤價,漲跌價差,成交筆數", "{d},{v},9,{o},{h},{l},{c},0,5"
)
GOOD |= {
    "German, as Windows saves it": GERMAN.encode("cp1252"),
    "Korea's exchange": written('"일자","종가","대비","등락률","시가","고가","저가",'
        '"거래량","거래대금","시가총액","상장주식수"',
        '"{d}","{c}","0","0","{o}","{h}","{l}","{v}","1","1","1"', "%Y/%m/%d").encode("cp949"),
    "Korean dates": written("날짜,시가,고가,저가,종가,거래량", "{d},{o},{h},{l},{c},{v}", "%Y년 %m월 %d일"),
    "Korean, years of two digits": written("날짜,시가,고가,저가,종가,거래량", "{d},{o},{h},{l},{c},{v}", "%y.%m.%d"),
    "Korean": written("날짜,시가,고가,저가,종가,거래량", "{d},{o},{h},{l},{c},{v}"),
    "Japanese": written("日付,始値,高値,安値,終値,出来高", "{d},{o},{h},{l},{c},{v}", "%Y/%m/%d").encode("cp932"),
    "Japanese dates": written("日付,始値,高値,安値,終値,出来高", "{d},{o},{h},{l},{c},{v}", "%Y年%m月%d日"),
    "Chinese": written("日期,开盘,收盘,最高,最低,volume,成交额", "{d},{o},{c},{h},{l},{v},1").encode("gb18030"),
    "Taiwan's exchange, years from 1911": MINGUO.replace("2025-", "114/").replace("06-", "06/").encode("big5"),
    "Spanish": written("Fecha;Apertura;Máximo;Mínimo;Cierre;Volumen", "{d};{o};{h};{l};{c};{v}", "%d/%m/%Y", True)
    .encode("cp1252"),
    "Swedish": written("Datum;Öppningskurs;Högstakurs;Lägstakurs;Stängningskurs;Volym", "{d};{o};{h};{l};{c};{v}",
        comma=True).encode("cp1252"),
    "Stockholm's exchange": "sep=;\n" + written(
        "Date;Bid;Ask;Opening price;High price;Low price;Closing price;Average price;Total volume;Turnover;Trades;",
        "{d};1;1;{o};{h};{l};{c};1;{v};1;1;", comma=True),
    "Euronext, below what it says of itself": '"Historical Data"\n"From 2025-06-12"\n"FR0000000000"\n' + written(
        'Date;Open;High;Low;Last;Close;"Number of Shares";"Number of Trades";Turnover;vwap',
        "{d};{o};{h};{l};9;{c};{v};9;9;9", "%d/%m/%Y"),
    "India's exchange": written('"Date","series","OPEN","HIGH","LOW","PREV. CLOSE","ltp","close","vwap","52W H",'
        '"52W L","VOLUME","VALUE","No of trades"',
        '"{d}","EQ","{o}","{h}","{l}","9","9","{c}","9","9","9","{v}","9","9"', "%d-%b-%Y"),
    "Bombay's exchange": written("Date,Open Price,High Price,Low Price,Close Price,WAP,No.of Shares,No. of Trades,"
        "Total Turnover (Rs.),Deliverable Quantity", "{d},{o},{h},{l},{c},1,{v},1,1,1", "%d-%B-%Y"),
    "investing.com in German": written('"Datum","Zuletzt","Eröffn.","Hoch","Tief","Vol.","+/- %"',
        '"{d}","{c}","{o}","{h}","{l}","{v}","0,1%"', "%d.%m.%Y", True),
    "investing.com in French": written('"Date","Dernier","Ouv."," Plus Haut","Plus Bas","Vol.","Variation %"',
        '"{d}","{c}","{o}","{h}","{l}","{v}","0,1%"', "%d/%m/%Y", True),
    "Bloomberg's fields": written("Date,PX_OPEN,PX_HIGH,PX_LOW,PX_LAST,PX_VOLUME", "{d},{o},{h},{l},{c},{v}",
        "%m/%d/%Y"),
    "MetaTrader": written("<DATE>|<OPEN>|<HIGH>|<LOW>|<CLOSE>|<TICKVOL>|<VOL>|<SPREAD>", "{d}|{o}|{h}|{l}|{c}|5|{v}|1",
        "%Y.%m.%d").replace("|", "\t"),
    "TradingView": written("time,open,high,low,close,Volume", "{d},{o},{h},{l},{c},{v}"),
    "Alpha Vantage": written("timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient",
        "{d},{o},{h},{l},{c},7,{v},0,1"),
    "Tiingo": written("date,close,high,low,open,volume,adjClose,adjHigh,adjLow,adjOpen,adjVolume,divCash,splitFactor",
        "{d}T00:00:00.000Z,{c},{h},{l},{o},{v},7,7,7,7,7,0,1"),
    "two-digit years": written("Date, Open, High, Low, Close, Volume", "{d},{o},{h},{l},{c},{v}", "%m/%d/%y"),
    "two-digit years, day first": written("Datum;Erster;Hoch;Tief;Schlusskurs;Stuecke;Volumen",
        "{d};{o};{h};{l};{c};{v};5", "%d.%m.%y", True),
    "two-digit years first": written("date,open,high,low,close,volume", "{d},{o},{h},{l},{c},{v}", "%y/%m/%d"),
    "GOOGLEFINANCE": written("Date,Open,High,Low,Close,Volume", "{d} 16:00:00,{o},{h},{l},{c},{v}", "%m/%d/%Y"),
}  # fmt: skip
GOOD["German, thousands in the volume alone"] = """Datum;Eröffnung;Hoch;Tief;Schluss;Volumen
12.06.2025;1230;1240;1229;1234,5;1.200.000
13.06.2025;1235;1251;1235;1250;950.000
16.06.2025;1250;1250;1247;1248,25;1.000.000
"""
GOOD["English, thousands in the volume alone"] = """date,open,high,low,close,volume
2025-06-12,1230,1240,1229,1234.5,"1,200,000"
2025-06-13,1235,1251,1235,1250,"950,000"
2025-06-16,1250,1250,1247,1248.25,"1,000,000"
"""


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD.keys())
def test_a_file_of_another_program_means_the_same_sessions(tmp_path: Path, text: str | bytes) -> None:
    table = read(tmp_path, text)
    assert [str(day.date()) for day in table.frame.index] == DAYS
    assert table.frame["close"].tolist() == CLOSES
    assert table.frame["volume"].tolist() == VOLUMES
    assert table.frame["high"].tolist() == [1240.0, 1251.0, 1250.0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GERMAN, {"delimiter": "';'", "decimal": ",", "thousands": ".", "dates": "as 12.06.2025"}),
        (INVESTING, {"delimiter": "','", "decimal": ".", "thousands": ",", "is_newest_first": True}),
        (THREE_LINES, {"header": "yfinance's three lines", "is_yahoo": True}),
        (STOOQ, {"header": "Stooq's names", "dates": "as 20250612", "is_yahoo": False}),
        (INVESTING, {"header": "investing.com's names"}),
        (GOOD["investing.com in German"], {"header": "investing.com's names", "dates": "as 12.06.2025"}),
        (NASDAQ, {"header": "nasdaq.com's names"}),
        (GOOD["TradingView"], {"header": "TradingView's names"}),
        (GOOD["Tiingo"], {"header": "", "is_gross": True, "is_yahoo": False}),
        (PLAIN, {"header": "", "is_gross": False}),
        (PLAIN, {"delimiter": "','", "decimal": ".", "thousands": "", "dates": "", "is_newest_first": False}),
    ],
)
def test_how_a_file_was_understood_is_kept(tmp_path: Path, text: str, said: dict[str, object]) -> None:
    understood = read(tmp_path, text).understood
    assert {name: getattr(understood, name) for name in said} == said


# --- two readings -------------------------------------------------------------------------------------------------

# In 2021: 01/04 is a Friday (Good Friday's eve) or the first Monday of January.
APRIL = "date,close\n01/04/2021,10\n06/04/2021,11\n07/04/2021,12\n"


def test_the_order_of_rows_settles_which_figure_is_the_day(tmp_path: Path) -> None:
    frame = read(tmp_path, "date,close\n01/04/2021,10\n01/05/2021,11\n01/06/2021,12\n02/02/2021,12\n").frame
    assert [str(day.date()) for day in frame.index] == ["2021-01-04", "2021-01-05", "2021-01-06", "2021-02-02"]


def test_the_exchange_s_sessions_settle_what_the_rows_do_not(tmp_path: Path) -> None:
    # Day first: Thursday 1, Tuesday 6, Wednesday 7 April, all sessions; month first 4 July is a Sunday.
    frame = read(tmp_path, APRIL).frame
    assert [str(day.date()) for day in frame.index] == ["2021-04-01", "2021-04-06", "2021-04-07"]


def test_without_known_sessions_two_readings_are_refused_with_both(tmp_path: Path) -> None:
    (tmp_path / "AAA.csv").write_text(APRIL)
    with pytest.raises(PriceError, match=r"'01/04/2021' may be 2021-04-01 or 2021-01-04"):
        read_folder(tmp_path, ["AAA"], [], TODAY)


@pytest.mark.parametrize("cell", ["1.234", "1,234"])
def test_a_figure_of_two_readings_is_refused_with_both(tmp_path: Path, cell: str) -> None:
    text = f"date;open;close;volume\n2025-06-12;{cell};{cell};100\n"
    with pytest.raises(PriceError, match=rf"'{cell}' may be 1\.234 or 1234, and no other cell settles which"):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("other", "close"), [("1.230,50", 1234.0), ("1,5", 1234.0), ("0.5", 1.234), ("1.5", 1.234), ("2.500.000", 1234.0)]
)
def test_another_cell_settles_a_figure_of_two_readings(tmp_path: Path, other: str, close: float) -> None:
    text = f"date;close;dividends\n2025-06-12;1.234;\n2025-06-13;1.234;{other}\n"
    assert read(tmp_path, text).frame["close"].tolist() == [close, close]


def test_thousands_are_marked_though_the_first_figures_have_none(tmp_path: Path) -> None:
    rows = "2025-06-12;999,5;999,5;999,5;999,5;10\n2025-06-13;1.000,5;1.000,5;1.000,5;1.000,5;10\n"
    assert read(tmp_path, f"date;open;high;low;close;volume\n{rows}").frame["close"].tolist() == [999.5, 1000.5]


def test_points_beside_commas_between_cells_are_before_decimals(tmp_path: Path) -> None:
    assert read(tmp_path, "date,close\n2025-06-12,1.234\n").frame["close"].tolist() == [1.234]


# --- what is refused ----------------------------------------------------------------------------------------------

SPOILED = {
    "nothing": ("", "AAA.csv is empty"),
    "blank lines": ("\n\n# a comment\n", "AAA.csv is empty"),
    "no header": ("\n".join(PLAIN.splitlines()[1:]), "its first line is '2025-06-12,1230.*names of columns"),
    "no date": (PLAIN.replace("date", "when"), "no column 'date'"),
    "no close": (PLAIN.replace("close", "last"), "no column 'close'"),
    "German without a delimiter's worth": (GERMAN.replace(";", ","), "more cells than the header.*put ';'"),
    "decimal commas between commas": (PLAIN.replace("1234.5", "1234,5"), "more cells than the header.*put ';'"),
    "two decimal marks": (GERMAN.replace("1.247,00", "1247.5"), "decimal point and.*decimal comma"),
    "groups of two": (GERMAN.replace("1.247,00", "12.47,00"), "low '12.47,00' is not a number"),
    "text for a price": (PLAIN.replace("1250,950000", "n.a.?,950000"), "close 'n.a.\\?' is not a number"),
    "two currencies' signs": (PLAIN.replace("1250,950000", "USD 1250,950000"), "close 'USD 1250' is not a number"),
    "a split in words": (
        PLAIN.replace("volume\n", "volume,splits\n").replace("00\n", "00,7:1\n"),
        "splits '7:1' is not a number",
    ),
    "an unknown column": (PLAIN.replace("volume\n", "volume,vwap\n").replace("00\n", "00,1\n"), "column 'vwap'"),
    "a dividend under another name": (
        PLAIN.replace("volume\n", "volume,Dividend\n").replace("00\n", "00,1\n"),
        "column 'dividend'.*Did you mean 'dividends'",
    ),
    "date twice": (PLAIN.replace("open", "Date"), "'date' stands twice"),
    "another's file": (THREE_LINES.replace("AAA", "BBB"), "its header names BBB, not AAA"),
    "rows of two symbols": (STOOQ.replace("AAA.US,D,20250613", "BBB.US,D,20250613"), "rows of 2 symbols"),
    "hours": (STOOQ.replace("20250613,000000", "20250613,103000"), "has the time 103000"),
    "a clock beside a date": (dated("2025-06-12 09:30", "2025-06-13", "2025-06-16"), "has a time of day"),
    "seconds since 1970": (dated("1749686400", "1749772800", "1750032000"), "'1749686400' counts seconds"),
    "a month of thirteen": (dated("13/14/2025", "06/13/2025", "06/16/2025"), "'13/14/2025' is no date"),
    "both orders of dates": (dated("06/13/2025", "13/06/2025", "06/16/2025"), "is no date, or not all rows"),
    "apostrophes for years": (dated("12 Jun '25", "13 Jun '25", "16 Jun '25"), "a date cannot be read, '12 Jun '25'"),
    "mixed dates": (dated("2025-06-12", "13.06.2025", "2025-06-16"), "a date cannot be read, '13.06.2025'"),
    "a date in French": (dated("12 juin 2025", "13 juin 2025", "16 juin 2025"), "a date cannot be read"),
    "out of order": (dated("2025-06-13", "2025-06-12", "2025-06-16"), "2025-06-12 stands after 2025-06-13"),
    "a date twice": (dated("2025-06-12", "2025-06-12", "2025-06-16"), "2025-06-12 stands twice"),
    "newest first and a date twice": (dated("2025-06-16", "2025-06-16", "2025-06-12"), "2025-06-16 stands twice"),
    "Latin letters": (PLAIN.encode() + "Übertrag\n".encode("latin-1"), "AAA.csv is not text in UTF-8"),
    "letters of no charset": (b"\x81\xfe" + GERMAN.encode("latin-1"), "AAA.csv is not text in UTF-8"),
    "a volume that may count lots": (PLAIN.replace("volume", "成交量"), 'nobody reads .*ignore = \\["成交量"\\]'),
    "clocks of another zone": (dated("6/11/2025 15:00:00", "6/14/2025 15:00:00", "6/15/2025 15:00:00"), "time of day"),
    "two-digit years of three readings": (dated("03/10/06", "02/12/03", "03/02/09"), "may be"),
    "history as yfinance gives it": (HISTORY.replace("Adj Close,", "").replace("1234.5,1234.5", "1234.5")
        .replace("1250,1250,9", "1250,9").replace("1248.25,1248.25", "1248.25").replace("1000000,0.0", "1000000,0.25"),
        "without 'Adj Close'.*prices.toml"),
    "download as yfinance gives it": (
        "Date,Close,High,Low,Open,Volume\n2025-06-12,1234.5,1240,1229,1230,1200000\n",
        "without 'Adj Close'.*prices.toml",
    ),
    "three lines as yfinance gives them": (
        "Price,Close,Volume\nTicker,AAA,AAA\nDate,,\n2025-06-12,1234.5,1200000\n",
        "yfinance's columns without 'Adj Close'",
    ),
    "splits divided already and raw": (
        HISTORY.replace("1250,1250,950000,0.0,0.0", "625,625,950000,0.0,2.0").replace("1235,1251,1235", "620,626,619")
        .replace("1250,1250,1247,1248.25,1248.25", "625,625,623,624,624"),
        "lists a split of 2 for 1 on 2025-06-13.*has not divided.*adjusted = \"none\"",
    ),
    "high below low": (PLAIN.replace("1251,1235", "1235,1251"), "high is below low"),
    "a web page": ("<!DOCTYPE html>\n<html>\n", "no column 'date'"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "words"), SPOILED.values(), ids=SPOILED.keys())
def test_a_spoiled_file_is_refused_in_words(tmp_path: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(PriceError, match=f"(?s){words}"):
        read(tmp_path, text)


# --- Yahoo's columns ----------------------------------------------------------------------------------------------

# Traded at 70 and 72, split 7 for 1 on 2025-06-16, then at 10.5 and 10; 0.07 paid on 2025-06-13 on the old share.
# Yahoo divides by 7: 10 and 10.2857142857, 0.01, and multiplies volumes. Adj Close takes the dividend out too.
SPLIT = """Date,Open,High,Low,Close,Adj Close,Volume,Dividends,Stock Splits
2025-06-12,10,10,10,10,9.990277,700,0,0
2025-06-13,10.285714,10.285714,10.285714,10.285714,10.285714,7000,0.01,0
2025-06-16,10.5,10.5,10.5,10.5,10.5,500,0,7
2025-06-17,10,10,10,10,10,600,0,0
"""


def test_a_file_with_adjusted_closes_and_splits_is_made_raw_by_them(tmp_path: Path) -> None:
    table = read(tmp_path, SPLIT)
    assert table.adjusted == "none"
    assert table.frame["close"].tolist() == [70.0, 72.0, 10.5, 10.0]
    assert table.frame["volume"].tolist() == [100.0, 1000.0, 500.0, 600.0]
    assert table.frame["dividends"].tolist() == [0.0, 0.07, 0.0, 0.0]
    assert table.frame["splits"].tolist() == [0.0, 0.0, 7.0, 0.0]
    assert table.dividends == "gross"


def test_a_file_with_adjusted_closes_and_no_splits_is_divided_by_them(tmp_path: Path) -> None:
    text = "Date,Open,High,Low,Close,Adj Close,Volume\n2025-06-12,10,10,10,10,9.99,700\n"
    table = read(tmp_path, text)
    assert (table.adjusted, table.frame["close"].tolist()) == ("split", [10.0])


@pytest.mark.parametrize("adjusted", ["none", "split", "total"])
def test_what_prices_toml_says_of_a_file_in_yahoo_s_columns_goes(tmp_path: Path, adjusted: str) -> None:
    table = read(tmp_path, SPLIT, notes=f'[files]\nAAA = {{ adjusted = "{adjusted}" }}')
    assert (table.adjusted, table.frame["close"].tolist()) == (adjusted, [10.0, 10.285714, 10.5, 10.0])


def test_a_file_without_adjusted_closes_whose_prices_show_each_split_is_raw(tmp_path: Path) -> None:
    text = (
        "Date,Open,High,Low,Close,Volume,Stock Splits\n2025-06-13,72,72,72,72,1,0\n2025-06-16,10.5,10.5,10.5,10.5,1,7\n"
    )
    table = read(tmp_path, text)
    assert (table.adjusted, table.frame["close"].tolist()) == ("none", [72.0, 10.5])


# --- units --------------------------------------------------------------------------------------------------------

PENCE = "date,open,high,low,close,volume,dividends\n2025-06-12,512.4,512.4,512.4,512.4,1000,25.5\n"


@pytest.mark.parametrize(
    ("symbol", "unit", "close"),
    [
        ("AAA.L", "GBp", 5.124),
        ("AAA.L", "GBX", 5.124),
        ("AAA.L", "GBP", 512.4),
        ("AAA.TA", "ILA", 5.124),
        ("AAA.JO", "ZAc", 5.124),
        ("AAA.JO", "ZAC", 5.124),
    ],
)
@pytest.mark.parametrize("where", ["unit = '{}'", "[files.'{1}']\nunit = '{0}'"])
def test_prices_in_hundredths_are_turned_once(tmp_path: Path, symbol: str, unit: str, close: float, where: str) -> None:
    exchange = {"L": "XLON", "TA": "XTAE", "JO": "XJSE"}[symbol[4:]]
    table = read(tmp_path, PENCE, symbol, where.format(unit, symbol), exchange=exchange)
    assert table.frame["close"].tolist() == [close]
    assert table.frame["dividends"].tolist() == [close / 512.4 * 25.5 if close == 512.4 else 0.255]
    assert table.frame["volume"].tolist() == [1000.0]
    assert table.unit == ("" if unit == "GBP" else unit)


@pytest.mark.parametrize("symbol", ["AAA.L", "AAA.TA", "AAA.JO"])
def test_a_file_that_does_not_say_pence_or_pounds_is_refused(tmp_path: Path, symbol: str) -> None:
    exchange = {"L": "XLON", "TA": "XTAE", "JO": "XJSE"}[symbol[4:]]
    with pytest.raises(PriceError, match=r"may be in (GBP|ILS|ZAR) or in its hundredths") as refusal:
        read(tmp_path, PENCE, symbol, exchange=exchange)
    unit = {"L": "GBp", "TA": "ILA", "JO": "ZAc"}[symbol[4:]]
    folder, file = str(refusal.value).split("\n", 1)[1].split("  [files]\n")
    for advice in (folder, "[files]\n" + file):  # either makes it read
        assert read(tmp_path, PENCE, symbol, advice, exchange=exchange).unit == unit


@pytest.mark.parametrize(
    ("symbol", "given", "unit", "words"),
    [
        ("AAA.L", {"exchange": "XLON"}, "GBx", "unit 'GBx' is no currency, nor a hundredth of one"),
        ("AAA.L", {"exchange": "XLON"}, "USD", "says it is in USD, and AAA.L is in GBP"),
        ("AAA.L", {"exchange": "XLON"}, "ILA", "says it is in ILA, and AAA.L is in GBP"),
        ("AAA", {}, "EUR", "says it is in EUR, and AAA is in USD"),
        ("AAA", {}, "pence", "prices.toml, files, AAA: unit 'pence'"),
    ],
)
def test_a_unit_of_another_currency_is_refused(tmp_path: Path, symbol: str, given: dict, unit: str, words: str) -> None:
    with pytest.raises(PriceError, match=words):
        read(tmp_path, PENCE, symbol, f"[files.'{symbol}']\nunit = '{unit}'", **given)


def test_a_folder_s_unit_is_no_matter_to_listings_in_other_money_and_to_indices(tmp_path: Path) -> None:
    assert read(tmp_path, PENCE, notes="unit = 'GBp'").frame["close"].tolist() == [512.4]
    in_dollars = read(tmp_path, PENCE, "BBB.L", exchange="XLON", currency="USD")
    assert in_dollars.frame["close"].tolist() == [512.4]
    index = read(tmp_path, PENCE, "^FTSE", exchange="XLON", kind="index")
    assert index.frame["close"].tolist() == [512.4]


def test_hundredths_of_figures_lose_no_digit() -> None:
    from eventfolio.engine.market.sources.figures import in_major

    values = [0.1, 0.33, 512.4, 1234.55, 99999.99, 123456.789, np.nan]
    assert repr(in_major(np.array(values)).tolist()) == "[0.001, 0.0033, 5.124, 12.3455, 999.9999, 1234.56789, nan]"
