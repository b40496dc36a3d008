"""Finds where a symbol trades by its ending, as Yahoo writes it: exchange (MIC) and zone; New York without one.

Source: Yahoo's help page "Exchanges and data providers"; the MICs are ISO 10383.
"""

from __future__ import annotations

from eventfolio.events.securities import Securities

NEW_YORK = ("XNYS", "America/New_York")
_ENDINGS = {
    "KS": ("XKRX", "Asia/Seoul"),
    "KQ": ("XKRX", "Asia/Seoul"),
    "T": ("XTKS", "Asia/Tokyo"),
    "HK": ("XHKG", "Asia/Hong_Kong"),
    "SS": ("XSHG", "Asia/Shanghai"),
    "SZ": ("XSHG", "Asia/Shanghai"),
    "BJ": ("XSHG", "Asia/Shanghai"),
    "TW": ("XTAI", "Asia/Taipei"),
    "TWO": ("XTAI", "Asia/Taipei"),
    "NS": ("XBOM", "Asia/Kolkata"),
    "BO": ("XBOM", "Asia/Kolkata"),
    "SI": ("XSES", "Asia/Singapore"),
    "JK": ("XIDX", "Asia/Jakarta"),
    "KL": ("XKLS", "Asia/Kuala_Lumpur"),
    "BK": ("XBKK", "Asia/Bangkok"),
    "AX": ("XASX", "Australia/Sydney"),
    "NZ": ("XNZE", "Pacific/Auckland"),
    "L": ("XLON", "Europe/London"),
    "IR": ("XDUB", "Europe/Dublin"),
    "DE": ("XETR", "Europe/Berlin"),
    "F": ("XFRA", "Europe/Berlin"),
    "PA": ("XPAR", "Europe/Paris"),
    "AS": ("XAMS", "Europe/Amsterdam"),
    "BR": ("XBRU", "Europe/Brussels"),
    "LS": ("XLIS", "Europe/Lisbon"),
    "MI": ("XMIL", "Europe/Rome"),
    "MC": ("XMAD", "Europe/Madrid"),
    "SW": ("XSWX", "Europe/Zurich"),
    "VI": ("XWBO", "Europe/Vienna"),
    "ST": ("XSTO", "Europe/Stockholm"),
    "OL": ("XOSL", "Europe/Oslo"),
    "CO": ("XCSE", "Europe/Copenhagen"),
    "HE": ("XHEL", "Europe/Helsinki"),
    "WA": ("XWAR", "Europe/Warsaw"),
    "TO": ("XTSE", "America/Toronto"),
    "V": ("XTSE", "America/Toronto"),
    "SA": ("BVMF", "America/Sao_Paulo"),
    "MX": ("XMEX", "America/Mexico_City"),
    "JO": ("XJSE", "Africa/Johannesburg"),
    "TA": ("XTAE", "Asia/Jerusalem"),
    "IS": ("XIST", "Europe/Istanbul"),
}
_ZONES = dict(_ENDINGS.values()) | {
    "XKOS": "Asia/Seoul",
    "XSHE": "Asia/Shanghai",
    "XNYS": "America/New_York",
    "XNAS": "America/New_York",
    "ARCX": "America/New_York",
    "BATS": "America/New_York",
}


def place_of(symbol: str, securities: Securities) -> tuple[str, str]:
    """Exchange and time zone of a symbol: its security's, else its ending's, else New York's."""
    if symbol in securities:
        exchange = securities[symbol].exchange
        return exchange, _ZONES.get(exchange, NEW_YORK[1])
    return _ENDINGS.get(symbol.rpartition(".")[2] if "." in symbol else "", NEW_YORK)


# EODHD names the exchange behind a point, by codes of its own; what is not here is kept as it is written.
_EODHD = {"US": "", "KO": ".KS", "KQ": ".KQ", "LSE": ".L", "XETRA": ".DE", "F": ".F", "SHG": ".SS", "SHE": ".SZ"}
_EODHD |= {"AU": ".AX", "NSE": ".NS", "BSE": ".BO", "TSE": ".T"}


def from_eodhd(code: str) -> str:
    """EODHD's code as Yahoo writes it: AAPL.US is AAPL, 0700.HK stays."""
    name, _, exchange = code.rpartition(".")
    return f"{name}{_EODHD[exchange]}" if name and exchange in _EODHD else code
