"""Identifies a backtest by all that decides its result, so that a trial made twice is counted once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from eventfolio.engine.record.json_record import known
from eventfolio.engine.record.run_facts import RunFacts, SettingFacts
from eventfolio.strategies.parameters import Value


@dataclass(frozen=True)
class TrialIdentity:
    """Strategy, code and numbers, calendar, prices, window and setting of a trial.

    params      : all of them, resolved, defaults included
    fingerprint : of the prices; window : ISO dates; dividends : how they are paid, None where a record does not say
    """

    source_sha256: str
    class_name: str
    params: Mapping[str, Value]
    calendar_sha256: str
    fingerprint: str
    window: tuple[str, str]
    setting: SettingFacts
    dividends: str | None

    @property
    def id(self) -> str:
        """16 hex digits: the same for the same trial, another for any other."""
        setting = {
            "account": self.setting.account.to_json(),
            "costs": known(self.setting.costs),
            "members": known(self.setting.members),
            "point_in_time": known(self.setting.point_in_time),
            "dividends": self.dividends,
        }
        parts = [self.source_sha256, self.class_name, dict(self.params), self.calendar_sha256, self.fingerprint]
        text = json.dumps([*parts, list(self.window), setting], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def identity_of(run: RunFacts) -> TrialIdentity:
    """The identity of a run; one stored before run.json held its setting has what it says of it."""
    return TrialIdentity(
        run.strategy.source_sha256,
        run.strategy.class_name,
        run.strategy.params,
        run.calendar.sha256,
        run.data.fingerprint,
        (run.window.start, run.window.end),
        run.setting,
        known(run.data.dividends),
    )
