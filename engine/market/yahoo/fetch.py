"""Fetches symbols from Yahoo into the price store, and reports where Yahoo has restated what it said before."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Literal

import pandas as pd

from eventfolio.engine.market.yahoo.chart import note
from eventfolio.engine.market.yahoo.price_store import Damaged, PriceStore, Stored, hash_of
from eventfolio.engine.market.yahoo.request import Yahoo, unlike
from eventfolio.engine.market.yahoo.session import Patience, Reason, Refused
from eventfolio.engine.market.yahoo.unadjust import UNLISTED, differences, last_date
from eventfolio.engine.market.yahoo.wanted import Wanted
from eventfolio.events.errors import Unavailable

OVERLAP_SESSIONS = 10
THREADS = 4
_GIVE_UP_AFTER = 3  # symbols in a row that failed for a reason that is not their own
PATIENCE = Patience()


@dataclass(frozen=True)
class Outcome:
    """What became of a symbol. changes : what is new or other than before, in words."""

    symbol: str
    state: Literal["fetched", "unchanged", "failed"]
    reason: Reason | None = None
    words: str = ""
    changes: tuple[str, ...] = ()


class Fetcher:
    """Brings symbols up to date in a store.

    since  : first date wanted
    until  : a symbol asked for since that date's session closed is not asked again; None asks each
    anew   : fetch the whole history whatever is stored
    """

    def __init__(
        self,
        store: PriceStore,
        since: date,
        until: date | None = None,
        anew: bool = False,
        patience: Patience | None = None,
    ) -> None:
        self.store, self.since, self.until, self.anew = store, since, until, anew
        self.patience = patience or PATIENCE
        self.stop = threading.Event()
        self._yahoo = Yahoo(self.patience, self.stop)
        self._troubles = 0  # failures in a row that were Yahoo's or the network's

    def fetch(self, wanted: Sequence[Wanted], progress: Callable[[str, int, int], None] | None = None) -> list[Outcome]:
        """Every symbol's outcome, in the order given. What arrived is stored at once.

        progress : called with (symbol, done, in all)
        Raises   : Unavailable on Ctrl-C, saying what is kept
        """
        self.store.tidy()
        wanted = list(dict.fromkeys(wanted))
        jobs: queue.SimpleQueue[Wanted] = queue.SimpleQueue()
        done: queue.SimpleQueue[Outcome | Exception] = queue.SimpleQueue()
        for one in wanted:
            jobs.put(one)

        def work() -> None:
            while True:
                try:
                    one = jobs.get_nowait()
                except queue.Empty:
                    return
                try:
                    done.put(self.bring(one))
                except Exception as fault:  # ours: it ends the fetch where its caller can see it
                    done.put(fault)

        # Threads that do not hold up the end of the program: a write they leave half done is thrown away.
        threads = [threading.Thread(target=work, daemon=True) for _ in range(min(THREADS, len(wanted)))]
        outcomes: dict[str, Outcome] = {}
        try:
            for thread in threads:
                thread.start()
            while len(outcomes) < len(wanted):
                try:
                    outcome = done.get(timeout=0.2)  # so that Ctrl-C is noticed
                except queue.Empty:
                    continue
                if isinstance(outcome, Exception):
                    self.stop.set()
                    raise outcome
                outcomes[outcome.symbol] = outcome
                if progress is not None:
                    progress(outcome.symbol, len(outcomes), len(wanted))
        except KeyboardInterrupt:
            self.stop.set()
            here = sum(outcome.state != "failed" for outcome in outcomes.values())
            raise Unavailable(
                f"Stopped. {here} of {len(wanted)} symbols had arrived and are kept; the same command goes on."
            ) from None
        return [outcomes[one.symbol] for one in wanted]

    def bring(self, one: Wanted) -> Outcome:
        """Bring one symbol up to date."""
        try:
            with self.store.lock(one.symbol, self.patience.symbol):
                outcome = self._bring(one)
        except Refused as refusal:
            self._troubles += refusal.reason in ("network", "rate-limited")
            return Outcome(one.symbol, "failed", refusal.reason, refusal.words)
        except Unavailable as failure:
            return Outcome(one.symbol, "failed", "disk", str(failure))
        except OSError as failure:
            return Outcome(one.symbol, "failed", "disk", f"{failure.strerror or failure}: {failure.filename or ''}")
        return outcome

    def _bring(self, one: Wanted) -> Outcome:
        try:
            stored = self.store.read(one.symbol)
        except Damaged as damage:
            aside = self.store.set_aside(one.symbol)
            answer = self._ask(one, self.since)
            words = f"{str(damage).partition(': ')[2]}; set aside as {aside.name}, fetched anew"
            return self._first(answer, words)
        if stored is None:
            return self._first(self._ask(one, self.since))
        facts, frame = stored.facts, stored.frame
        if (why := unlike(facts, one)) is not None:
            if not self.anew:
                raise Refused(
                    "malformed",
                    f"{why}; correct the file, or fetch it again (data fetch --anew keeps what is stored beside it)",
                )
            return self._first(self._ask(one, self.since), f"{why}; kept beside it")
        is_asked = self.until is not None and facts.through >= min(self.until, one.finished(datetime.now(UTC)))
        if is_asked and not self.anew and facts.asked_from <= self.since:
            return Outcome(one.symbol, "unchanged")
        changes: list[str] = []
        if not self.anew and facts.asked_from <= self.since:
            overlap = frame.iloc[-OVERLAP_SESSIONS:]
            answer = self._ask(one, overlap.index[0].date(), frame)
            changes = differences(overlap, answer.frame, one.is_rate)
            if not changes:
                new = [text for text in answer.facts.notes if not text.startswith(UNLISTED)]  # of ten sessions
                notes = tuple(dict.fromkeys((*facts.notes, *new)))
                kept = replace(answer.facts, asked_from=facts.asked_from, notes=notes)
                return self._merge(stored, Stored(answer.frame, kept), [])
        answer = self._ask(one, min(self.since, facts.asked_from), None if self.anew else frame)
        return self._merge(stored, answer, differences(frame, answer.frame, one.is_rate) or changes)

    def _first(self, answer: Stored, *changes: str) -> Outcome:
        """Store a symbol that was not, or was another's."""
        self.store.write(answer, keep_old=True)
        words = f"{len(answer.frame)} bars to {last_date(answer.frame)}"
        return Outcome(answer.facts.symbol, "fetched", None, words, changes)

    def _merge(self, stored: Stored, answer: Stored, changes: list[str]) -> Outcome:
        """Store an answer over what there is. With `changes` the answer's rows win, and the old file is kept."""
        old, symbol = stored.frame, stored.facts.symbol
        frame, gone = _joined(old, answer.frame, bool(changes))
        facts = answer.facts
        if len(gone):
            changes = [*changes, f"{len(gone)} bars that Yahoo no longer gives are kept, first {gone[0]:%Y-%m-%d}"]
            kept = note("bars that Yahoo no longer gives, kept", gone)
            facts = replace(facts, notes=tuple(dict.fromkeys((*facts.notes, kept))))
        new = frame[frame.index > old.index[-1]]
        splits = [f"split of {ratio:g} for 1 on {day:%Y-%m-%d}" for day, ratio in new["splits"].items() if ratio > 0]
        restated = hash_of(frame[(frame.index >= old.index[0]) & (frame.index <= old.index[-1])]) != hash_of(old)
        self.store.write(Stored(frame, facts), keep_old=restated)
        if not restated and len(frame) == len(old):
            return Outcome(symbol, "unchanged", changes=tuple(changes))
        words = f"{len(frame) - len(old)} new bars to {last_date(frame)}" if len(frame) > len(old) else ""
        words = "; ".join(filter(None, (words, "restated, the old snapshot is kept" if restated else "")))
        return Outcome(symbol, "fetched", None, words, (*changes, *splits))

    def _ask(self, one: Wanted, first: date, stored: pd.DataFrame | None = None) -> Stored:
        if self._troubles >= _GIVE_UP_AFTER:
            raise Refused("network", f"not asked: Yahoo failed for {self._troubles} symbols before it")
        answer = self._yahoo.ask(one, first, stored)
        self._troubles = 0
        return answer


def _joined(old: pd.DataFrame, new: pd.DataFrame, replaces: bool) -> tuple[pd.DataFrame, pd.Index]:
    """Old and new rows as one, and the dates of bars Yahoo no longer gives, which stay.

    replaces : new rows win where both have a date; otherwise the old ones stay as they are, to the bit
    """
    gone: pd.Index = old.index[(old.index >= new.index[0]) & old["close"].notna()].difference(new.index)
    kept = old[~old.index.isin(new.index)] if replaces else old
    return pd.concat([kept, new[~new.index.isin(kept.index)]]).sort_index(), gone
