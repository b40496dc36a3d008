"""Warns where a lot's home index has no price on the session the lot entered or left."""

from __future__ import annotations

import numpy as np
import pandas as pd

from eventfolio.engine.market.checks.warnings import PriceWarning, folded
from eventfolio.engine.market.market import Market
from eventfolio.engine.market.sessions import DAY, sessions_of
from eventfolio.engine.study.study import Study


def index_holes(trades: pd.DataFrame, study: Study, market: Market) -> list[str]:
    """Sessions of an index's own exchange on which a lot entered or left and the index has no open, in words.

    trades : a row a lot, with symbol, entry_session and exit_session (null while open)
    """
    dates = market.tape.dates
    days: dict[str, set[np.datetime64]] = {}
    for symbol, *moments in trades[["symbol", "entry_session", "exit_session"]].itertuples(index=False):
        home = study.securities[symbol].benchmark
        if home in market.benchmarks:
            days.setdefault(home, set()).update(np.datetime64(day, "D") for day in moments if not pd.isna(day))
    warnings = []
    for home, dated in sorted(days.items()):
        wanted = np.array(sorted(dated), DAY)
        open_then = np.isin(wanted, sessions_of(study.securities[home].exchange).dates)
        seen = market.benchmarks[home].has_open[np.searchsorted(dates, wanted)]
        holes = wanted[open_then & ~seen].astype(str).tolist()
        if holes:
            so = "The close before stands for it."
            warnings.append(PriceWarning("no open of an index where a lot enters or leaves", home, tuple(holes), so))
    return folded(warnings)
