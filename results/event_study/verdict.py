"""States the verdict of an event study in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eventfolio.results.event_study.permutation import FLIPPED_FROM
from eventfolio.results.event_study.power import LEVEL
from eventfolio.results.words import count, percent, share

if TYPE_CHECKING:
    from eventfolio.results.event_study.study import EventStudy
    from eventfolio.results.event_study.windows import WindowFigures


def event_verdict(study: EventStudy, window: WindowFigures) -> str:
    """One sentence on an event study, from its whole window and what was adjusted over all windows.

    window : the whole event window, its p adjusted over all windows looked at
    """
    whole = window.short
    names = {name for unit in study.units for name in unit.names}
    merged = len({row.name for row in study.rows} - names)
    events = count(len(names) if study.options.cluster else len(study.rows), "event")
    if merged:
        events += f" ({merged} more merged into them)"
    sessions = study.options.window[1] - study.options.window[0] + 1
    blocks = count(study.independent, "block")
    start = (
        f"{events} on {count(study.dates, 'date')} in {blocks}: {percent(whole.caar)} over {count(sessions, 'session')}"
    )
    if whole.p is None:
        return f"{start}; no test is defined for so little: no evidence."
    p, adjusted = whole.p, whole.p_holm
    chance = f"chance alone does as much {share(p)} of the time"
    if window.least > LEVEL:
        return f"{start}; {chance}: too few blocks to show anything."
    few = "" if study.independent >= FLIPPED_FROM else f" ({blocks}: too few for signs)"
    if p > LEVEL:
        return f"{start}; {chance}{few}: no evidence ({_power(window)})."
    if adjusted is not None and adjusted > LEVEL:
        looks = f"no surprise among the {window.looks} windows and themes looked at (Holm: {share(adjusted)})"
        return f"{start}; {chance}{few}, {looks}: no evidence."
    if few and not (window.estimate.low > 0 or window.estimate.high < 0):
        return f"{start}; {chance}{few}, and its interval holds no effect at all: no evidence."
    return f"{start}; {chance}{few}: evidence of an effect."


def _power(window: WindowFigures) -> str:
    if window.detectable is None:
        return "no effect of any size could show"
    alone = "by itself " if window.looks > 1 else ""
    return f"{alone}it would have taken {percent(window.detectable, sign=False)} to show"
