"""Writes the strategy that a study made from a calendar starts with: a class of parts for what its events tell."""

from __future__ import annotations

from eventfolio.events import Calendar

_TEXT = '''"""MyStrategy: say here in a line what the idea is.

Run it:    eventfolio run study.toml -s my_strategy.py:MyStrategy
Tweak it:  eventfolio run study.toml -s my_strategy.py:MyStrategy -p hold=40 -p stop=none
"""

from eventfolio import {imports}


class MyStrategy(EventStrategy):
    """{idea}

    Say why it should work, and where the idea comes from.

    hold   : sessions of the listing's own exchange, from the entry session on
    stop   : loss from the entry fill that ends it, fraction, or None
    weight : fraction of equity shared by {sharers}
{more}    """

    # The parts. Words in quotes name a parameter below, so -p reaches every number.
    trigger = {trigger}  # or {others}
    size = Share("weight")  # or Slots("weight", "slots"): at most so many lots at once
    leave = Leave("hold", "stop")  # any of "hold", "stop", "take", "trail"
{only}    params = dict({params})
'''


def acts_on_releases(calendar: Calendar) -> bool:
    """Whether some event is first scheduled, and then known to have occurred."""
    return any(
        event.status == "scheduled" and any(belief.status == "occurred" for belief in event.beliefs)
        for event in calendar.events
    )


def numeric_fact(calendar: Calendar) -> str | None:
    """The fact that a condition may ask for: `surprise`, or the first that is a number; None where there is none."""
    given = [facts for event in calendar.events for facts in (event.facts, *(one.facts for one in event.revisions))]
    numbers = {
        name
        for facts in given
        for name, value in facts.items()
        if isinstance(value, float | int) and not isinstance(value, bool)
    }
    return "surprise" if "surprise" in numbers else min(numbers, default=None)


def strategy_text(calendar: Calendar) -> str:
    """The file of a strategy for this calendar: it acts on releases or announcements, and may ask for a fact."""
    is_of_releases, fact = acts_on_releases(calendar), numeric_fact(calendar)
    what = "it is known to have happened" if is_of_releases else "its news is public"
    params = "hold=20, stop=0.08, weight=0.9"
    more = only = ""
    names = ["EventStrategy", "Leave", "Release" if is_of_releases else "Announcement", "Share"]
    idea = f"Buy what an event is news of once {what}; sell when time is up."
    if fact:
        least = 0.0 if fact == "surprise" else None
        more = f"    least  : what `{fact}` must be at least, or None for any\n"
        facts = ", ".join(calendar.fact_names)
        only = f'    only = (Where("{fact}", ">=", "least"),)  # the calendar\'s facts: {facts}\n'
        params += f", least={least}"
        names.append("Where")
        if least is not None:
            idea = f"Buy what an event is news of once {what}, if it was a good surprise; sell when time is up."
    return _TEXT.format(
        imports=", ".join(sorted(names)),
        idea=idea,
        sharers="the listings that events name" if calendar.listings else "the theme's members",
        more=more,
        trigger="Release()" if is_of_releases else "Announcement()",
        others='Announcement(), RunUp("lead"), RunUp("lead", "through")' if is_of_releases else 'RunUp("lead")',
        only=only,
        params=params,
    )
