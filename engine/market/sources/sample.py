"""The packaged sample market: simulated prices (by `tools/sample_prices`), ready to load. None of it ever happened."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

SAMPLE = Path(__file__).with_name("sample.parquet")
COLUMNS = ["open", "high", "low", "close", "volume", "dividends", "splits"]


def read_sample() -> dict[str, pd.DataFrame]:
    """Every listing, index and currency of the sample, by symbol.

    Each frame: index `date`; float columns open, high, low, close, volume (raw, local currency; NaN =
    unknown), dividends (net local cash a share, on the ex-date) and splits (new shares per old), where 0 =
    none. A halted session has volume 0 and only a close. Currencies (KRW=X: units per US dollar, late on the
    date) have only a close.
    """
    market = pd.read_parquet(SAMPLE).set_index("date")
    by_symbol = market.groupby("symbol", observed=True)[COLUMNS]
    return {str(symbol): frame for symbol, frame in by_symbol}
