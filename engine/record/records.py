"""The records a backtest returns: one of the study, one a strategy, with typed documents (`facts`) and tables.

`results/` reads nothing else of the engine. Tables carry the columns of docs/run-folder.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from eventfolio.engine.record.run_facts import RunFacts
from eventfolio.engine.record.study_facts import StudyFacts
from eventfolio.events.facts import Fact


@dataclass(frozen=True)
class RunRecord:
    """One strategy's backtest, audited.

    label     : folder name, unique in the study
    facts     : run.json but for run_id
    returns   : date (Monday to Friday), return, benchmark, home; decimal fractions
    equity    : date (same rows), equity, cash (account currency), exposure (fraction)
    orders    : a row an order sent, with what became of it and why
    trades    : a row a lot
    positions : date, symbol, shares, value (account currency), a row a holding a session
    triggers  : part, event_id, symbol, triggered, word: what became of each event on each listing that it names, over
                the whole window and point in time; no row for a strategy without events
    fills     : a row a fill, with what the same trade would have found one session later
    cash_flows: date, trades, interest, other: what changed the cash, a row each date of the books
    capacity  : date (rows of equity), equity_10, equity_100: equity with ten and a hundred times the cash
    source    : text of the file that defines the strategy, as run
    neighbours: text of each module beside that file that it imports, by path below the file's folder
    prove     : proves that a class with code of its own does not look ahead, and gives the dates it was cut at; raises
                StrategyError where it does; None for parts alone, which cannot
    """

    label: str
    facts: RunFacts
    returns: pd.DataFrame
    equity: pd.DataFrame
    orders: pd.DataFrame
    trades: pd.DataFrame
    positions: pd.DataFrame
    triggers: pd.DataFrame
    fills: pd.DataFrame
    cash_flows: pd.DataFrame
    capacity: pd.DataFrame
    source: str
    neighbours: dict[str, str] = field(default_factory=dict)
    prove: Callable[[], list[date]] | None = None


_NAMED = 5  # listings named in a note


@dataclass(frozen=True)
class StudyReturns:
    """What an event study needs of a study.

    returns  : date x listing, simple local returns with splits and dividends put back; NaN where it has no close
    home     : date x listing, its home index in the listing's currency; NaN where the listing's exchange is shut, and
               where the index has no price on a session of its own exchange at either end of the return
    events   : name (event id), symbol, date (session 0 of the listing), market (the listing), group (the episode, else
               the event), themes, inside (whether day 0 lies in the study's window; the others only keep their windows
               out of the estimation)
    untimed  : ids of events known to the month only, which have no day 0
    homeless : listings without a home index with prices
    unmeasured: how many events name such listings and no others
    day      : how day 0 was chosen, as `engine.day_zero` has it
    releases, announcements : how many events are measured on the news that they occurred, and on their announcement
    elsewhere: how many events have a day 0 other than the first session they could be traded in
    left_out : ids of events without a day 0, each with the reason
    facts    : of each event inside, as known once the news was that it is measured by
    """

    returns: pd.DataFrame
    home: pd.DataFrame
    events: pd.DataFrame
    untimed: tuple[str, ...]
    homeless: tuple[str, ...]
    day: str = "reaction"
    releases: int = 0
    announcements: int = 0
    elsewhere: int = 0
    left_out: tuple[tuple[str, str], ...] = ()
    facts: dict[str, dict[str, Fact]] = field(default_factory=dict)
    unmeasured: int = 0

    @property
    def measurable(self) -> int:
        """How many events of listings have their day 0 inside the study's window."""
        return int(self.events["inside"].sum()) if "inside" in self.events else len(self.events)

    @property
    def notes(self) -> list[str]:
        """What a reader must know of how day 0 was chosen, in words."""
        events = _events(self.releases + self.announcements)
        news = f"{_events(self.releases)} by the news that they occurred, {self.announcements} by their announcement"
        how = f"{events} by the date on which they happen" if self.day == "occurs" else news
        said = [
            f"Day 0 is by {self.day}: {how}; for {self.elsewhere} it is another session than the first they could be "
            "traded in."
        ]
        if self.day == "reaction":
            said.append(
                "It measures the whole session from the close before, which nobody could have traded on the news."
            )
        reasons = Counter(why for _, why in self.left_out)
        have = {1: "has"}
        said += [f"{_events(count)} {have.get(count, 'have')} no day 0: {why}." for why, count in reasons.most_common()]
        if self.homeless:
            named = ", ".join(self.homeless[:_NAMED])
            more = f" and {len(self.homeless) - _NAMED} more" if len(self.homeless) > _NAMED else ""
            with_them = f", and {_events(self.unmeasured)} of no other listing with them" if self.unmeasured else ""
            said.append(f"Without a home index with prices, left out: {named}{more}{with_them}.")
        return said


def _events(count: int) -> str:
    return f"{count} event{'' if count == 1 else 's'}"


@dataclass(frozen=True)
class StudyRecord:
    """What all runs of a study share.

    facts   : study.json: window, events with their first sessions, themes, notes
    inputs  : file name -> text: study.toml as run (options applied), the calendar (.toml, .csv or .ics as it was read),
              themes.toml, securities.toml if the study has its own; enough to run it again
    returns : lays out what an event study needs, when it is asked for; None where there are no prices behind it
    """

    facts: StudyFacts
    inputs: dict[str, str] = field(default_factory=dict)
    returns: Callable[[], StudyReturns] | None = None
