"""Describes the outcome of every event on every listing it names, for the terminal, the page and `explain`.

run.json holds the counts by word (`triggers`: of the whole window and point in time, with a trigger and without one),
triggers.parquet each of them. Runs stored before that have neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TypedDict

from eventfolio.engine.record.run_facts import TriggerCounts
from eventfolio.results.store.read import StoredRun
from eventfolio.results.store.rows import TriggerRow

WITH_TRIGGER = {
    "bought": "bought",
    "extended": "moved the time exit of what was held or awaited",
    "ignored": "came while the listing was held or awaited",
    "spent": "came while the lot was leaving",
    "waiting": "still waiting at the end",
    "halted": "did not trade in time",
    "locked": "stood at the daily limit",
    "no_close": "had no close to be sized with",
    "volume": "found the share of the volume used up",
    "stale_fx": "had too old an exchange rate",
    "no_slot": "found all slots taken",
    "no_cash": "had no cash left",
    "below_one_lot": "asked for less than one lot",
    "unconfirmed": "found no close above the high in time",
    "revised": "gave way to a revision, or to the date itself",
    "cancelled": "taken back by the strategy",
    "declined": "not acted on by the strategy",
    "within_band": "nearer to the target than the band",
    "delisted": "came, or still waited, once the listing had ended",
}
WITHOUT_TRIGGER = {
    "no_listing": "without a listing that has prices",
    "month_only": "known to the month only",
    "direction": "bad for the theme, which a long-only strategy does not trade",
    "cancelled": "cancelled",
    "not_occurred": "never happened",
    "no_start": "without a known start",
    "too_late": "first tradable once begun",
    "filtered": "of themes, kinds or facts that the strategy does not trade",
    "before_the_window": "first tradable before the window",
    "no_session_left": "first tradable after the window",
    "hindsight": "known before the article",
    "episode": "of an episode that another event began",
}
_MEANINGS = {"with_trigger": WITH_TRIGGER, "without_trigger": WITHOUT_TRIGGER}
_PARTS = {"whole": "whole window", "point_in_time": "point in time"}
_MOST, _FEW = 8, 3  # listings, and reasons, named in one line
_ENOUGH = 0.9  # of the triggers acted on: then nothing needs to be said


class UntradedRow(TypedDict):
    """A word, what it means, and how often, over the whole window and point in time (None where not played)."""

    word: str
    means: str
    counts: list[int | None]


class UntradedGroup(TypedDict):
    """The rows with a trigger, or those without one, and their sums."""

    title: str
    counts: list[int | None]
    rows: list[UntradedRow]


def untraded_line(run: StoredRun) -> str:
    """Why a strategy left more than a tenth of its triggers, or had none; empty where it did not."""
    counts = _shown(run)
    if counts is None:
        return ""
    triggers = counts.with_trigger
    total, bought, extended = sum(triggers.values()), triggers.get("bought", 0), triggers.get("extended", 0)
    if not total:
        return _nothing(run.label, counts.without_trigger)
    if bought + extended >= _ENOUGH * total:
        return ""
    acted = f"{run.label} bought on {bought} of {total} triggers"
    if extended:
        acted += f" and moved the exit of a lot on {extended}"
    left = {word: count for word, count in triggers.items() if word not in ("bought", "extended")}
    return f"{acted}: {_commonest(left, WITH_TRIGGER, _hints(run))}."


def untraded_table(run: StoredRun) -> list[UntradedGroup]:
    """What had a trigger, then what had none: title, counts, and rows (word, means, counts); empty for older runs.

    counts : over the whole window and point in time, None where that was not played
    """
    parts = [(run.facts.triggers or {}).get(part) for part in _PARTS]
    groups: list[UntradedGroup] = []
    for kind, title in (("with_trigger", "with a trigger"), ("without_trigger", "without one")):
        counted = [None if part is None else _of_kind(part, kind) for part in parts]
        rows: list[UntradedRow] = [
            {
                "word": _plain(word),
                "means": means,
                "counts": [None if part is None else part.get(word, 0) for part in counted],
            }
            for word, means in _MEANINGS[kind].items()
            if any(part and part.get(word) for part in counted)
        ]
        groups.append(
            {"title": title, "counts": [None if part is None else sum(part.values()) for part in counted], "rows": rows}
        )
    return groups if any(parts) else []


def outcome_lines(outcomes: Sequence[TriggerRow]) -> list[str]:
    """What became of one event, a line a word; by part where the parts differ.

    outcomes : rows of triggers.parquet
    """
    told = {part: _lines([row for row in outcomes if row["part"] == part]) for part in _PARTS}
    if told["whole"] == told["point_in_time"] or not told["point_in_time"]:
        return told["whole"]
    return [f"{title}, {line}" for part, title in _PARTS.items() for line in told[part]]


def _lines(rows: Iterable[TriggerRow]) -> list[str]:
    def word(row: TriggerRow) -> tuple[str, str]:
        return ("with_trigger" if row["triggered"] else "without_trigger"), row["word"]

    lines = []
    for (kind, name), group in groupby(sorted(rows, key=word), key=word):
        symbols = [row["symbol"] for row in group if row["symbol"]]
        more = f" and {len(symbols) - _MOST} more" if len(symbols) > _MOST else ""
        which = f": {', '.join(symbols[:_MOST])}{more}" if symbols else ""
        means = _MEANINGS[kind].get(name, name)
        lines.append(f"{_plain(name)}{'' if means == name else f' ({means})'}{which}")
    return lines


def _of_kind(counts: TriggerCounts, kind: str) -> Mapping[str, int]:
    return counts.with_trigger if kind == "with_trigger" else counts.without_trigger


def _shown(run: StoredRun) -> TriggerCounts | None:
    """The counts of the part that the run's figures are of."""
    counts = run.facts.triggers or {}
    return counts.get("whole") or counts.get("point_in_time")


def _nothing(label: str, words: Mapping[str, int]) -> str:
    if not words:
        return f"{label} traded nothing: its calendar has no event."
    own = {word: count for word, count in words.items() if word != "filtered"} or words
    return f"{label} traded nothing, as no event triggers it: {_commonest(own, WITHOUT_TRIGGER)}."


def _commonest(counts: Mapping[str, int], meanings: Mapping[str, str], hints: Mapping[str, str] | None = None) -> str:
    """The reasons that count most, in words."""
    ordered = sorted(counts, key=lambda word: -counts[word])
    named = ordered if len(ordered) <= _FEW + 1 else ordered[:_FEW]
    told = [f"{counts[word]} {meanings.get(word, _plain(word))}{(hints or {}).get(word, '')}" for word in named]
    if rest := sum(counts[word] for word in ordered[len(named) :]):
        told.append(f"{rest} for other reasons")
    return ", ".join(told)


def _hints(run: StoredRun) -> dict[str, str]:
    """What one may change, by word."""
    strategy = run.facts.strategy
    if "weight" not in strategy.params:
        return {}
    over = "over all listings" if strategy.spread == "all" else "a theme"
    slots = strategy.params.get("slots")
    if slots is not None:
        over = f"over {slots} slots"
    weight = f" (weight {strategy.params['weight']:g} {over}; give -p weight=…)"
    return {"no_cash": weight, "below_one_lot": weight, "no_slot": f" ({slots} of them; give -p slots=…)"}


def _plain(word: str) -> str:
    return word.replace("_", " ")
