"""A symbol to fetch from Yahoo: where it trades, in which currency, and up to which date its bars are final."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from eventfolio.engine.market.sessions import sessions_of
from eventfolio.events.exchanges import EXCHANGES

_RATES_ZONE = "Europe/London"
_FINAL_AFTER = timedelta(hours=1)  # Yahoo's delay, and the closing auction


@dataclass(frozen=True)
class Wanted:
    """A symbol to fetch. exchange : MIC, None for a currency (JPY=X); currency : what its prices must be in."""

    symbol: str
    exchange: str | None
    currency: str

    @property
    def is_rate(self) -> bool:
        return self.exchange is None

    @property
    def zone(self) -> str:
        """The time zone of its dates; Yahoo dates currencies by London's."""
        return _RATES_ZONE if self.exchange is None else EXCHANGES[self.exchange].zone

    def finished(self, now: datetime) -> date:
        """The last date whose bar is final: its session closed an hour ago; for a currency, London's day is over."""
        if self.exchange is None:
            return now.astimezone(ZoneInfo(_RATES_ZONE)).date() - timedelta(days=1)
        sessions = sessions_of(self.exchange)
        instant = np.datetime64((now - _FINAL_AFTER).astimezone(UTC).replace(tzinfo=None), "ns").astype(np.int64)
        at = int(np.searchsorted(sessions.closes, instant, side="right")) - 1
        return sessions.dates[at].astype(object)
