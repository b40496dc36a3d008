"""Finds where a symbol trades, for the clocks of imports: exchange (MIC) and time zone; New York where nothing says."""

from __future__ import annotations

from eventfolio.events.exchanges import EXCHANGES, exchange_of_symbol
from eventfolio.events.securities import Securities

_NEW_YORK = EXCHANGES["XNYS"]


def place_of(symbol: str, securities: Securities) -> tuple[str, str]:
    """Exchange and time zone of a symbol: its security's, else its suffix's, else New York's."""
    security = securities.get(symbol)
    exchange = EXCHANGES[security.exchange] if security else exchange_of_symbol(symbol) or _NEW_YORK
    return exchange.mic, exchange.zone


# EODHD names the exchange behind a point, by codes of its own; what is not here is kept as it is written.
_EODHD = {"US": "", "KO": ".KS", "KQ": ".KQ", "LSE": ".L", "XETRA": ".DE", "F": ".F", "SHG": ".SS", "SHE": ".SZ"}
_EODHD |= {"AU": ".AX", "NSE": ".NS", "BSE": ".BO", "TSE": ".T"}


def from_eodhd(code: str) -> str:
    """EODHD's code as Yahoo writes it: AAPL.US is AAPL, 0700.HK stays."""
    name, _, exchange = code.rpartition(".")
    return f"{name}{_EODHD[exchange]}" if name and exchange in _EODHD else code
