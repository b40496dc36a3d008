"""How often do the tests of searches, of lots and of *best* cry wolf? `python … [STUDIES] [JOBS]`

Simulated tables without skill, fixed seeds: the share in which each test of superior ability has a p of at most 5 %;
with one able trial planted (four standard errors), how often that is found; the share in which the interval of the
lots' mean leaves out the truth; and the share in which one of equal strategies is marked as best. In per cent: 5 is
right, for *best* it is the most.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pandas as pd

from eventfolio.results.significance.best import best_strategies
from eventfolio.results.significance.lot_means import mean_interval
from eventfolio.results.significance.superior_ability import reality_check

DRAWS = 500
Draw = Callable[[np.random.Generator, int, int], np.ndarray]


def normal(rng: np.random.Generator, rows: int, trials: int) -> np.ndarray:
    """Independent trials."""
    return rng.standard_normal((rows, trials))


def fat(rng: np.random.Generator, rows: int, trials: int) -> np.ndarray:
    """Student's t with 4 degrees of freedom."""
    return rng.standard_t(4, (rows, trials))


def alike(rng: np.random.Generator, rows: int, trials: int) -> np.ndarray:
    """Trials that share 80 % of their variance."""
    return np.sqrt(0.8) * rng.standard_normal((rows, 1)) + np.sqrt(0.2) * rng.standard_normal((rows, trials))


def seldom(rng: np.random.Generator, rows: int, trials: int) -> np.ndarray:
    """Invested one day in seven."""
    return rng.standard_normal((rows, trials)) * (rng.random((rows, trials)) < 1 / 7)


def leaning(rng: np.random.Generator, rows: int, trials: int) -> np.ndarray:
    """Each day leans on the day before: autocorrelation 0.1."""
    drawn = rng.standard_normal((rows, trials))
    for at in range(1, rows):
        drawn[at] += 0.1 * drawn[at - 1]
    return drawn


def uneven(rng: np.random.Generator, rows: int, trials: int) -> np.ndarray:
    """All but the first trial swing eight times as far."""
    return rng.standard_normal((rows, trials)) * np.where(np.arange(trials) == 0, 1.0, 8.0)


SEARCHES: dict[str, tuple[int, int, Draw]] = {
    "10 trials, 500 rows": (500, 10, normal),
    "200 trials, 500 rows": (500, 200, normal),
    "200 trials, 250 rows": (250, 200, normal),
    "10 trials, fat tails": (500, 10, fat),
    "50 trials alike": (500, 50, alike),
    "10 trials seldom invested": (500, 10, seldom),
    "10 trials, autocorrelation 0.1": (500, 10, leaning),
    "10 trials, nine of them swing eight times as far": (500, 10, uneven),
}
LOTS: dict[str, tuple[int, int, int]] = {  # span and holding in days, dates of entry
    "7 holdings apart": (200, 1, 7),
    "30 holdings apart": (200, 1, 30),
    "20 dates, held for 20 of 400 days": (400, 20, 20),
    "60 dates, held for 20 of 800 days": (800, 20, 60),
}
EQUALS: dict[str, tuple[int, int, Draw]] = {
    "2 equal strategies, 500 rows": (500, 2, normal),
    "2 equal strategies, fat tails": (250, 2, fat),
    "2 equal strategies, much alike": (500, 2, alike),
    "2 equal strategies, seldom invested": (500, 2, seldom),
    "6 equal strategies": (500, 6, normal),
}


def searches(name: str, studies: int) -> list[float]:
    """Shares rejected without skill (lower, consistent, upper, White's), then with it (consistent, White's)."""
    rows, trials, draw = SEARCHES[name]
    rng = np.random.default_rng([9, list(SEARCHES).index(name)])
    found = np.zeros(6)
    for _ in range(studies):
        table = draw(rng, rows, trials)
        plain = reality_check(table, DRAWS)
        table[:, 0] += 4.0 * table[:, 0].std() / np.sqrt(rows)
        able = reality_check(table, DRAWS)
        if plain is None or able is None:
            continue
        p = (plain.lower, plain.consistent, plain.upper, plain.white, able.consistent, able.white)
        found += np.array(p) <= 0.05
    return (found / studies).tolist()


def lots(name: str, studies: int) -> list[float]:
    """Share of intervals that leave out the true mean, of those that there are."""
    span, hold, dates = LOTS[name]
    rng = np.random.default_rng([10, list(LOTS).index(name)])
    days = pd.Series(pd.bdate_range("2020-01-01", periods=span + hold + 1))
    missed = judged = 0
    for _ in range(studies):
        level = np.concatenate([[0.0], np.cumsum(rng.standard_t(4, span + hold))])
        entry = np.sort(rng.choice(span, dates, replace=False))
        values = pd.Series(level[entry + hold] - level[entry])
        found = mean_interval(values, days[entry].reset_index(drop=True), days[entry + hold].reset_index(drop=True))
        if found.low is not None and found.high is not None:
            judged += 1
            missed += not found.low <= 0.0 <= found.high
    return [missed / judged]


def equals(name: str, studies: int) -> list[float]:
    """Share of runs in which any figure of any strategy is marked."""
    rows, strategies, draw = EQUALS[name]
    rng = np.random.default_rng([11, list(EQUALS).index(name)])
    marked = [bool(best_strategies(list(0.01 * draw(rng, rows, strategies).T))) for _ in range(studies)]
    return [sum(marked) / studies]


def main(studies: int, jobs: int) -> None:
    """Print the tables, in Markdown."""
    tables = (
        (searches, SEARCHES, "SPA lower | SPA | SPA upper | White | SPA finds one able | White finds one able"),
        (lots, LOTS, "interval of the mean leaves out the truth"),
        (equals, EQUALS, "any marked as best"),
    )
    with ProcessPoolExecutor(jobs) as pool:
        for measure, scenarios, heads in tables:
            print(f"\n| {studies:,} each, per cent | {heads} |\n" + "|---" * (heads.count("|") + 2) + "|")
            for name, shares in zip(scenarios, pool.map(measure, scenarios, [studies] * len(scenarios)), strict=True):
                print(f"| {name} | " + " | ".join(f"{100 * share:.1f}" for share in shares) + " |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000, int(sys.argv[2]) if len(sys.argv) > 2 else 2)
