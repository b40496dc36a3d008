"""Warns where a lot's home index has no price on the session the lot entered or left."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventfolio.engine.market.checks.warnings import PriceWarning, folded
from eventfolio.engine.market.market import Market
from eventfolio.engine.market.sessions import DAY, sessions_of
from eventfolio.engine.study.study import Study


def index_holes(trades: pd.DataFrame, study: Study, market: Market) -> list[str]:
    """Sessions of an index's own exchange on which a lot entered or left and the index has no price for it, in words.

    trades : a row a lot, with symbol, entry_session and exit_session (null while open), and entry_at where any was
             bought at a close
    """
    opens: dict[str, set[np.datetime64]] = {}
    closes: dict[str, set[np.datetime64]] = {}
    at_close = trades["entry_at"] == "close" if "entry_at" in trades else [False] * len(trades)
    columns = trades[["symbol", "entry_session", "exit_session"]].itertuples(index=False)
    for (symbol, entered, left), closing in zip(columns, at_close, strict=True):
        home = study.securities[symbol].benchmark
        if home in market.benchmarks:
            (closes if closing else opens).setdefault(home, set()).add(np.datetime64(entered, "D"))
            if not pd.isna(left):
                opens.setdefault(home, set()).add(np.datetime64(left, "D"))
    warnings = []
    for home, dated in sorted(opens.items()):
        if holes := _holes(dated, market.benchmarks[home].has_open, home, study, market):
            so = "The close before stands for it."
            warnings.append(PriceWarning("no open of an index where a lot enters or leaves", home, holes, so))
    for home, dated in sorted(closes.items()):
        if holes := _holes(dated, market.benchmarks[home].has_close, home, study, market):
            so = "These lots stand without one."
            warnings.append(PriceWarning("no close of an index where a lot is bought at it", home, holes, so))
    return folded(warnings)


def _holes(
    dated: set[np.datetime64], has_price: npt.NDArray[np.bool_], home: str, study: Study, market: Market
) -> tuple[str, ...]:
    """The dates on which the index's exchange was in session and the index has no such price."""
    wanted = np.array(sorted(dated), DAY)
    open_then = np.isin(wanted, sessions_of(study.securities[home].exchange).dates)
    seen = has_price[np.searchsorted(market.tape.dates, wanted)]
    return tuple(wanted[open_then & ~seen].astype(str).tolist())
