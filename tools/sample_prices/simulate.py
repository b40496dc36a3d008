"""Simulates the packaged sample market: daily bars, calibrated to real markets, no event effect in them.

`python -m tools.sample_prices.simulate` writes sample.parquet anew, the same bytes every time. Figures
stand in calibration.toml, returns come from `simulate_returns`; here they become raw prices on each market's
ticks, inside its daily limits, on its true sessions, with dividends, halts and a split.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from eventfolio.engine.market.sessions import DAY, sessions_of
from eventfolio.engine.market.sources.sample import COLUMNS, SAMPLE
from tools.sample_prices.prices_on_grid import limits, snap, tick_of
from tools.sample_prices.returns import (
    SESSIONS_A_YEAR,
    Floats,
    Grid,
    draw_currencies,
    draw_returns,
    overnight,
    summed,
)

CALIBRATION = Path(__file__).with_name("calibration.toml")
# The seed before it, 20250617, was set aside: by chance its prices rose on the subject's news days, by 2.4
# standard errors. Two of 16 seeds looked at went past two, about what chance does; this one is just the next.
SEED = 20250618
EX_DIVIDEND_BASE = ("XSHG", "XSHE")  # exchanges whose limits start from the close less the dividend
Dates = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class _Actions:
    """By session: gross dividend as part of the close before, new shares per old (1: none), halted or not."""

    gross_yield: Floats
    ratio: Floats
    halted: npt.NDArray[np.bool_]


def simulate(seed: int = SEED) -> pd.DataFrame:
    """The whole market as one table: symbol, date and the columns of `read_sample`, a row a bar."""
    setup = tomllib.loads(CALIBRATION.read_text(encoding="utf-8"))
    series = setup["series"]
    grid = _grid(setup)
    rng = np.random.default_rng(seed)
    moves, moods = draw_returns(setup, grid, rng)
    tables = {}
    for symbol, figures in series.items():
        is_open = grid.is_open[figures["exchange"]]
        night = overnight(grid, is_open, moves[symbol], figures["legs"], rng.standard_normal(len(grid.days)))
        log_return = _drifting(moves[symbol].total[is_open], setup["drift"])
        log_night = _drifting(night[is_open], setup["drift"] / 2)
        reach = _reach(figures, grid, moods, rng)
        table = _bars(figures, setup, grid.days[is_open], log_return, log_night, reach)
        surprise = log_return / grid.daily(figures["vol"])[is_open]
        table["volume"] = _volumes(figures, setup, table, surprise, rng)
        tables[symbol] = table
    paths = draw_currencies(setup, grid, moves["SPY"].total, moods["fx"], rng)
    fx = setup["fx"]
    for number, (symbol, path) in enumerate(zip(fx["symbols"], paths, strict=True)):
        rate = fx["level"][number] * np.exp(path - _at_level(setup, grid.days, path))
        close = np.round(np.clip(rate, *fx["band"][number]), fx["decimals"][number])
        tables[symbol] = pd.DataFrame({"date": grid.days, "close": close, "dividends": 0.0, "splits": 0.0})
    market = pd.concat([tables[symbol].assign(symbol=symbol) for symbol in sorted(tables)], ignore_index=True)
    market["date"] = market["date"].astype("datetime64[ns]")
    return market[["symbol", "date", *COLUMNS]]


def write_sample(path: Path = SAMPLE) -> None:
    """Simulate and write the packaged file."""
    market = simulate()
    market["symbol"] = market["symbol"].astype("category")
    market.to_parquet(path, index=False, compression="zstd", compression_level=19)


def _grid(setup: dict[str, Any]) -> Grid:
    days = np.arange(setup["first"], np.datetime64(setup["last"], "D") + 1, dtype=DAY)
    days = days[np.is_busday(days)]
    exchanges = {figures["exchange"] for figures in setup["series"].values()}
    return Grid(days, {exchange: np.isin(days, sessions_of(exchange).dates) for exchange in sorted(exchanges)})


def _drifting(log_returns: Floats, a_year: float) -> Floats:
    """Returns moved to a mean of exactly the drift, so that no listing owes its level to luck."""
    return log_returns - log_returns.mean() + a_year / SESSIONS_A_YEAR


def _at_level(setup: dict[str, Any], days: Dates, path: Floats) -> float:
    """Mean of a log path over the dates on which the level is given."""
    return float(np.mean([path[np.searchsorted(days, np.datetime64(day, "D"))] for day in setup["level_dates"]]))


def _reach(figures: dict[str, Any], grid: Grid, moods: dict[str, Floats], rng: np.random.Generator) -> Floats:
    """What sets each session's high (row 0) and low (row 1): −2 σ² ln U of a Brownian bridge."""
    is_open = grid.is_open[figures["exchange"]]
    mood = moods[figures["mood"]][is_open]
    sigma = grid.daily(figures["vol"])[is_open] * figures["legs"][1] / figures["legs"][2]
    sigma *= mood / np.sqrt(np.mean(mood**2))
    return -2 * sigma**2 * np.log(rng.uniform(size=(2, len(sigma))))


def _bars(
    figures: dict[str, Any],
    setup: dict[str, Any],
    days: Dates,
    log_return: Floats,
    log_night: Floats,
    reach: Floats,
) -> pd.DataFrame:
    """Raw bars from log returns: what goes ex comes off, limits cut for good, ticks round the print only."""
    exchange, steps, kept = figures["exchange"], figures.get("steps"), 1.0 - figures.get("withheld", 0.0)
    actions = _actions(figures, days)
    log_return = np.where(actions.halted, 0.0, log_return)
    path = np.cumsum(log_return + np.log1p(-actions.gross_yield))
    price = last = figures["level"] * np.exp(-_at_level(setup, days, path))  # before rounding; as printed
    bars, paid = np.full((4, len(days)), np.nan), np.zeros(len(days))
    for at, day in enumerate(days.astype(object)):
        if actions.halted[at]:
            bars[3, at] = last
            continue
        gross, ratio = actions.gross_yield[at] * price, actions.ratio[at]
        paid[at] = round(gross * kept, 4)
        price = (price - gross) / ratio
        base = (last - (gross if exchange in EX_DIVIDEND_BASE else 0.0)) / ratio
        band = limits(exchange, base, day, steps) if "tick" not in figures else (0.0, np.inf)
        opened, closed = price * np.exp(log_night[at]), price * np.exp(log_return[at])
        session = np.log(closed / opened)
        top = opened * np.exp((session + np.sqrt(session**2 + reach[0, at])) / 2)
        bottom = opened * np.exp((session - np.sqrt(session**2 + reach[1, at])) / 2)
        printed = []
        for latent in (opened, top, bottom, closed):
            tick = figures.get("tick") or tick_of(exchange, latent, day, steps)
            printed.append(min(max(snap(latent, tick), band[0]), band[1]))
        bars[:, at] = printed[0], max(printed), min(printed), printed[3]
        price, last = min(max(closed, band[0]), band[1]), printed[3]
    table = pd.DataFrame(bars.T, columns=["open", "high", "low", "close"])
    splits = np.where(actions.ratio == 1.0, 0.0, actions.ratio)
    return table.assign(date=days, dividends=paid, splits=splits)


def _actions(figures: dict[str, Any], days: Dates) -> _Actions:
    """The figures' ex-dates, split and halts on a listing's sessions."""
    gross_yield, ratio, halted = np.zeros(len(days)), np.ones(len(days)), np.zeros(len(days), bool)
    for month_day, size in figures.get("dividend", []):
        for year in range(days[0].astype(object).year, days[-1].astype(object).year + 1):
            if (at := _session(days, f"{year}-{month_day}")) < len(days):
                gross_yield[at] = size
    if "split" in figures:
        day, new_per_old = figures["split"]
        ratio[_session(days, day)] = new_per_old
    for day, sessions in figures.get("halt", []):
        halted[_session(days, day) :][:sessions] = True
    return _Actions(gross_yield, ratio, halted)


def _volumes(
    figures: dict[str, Any],
    setup: dict[str, Any],
    table: pd.DataFrame,
    surprise: Floats,
    rng: np.random.Generator,
) -> Floats:
    """Shares traded: log-normal, persistent, more when the price moves; none in a halt; whole lots.

    surprise : log returns in standard deviations
    """
    days, splits = table["date"].to_numpy(), table["splits"].to_numpy()
    memory = setup["volume_memory"]
    steps = rng.standard_normal(len(days)) * setup["volume_swing"]
    steps[1:] *= np.sqrt(1 - memory**2)
    shares = np.exp(summed(steps, memory) + setup["volume_pull"] * np.minimum(np.abs(surprise), 4.0))
    shares *= figures["adv"] / shares[days >= np.datetime64(setup["adv_from"], "D")].mean()
    shares /= np.prod(np.where(splits > 0, splits, 1.0)) / np.cumprod(np.where(splits > 0, splits, 1.0))
    lot = figures.get("lot", 1)
    whole = np.maximum(np.round(shares / lot), 1) * lot
    return np.where(np.isnan(table["open"]), 0.0, whole)


def _session(days: Dates, day: str | date) -> int:
    """Place of the first session on or after a date."""
    return int(np.searchsorted(days, np.datetime64(day, "D")))


if __name__ == "__main__":
    write_sample()
