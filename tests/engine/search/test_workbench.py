"""One setting played on a warm study is the run that `eventfolio run` makes of it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from eventfolio.engine.backtest import backtest
from eventfolio.engine.execution.semantics.records import EVERYTHING
from eventfolio.engine.ledger.tables import orders_table
from eventfolio.engine.market.market import read_market
from eventfolio.engine.record.identity import identity_of
from eventfolio.engine.run import play_strategy
from eventfolio.engine.search.workbench import Setting, Workbench
from eventfolio.engine.study.study import load_study
from eventfolio.events.dprk_russia import STUDY
from eventfolio.strategies.errors import StrategyError


@pytest.fixture(scope="module")
def bench() -> Workbench:
    study = load_study(STUDY)
    return Workbench(study, read_market(study, date.today()))


@pytest.mark.parametrize(
    "setting",
    [
        Setting("announcement-drift", {"hold": 33, "stop": 0.07}),
        Setting("announcement-drift", {"hold": 33, "stop": 0.07}, ("treaty-signed", "article-published")),
        Setting("scheduled-run-up", {"lead": 22}),
        Setting("confirmed-breakout", {"lookback": 9, "within": 20, "trail": None}),
        Setting("event-intensity", {"half_life": 7.5, "band": 0.0}),
        Setting("buy-and-hold", {"weight": 0.4}),
        Setting("kogas-lng", {"repeat": "add"}),
    ],
    ids=lambda setting: f"{setting.label}{'-' if setting.without else ''}",
)
def test_a_setting_is_the_run_of_it_to_the_last_digit(bench: Workbench, setting: Setting) -> None:
    study = bench.study_of(setting)
    (one,) = study.strategies
    for point_in_time in (False, True):
        right = play_strategy(study, bench.market, one.cls, one.plan, one.params, point_in_time)
        assert right is not None
        if point_in_time:
            found = bench.play_point_in_time(study)
            assert found is not None
            path, metrics = found
        else:
            run = bench.play(study, recording=EVERYTHING)
            assert run is not None
            path, metrics = run.path, run.metrics
            pd.testing.assert_frame_equal(run.trades, right.trades, check_exact=True)
            orders = [orders_table(each.ledger, each.tape, each.schedule.triggers) for each in (run, right)]
            pd.testing.assert_frame_equal(*orders, check_exact=True)
        assert metrics == right.metrics
        for name in ("returns", "equity", "exposure"):
            assert (getattr(path, name) == getattr(right.path, name)).all()


def test_settings_one_after_another_do_not_touch_each_other(bench: Workbench) -> None:
    settings = [
        Setting("announcement-drift", {"hold": hold}, out) for hold in (5, 40) for out in ((), ("treaty-signed",))
    ]
    first = [bench.play(bench.study_of(setting)) for setting in settings]
    again = [bench.play(bench.study_of(setting)) for setting in reversed(settings)][::-1]
    fresh = [Workbench(bench.study, bench.market) for _ in settings]
    alone = [own.play(own.study_of(setting)) for own, setting in zip(fresh, settings, strict=True)]
    figures = [[run.metrics for run in runs if run] for runs in (first, again, alone)]
    assert figures[0] == figures[1] == figures[2]
    assert len({run["total_return"] for run in figures[0]}) == 4


def test_a_trial_is_known_by_the_identity_of_its_own_record(bench: Workbench) -> None:
    for setting in (
        Setting("kogas-lng"),
        Setting("kogas-lng", {"hold": 12, "stop": None}),
        Setting("kogas-lng", {"hold": 12}, ("treaty-signed",)),
    ):
        study = bench.study_of(setting)
        _, (record,) = backtest(study)
        assert bench.identity(study).id == identity_of(record.facts).id
        played = bench.play(study)
        assert played is not None
        assert played.metrics == record.facts.metrics
        assert np.array_equal(played.path.returns, record.returns["return"].to_numpy())


def test_the_study_s_own_value_written_otherwise_is_the_same_trial(bench: Workbench) -> None:
    own = bench.study_of(Setting("kogas-lng"))
    (one,) = own.strategies
    same = Setting("kogas-lng", {"hold": float(one.params["hold"])})
    assert bench.identity(bench.study_of(same)).id == bench.identity(own).id
    other = Setting("kogas-lng", {"hold": one.params["hold"] + 1})
    assert bench.identity(bench.study_of(other)).id != bench.identity(own).id


def test_events_taken_out_in_another_order_are_the_same_trial(bench: Workbench) -> None:
    one, two = (
        bench.identity(bench.study_of(Setting("kogas-lng", {}, out))).id
        for out in (("treaty-signed", "kursk-builders"), ("kursk-builders", "treaty-signed", "treaty-signed"))
    )
    assert one == two != bench.identity(bench.study_of(Setting("kogas-lng"))).id


def test_a_setting_that_makes_no_sense_is_refused_in_words(bench: Workbench) -> None:
    for setting, words in (
        (Setting("kogas"), "no strategy 'kogas'"),
        (Setting("kogas-lng", {"hold": 0}), "hold = 0 cannot be"),
        (Setting("kogas-lng", {"hodl": 3}), "no parameter 'hodl'. Did you mean 'hold'"),
        (Setting("kogas-lng", {"hold": True}), "hold = True cannot be"),
    ):
        with pytest.raises(StrategyError, match=words):
            bench.study_of(setting)
