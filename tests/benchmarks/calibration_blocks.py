"""How often blocks cry wolf, and how often their interval holds the truth. `python … [STUDIES] [JOBS]`

Simulated quarterly reports, fixed seeds, window -1:1, the firms' own reports taken out of the estimation. Firms share a
market, and a shock of their industry that no market model takes out. Per cent of studies without an effect whose
permutation p is at most 5 % (4.5 to 5.5 is right), and of studies with 2 % planted on the session that reacts whose
95 % interval of the CAAR holds what the window holds of it (94 to 96 is right).

Two normal returns are held against each other: estimated, as the event study does it, and known, as no study has it.
What differs between them comes from the estimation; what is off with both comes from the signs.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import numpy.typing as npt

from eventfolio.engine.day_zero import DAYS, DayZero, news_of, session_of
from eventfolio.engine.market.sessions import sessions_of
from eventfolio.engine.schedule import Place
from eventfolio.events import Event
from eventfolio.results.event_study.models import Fit, fit_model
from eventfolio.results.event_study.panel import Unit, blocks_of
from eventfolio.results.event_study.permutation import FLIPPED_FROM, _flipped, flip_interval

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FIRST, LAST = -1, 1
EFFECT = 0.02
MARKET, INDUSTRY, OWN = 0.010, 0.012, 0.020  # deviations of a session's return


@dataclass(frozen=True)
class Scenario:
    """Quarterly reports of some firms, each season spread over so many sessions.

    unknown : share of the sessions without a return; estimation : sessions before session 0
    day     : how session 0 is chosen, of reports before the open, in hours, after the close; None: the session itself
    industry : deviation of the shock of a session that all the firms share beside their market
    """

    firms: int
    quarters: int
    season: int
    unknown: float = 0.0
    estimation: tuple[int, int] = (-250, -31)
    day: DayZero | None = None
    industry: float = INDUSTRY


SHORT = (-144, -25)
SCENARIOS: dict[str, Scenario] = {
    "one firm, 8 quarters": Scenario(1, 8, 1),
    "one firm, 10 quarters": Scenario(1, 10, 1),
    "one firm, 10 quarters, 5 % of sessions unknown": Scenario(1, 10, 1, 0.05),
    "10 firms, 8 quarters, seasons of 40 sessions": Scenario(10, 8, 40),
    "40 firms, 8 quarters, seasons of 25 sessions": Scenario(40, 8, 25),
    "40 firms, 8 quarters, all in one session": Scenario(40, 8, 1),
    "10 firms, seasons of 40, estimation -144:-25": Scenario(10, 8, 40, 0.0, SHORT),
    "40 firms, seasons of 25, estimation -144:-25": Scenario(40, 8, 25, 0.0, SHORT),
    **{f"40 firms, seasons of 25, `--day {day}`": Scenario(40, 8, 25, 0.0, day=day) for day in DAYS},
    "40 firms, seasons of 25, the market is all they share": Scenario(40, 8, 25, industry=0.0),
}
BEFORE, QUARTER, AFTER = 270, 63, 70
HOURS = (12.0, 17.0, 21.1)  # UTC: before New York opens, in hours, after the close


@dataclass(frozen=True)
class Drawn:
    """Session 0 of each report, the session that reacts to it, and whose it is; in order of session 0 and firm."""

    firm: Ints
    day: Ints
    reacts: Ints


def calendar(rng: np.random.Generator, one: Scenario) -> Drawn:
    """When the firms report. A row in the window of its firm's last is no case here: quarters are far apart."""
    offset = rng.integers(0, one.season, one.firms)[:, None]
    quarters = BEFORE + QUARTER * np.arange(one.quarters)[None, :]
    reports = quarters + offset + rng.integers(-2, 3, (one.firms, one.quarters))
    day = reacts = reports.ravel()
    firm = np.repeat(np.arange(one.firms), one.quarters)
    if one.day is not None:
        hours = rng.integers(0, len(HOURS), len(day))
        both = [_days(int(at), int(hour), one.day) for at, hour in zip(day, hours, strict=True)]
        day, reacts = (np.array(column) for column in zip(*both, strict=True))
    order = np.lexsort([firm, day])
    return Drawn(firm[order], day[order], reacts[order])


@cache
def _days(at: int, hour: int, day: DayZero) -> tuple[int, int]:
    """Session 0 by `day`, and by `reaction`, of a report in New York's session `at`, as the event study has it."""
    sessions = sessions_of("XNYS")
    on = sessions.dates[_SHIFT + at].astype(object)
    known = datetime(on.year, on.month, on.day, tzinfo=UTC) + timedelta(hours=HOURS[hour])
    event = Event.model_validate(
        {
            "id": "report", "title": "A report", "kind": "earnings", "status": "scheduled", "occurs": on.isoformat(),
            "zone": "America/New_York", "known_at": known - timedelta(days=21), "themes": ["t"],
            "revision": [{"known_at": known, "status": "occurred"}],
        }
    )  # fmt: skip
    place, found = Place("X", sessions), []
    for choice in (day, "reaction"):
        news = news_of(event, choice)  # type: ignore[arg-type]
        assert not isinstance(news, str)
        session = session_of(news, event, place)
        assert session is not None
        found.append(sessions.on_or_after(session) - _SHIFT)
    return found[0], found[1]


_SHIFT = 4_000  # any stretch of New York's sessions
_NONE = np.zeros(0)
_NO_FIT = Fit(0.0, 0.0, 0.0, 0, 0, _NONE, _NONE, _NONE, _NONE, _NONE)


def windows(drawn: Drawn, returns: Floats, market: Floats, one: Scenario, known: bool) -> Floats:
    """(reports, estimation + window) abnormal returns: less the market model, or less the true normal return."""
    first, last = one.estimation
    offsets = np.concatenate([np.arange(first, last + 1), np.arange(FIRST, LAST + 1)])
    at = drawn.day[:, None] + offsets
    own, index = returns[drawn.firm[:, None], at], market[at]
    if known:
        return own - index
    keep = ~np.isnan(own)
    keep[:, last - first + 1 :] = False
    for firm in np.unique(drawn.firm):
        mine = np.flatnonzero(drawn.firm == firm)
        for other in drawn.day[mine]:
            there = np.abs(at[mine] - other) <= LAST
            keep[mine] &= ~there | (drawn.day[mine] == other)[:, None]
    count = keep.sum(axis=1)
    x, y = np.where(keep, index, 0.0), np.where(keep, own, 0.0)
    mean_x, mean_y = x.sum(axis=1) / count, y.sum(axis=1) / count
    apart = np.where(keep, index - mean_x[:, None], 0.0)
    beta = (apart * y).sum(axis=1) / (apart**2).sum(axis=1)
    return own - mean_y[:, None] - beta[:, None] * (index - mean_x[:, None])


def blocks(drawn: Drawn) -> tuple[Ints, Ints]:
    """The portfolio of each report (one a session 0), and the block of each portfolio."""
    days, portfolio = np.unique(drawn.day, return_inverse=True)
    spans = [(f"{day + FIRST:06}", f"{day + LAST:06}") for day in days.tolist()]
    units = [Unit(("",), ("",), span[0], span, _NO_FIT) for span in spans]
    return portfolio, np.array(blocks_of(units))


def judged(drawn: Drawn, abnormal: Floats) -> tuple[int, float, float, float]:
    """Number of blocks, p, and the interval, of one study's abnormal returns; by the event study's own signs."""
    portfolio, block = blocks(drawn)
    cars = abnormal[:, FIRST - LAST - 1 :]
    sums = np.where(np.isnan(cars), 0.0, cars).sum(axis=1)
    mean = np.bincount(portfolio, weights=sums) / np.bincount(portfolio)
    by_block, counts = np.bincount(block, weights=mean), np.bincount(block).astype(float)
    assert len(counts) >= FLIPPED_FROM
    p = _flipped(by_block).p
    assert p is not None
    return len(counts), p, *flip_interval(by_block, counts, 0.95)


def calibrated(name: str, studies: int) -> tuple[float, list[tuple[float, float]]]:
    """Mean number of blocks, and for either normal return the share of false alarms and of intervals that hold."""
    one, rng = SCENARIOS[name], np.random.default_rng([9, list(SCENARIOS).index(name)])
    length = BEFORE + QUARTER * one.quarters + one.season + AFTER
    counted, alarms, held = 0, [0, 0], [0, 0]
    for _ in range(studies):
        drawn = calendar(rng, one)
        market, industry = MARKET * rng.standard_normal(length), one.industry * rng.standard_normal(length)
        plain = market + industry + OWN * rng.standard_normal((one.firms, length))
        hole = rng.random(plain.shape) < one.unknown
        hole[drawn.firm, drawn.day] = False
        plain[hole] = np.nan
        planted = plain.copy()
        np.add.at(planted, (drawn.firm, drawn.reacts), EFFECT)
        inside = np.abs(drawn.reacts - drawn.day) <= LAST
        portfolio, _ = blocks(drawn)
        truth = float((np.bincount(portfolio, weights=inside * EFFECT) / np.bincount(portfolio)).mean())
        for number, known in enumerate((False, True)):
            count, p, _, _ = judged(drawn, windows(drawn, plain, market, one, known))
            alarms[number] += p <= 0.05 + 1e-12
            _, _, low, high = judged(drawn, windows(drawn, planted, market, one, known))
            held[number] += low <= truth <= high
        counted += count
    return counted / studies, [(alarms[number] / studies, held[number] / studies) for number in (0, 1)]


def check() -> None:
    """Hold the vectorised market model against the event study's own."""
    one, rng = SCENARIOS["10 firms, 8 quarters, seasons of 40 sessions"], np.random.default_rng(1)
    drawn = calendar(rng, one)
    length = BEFORE + QUARTER * one.quarters + one.season + AFTER
    market, returns = rng.standard_normal(length), rng.standard_normal((one.firms, length))
    found = windows(drawn, returns, market, one, False)
    (first, last), size = one.estimation, one.estimation[1] - one.estimation[0] + 1
    for row in range(0, len(drawn.day), 7):
        day, firm = int(drawn.day[row]), int(drawn.firm[row])
        keep = np.ones(size, bool)
        for other in drawn.day[(drawn.firm == firm) & (drawn.day != day)].tolist():
            keep[max(other - day + FIRST - first, 0) : max(other - day + LAST - first + 1, 0)] = False
        cut, inside = slice(day + first, day + LAST + 1), slice(FIRST - first, LAST - first + 1)
        fit = fit_model("market", returns[firm, cut], market[cut], slice(0, last - first + 1), inside, keep)
        np.testing.assert_allclose(fit.abnormal, found[row, size:], rtol=1e-9)


def main(studies: int, jobs: int) -> None:
    """Print the table, in Markdown."""
    check()
    with ProcessPoolExecutor(jobs) as pool:
        found = list(pool.map(calibrated, SCENARIOS, [studies] * len(SCENARIOS)))
    print(f"{studies:,} studies each, window {FIRST}:{LAST}\n")
    print("| scenario | blocks | rejected at 5 % | interval holds | … with the true normal return | interval holds |")
    print("|---|---|---|---|---|---|")
    for name, (count, shares) in zip(SCENARIOS, found, strict=True):
        print(f"| {name} | {count:.1f} | {' | '.join(f'{100 * one:.1f}' for pair in shares for one in pair)} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000, int(sys.argv[2]) if len(sys.argv) > 2 else 2)
