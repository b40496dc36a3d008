"""One setting is one trial, however its number is written and wherever it is asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eventfolio.engine.market.market import read_market
from eventfolio.engine.search.sweep import make_sweep
from eventfolio.engine.search.workbench import Setting, Workbench
from eventfolio.engine.study.overrides import override, parse_params
from eventfolio.engine.study.strategy import StrategyEntry
from eventfolio.engine.study.study import Study, load_study
from eventfolio.engine.study_record import trial_identity
from eventfolio.events.dprk_russia import STUDY
from eventfolio.strategies.errors import StrategyError
from eventfolio.strategies.loader import load_strategy
from eventfolio.strategies.parameters import typed

OWN = """
from eventfolio import EventStrategy

class Mine(EventStrategy):
    params = dict(gain=0.5, count=3, limit=None)

    def should_exit(self, holding):
        return holding.gain > self.p.gain
"""


@pytest.fixture(scope="module")
def bench() -> Workbench:
    study = load_study(STUDY)
    return Workbench(study, read_market(study, date.today()))


def ids(bench: Workbench, strategy: str, text: str) -> set[str]:
    """Of a run, a study file, a sweep of one value, one of two, and the studio."""
    params = parse_params([text])
    ((name, value),) = params.items()
    fingerprint = bench.market.tape.fingerprint

    def of(study: Study) -> str:
        (one,) = study.strategies
        return trial_identity(study, fingerprint, one.loaded, one.params, one.plan, False).id

    run, _ = override(bench.study, strategies=(strategy,), params=params)
    (entry,) = (one.entry for one in run.strategies)
    file = bench.study.with_options(strategies=(StrategyEntry(name=entry.name, params=params),))
    found = {of(run), of(file), make_sweep(bench.study, strategy, [text]).identity_of(0).id}
    both = f"{name}={0.25 if name == 'weight' else 2},{value}"
    found.add(make_sweep(bench.study, strategy, [both]).identity_of(1).id)
    own = Workbench(replace(bench.study, strategies=run.strategies), bench.market)
    return found | {own.identity(own.study_of(Setting(entry.label, {name: value}))).id}


@pytest.mark.parametrize(
    ("strategy", "texts"),
    [
        ("announcement-drift", ("hold=12", "hold=12.0", "hold=1.2e1")),
        ("announcement-drift", ("weight=1", "weight=1.0")),
        ("announcement-drift", ("take=1", "take=1.0")),
        ("event-intensity", ("half_life=8", "half_life=8.0")),
    ],
)
def test_a_number_is_the_same_trial_however_it_is_written(
    bench: Workbench, strategy: str, texts: tuple[str, ...]
) -> None:
    found = [ids(bench, strategy, text) for text in texts]
    assert len(set().union(*found)) == 1


@pytest.mark.parametrize("name", ["gain", "count", "limit"])
def test_a_number_of_one_s_own_strategy_too(bench: Workbench, tmp_path: Path, name: str) -> None:
    (tmp_path / "mine.py").write_text(OWN)
    found = [ids(bench, f"{tmp_path / 'mine.py'}:Mine", f"{name}={text}") for text in ("1", "1.0")]
    assert len(set().union(*found)) == 1


def test_another_number_is_another_trial(bench: Workbench) -> None:
    found = [ids(bench, "announcement-drift", text) for text in ("hold=12", "hold=13", "weight=1", "weight=0.9")]
    assert [len(one) for one in found] == [1] * 4
    assert len(set().union(*found)) == 4


@pytest.mark.parametrize(
    ("name", "value", "default", "right"),
    [
        ("weight", 1, 0.5, 1.0),
        ("hold", 12.0, 20, 12),
        ("hold", 12.0, None, 12),
        ("take", 1, None, 1.0),
        ("half_life", 8.0, 20, 8),
        ("half_life", 7.5, 20, 7.5),
        ("gain", 1, 0.5, 1.0),
        ("gain", -0.0, 0.5, 0.0),
        ("count", 3.0, 5, 3),
        ("count", 3.5, 5, 3.5),
        ("limit", 3.0, None, 3),
        ("limit", 3.5, None, 3.5),
        ("loud", True, 0.5, True),
        ("hold", None, 20, None),
        ("word", "1.0", "a", "1.0"),
        ("gain", 10**400, 0.5, 10**400),
        ("count", 1e300, 5, 1e300),
        ("count", float("inf"), 5, float("inf")),
    ],
)
def test_a_number_takes_its_parameter_s_type(name: str, value: Any, default: Any, right: Any) -> None:
    found = typed(name, value, default)
    assert (str(found), type(found)) == (str(right), type(right))


def test_what_is_no_number_at_all_stays() -> None:
    found = typed("gain", float("nan"), 0.5)
    assert found != found


def test_a_number_too_large_for_any_is_refused_in_words() -> None:
    for value in (10**400, float("inf")):
        with pytest.raises(StrategyError, match=r"hold = .* cannot be; give sessions, a whole number from 1"):
            load_strategy("announcement-drift", Path()).cls.resolve(hold=value)


def test_a_number_too_large_is_beyond_any_bounds(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(OWN.replace("    params", "    bounds = dict(gain=(0, 1))\n    params"))
    for value in (10**400, float("inf"), float("nan")):
        with pytest.raises(StrategyError, match=r"gain = .* is beyond its bounds; give a number from 0 to 1"):
            load_strategy(f"{tmp_path / 'mine.py'}:Mine").cls.resolve(gain=value)


def test_defaults_stay_as_their_class_writes_them() -> None:
    for one in load_study(STUDY).strategies:
        cls = load_strategy(one.entry.name, Path()).cls
        written = cls.defaults()
        assert {name: (value, type(value)) for name, value in cls.resolve()[1].items()} == {
            name: (value, type(value)) for name, value in written.items()
        }
