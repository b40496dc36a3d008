"""The verdict of an event study, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    dates = count(study.independent, "independent date")
    start = f"{events} on {dates}: {percent(whole.caar)} over {count(sessions, 'session')}"
    if whole.p is None:
        return f"{start}; no test is defined for so little: no evidence."
    p, adjusted = whole.p, whole.p_holm
    chance = f"chance alone does as much {share(p)} of the time"
    if p > 0.05:
        return f"{start}; {chance}: no evidence ({_power(window)})."
    if adjusted is not None and adjusted > 0.05:
        looks = f"no surprise among the {window.looks} windows and themes looked at (Holm: {share(adjusted)})"
        return f"{start}; {chance}, {looks}: no evidence."
    return f"{start}; {chance}: evidence of an effect."


def _power(window: WindowFigures) -> str:
    if window.detectable is None:
        return "no effect of any size could show"
    alone = "by itself " if window.looks > 1 else ""
    return f"{alone}it would have taken {percent(window.detectable, sign=False)} to show"
