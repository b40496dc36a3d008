"""Made-up records: a study of three strategies whose figures are drawn from a fixed seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.cheap_runs import cheap_runs

from eventfolio.engine.record import RunFacts, RunRecord, StudyFacts, StudyRecord
from eventfolio.results.metrics import METRICS

assert cheap_runs  # for all tests of this folder

START, END = "2024-06-03", "2026-03-31"
LABELS = ("announcement-drift", "kogas-lng", "buy-and-hold")
SOURCE = "class KogasLng(EventStrategy):\n    '''Hält KOGAS.'''\n"


def _event(id: str, **facts: Any) -> dict[str, Any]:
    return {
        "id": id,
        "title": "Leaders announce a road bridge",
        "kind": "infrastructure",
        "status": "occurred",
        "occurs": "2024-06-19",
        "as_written": None,
        "known_at": "2024-06-19T21:55:00+00:00",
        "known_precision": "minute",
        "zone": "America/New_York",
        "themes": ["infrastructure"],
        "direction": 1,
        "strength": 0.5,
        "episode": None,
        "origin": "record",
        "source": "Agency despatch, 19 June 2024",
        "confidence": "high",
        "hindsight": True,
        "first_sessions": {"036460.KS": "2024-06-20", "REMX": "2024-06-20", "7013.T": "2024-06-21"},
    } | facts


EVENTS = [
    _event("bridge-announced"),
    _event(
        "spans-meet",
        title="Spans meet",
        known_at="2026-02-10T15:00:00+00:00",
        known_precision="day",
        zone="Asia/Seoul",
        hindsight=False,
        first_sessions={"036460.KS": "2026-02-11"},
    ),
    _event(
        "article",
        title="Article names the themes",
        known_at="2025-06-17T21:55:00+00:00",
        themes=["lng", "infrastructure"],
        hindsight=False,
        first_sessions={"036460.KS": "2025-06-18", "7013.T": "2025-06-18"},
    ),
    _event(
        "month-only",
        title="Trade figures",
        status="scheduled",
        known_at="2026-03-31T15:00:00+00:00",
        known_precision="month",
        zone="Asia/Seoul",
        themes=[],
        hindsight=False,
        first_sessions={},
    ),
]


def _member(symbol: str, name: str, exchange: str, currency: str, **facts: Any) -> dict[str, Any]:
    member = {"symbol": symbol, "name": name, "exchange": exchange, "currency": currency}
    return member | {"role": "named", "stands_for": None, "note": None} | facts


THEMES = [
    {
        "name": "lng",
        "title": "Gas",
        "why": "Pipelines",
        "members": [
            _member("036460.KS", "Korea Gas", "XKRX", "KRW"),
            _member("0883.HK", "CNOOC", "XHKG", "HKD", role="proxy", stands_for="shippers", note="H share"),
        ],
        "untradable": [],
    },
    {
        "name": "rare-earths",
        "title": "Rare earths",
        "why": "Mines",
        "members": [_member("REMX", "Rare earth fund", "ARCX", "USD", role="proxy", stands_for="RELR")],
        "untradable": [{"name": "RELR", "why": "No such fund is listed.", "proxy": "REMX"}],
    },
]


@pytest.fixture
def study() -> StudyRecord:
    """Two years, four events, two themes."""
    return _study()


@pytest.fixture(scope="session")
def made_up() -> Callable[[], tuple[StudyRecord, list[RunRecord]]]:
    """Makes the study and its runs anew: for what a file's tests share."""
    return lambda: (_study(), _runs())


def _study() -> StudyRecord:
    facts = StudyFacts.from_json(
        {
            "schema": 1,
            "study": "made-up",
            "created": "2026-11-24T01:42:03+00:00",
            "simulated": True,
            "window": {"start": START, "end": END},
            "benchmark": "ACWI",
            "account": {"cash": 1_000_000.0, "currency": "USD"},
            "calendar": {
                "name": "made-up",
                "sha256": "ab" * 32,
                "recorded": "2026-11-23",
                "article": {
                    "title": "An article",
                    "author": "A. Writer",
                    "publisher": "A Paper",
                    "published": "2025-06-17T17:55:00-04:00",
                },
            },
            "events": EVENTS,
            "themes": THEMES,
            "notes": ["The calendar was compiled on 2026-11-23, after the events."],
            "warnings": ["0883.HK: 3 sessions without a bar."],
        }
    )
    return StudyRecord(facts)


@pytest.fixture
def make_run() -> Callable[..., RunRecord]:
    """A run of given daily returns (one a weekday from START on), or of random ones."""
    return fabricate


@pytest.fixture
def runs() -> list[RunRecord]:
    return _runs()


def _runs() -> list[RunRecord]:
    return [fabricate(label, seed=number) for number, label in enumerate(LABELS)]


def fabricate(
    label: str = "announcement-drift",
    returns: list[float] | None = None,
    benchmark: list[float] | float | None = None,
    zone: str | None = None,
    seed: int = 0,
    **facts: Any,
) -> RunRecord:
    chance = np.random.default_rng(seed)
    dates = pd.bdate_range(START, END) if returns is None else pd.bdate_range(START, periods=len(returns))
    daily = chance.normal(0.0004, 0.012, len(dates)) if returns is None else np.array(returns, dtype=float)
    market = chance.normal(0.0003, 0.009, len(dates)) if benchmark is None else benchmark
    wealth = 1_000_000 * np.cumprod(1 + daily)
    metrics = {metric.key: float(value) for metric, value in zip(METRICS, chance.normal(0.1, 0.3, 15), strict=True)}
    record = RunRecord(
        label=label,
        facts=RunFacts.from_json(
            {
                "schema": 1,
                "study": "made-up",
                "strategy": {
                    "name": label,
                    "class": "AnnouncementDrift",
                    "label": label,
                    "params": {"hold": 20, "stop": None, "weight": 0.5},
                    "themes": ["lng", "infrastructure"],
                    "doc": "Go long a theme's companies once its news is public.\n\nhold : sessions",
                    "source_sha256": "cd" * 32,
                },
                "data": {
                    "source": "sample",
                    "simulated": True,
                    "fingerprint": "ef" * 32,
                    "symbols": ["036460.KS"],
                },
                "calendar": {"name": "made-up", "sha256": "ab" * 32, "events": 4},
                "versions": {"python": "3.11", "quantstats": "0.0.86"},
                "window": {"start": START, "end": END},
                "account": {"cash": 1_000_000.0, "currency": "USD"},
                "metrics": metrics | {"trades": 12, "costs": 4321.5},
                "metrics_point_in_time": {key: value / 2 for key, value in metrics.items()} | {"calmar": None},
                "benchmark_metrics": metrics | {"trades": None},
                "home_metrics": None,
                "significance": {},
                "triggers": {
                    "whole": {"with_trigger": {"bought": 1, "extended": 1}, "without_trigger": {}},
                    "point_in_time": {"with_trigger": {}, "without_trigger": {"hindsight": 2}},
                },
                "warnings": ["036460.KS: volume unknown on 2024-07-01."],
            }
            | facts
        ),
        returns=pd.DataFrame({"date": dates, "return": daily, "benchmark": market, "home": np.nan}),
        equity=pd.DataFrame({"date": dates, "equity": wealth, "cash": wealth / 2, "exposure": 0.5}),
        orders=_ORDERS.copy(),
        trades=_TRADES.copy(),
        positions=pd.DataFrame({"date": dates[:2], "symbol": "036460.KS", "shares": 10.0, "value": 1234.5}),
        triggers=pd.DataFrame(
            {
                "part": ["whole", "whole"],
                "event_id": ["bridge-announced", "spans-meet"],
                "symbol": "036460.KS",
                "triggered": True,
                "word": ["bought", "extended"],
            }
        ),
        fills=_FILLS.copy(),
        cash_flows=pd.DataFrame({"date": dates, "trades": 0.0, "interest": 0.0, "other": 0.0}),
        capacity=pd.DataFrame({"date": dates, "equity_10": wealth * 9.5, "equity_100": wealth * 60}),
        source=SOURCE,
    )
    return record if zone is None else _in_zone(record, zone)


def _in_zone(record: RunRecord, zone: str) -> RunRecord:
    moved = {
        name: getattr(record, name).assign(date=getattr(record, name)["date"].dt.tz_localize(zone))
        for name in ("returns", "equity", "positions")
    }
    return replace(record, **moved)


_KNOWN = pd.Timestamp("2024-06-19T21:55:00Z")
_ORDERS = pd.DataFrame(
    {
        "order": [0, 1],
        "symbol": "036460.KS",
        "theme": "lng",
        "event_id": ["bridge-announced", None],
        "side": ["buy", "sell"],
        "reason": ["news", "time"],
        "known_at": [_KNOWN, pd.NaT],
        "decided_at": _KNOWN,
        "decision_session": [pd.Timestamp("2024-06-20"), pd.Timestamp("2024-07-18")],
        "lot": [0, 0],
        "wanted": 10.0,
        "filled": 10.0,
        "status": "filled",
        "why": "",
        "story": [["sized to 10 shares", "filled whole"], []],
    }
)
_FILLS = pd.DataFrame(
    {
        "order": [0, 1],
        "lot": 0,
        "symbol": "036460.KS",
        "session": [pd.Timestamp("2024-06-20"), pd.Timestamp("2024-07-18")],
        "side": ["buy", "sell"],
        "reason": ["news", "time"],
        "at_close": False,
        "shares": 10.0,
        "price_local": [41_000.0, 42_000.0],
        "fx": 0.000725,
        "commission": 0.5,
        "fees": 0.125,
        "tax": 0.125,
        "fx_cost": 0.0,
        "slippage": 0.25,
        "volume_cap": 5_000.0,
        "later_session": [pd.Timestamp("2024-06-21"), pd.Timestamp("2024-07-19")],
        "later_price_local": [41_500.0, 41_800.0],
        "later_fx": 0.000725,
        "later_split": 1.0,
    }
)
_TRADES = pd.DataFrame(
    {
        "lot": [0, 1],
        "symbol": "036460.KS",
        "theme": "lng",
        "event_id": ["bridge-announced", "article"],
        "extended_by": [["spans-meet"], []],
        "known_at": _KNOWN,
        "decided_at": _KNOWN,
        "hindsight": [True, False],
        "entry_session": pd.Timestamp("2024-06-20"),
        "entry_price_local": 41_000.0,
        "entry_price": 29.7,
        "shares": 10.0,
        "exit_session": [pd.Timestamp("2024-07-18"), pd.NaT],
        "exit_shares": [10.0, np.nan],
        "exit_price_local": [42_000.0, np.nan],
        "exit_price": [30.2, np.nan],
        "exit_reason": ["time", "open"],
        "costs": 1.5,
        "pnl": [3.5, np.nan],
        "index_return": [0.01, np.nan],
        "excess_return": [0.006, np.nan],
        "commission": 1.0,
        "fees": 0.25,
        "tax": 0.25,
        "fx_cost": 0.0,
        "slippage": 0.5,
        "dividends": 0.0,
        "pnl_local": [4.0, np.nan],
        "pnl_currency": [1.0, np.nan],
    }
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "runs"
