"""Compares two runs: settings, parameters, code, calendar and prices that differ, and the effect on metrics and P&L."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from eventfolio.engine.record.json_record import known
from eventfolio.engine.record.study_facts import EventFacts
from eventfolio.results.metrics import METRICS
from eventfolio.results.significance.intervals import Interval, difference_intervals
from eventfolio.results.store.read import StoredRun, StoredStudy

GAPS = ("total_return", "cagr", "volatility", "sharpe", "max_drawdown")

_EVENT_FACTS = ("title", "status", "occurs", "known_at", "themes", "direction", "strength", "episode", "revisions")


@dataclass(frozen=True)
class Change:
    """One thing that is not the same; None where it was not there."""

    what: str
    before: object
    after: object


@dataclass(frozen=True)
class Pair:
    """Two runs of what is taken for the same strategy.

    params  : parameters that differ
    code    : lines of a unified diff of the sources
    metrics : whole window and point in time, by "metrics" or "metrics_point_in_time" then key: (before, after)
    events  : P&L by event where it differs, account currency; "" without an event
    currencies : of the accounts, before and after
    gaps    : by metric, after less before over the dates of both, with its 95 % interval; empty where not asked for,
              or where both made the same each day
    """

    before: str
    after: str
    params: tuple[Change, ...]
    code: tuple[str, ...]
    metrics: dict[str, dict[str, tuple[float | None, float | None]]]
    events: tuple[Change, ...]
    currencies: tuple[str, str]
    gaps: dict[str, Interval]

    @property
    def name(self) -> str:
        return self.before if self.before == self.after else f"{self.before} → {self.after}"

    @property
    def other_money(self) -> str:
        """In what currencies the money is where there are two; empty where it is one."""
        before, after = self.currencies
        return "" if before == after else f"before in {before}, after in {after}"


@dataclass(frozen=True)
class Difference:
    """Everything that differs between two run folders.

    settings : window, account, benchmark, data, versions
    calendar : events added (before None), removed (after None) or changed, fact by fact
    pairs    : strategies in both; only_before, only_after : labels of the others
    """

    settings: tuple[Change, ...]
    calendar: tuple[Change, ...]
    pairs: tuple[Pair, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """Whether inputs and results are the same."""
        return not (self.settings or self.calendar or self.only_before or self.only_after) and not any(
            pair.params or pair.code or pair.events or any(a != b for a, b in _figures(pair)) for pair in self.pairs
        )

    def to_json(self) -> dict[str, object]:
        """JSON-ready."""
        return asdict(self)


def differences(before: StoredStudy, after: StoredStudy, sure: bool = True) -> Difference:
    """Compare two run folders. Strategies are paired by label; one alone on each side counts as the same, tweaked.

    sure : say how sure the differences are, which takes about half a second a pair
    """
    old, new = ({run.label: run for run in study.runs} for study in (before, after))
    pairs = [(old[label], new[label]) for label in old if label in new]
    if not pairs and len(old) == len(new) == 1:
        pairs = [(before.runs[0], after.runs[0])]
    paired = ({one.label for one, _ in pairs}, {two.label for _, two in pairs})
    return Difference(
        settings=tuple(_settings(before, after)),
        calendar=tuple(_calendar(before.facts.events, after.facts.events)),
        pairs=tuple(_pair(*pair, sure) for pair in pairs),
        only_before=tuple(label for label in old if label not in paired[0]),
        only_after=tuple(label for label in new if label not in paired[1]),
    )


def _settings(before: StoredStudy, after: StoredStudy) -> list[Change]:
    sides = []
    for study in (before, after):
        facts, first = study.facts, study.runs[0].facts
        side = {
            "study": facts.study,
            "window": f"{facts.window.start} to {facts.window.end}",
            "benchmark": facts.benchmark,
            **{f"account {key}": value for key, value in first.account.to_json().items()},
            "prices": first.data.source,
            "prices' fingerprint": first.data.fingerprint[:16],
            "dividends": known(first.data.dividends),
            "listings": ", ".join(first.data.symbols),
            **{f"version of {name}": version for name, version in first.versions.items()},
        }
        sides.append(side)
    return _changes(*sides)


def _calendar(before: Sequence[EventFacts], after: Sequence[EventFacts]) -> list[Change]:
    old, new = ({event.id: event for event in events} for events in (before, after))
    changes = [Change(event_id, old[event_id].title, None) for event_id in old if event_id not in new]
    changes += [Change(event_id, None, new[event_id].title) for event_id in new if event_id not in old]
    for event_id in old:
        if event_id in new:
            facts = (
                {key: event.to_json().get(key) for key in _EVENT_FACTS} for event in (old[event_id], new[event_id])
            )
            changes += [
                Change(f"{event_id}: {change.what}", change.before, change.after) for change in _changes(*facts)
            ]
    return changes


def _pair(before: StoredRun, after: StoredRun, sure: bool) -> Pair:
    old, new = before.facts.strategy, after.facts.strategy
    same_code = old.source_sha256 == new.source_sha256
    return Pair(
        before=before.label,
        after=after.label,
        params=tuple(_changes(old.params, new.params)),
        code=() if same_code else tuple(_code(before, after)),
        metrics={
            part: {metric.key: ((one or {}).get(metric.key), (other or {}).get(metric.key)) for metric in METRICS}
            for part, one, other in (
                ("metrics", before.facts.metrics, after.facts.metrics),
                ("metrics_point_in_time", before.facts.metrics_point_in_time, after.facts.metrics_point_in_time),
            )
        },
        events=tuple(_changes(_by_event(before), _by_event(after))),
        currencies=(before.facts.account.currency, after.facts.account.currency),
        gaps=_gaps(before, after) if sure else {},
    )


def _gaps(before: StoredRun, after: StoredRun) -> dict[str, Interval]:
    """Over the dates that both have."""
    if np.array_equal(before.returns["return"], after.returns["return"]):
        return {}
    old, new = (run.returns.set_index("date")["return"] for run in (before, after))
    both = old.index.intersection(new.index)
    first, second = new.loc[both].to_numpy(float), old.loc[both].to_numpy(float)
    if len(both) < 2 or np.array_equal(first, second):
        return {}
    years = ((both[-1] - both[0]).days + 1) / 365.25
    return difference_intervals(first, second, years, GAPS)


def _code(before: StoredRun, after: StoredRun) -> list[str]:
    old, new = before.source.splitlines(), after.source.splitlines()
    return list(difflib.unified_diff(old, new, f"{before.label} before", f"{after.label} after", lineterm="", n=2))


def _by_event(run: StoredRun) -> dict[str, float]:
    sums: dict[str, float] = {}
    for lot in run.lot_rows:
        event = lot["event_id"] or ""
        sums[event] = sums.get(event, 0.0) + (lot["pnl"] or 0.0)
    return {event: round(sums[event], 2) for event in sorted(sums)}


def _changes(before: Mapping[str, object], after: Mapping[str, object]) -> list[Change]:
    keys = dict.fromkeys([*before, *after])
    return [Change(key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)]


def _figures(pair: Pair) -> list[tuple[float | None, float | None]]:
    return [figures for part in pair.metrics.values() for figures in part.values()]
