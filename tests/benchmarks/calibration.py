"""How often does each test cry wolf, and how often does the interval hold the truth? `python … [STUDIES] [JOBS]`

Simulated studies without any effect, fixed seeds: 10 dates (or fewer), estimation of 120 sessions, window of one or
three sessions. The share of studies in which each test's p is at most 5 %, in per cent; 4.5 to 5.5 is right. Then
studies with a planted effect of 2 % on session 0: how often the 95 % interval of the CAAR holds it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from eventfolio.results.event_study.models import Fit, fit_model
from eventfolio.results.event_study.panel import Panel, Unit, portfolio
from eventfolio.results.event_study.power import estimate
from eventfolio.results.event_study.study import TESTS

ESTIMATION, GAP, BEFORE, AFTER = 120, 24, 6, 6  # sessions: -150:-31, then the event window -6:6
LENGTH = ESTIMATION + GAP + BEFORE + 1 + AFTER
EFFECT = 0.02
WINDOWS = ((0, 0), (-1, 1))
Draw = Callable[[np.random.Generator, int], np.ndarray]


def normal(rng: np.random.Generator, names: int) -> np.ndarray:
    """Independent names."""
    return rng.standard_normal((names, LENGTH))


def fat(rng: np.random.Generator, names: int) -> np.ndarray:
    """Student's t with 4 degrees of freedom, as daily returns have it."""
    return rng.standard_t(4, (names, LENGTH)) / np.sqrt(2.0)


def skewed(rng: np.random.Generator, names: int) -> np.ndarray:
    """A long tail on the right: gamma of shape 4, skewness 1."""
    return (rng.gamma(4.0, 1.0, (names, LENGTH)) - 4.0) / 2.0


def together(rng: np.random.Generator, names: int) -> np.ndarray:
    """Names that share 40 % of their variance."""
    return np.sqrt(0.4) * rng.standard_normal(LENGTH) + np.sqrt(0.6) * rng.standard_normal((names, LENGTH))


def shaken(rng: np.random.Generator, names: int) -> np.ndarray:
    """The event doubles the deviation of its own window."""
    drawn = normal(rng, names)
    drawn[:, -(BEFORE + 1 + AFTER) :] *= 2.0
    return drawn


SCENARIOS: dict[str, tuple[int, int, Draw, bool, bool]] = {  # dates, names a date, errors, thin trading, clustered
    "independent dates": (10, 1, normal, False, True),
    "fat tails": (10, 1, fat, False, True),
    "skewed": (10, 1, skewed, False, True),
    "thin trading": (10, 1, normal, True, True),
    "5 names a date, portfolios": (10, 5, together, False, True),
    "5 thin names a date, portfolios": (10, 5, together, True, True),
    "5 names a date, row by row": (10, 5, together, False, False),
    "10 names on one date, portfolio": (1, 10, together, False, True),
    "10 names on one date, row by row": (1, 10, together, False, False),
    "variance doubled by the event": (10, 1, shaken, False, True),
    "7 dates of 5 names, portfolios": (7, 5, together, False, True),
    "3 dates of 5 names, portfolios": (3, 5, together, False, True),
    "3 dates of 5 thin names, portfolios": (3, 5, together, True, True),
    "3 dates, variance doubled by the event": (3, 5, shaken, False, True),
}


def study(rng: np.random.Generator, name: str, effect: float = 0.0) -> Panel:
    """One simulated study."""
    dates, names, draw, thin, clustered = SCENARIOS[name]
    units = []
    for date in range(dates):
        market = 0.0003 + 0.010 * rng.standard_normal(LENGTH)
        sigma, beta = rng.uniform(0.015, 0.035, (names, 1)), rng.uniform(0.5, 1.5, (names, 1))
        returns = beta * market + sigma * draw(rng, names)
        if thin:
            returns = np.stack([_thin(rng, one) for one in returns])
        returns[:, -(AFTER + 1)] += effect
        fits = [_fit(one, market) for one in returns]
        groups = [fits] if clustered else [[fit] for fit in fits]
        day = f"{date:03}"
        units += [Unit(("",), ("",), day, (day, day), portfolio(group)) for group in groups]
    return Panel(tuple(units), -BEFORE)


def rejections(name: str, studies: int, seed: int = 7) -> dict[str, tuple[float, ...]]:
    """Share of studies each test rejects at 5 %, by window; NaN where it is never defined."""
    rng = np.random.default_rng([seed, list(SCENARIOS).index(name)])
    counts = {(test, window): [0, 0] for test in TESTS for window in WINDOWS}
    for _ in range(studies):
        panel = study(rng, name)
        for test, run in TESTS.items():
            for window in WINDOWS:
                p = run(panel, *window).p
                if p is not None:
                    counts[test, window][0] += p <= 0.05 + 1e-12
                    counts[test, window][1] += 1
    return {
        test: tuple(
            counts[test, window][0] / counts[test, window][1] if counts[test, window][1] else float("nan")
            for window in WINDOWS
        )
        for test in TESTS
    }


def coverage(name: str, studies: int, seed: int = 8) -> tuple[float, ...]:
    """Share of studies whose 95 % interval of the CAAR holds the planted effect, by window."""
    rng = np.random.default_rng([seed, list(SCENARIOS).index(name)])
    held = np.zeros(len(WINDOWS))
    for _ in range(studies):
        panel = study(rng, name, EFFECT)
        found = [estimate(panel, *window) for window in WINDOWS]
        held += [one.low <= EFFECT <= one.high for one in found]
    return tuple(held / studies)


def main(studies: int, jobs: int) -> None:
    """Print the table, in Markdown."""
    with ProcessPoolExecutor(jobs) as pool:
        rejected = dict(zip(SCENARIOS, pool.map(rejections, SCENARIOS, [studies] * len(SCENARIOS)), strict=True))
        covered = dict(zip(SCENARIOS, pool.map(coverage, SCENARIOS, [studies] * len(SCENARIOS)), strict=True))
    print(f"{studies:,} studies each; per cent rejected at 5 %, window 0:0 / window -1:1\n")
    print("| scenario | " + " | ".join(name.replace("_", " ") for name in TESTS) + " | interval holds |")
    print("|---" * (len(TESTS) + 2) + "|")
    for name in SCENARIOS:
        cells = [" / ".join(_cell(share) for share in rejected[name][test]) for test in TESTS]
        cells.append(" / ".join(_cell(share) for share in covered[name]))
        print(f"| {name} | " + " | ".join(cells) + " |")


def _fit(firm: np.ndarray, market: np.ndarray) -> Fit:
    window = slice(LENGTH - BEFORE - 1 - AFTER, LENGTH)
    return fit_model("market", firm, market, slice(0, ESTIMATION), window, np.ones(ESTIMATION, bool))


def _thin(rng: np.random.Generator, returns: np.ndarray) -> np.ndarray:
    """Three sessions in ten without a trade: their return is 0, and the next trade makes it up."""
    trades = rng.random(LENGTH) > 0.3
    level = np.where(trades, np.cumsum(returns), np.nan)
    last = np.maximum.accumulate(np.where(trades, np.arange(LENGTH), 0))
    return np.diff(np.nan_to_num(level[last]), prepend=0.0)


def _cell(share: float) -> str:
    return "–" if np.isnan(share) else f"{100 * share:.1f}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, int(sys.argv[2]) if len(sys.argv) > 2 else 2)
