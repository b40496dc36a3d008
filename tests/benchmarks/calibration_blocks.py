"""How often blocks cry wolf, and how often their interval holds the truth. `python … [STUDIES] [JOBS]`

Simulated quarterly reports, fixed seeds, window -1:1, estimation of 120 sessions with a firm's other reports taken out.
Firms share a market, and a shock of their industry that no market model takes out; the estimation windows of neighbours
are nearly the same sessions. Per cent of studies without an effect whose permutation p is at most 5 % (4.5 to 5.5 is
right), and of studies with 2 % planted on session 0 whose 95 % interval of the CAAR holds it (94 to 96 is right).
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from eventfolio.results.event_study.models import Fit, fit_model
from eventfolio.results.event_study.panel import Panel, Unit, portfolio
from eventfolio.results.event_study.permutation import permutation
from eventfolio.results.event_study.power import estimate

ESTIMATION, GAP, QUARTER = 120, 24, 63
FIRST, LAST = -1, 1
EFFECT = 0.02

SCENARIOS: dict[str, tuple[int, int, int, float]] = {  # firms, quarters, sessions a season is spread over, unknown
    "one firm, 10 quarters": (1, 10, 1, 0.0),
    "one firm, 10 quarters, 5 % of sessions unknown": (1, 10, 1, 0.05),
    "10 firms, 8 quarters, seasons of 40 sessions": (10, 8, 40, 0.0),
    "40 firms, 8 quarters, seasons of 25 sessions": (40, 8, 25, 0.0),
}


def study(rng: np.random.Generator, name: str, effect: float = 0.0) -> Panel:
    """One simulated study."""
    firms, quarters, season, unknown = SCENARIOS[name]
    length = ESTIMATION + GAP + QUARTER * quarters + season + 20
    market, industry = 0.010 * rng.standard_normal(length), 0.012 * rng.standard_normal(length)
    returns = market + industry + 0.020 * rng.standard_normal((firms, length))
    on: dict[int, list[Fit]] = {}
    for firm in range(firms):
        offset = int(rng.integers(0, season))
        days = [ESTIMATION + GAP + 5 + QUARTER * q + offset + int(rng.integers(-2, 3)) for q in range(quarters)]
        returns[firm, days] += effect
        own = np.where(rng.random(length) < unknown, np.nan, returns[firm])
        own[days] = returns[firm, days]
        for day in days:
            on.setdefault(day, []).append(_fit(own, market, day, [other for other in days if other != day]))
    units = [
        Unit(("",), ("",), f"{day:06}", (f"{day + FIRST:06}", f"{day + LAST:06}"), portfolio(fits))
        for day, fits in sorted(on.items())
    ]
    return Panel(tuple(units), FIRST)


def calibrated(name: str, studies: int) -> tuple[float, float, float]:
    """Mean number of blocks, share of false alarms, and of intervals that hold the effect."""
    rng = np.random.default_rng([9, list(SCENARIOS).index(name)])
    blocks = alarms = held = 0
    for _ in range(studies):
        panel = study(rng, name)
        blocks += panel.independent
        p = permutation(panel, FIRST, LAST).p
        alarms += p is not None and p <= 0.05 + 1e-12
        found = estimate(study(rng, name, EFFECT), FIRST, LAST)
        held += found.low <= EFFECT <= found.high
    return blocks / studies, alarms / studies, held / studies


def main(studies: int, jobs: int) -> None:
    """Print the table, in Markdown."""
    with ProcessPoolExecutor(jobs) as pool:
        found = list(pool.map(calibrated, SCENARIOS, [studies] * len(SCENARIOS)))
    print(f"{studies:,} studies each, window {FIRST}:{LAST}\n")
    print("| scenario | blocks | rejected at 5 % | interval holds |\n|---|---|---|---|")
    for name, (blocks, alarms, held) in zip(SCENARIOS, found, strict=True):
        print(f"| {name} | {blocks:.1f} | {100 * alarms:.1f} | {100 * held:.1f} |")


def _fit(firm: np.ndarray, market: np.ndarray, day: int, others: list[int]) -> Fit:
    begin = day - GAP - ESTIMATION
    keep = np.ones(ESTIMATION, bool)
    for other in others:
        keep[max(other + FIRST - begin, 0) : max(other + LAST + 1 - begin, 0)] = False
    cut = slice(begin, day + LAST + 1)
    window = slice(day + FIRST - begin, day + LAST + 1 - begin)
    return fit_model("market", firm[cut], market[cut], slice(0, ESTIMATION), window, keep)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000, int(sys.argv[2]) if len(sys.argv) > 2 else 2)
