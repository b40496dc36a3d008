"""What the figures come to, in a sentence a person understands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from results.event_study import EventStudy
    from results.lot_means import LotMeans

RECOMMENDED = "permutation"  # the only one that keeps its level in every scenario of tests/benchmarks/calibration.py


def event_verdict(study: EventStudy, windows: list[dict[str, Any]]) -> str:
    """One sentence on an event study, from its whole window and what was adjusted over all windows.

    windows : rows of `themed_study.window_figures`, with p_holm and looks
    """
    whole = windows[-1]
    names = {name for unit in study.units for name in unit.names}
    merged = len({row.name for row in study.rows} - names)
    events = _count(len(names) if study.options.cluster else len(study.rows), "event")
    if merged:
        events += f" ({merged} more merged into them)"
    sessions = study.options.window[1] - study.options.window[0] + 1
    dates = _count(study.independent, "independent date")
    start = f"{events} on {dates}: {_percent(whole['caar'])} over {_count(sessions, 'session')}"
    if whole["p"] is None:
        return f"{start}; no test is defined for so little: no evidence."
    p, adjusted = whole["p"], whole["p_holm"]
    chance = f"chance alone does as much {_share(p)} of the time"
    if p > 0.05:
        return f"{start}; {chance}: no evidence ({_power(whole)})."
    if adjusted is not None and adjusted > 0.05:
        looks = f"no surprise among the {whole['looks']} windows and themes looked at (Holm: {_share(adjusted)})"
        return f"{start}; {chance}, {looks}: no evidence."
    return f"{start}; {chance}: evidence of an effect."


def placebo_verdict(events: int, dates: int, real: float, p: float | None, distinct: int, method: str) -> str:
    """One sentence on a placebo: real is the total return, p how often a calendar without meaning does as well."""
    word = "shifted" if method == "shift" else "random"
    start = f"{_count(events, 'event')} on {_count(dates, 'independent date')}; {_percent(real)}"
    if p is None:
        return f"{start}; no {word} calendar could be played: no evidence."
    told = "no evidence" if p > 0.05 else "unlikely to be luck alone"
    return f"{start}; a {word} calendar does as well {_share(p)} of the time ({distinct:,} tried): {told}."


def run_verdict(means: LotMeans) -> str:
    """One sentence on a run's lots: their mean gain, their indices', and whether the difference leaves zero."""
    start = f"{_count(means.lots, 'lot')} on {_count(means.dates, 'date')} of entry"
    judgement = means.judgement
    if not means.lots:
        return f"{start}: nothing to judge."
    if judgement == "no_index":
        without = means.lots - means.indexed
        return (
            f"{start}; {_percent(means.trade.value)} a lot: no index stands beside {without} of them, so nothing is "
            "claimed."
        )
    more = f" ({means.lots - means.indexed} without an index left out)" if means.indexed < means.lots else ""
    start += f"{more}; {_percent(means.gain)} a lot, its indices {_percent(means.index)}"
    excess = means.excess
    if judgement == "too_few":
        alone = "holding that does not" if means.separate == 1 else "holdings that do not"
        return f"{start}: {means.separate} {alone} overlap, too few for an interval."
    told = {
        "beyond_chance": "more than its market, and more than chance would explain, before asking how many were tried",
        "below_beyond_chance": "less than its market, beyond chance",
        "no_evidence": "no evidence of a gain beyond its market",
    }[judgement]
    between = f"between {_percent(excess.low)} and {_percent(excess.high)}"
    return f"{start}; {_percent(excess.value)} beyond them, {between}: {told}."


def deflated_verdict(deflated: float, trials: int) -> str:
    """What a deflated Sharpe ratio says; it is no probability that a strategy is real."""
    best = f"the best of {trials:,} without skill" if trials > 1 else "one trial without skill"
    if deflated >= 0.95:
        return f"beyond what {best} would show"
    return f"not beyond {best} (DSR {deflated:.2f})"


def search_verdict(document: dict[str, Any]) -> str:
    """One sentence on a table of trials, from `search_honesty.search_honesty`."""
    best = document["best"]
    shown, tried = document["trials_shown"], document["trials"]
    more = f" ({tried:,} tried in all)" if tried > shown else ""
    start = f"Best of {_count(shown, 'trial')}{more}: Sharpe {best['sharpe']:.2f} a year"
    deflated, pbo = document["deflated_sharpe"], document["pbo"]
    if deflated is None:
        return f"{start}; its moments allow no probability."
    expected = f"is expected at {document['expected_best_sharpe']:.2f}"
    told = f"{start}, where the best of {'all' if more else 'as many'} without skill {expected}"
    split = (
        f"; chosen on one half of the data it fails on the other {_share(pbo)} of the time" if pbo is not None else ""
    )
    return f"{told}: {deflated_verdict(deflated, tried)}{split}."


def _power(whole: dict[str, Any]) -> str:
    if whole["detectable"] is None:
        return "no effect of any size could show"
    alone = "by itself " if whole["looks"] > 1 else ""
    return f"{alone}it would have taken {_percent(whole['detectable'], sign=False)} to show"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _percent(value: float | None, sign: bool = True) -> str:
    if value is None:
        return "an unknown return"
    return f"{value:+.1%}".replace("%", " %") if sign else f"{value:.1%}".replace("%", " %")


def _share(p: float) -> str:
    return "less than 1 %" if p < 0.01 else ("more than 99 %" if p > 0.99 else f"{p:.0%}".replace("%", " %"))
