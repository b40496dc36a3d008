"""Daily log returns of the simulated market: who moves with whom, and how much of it is known by the open.

Time is the grid of weekdays; a market that is shut has a return of zero there. Sizes are matched year by
year: in each calendar year a series has exactly the volatility and the beta asked for, while the order of
its moves, their tails and their clusters are the generator's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
SESSIONS_A_YEAR = 252


@dataclass(frozen=True)
class Moves:
    """Log returns on the grid: in total, and the part that other markets had told before the open."""

    total: Floats
    known: Floats


@dataclass(frozen=True)
class Grid:
    """Weekdays, the number of each one's year (0 = the first), and which of them each exchange trades on."""

    days: npt.NDArray[np.datetime64]
    is_open: dict[str, Bools]

    @property
    def year(self) -> npt.NDArray[np.int64]:
        years = self.days.astype("datetime64[Y]").astype(np.int64)
        return years - years[0]

    def by_year(self, values: Floats) -> Floats:
        """Sum over each day's calendar year, repeated on the grid."""
        return np.bincount(self.year, values)[self.year].astype(np.float64)

    def spread(self, figures: list[float]) -> Floats:
        """Figures of 2024, 2025 and 2026 on the grid; 2022 and 2023 take that of 2024."""
        return np.array([figures[0], figures[0], *figures])[self.year]

    def daily(self, vol: list[float]) -> Floats:
        """Standard deviation of a day's return on the grid, from volatilities by year in % a year."""
        return self.spread(vol) / 100 / np.sqrt(SESSIONS_A_YEAR)


def draw_returns(
    setup: dict[str, Any], grid: Grid, rng: np.random.Generator
) -> tuple[dict[str, Moves], dict[str, Floats]]:
    """Returns of every series but the currencies, and the turbulence of every mood.

    New York's last sessions reach Asia's open, Asia's news of the date New York's; all else is new.
    """
    days = len(grid.days)
    moods = {name: _turbulence(rng, days, **mood) for name, mood in setup["mood"].items()}
    series, asia = setup["series"], setup["asia"]
    own = _own_news(setup, grid, moods, rng)
    asias_news = _told(own, asia["symbols"])

    def follow(symbol: str, leader: Moves, news: Moves, link: Floats | float, is_beta: bool) -> Moves:
        is_open = grid.is_open[series[symbol]["exchange"]]
        return _follow(grid, is_open, leader, news, link, grid.daily(series[symbol]["vol"]), is_beta)

    moves = {"SPY": follow("SPY", asias_news, _fresh(own["SPY"]), asia["new_york_after"], is_beta=False)}
    for symbol, link in zip(asia["symbols"], asia["new_york_before"], strict=True):
        since = _since_last_session(moves["SPY"].total, grid.is_open[series[symbol]["exchange"]])
        moves[symbol] = follow(symbol, Moves(since, since), _fresh(own[symbol]), link, is_beta=False)
    earlier = {row["symbol"]: row for row in setup["earlier"]}
    for symbol, figures in series.items():
        if symbol in moves:
            continue
        news = _fresh(own[symbol])
        if row := earlier.get(symbol):
            is_open, told = grid.is_open[figures["exchange"]], _told(own, row["from"])
            news = _follow(grid, is_open, told, news, row["correlation"], np.ones(days), is_beta=False)
        moves[symbol] = follow(symbol, moves[figures["home"]], news, grid.spread(figures["beta"]), is_beta=True)
    return moves, moods


def draw_currencies(
    setup: dict[str, Any], grid: Grid, spy: Floats, mood: Floats, rng: np.random.Generator
) -> list[Floats]:
    """Log rates of the currencies about their levels, a row a weekday, in the setup's order."""
    fx = setup["fx"]
    own = _correlated(rng, np.array(fx["correlation"]), len(grid.days)) * mood
    every_day = np.ones(len(grid.days), bool)
    paths = []
    for news, vol, link, pull in zip(own, fx["vol"], fx["new_york"], fx["pull"], strict=True):
        size = np.full(len(grid.days), vol / 100 / np.sqrt(SESSIONS_A_YEAR))
        moves = _follow(grid, every_day, _fresh(spy), _fresh(news), link, size, is_beta=False).total
        moves = moves - moves.mean()
        paths.append(summed(moves, 1 - pull))
    return paths


def overnight(grid: Grid, is_open: Bools, moves: Moves, legs: list[float], noise: Floats) -> Floats:
    """The part of each return between close and open, so that both parts have their share of the variance.

    In it lie all that was known before the open, a fixed part of the rest, and an error of the opening price
    that the session takes back.
    legs : overnight, intraday and close-to-close volatility, in any one unit
    """
    night, session = legs[0] / legs[2], legs[1] / legs[2]
    size = grid.by_year(moves.total**2)
    known = grid.by_year(moves.known**2) / size
    part = ((1 + night**2 - session**2) / 2 - known) / (1 - known)
    error = np.maximum(night**2 - known - part**2 * (1 - known), 0.0)
    noise = _apart(grid, np.where(is_open, noise, 0.0), moves.total)
    noise = noise * np.sqrt(error * size / grid.by_year(noise**2))
    return moves.known + part * (moves.total - moves.known) + noise


def summed(steps: Floats, memory: float) -> Floats:
    """Steps added up, of which `memory` is left a day later (1: all)."""
    path, level = np.empty(len(steps)), 0.0
    for day, step in enumerate(steps):
        path[day] = level = memory * level + step
    return path


def _own_news(
    setup: dict[str, Any], grid: Grid, moods: dict[str, Floats], rng: np.random.Generator
) -> dict[str, Floats]:
    """What moves each series and none of those it follows; joint where the setup says so; zero where shut."""
    series, asia = setup["series"], setup["asia"]
    # Part of what Asian indices have in common is New York's last session: take it out of their correlations.
    before = np.array(asia["new_york_before"])
    rest = np.sqrt(1 - before**2)
    joint = (np.array(asia["correlation"]) - np.outer(before, before)) / np.outer(rest, rest)
    np.fill_diagonal(joint, 1.0)
    groups = [(asia["symbols"], joint)]
    groups += [(row["symbols"], np.array(row["correlation"])) for row in setup["together"]]
    grouped = {symbol for symbols, _ in groups for symbol in symbols}
    groups += [([symbol], np.eye(1)) for symbol in series if symbol not in grouped]
    own = {}
    for symbols, matrix in groups:
        for symbol, draws in zip(symbols, _correlated(rng, matrix, len(grid.days)), strict=True):
            own[symbol] = np.where(grid.is_open[series[symbol]["exchange"]], draws * moods[series[symbol]["mood"]], 0.0)
    return own


def _follow(
    grid: Grid, is_open: Bools, leader: Moves, news: Moves, link: Floats | float, size: Floats, is_beta: bool
) -> Moves:
    """`link` of the leader, and as much own news apart from it as makes the volatility `size`, year by year.

    link : a beta, or a correlation with the leader
    """
    led, known = np.where(is_open, leader.total, 0.0), np.where(is_open, leader.known, 0.0)
    own = _apart(grid, np.where(is_open, news.total, 0.0), led)
    wanted = size**2 * grid.by_year(is_open.astype(float))
    slope = link if is_beta else link * np.sqrt(wanted / grid.by_year(led**2))
    scale = np.sqrt((wanted - slope**2 * grid.by_year(led**2)) / grid.by_year(own**2))
    return Moves(slope * led + scale * own, slope * known + scale * np.where(is_open, news.known, 0.0))


def _apart(grid: Grid, values: Floats, leader: Floats) -> Floats:
    """Values less their projection on the leader, year by year."""
    return values - leader * (grid.by_year(values * leader) / grid.by_year(leader**2))


def _since_last_session(returns: Floats, is_open: Bools) -> Floats:
    """On each session another market's returns, summed from the date of the session before to the eve."""
    total = np.concatenate([[0.0], np.cumsum(returns)])
    at = np.flatnonzero(is_open)
    told = np.zeros(len(returns))
    told[at] = np.diff(total[at], prepend=0.0)
    return told


def _turbulence(rng: np.random.Generator, days: int, swing: float, memory: float, df: float) -> Floats:
    """The scale of each day's moves: a slow log-normal state times the day's own heavy-tailed shock."""
    steps = rng.standard_normal(days) * swing
    steps[1:] *= np.sqrt(1 - memory**2)
    return np.exp(summed(steps, memory)) * np.sqrt(df / rng.chisquare(df, days))


def _correlated(rng: np.random.Generator, correlation: Floats, days: int) -> Floats:
    return np.linalg.cholesky(correlation) @ rng.standard_normal((len(correlation), days))


def _told(own: dict[str, Floats], symbols: list[str]) -> Moves:
    """The news of several series together, as others know it at their open."""
    news = np.sum([own[symbol] for symbol in symbols], axis=0)
    return Moves(news, news)


def _fresh(values: Floats) -> Moves:
    return Moves(values, np.zeros_like(values))
