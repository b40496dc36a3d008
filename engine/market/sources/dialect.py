"""Reads CSV files of prices in the dialects in use: delimiter, header, names of columns.

One table comes out whatever program wrote the file: cells as text, columns under the names that `as_table` reads. What
cannot be told apart is refused with both readings.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from eventfolio.engine.errors import PriceError
from eventfolio.engine.market.prices import Understood
from eventfolio.engine.market.sources.column_names import GROSS, LAST, is_header, is_known, meant, says_nothing, whose
from eventfolio.events.errors import shown

_DELIMITERS = {",": "','", ";": "';'", "\t": "tab", "|": "'|'"}
_ABOVE = 10  # lines within which a header stands, below what a program says of itself
# Of files that are not UTF-8; a charset is known by a header that has names of columns in it alone.
_CHARSETS = ("cp949", "cp932", "gb18030", "big5", "cp1252")


def read_cells(data: bytes, where: str, symbol: str) -> tuple[pd.DataFrame, Understood]:
    """The cells of a CSV file as text (NaN where empty), one column a name, and how the file was understood.

    Raises: PriceError for what is not text, has no header, or is of another symbol
    """
    text = _decoded(data, where)
    lines = text.splitlines()
    skip = 0
    while skip < len(lines) and (not lines[skip].strip() or lines[skip].lower().startswith(("sep=", "#"))):
        skip += 1
    if skip == len(lines):
        raise PriceError(f"{where} is empty. A price file needs date,open,high,low,close,volume.")
    skip = _header(lines, skip)
    delimiter = _delimiter(lines[skip])
    understood = Understood(delimiter=_DELIMITERS[delimiter])
    body = "\n".join(lines[skip:])
    head = [_split(line, delimiter) for line in lines[skip : skip + 3]]
    if _is_of_several_lines(head):
        names = _three_lines(head, where, symbol)
        frame = _table(body, delimiter, header=None, skip=3, where=where)
        if len(frame.columns) > len(names):
            raise PriceError(f"{where}: a row has {len(frame.columns)} cells, its three header lines {len(names)}.")
        frame.columns = pd.Index(names[: len(frame.columns)])
        frame = frame.loc[:, [bool(name) for name in frame.columns]]
        return frame, replace(understood, header="yfinance's three lines", is_yahoo=True)
    if len(head[0]) > 1 and head[0][0][:1].isdigit():
        raise PriceError(
            f"{where}: its first line is '{shown(lines[skip])}', not the names of columns. "
            "Put date,open,high,low,close,volume above it."
        )
    frame = _table(body, delimiter, header=0, skip=0, where=where)
    return _plain_names(frame, where, symbol, understood)


def is_yahoos(names: Sequence[str]) -> bool:
    """Whether names of columns, as written, are those of Yahoo's downloads and of nobody else's."""
    small = {name.strip().lower() for name in names}
    return (
        "stock splits" in small
        or bool(small & {"adj close", "adj close**"})
        or [name.strip() for name in names[1:6]] == ["Close", "High", "Low", "Open", "Volume"]  # yf.download, one level
    )


def _decoded(data: bytes, where: str) -> str:
    for mark, code in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(code, errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        found = [text for charset in _CHARSETS if (text := _in_charset(data, charset)) is not None]
        if len(found) == 1:
            return found[0]
        raise PriceError(f"{where} is not text in UTF-8. Save it as CSV.") from None


def _in_charset(data: bytes, charset: str) -> str | None:
    """A text in one charset, where its header is known by letters that only this one gives."""
    try:
        text = data.decode(charset)
    except UnicodeDecodeError:
        return None
    lines = text.splitlines()
    header = lines[_header(lines, 0)] if lines else ""
    is_a_header = not header.isascii() and is_header(_split(header, _delimiter(header)))
    odd = [cell for cell in _split(header, _delimiter(header)) if not cell.isascii()]
    return text if is_a_header and any(map(is_known, odd)) else None


def _header(lines: list[str], first: int) -> int:
    """The number of the line with the names of columns, below lines in which a program tells of itself."""
    for number, line in enumerate(lines[first : first + _ABOVE], start=first):
        if is_header(_split(line, _delimiter(line))):
            return number
    return first


def _delimiter(line: str) -> str:
    """The mark between the cells of a header: the one that splits it most, a comma where none does."""
    return max(_DELIMITERS, key=lambda mark: (line.count(mark), mark == ","))


def _split(line: str, delimiter: str) -> list[str]:
    return [cell.strip().strip('"').strip() for cell in line.split(delimiter)]


def _is_of_several_lines(head: list[list[str]]) -> bool:
    return len(head) == 3 and {head[0][0].lower(), head[1][0].lower()} == {"price", "ticker"}


def _three_lines(head: list[list[str]], where: str, symbol: str) -> list[str]:
    """Names of columns from yfinance's three header lines; "" for columns of other symbols."""
    prices, tickers = head[:2] if head[0][0].lower() == "price" else (head[1], head[0])
    named = [ticker for ticker in tickers[1:] if ticker]
    if symbol not in named:
        others = ", ".join(dict.fromkeys(named)) or "no symbol"
        raise PriceError(f"{where}: its header names {shown(others)}, not {symbol}. Name the file after its symbol.")
    names = [
        name.lower() if ticker == symbol else ""
        for name, ticker in zip(prices[1:], [*tickers[1:], *[""] * len(prices)], strict=False)
    ]
    return ["date", *names]


def _table(body: str, delimiter: str, header: int | None, skip: int, where: str) -> pd.DataFrame:
    """The rows under a header: plain figures between commas as such, which is quick; of others every cell as text."""
    if delimiter == "," and header == 0:
        frame = _rows(body, delimiter, header, skip, where, None)
        if sum(dtype.kind not in "if" for dtype in frame.dtypes) <= 1:
            return frame
    return _rows(body, delimiter, header, skip, where, str)


def _rows(
    body: str, delimiter: str, header: int | None, skip: int, where: str, dtype: type[str] | None
) -> pd.DataFrame:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            return pd.read_csv(
                io.StringIO(body),
                sep=delimiter,
                header=header,
                skiprows=skip,
                dtype=dtype,
                skipinitialspace=True,
                na_values=["-", "–", "—"],
                index_col=False,
            )
    except pd.errors.ParserWarning:
        raise PriceError(
            f"{where}: rows have more cells than the header. Where decimals have a comma, put ';' between the cells."
        ) from None
    except pd.errors.EmptyDataError:
        raise PriceError(f"{where}: no rows. A price file needs a header and at least one row.") from None
    except (pd.errors.ParserError, ValueError) as error:
        first = next(iter(str(error).strip().splitlines()), type(error).__name__)
        between = _DELIMITERS[delimiter]
        raise PriceError(f"{where} cannot be read, taking {between} between cells: {shown(first)}") from None


def _plain_names(
    frame: pd.DataFrame, where: str, symbol: str, understood: Understood
) -> tuple[pd.DataFrame, Understood]:
    """The frame under the names that are read, without columns that say nothing."""
    written = [str(name).strip() for name in frame.columns]
    yahoo = is_yahoos(written)
    vendor = whose(written)
    names = [meant(name) for name in written]
    small = [name.lower() for name in written]
    if "stuecke" in small and "volumen" in small:
        names[small.index("volumen")] = "turnover"  # in money, beside the number of shares
    last = [name for name in LAST if name in names]
    if "close" not in names and last:
        names[names.index(last.pop(0))] = "close"
    if "date" not in names and "time" in names:  # TradingView's
        names[names.index("time")] = "date"
    frame.columns = pd.Index(names)
    if "date" in names:
        drop = [name for name in names if name in (*says_nothing(written), *last, "ticker", "time")]
        if "time" in drop:
            _check_time(frame, where)
        if "ticker" in drop:
            _check_ticker(frame, where, symbol)
        frame = frame.drop(columns=drop)
    header = f"{vendor}'s names" if vendor else ""
    return frame, replace(understood, is_yahoo=yahoo, header=header, is_gross=bool(GROSS & set(small)))


def _check_time(frame: pd.DataFrame, where: str) -> None:
    clocks = frame["time"].dropna().astype(str).str.replace(":", "").str.strip("0")
    if (clocks != "").any():
        clock = frame["time"].dropna()[clocks != ""].iloc[0]
        raise PriceError(f"{where}: a row has the time {shown(clock)}. Bars of days are read, one row a date.")


def _check_ticker(frame: pd.DataFrame, where: str, symbol: str) -> None:
    found = frame["ticker"].dropna().unique()
    if len(found) > 1:
        raise PriceError(f"{where}: rows of {len(found)} symbols ({shown(', '.join(found[:3]))} …). One file a symbol.")
