"""What columns of price files are called by those who write them: exchanges, data vendors, brokers, spreadsheets.

Names are in small letters, without marks around them. Left out are those that mean more than one thing: of a name that
is not here the file is refused, since a dividend or a split may be under it.
"""

from __future__ import annotations

from collections.abc import Sequence

_CALLED: dict[str, tuple[str, ...]] = {
    "date": (
        *("datum", "day", "timestamp", "datetime", "trade date", "trading date", "business date", "fecha", "data"),
        *("dato", "päivämäärä", "tarih", "日付", "日期", "交易日期", "날짜", "일자", "дата"),
    ),
    "open": (
        *("eröffnung", "eroeffnung", "eröffn.", "erster", "ouverture", "ouv.", "apertura", "abertura", "open price"),
        *("opening price", "open*", "px_open", "öppningskurs", "öppning", "始値", "开盘", "开盘价", "開盤價", "시가"),
    ),
    "high": (
        *("hoch", "plus haut", "+ haut", "massimo", "max.", "máximo", "máxima", "high price", "day high", "px_high"),
        *("högstakurs", "högsta", "高値", "最高", "最高价", "最高價", "고가"),
    ),
    "low": (
        *("tief", "plus bas", "+ bas", "minimo", "min.", "mínimo", "mínima", "low price", "day low", "px_low"),
        *("lägstakurs", "lägsta", "安値", "最低", "最低价", "最低價", "저가"),
    ),
    "close": (
        *("schluss", "schlusskurs", "clôture", "cloture", "chiusura", "cierre", "fechamento", "close price"),
        *(
            "closing price",
            "close/last",
            "close*",
            "px_last",
            "stängningskurs",
            "終値",
            "收盘",
            "收盘价",
            "收盤價",
            "종가",
        ),
    ),
    "volume": (
        *("vol", "vol.", "volumen", "stuecke", "stücke", "volumi", "volym", "shares traded", "number of shares"),
        *("no.of shares", "no. of shares", "total volume", "total traded quantity", "px_volume"),
        *("出来高", "成交股數", "成交股数", "거래량"),
    ),
    "adj close": ("adj close**", "adj. close", "adj_close", "adjclose", "adjusted close", "adjusted_close"),
    "dividends": ("dividend_amount", "divcash"),  # Alpha Vantage, Tiingo, beside prices as traded
    "splits": ("split_coefficient", "splitfactor"),
}
MEANS = {name: column for column, names in _CALLED.items() for name in names}
GROSS = frozenset(_CALLED["dividends"])  # of vendors, who list what was paid before tax

# The price of the last trade, where no column holds the close: vendors who write one alone mean the close by it.
LAST = ("price", "last price", "zuletzt", "dernier", "ultimo", "último")

# Columns that say nothing a backtest asks for: changes, money turned over, numbers of trades.
_NOTHING = frozenset(
    (
        *("change %", "variation %", "+/- %", "var. %", "variaz. %", "% var.", "변동 %", "openint", "per"),
        *("대비", "등락률", "거래대금", "시가총액", "상장주식수", "前日比", "前日比%", "売買代金", "涨跌额", "涨跌幅"),
        *("振幅", "换手率", "成交额", "成交金額", "成交金额", "漲跌價差", "成交筆數"),
    )
)
# Those that say nothing beside a column that only one exchange or vendor writes: elsewhere the same name may be
# somebody's own, and is refused.
_BESIDE: dict[str, tuple[str, ...]] = {
    "number of shares": ("last", "number of trades", "turnover", "vwap"),  # Euronext
    "closing price": ("bid", "ask", "average price", "turnover", "trades"),  # Nasdaq in Stockholm
    "52w h": ("series", "prev. close", "ltp", "vwap", "52w h", "52w l", "value", "no of trades"),  # India's NSE
    "no.of shares": (  # Bombay
        *("wap", "no. of trades", "total turnover (rs.)", "deliverable quantity", "% deli. qty to traded qty"),
        *("spread high-low", "spread close-open"),
    ),
    "tickvol": ("tickvol", "spread"),  # MetaTrader
    "divcash": ("adjopen", "adjhigh", "adjlow", "adjvolume"),  # Tiingo
    "stuecke": ("turnover",),  # Germany's, where 'Volumen' is money
}


def says_nothing(names: Sequence[str]) -> set[str]:
    """Those of a header's names, in small letters, that are passed over."""
    small = {name.strip().strip("<>").strip().lower() for name in names}
    found = small & _NOTHING
    for sign, beside in _BESIDE.items():
        if sign in small:
            found |= set(beside)
    return found


def meant(name: str) -> str:
    """The column that a name as written stands for, or the name in small letters."""
    small = name.strip().strip("<>").strip().lower()
    return MEANS.get(small, small)


def whose(written: Sequence[str]) -> str:
    """The vendor whose names of columns a header has, of those whose prices are mostly not as traded; "" of another."""
    small = {name.strip().lower() for name in written}
    if written[0].strip() == "<TICKER>":
        return "Stooq"
    if "close/last" in small:
        return "nasdaq.com"
    if "time" in small and not any(meant(name) == "date" for name in written):
        return "TradingView"
    return "investing.com" if "vol." in small and small & set(LAST) and small & _NOTHING else ""


def is_header(cells: Sequence[str]) -> bool:
    """Whether the cells of a line are names of columns, a date's and a close's among them."""
    names = {meant(cell) for cell in cells}
    return bool(names & {"date", "time"}) and bool(names & {"close", *LAST})


def is_known(cell: str) -> bool:
    """Whether a name of a column is one that is read, or passed over."""
    return meant(cell) in _CALLED or meant(cell) in LAST or cell.strip().lower() in _NOTHING
