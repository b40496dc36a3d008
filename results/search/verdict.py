"""States the verdicts of a placebo test and of a sweep, in one sentence each."""

from __future__ import annotations

from eventfolio.results.significance.overfitting import OverfittingFigures
from eventfolio.results.words import count, deflated_verdict, percent, share


def placebo_verdict(events: int, dates: int, real: float, p: float | None, distinct: int, method: str) -> str:
    """One sentence on a placebo: real is the total return, p how often a calendar without meaning does as well."""
    word = "shifted" if method == "shift" else "random"
    start = f"{count(events, 'event')} on {count(dates, 'independent date')}; {percent(real)}"
    if p is None:
        return f"{start}; no {word} calendar could be played: no evidence."
    told = "unlikely to be luck alone" if p <= 0.05 else "no evidence"
    if 1.0 / (1 + distinct) > 0.05:
        told = "too few to show anything"
    return f"{start}; a {word} calendar does as well {share(p)} of the time ({distinct:,} tried): {told}."


def search_verdict(document: OverfittingFigures) -> str:
    """One sentence on a table of trials, from `overfitting_figures`."""
    best = document["best"]
    shown, tried = document["trials_shown"], document["trials"]
    more = f" ({tried:,} tried in all)" if tried > shown else ""
    start = f"Best of {count(shown, 'trial')}{more}: Sharpe {best['sharpe']:.2f} a year"
    deflated, pbo = document["deflated_sharpe"], document["pbo"]
    if deflated is None:
        return f"{start}; its moments allow no probability."
    expected = f"is expected at {document['expected_best_sharpe']:.2f}"
    told = f"{start}, where the best of {'all' if more else 'as many'} without skill {expected}"
    split = (
        f"; chosen on one half of the data it fails on the other {share(pbo)} of the time" if pbo is not None else ""
    )
    return f"{told}: {deflated_verdict(deflated, tried)}{split}."
