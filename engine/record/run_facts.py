"""run.json as a typed record: what one strategy's backtest was made of, and its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from eventfolio.engine.record.json_record import ABSENT, Absent, Day, Metrics, Record
from eventfolio.strategies.parameters import Value


@dataclass(frozen=True, kw_only=True)
class WindowFacts(Record):
    """First and last date of the window."""

    start: Day
    end: Day


@dataclass(frozen=True, kw_only=True)
class AccountFacts(Record):
    """Starting cash in the account currency; cash_rate : interest a year, fraction (in run.json alone)."""

    cash: float
    currency: str
    cash_rate: float | Absent = ABSENT


@dataclass(frozen=True, kw_only=True)
class StrategyFacts(Record):
    """A strategy as run: its class, resolved parameters, and the SHA-256 of its file."""

    name: str
    class_name: str = field(metadata={"key": "class"})
    label: str
    params: dict[str, Value]
    themes: tuple[str, ...]
    trigger: str | Absent = ABSENT
    spread: str | Absent = ABSENT
    doc: str | Absent = ABSENT
    source_sha256: str


@dataclass(frozen=True, kw_only=True)
class DataFacts(Record):
    """The prices: where they came from, their fingerprint, the listings on the tape."""

    source: str
    simulated: bool
    fingerprint: str
    symbols: tuple[str, ...]
    dividends: str | Absent = ABSENT


@dataclass(frozen=True, kw_only=True)
class PlayedCalendar(Record):
    """The calendar of a run by name, hash and number of events. without : ids of those taken out by hand, if any"""

    name: str | Absent = ABSENT
    sha256: str
    events: int
    without: tuple[str, ...] | Absent = ABSENT

    @property
    def taken_out(self) -> str:
        """How many events were taken out by hand, in words; empty for none."""
        return taken_out(self.without) if self.without else ""


def taken_out(without: Sequence[str]) -> str:
    """How many events were taken out by hand, in words."""
    return f"{len(without)} {'event' if len(without) == 1 else 'events'} taken out by hand"


@dataclass(frozen=True, kw_only=True)
class IntervalFacts(Record):
    """A figure with its 95 % interval; null where there is too little to resample."""

    value: float | None
    low: float | None
    high: float | None
    method: str | Absent = ABSENT


@dataclass(frozen=True, kw_only=True)
class WithoutEvents(Record):
    """Return on what the lots cost without one event: the lowest and the highest, and without which event."""

    low: float
    low_without: str
    high: float
    high_without: str


@dataclass(frozen=True, kw_only=True)
class Significance(Record):
    """How sure the figures are (`results.significance.of_run`); before that is worked out, the lots alone.

    intervals           : by metric
    lots, independent_dates, lots_with_index, separate_holdings : how much independent evidence there is
    deflated_sharpe     : probability, given all trials that the study has seen; effective: by their effective number
    """

    intervals: dict[str, IntervalFacts] | Absent = ABSENT
    leave_one_event_out: WithoutEvents | Absent | None = ABSENT
    probabilistic_sharpe: float | Absent | None = ABSENT
    minimum_track_record_years: float | Absent | None = ABSENT
    lots: int | Absent = ABSENT
    lots_with_index: int | Absent = ABSENT
    independent_dates: int | Absent = ABSENT
    separate_holdings: int | Absent = ABSENT
    judgement: str | Absent = ABSENT
    verdict: str | Absent | None = ABSENT
    verdicts: tuple[str, ...] | Absent | None = ABSENT
    deflated_sharpe: float | Absent | None = ABSENT
    deflated_sharpe_effective: float | Absent | None = ABSENT
    trials_seen: int | Absent | None = ABSENT


@dataclass(frozen=True, kw_only=True)
class TriggerCounts(Record):
    """How many pairs of event and listing had a trigger, and how many none, by what became of them."""

    with_trigger: dict[str, int]
    without_trigger: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class CapacityFacts(Record):
    """The strategy played with a multiple of the cash: gain and value of its purchases, account currency."""

    multiple: int
    gain: float
    total_return: float | None
    bought: float


@dataclass(frozen=True, kw_only=True)
class LookAheadFacts(Record):
    """The look-ahead proof: whether the class has code of its own, the dates it was cut at, whether it was trusted."""

    has_code: bool
    cut_at: tuple[str, ...]
    trusted: bool


@dataclass(frozen=True, kw_only=True)
class SettingFacts(Record):
    """What a run's figures depend on beside strategy, calendar, prices and window.

    costs         : the study's own, as its file gives them; None where each market's are charged
    members       : by theme that the plan trades, each listing with its `since`; under "" those that events name by
                    themselves, where they are played
    point_in_time : only the run from the publication on was made
    """

    account: AccountFacts
    costs: object | Absent = ABSENT
    members: dict[str, dict[str, str | None]] | Absent = ABSENT
    point_in_time: bool | Absent = ABSENT


@dataclass(frozen=True, kw_only=True)
class RunFacts(Record):
    """run.json: one strategy's backtest. Metrics are defined by `engine.metrics`; fractions, undefined is null.

    run_id         : run folder and label; of a run that is stored
    metrics        : of the whole window; metrics_point_in_time: from the publication on; benchmark_metrics,
                     home_metrics: of the benchmark and of the home indices as invested
    triggers       : what became of the events, over the whole window and point in time; None without events
    capacity       : played with 1, 10 and 100 times the cash under the volume cap
    without_event  : total return of the strategy played without each of its events, by event id, if that was asked
    """

    run_id: str | Absent = ABSENT
    schema: int
    study: str
    strategy: StrategyFacts
    data: DataFacts
    calendar: PlayedCalendar
    versions: dict[str, str]
    window: WindowFacts
    account: AccountFacts
    costs: object | Absent = ABSENT
    members: dict[str, dict[str, str | None]] | Absent = ABSENT
    point_in_time: bool | Absent = ABSENT
    metrics: Metrics
    metrics_point_in_time: Metrics | None
    benchmark_metrics: Metrics | None
    home_metrics: Metrics | None
    significance: Significance | None
    triggers: dict[str, TriggerCounts | None] | Absent | None = ABSENT
    look_ahead: LookAheadFacts | Absent = ABSENT
    capacity: tuple[CapacityFacts, ...] | Absent = ABSENT
    warnings: tuple[str, ...]
    without_event: Metrics | Absent = ABSENT

    @property
    def point_in_time_return(self) -> float | None:
        """Total return from the publication on; None where that was not played."""
        return (self.metrics_point_in_time or {}).get("total_return")

    @property
    def is_judged(self) -> bool:
        """Whether intervals and a verdict stand beside the metrics."""
        return self.significance is not None and self.significance.intervals is not ABSENT

    @property
    def setting(self) -> SettingFacts:
        """What the figures depend on beside strategy, calendar, prices and window."""
        return SettingFacts(
            account=self.account, costs=self.costs, members=self.members, point_in_time=self.point_in_time
        )
