"""Why the test of blocks is cautious in seasons: a second simulation, from the rules' words alone. `python … [STUDIES]`

Forty firms report in eight quarters, each season spread over 25 sessions, window -1:1. Printed are the studies rejected
at 5 %, and the variance of the sum of all blocks as a share of the sum of their squares: below 1 blocks lean against
each other, above 1 they lean together; flipped signs take them for independent.
"""

from __future__ import annotations

import sys
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Normal = Literal["own events out", "every season out", "known", "market-adjusted"]
FIRMS, QUARTERS, SEASON, QUARTER, FIRST = 40, 8, 25, 63, 270
MARKET, INDUSTRY, OWN = 0.010, 0.012, 0.020  # deviations of a session's return
DRAWS = 1_999


def block_sums(
    rng: np.random.Generator, normal: Normal, industry: float, estimation: tuple[int, int], spread: float
) -> Floats:
    """Sums of the blocks of one study without an effect. spread : of the firms' betas about 1"""
    length = FIRST + QUARTER * QUARTERS + SEASON + 70
    offset = rng.integers(0, SEASON, FIRMS)[:, None]
    days = FIRST + QUARTER * np.arange(QUARTERS) + offset + rng.integers(-2, 3, (FIRMS, QUARTERS))
    market, shock = MARKET * rng.standard_normal(length), industry * rng.standard_normal(length)
    reported = np.zeros((FIRMS, length), bool)
    for away in (-1, 0, 1):
        reported[np.arange(FIRMS)[:, None], days + away] = True
    by_day: dict[int, list[float]] = {}
    for firm in range(FIRMS):
        beta = 1 + spread * (2 * rng.random() - 1)
        returns = beta * market + shock + OWN * rng.standard_normal(length)
        out = np.asarray(reported.any(axis=0) if normal == "every season out" else reported[firm])
        for day in days[firm].tolist():
            window = slice(day - 1, day + 2)
            alpha, slope = 0.0, beta if normal == "known" else 1.0
            if normal in ("own events out", "every season out"):
                kept = np.arange(day + estimation[0], day + estimation[1] + 1)
                kept = kept[~out[kept]]
                slope, alpha = np.polyfit(market[kept], returns[kept], 1)
            by_day.setdefault(day, []).append(float((returns[window] - alpha - slope * market[window]).sum()))
    order = sorted(by_day)
    block = np.concatenate([[0], np.cumsum(np.diff(order) > 2)])  # windows two sessions apart share the one between
    return np.bincount(block, weights=[float(np.mean(by_day[day])) for day in order]).astype(float)


def measured(studies: int, normal: Normal, industry: float, estimation: tuple[int, int], spread: float) -> None:
    """Print a row."""
    rng = np.random.default_rng(77)
    rejected, summed, squares = 0, 0.0, 0.0
    for _ in range(studies):
        sums = block_sums(rng, normal, industry, estimation, spread)
        signs = rng.integers(0, 2, (DRAWS, len(sums))) * 2 - 1
        as_far = int((np.abs(signs @ sums) >= abs(sums.sum()) - 1e-12).sum())
        rejected += (1 + as_far) / (1 + DRAWS) <= 0.05
        summed, squares = summed + float(sums.sum()) ** 2, squares + float(sums @ sums)
    what = f"{normal}, estimation {estimation[0]}:{estimation[1]}, industry {industry:.1%}, betas 1 +- {spread}"
    print(f"| {what} | {100 * rejected / studies:.1f} | {summed / squares:.2f} |", flush=True)


def main(studies: int) -> None:
    """Print the table, in Markdown."""
    long, short = (-250, -31), (-144, -25)
    print(f"{studies:,} studies each\n")
    print("| normal return | rejected at 5 % | variance of the sum / squares |\n|---|---|---|")
    measured(studies, "own events out", INDUSTRY, long, 0.0)
    measured(studies, "own events out", INDUSTRY, long, 0.5)
    measured(studies, "own events out", INDUSTRY, short, 0.0)
    measured(studies, "own events out", 0.0, long, 0.0)
    measured(studies, "every season out", INDUSTRY, long, 0.0)
    measured(studies, "known", INDUSTRY, long, 0.0)
    measured(studies, "market-adjusted", INDUSTRY, long, 0.5)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4_000)
