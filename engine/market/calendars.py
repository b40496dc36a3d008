"""The sessions of one calendar of exchange_calendars from 2000 on, or from the first year that it knows.

Two calendars need help. Tel Aviv met from Sunday to Thursday until 2026-01-04 and from Monday to Friday since; the
library's way of changing the week does not work with pandas 3, so both stretches are built and joined. Holidays that
hang from the Orthodox Easter need a method of the date offset that pandas 3.1 calls by another name.
"""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

FIRST, LAST = "2000-01-01", "2030-12-31"
_WEEK_CHANGED = {"XTAE": ("2026-01-05", "1111001")}  # the first date of the week of today, and the week before it


def build(calendar: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64], tzinfo]:
    """Dates (days since 1970), opens and closes (ns UTC) of every session, ascending, and the calendar's zone."""
    import pandas as pd
    from exchange_calendars import calendar_utils
    from exchange_calendars.pandas_extensions.offsets import OrthodoxEaster

    if "_add_datetime" not in vars(OrthodoxEaster):
        OrthodoxEaster._add_datetime = OrthodoxEaster._apply
    known = calendar_utils.global_calendar_dispatcher._calendar_factories[calendar]
    lower, upper = known.bound_min(), known.bound_max()
    first = pd.Timestamp(FIRST) if lower is None else max(pd.Timestamp(FIRST), lower)
    last = pd.Timestamp(LAST) if upper is None else min(pd.Timestamp(LAST), upper)
    stretches = [(known, first, last)]
    if calendar in _WEEK_CHANGED:
        change, week = pd.Timestamp(_WEEK_CHANGED[calendar][0]), _WEEK_CHANGED[calendar][1]
        before = type(known.__name__, (known,), {"weekmask": week, "special_weekmasks": []})
        stretches = [(before, first, change - pd.Timedelta(days=1)), (known, change, last)]
    built = [factory(start=start, end=end) for factory, start, end in stretches]
    dates = np.concatenate([part.sessions.to_numpy().astype("datetime64[D]") for part in built]).astype(np.int64)
    opens, closes = (np.concatenate([_ns(getattr(part, name)) for part in built]) for name in ("opens", "closes"))
    return dates, opens, closes, built[-1].tz


def _ns(stamps: pd.Series) -> npt.NDArray[np.int64]:
    found: npt.NDArray[np.int64] = stamps.dt.tz_localize(None).to_numpy().astype("datetime64[ns]").astype(np.int64)
    return found
