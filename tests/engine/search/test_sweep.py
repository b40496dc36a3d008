"""Sweeps: each trial is the run with the same parameters, once, whatever the order, the processes and the kills."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eventfolio.engine.backtest import backtest
from eventfolio.engine.errors import StudyError
from eventfolio.engine.record.identity import identity_of
from eventfolio.engine.search.folds import happenings, stretches
from eventfolio.engine.search.journal import JOURNAL_FILE, journal, pack, unpack
from eventfolio.engine.search.process_pool import worker_pool
from eventfolio.engine.search.setup import engine_for
from eventfolio.engine.search.sweep import Sweep, _identity, make_sweep, play_sweep
from eventfolio.engine.search.trial import WHOLE, Subset, Trial
from eventfolio.engine.search.trials import play_block
from eventfolio.engine.study.overrides import override, parse_params
from eventfolio.engine.study.study import load_study
from eventfolio.events.dprk_russia import STUDY
from eventfolio.events.errors import Unavailable
from eventfolio.strategies.errors import StrategyError
from eventfolio.strategies.loader import load_strategy

SMALL = ("hold=5,20", "stop=none,0.05")
OWN = """
from eventfolio import EventStrategy

class Mine(EventStrategy):
    themes = ("lng",)
    params = dict(hold=20, stop=None, gain=0.1)

    def should_exit(self, holding):
        return holding.gain > self.p.gain
"""


def small(**options: Any) -> Sweep:
    return make_sweep(STUDY, "announcement-drift", SMALL, **{"themes": ("lng", "coal"), **options})


def played(
    sweep: Sweep, folder: Path, jobs: int = 1, places: tuple[Subset, ...] = (WHOLE,), resume: bool = False
) -> Any:
    with journal(folder, sweep.key, sweep.description, resume) as kept, worker_pool(sweep.context, jobs) as executor:
        return play_sweep(sweep, kept, executor, places)


def same(one: Trial, other: Trial) -> bool:
    return pack("", one) == pack("", other)


def run_of(params: list[str], strategy: str = "announcement-drift", **options: Any) -> Any:
    themes = options.pop("themes", ("lng", "coal"))
    pit = options.pop("point_in_time", False)
    study, _ = override(
        load_study(STUDY), strategies=(strategy,), params=parse_params(params), themes=themes, **options
    )
    return backtest(study, pit)[1][0]


def test_a_trial_is_the_run_with_its_parameters_to_the_last_digit(tmp_path: Path) -> None:
    sweep = small()
    found = played(sweep, tmp_path / "s")[WHOLE]
    for params, trial in zip(sweep.grid.params, found, strict=True):
        run = run_of([f"{name}={'none' if value is None else value}" for name, value in params.items()])
        assert trial.metrics == run.facts.metrics
        assert (trial.returns == run.returns["return"].to_numpy()).all()
        lots = run.trades
        gain = lots["pnl"] / (lots["shares"] * lots["entry_price"])
        assert trial.mean_trade == gain.mean()
        assert {event: pnl for event, (pnl, _) in trial.by_event.items()} == pytest.approx(
            lots.groupby("event_id")["pnl"].sum().to_dict()
        )
        dates = run.returns["date"].to_numpy().astype("datetime64[D]")
        assert dates[trial.idle] == lots["entry_session"].min().to_datetime64().astype("datetime64[D]")
        assert (dates == sweep.dates).all()


def test_a_point_in_time_trial_is_the_point_in_time_run(tmp_path: Path) -> None:
    sweep = make_sweep(STUDY, "announcement-drift", ("hold=5",), themes=("lng", "coal"), point_in_time=True)
    (trial,) = played(sweep, tmp_path / "s")[WHOLE]
    run = run_of(["hold=5"], point_in_time=True)
    assert trial.metrics == run.facts.metrics == run.facts.metrics_point_in_time
    assert len(sweep.dates) == len(trial.returns) == len(run.returns)


def test_a_theme_is_the_run_on_that_theme(tmp_path: Path) -> None:
    sweep = make_sweep(STUDY, "announcement-drift", ("themes=lng,coal+lng", "hold=10"))
    found = played(sweep, tmp_path / "s")[WHOLE]
    for themes, trial in zip((("lng",), ("coal", "lng")), found, strict=True):
        assert trial.metrics == run_of(["hold=10"], themes=themes).facts.metrics


def test_a_strategy_of_ones_own_is_played_as_it_stood_when_the_sweep_began(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(OWN)
    sweep = make_sweep(STUDY, f"{file}:Mine", ("gain=0.02,0.5",))
    assert sweep.context.engine == "backtrader"
    assert sweep.why == "Mine overrides should_exit: played by backtrader."
    runs = [run_of([f"gain={gain}"], f"{file}:Mine", themes=()) for gain in (0.02, 0.5)]
    file.write_text(OWN.replace("> self.p.gain", "> 0"))
    found = played(sweep, tmp_path / "s", jobs=2)[WHOLE]
    assert [trial.metrics for trial in found] == [run.facts.metrics for run in runs]
    assert found[0].metrics != found[1].metrics


def test_processes_that_are_started_anew_play_a_strategy_with_what_lies_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on systems that do not fork: nothing of this process is there, and the files are gone."""
    (tmp_path / "mine.py").write_text(
        "from beside import exceeds\n" + OWN.replace(" > self.p.gain", " > exceeds(self)")
    )
    (tmp_path / "beside.py").write_text("def exceeds(strategy):\n    return strategy.p.gain\n")
    sweep = make_sweep(STUDY, f"{tmp_path / 'mine.py'}:Mine", ("gain=0.02,0.5",))
    near = played(sweep, tmp_path / "near")[WHOLE]
    for file in ("mine.py", "beside.py"):
        (tmp_path / file).unlink()
    spawn = multiprocessing.get_context("spawn")
    monkeypatch.setattr(multiprocessing, "get_context", lambda *_: spawn)
    far = played(sweep, tmp_path / "far", jobs=2)[WHOLE]
    assert all(map(same, near, far))
    assert near[0].metrics != near[1].metrics


def test_a_stretch_is_the_run_with_that_window(tmp_path: Path) -> None:
    sweep = make_sweep(STUDY, "announcement-drift", ("hold=10",), themes=("lng", "coal"))
    for stretch in stretches(sweep, 3):
        (trial,) = played(sweep, tmp_path / str(stretch.before), places=(stretch.where,))[stretch.where]
        run = run_of(["hold=10"], start=stretch.start, end=stretch.end)
        assert trial.metrics == run.facts.metrics
        assert (trial.returns == run.returns["return"].to_numpy()).all()


def test_returns_before_a_border_are_what_a_run_ending_there_gives(tmp_path: Path) -> None:
    """So a choice by them uses nothing that comes later."""
    sweep = make_sweep(STUDY, "announcement-drift", ("hold=40",), themes=("lng", "coal"))
    (whole,) = played(sweep, tmp_path / "s")[WHOLE]
    for stretch in stretches(sweep, 3):
        run = run_of(["hold=40"], end=sweep.dates[stretch.before - 1].astype(object))
        assert (whole.returns[: stretch.before] == run.returns["return"].to_numpy()).all()


def test_stretches_follow_each_other_to_the_end_of_the_window() -> None:
    sweep = small()
    found = stretches(sweep, 4)
    assert [len(found), found[-1].end] == [4, date(2026, 6, 30)]
    days = sweep.dates.tolist()
    for one, after in zip(found, [*found[1:], None], strict=True):
        assert days[one.before] == one.start
        assert days.index(one.end) + 1 == (after.before if after else len(days))
    assert found[0].before == round(len(days) / 5)
    with pytest.raises(StudyError, match="too few"):
        stretches(sweep, 40)


def test_an_episode_is_left_out_whole(tmp_path: Path) -> None:
    sweep = make_sweep(STUDY, "announcement-drift", ("hold=5",))
    (trial,) = played(sweep, tmp_path / "s")[WHOLE]
    groups = happenings(sweep, [trial])
    assert len({event for group in groups for event in group}) == sum(map(len, groups))
    assert set(trial.by_event) <= {event for group in groups for event in group}
    episodes = {event.id: event.episode for event in sweep.study.calendar.events}
    assert any(len(group) > 1 for group in groups)
    for group in groups:
        assert len({episodes[event] or event for event in group}) == 1
    where = Subset(without=groups[0])
    (without,) = played(sweep, tmp_path / "s", places=(where,), resume=True)[where]
    assert not set(groups[0]) & set(without.by_event)
    assert not len(without.returns)  # only figures are compared


def test_a_happening_that_only_extended_is_left_out_too(tmp_path: Path) -> None:
    sweep = make_sweep(STUDY, "announcement-drift", ("hold=90",), themes=("infrastructure", "lng"))
    (trial,) = played(sweep, tmp_path / "s")[WHOLE]
    run = run_of(["hold=90"], themes=("infrastructure", "lng"))
    extended = {event for events in run.trades["extended_by"] for event in events}
    assert extended - set(trial.by_event)
    assert extended <= {event for group in happenings(sweep, [trial]) for event in group}


def test_a_trial_is_the_same_trial_as_the_run_and_another_with_another_setting() -> None:
    """Money, dividends, costs, a theme's members and their dates: by the identity that the store's list keeps."""
    base = {"themes": ("lng", "coal")}
    ids = [make_sweep(STUDY, "announcement-drift", ("hold=5",), **base).identity_of(0).id]
    assert ids[0] == identity_of(run_of(["hold=5"]).facts).id
    for options in ({"cash": 50_000.0}, {"point_in_time": True}, {"themes": ("lng",)}):
        sweep = make_sweep(STUDY, "announcement-drift", ("hold=5",), **(base | options))  # type: ignore[arg-type]
        ids.append(sweep.identity_of(0).id)
        assert ids[-1] == identity_of(run_of(["hold=5"], **options).facts).id
    sweep = make_sweep(STUDY, "announcement-drift", ("hold=5", "themes=lng+coal,coal"))
    assert sweep.identity_of(0).id == ids[0]
    ids.append(sweep.identity_of(1).id)
    assert len(set(ids)) == 5


def test_a_trial_without_an_event_is_the_run_without_it(tmp_path: Path) -> None:
    sweep = make_sweep(STUDY, "announcement-drift", ("hold=10",), themes=("lng", "coal"))
    study, _ = override(
        load_study(STUDY), strategies=("announcement-drift",), params={"hold": 10}, themes=("lng", "coal")
    )
    expected = backtest(study, leave_one_out=True)[1][0].facts.without_event
    places = tuple(Subset(without=(event,)) for event in expected)
    found = played(sweep, tmp_path / "s", places=places)
    assert len(expected) > 2
    assert {where.without[0]: trial.metrics["total_return"] for where, (trial,) in found.items()} == expected


@pytest.mark.parametrize("jobs", [2, 3])
def test_the_number_of_processes_changes_nothing(tmp_path: Path, jobs: int) -> None:
    sweep = small()
    one, many = (played(sweep, tmp_path / str(count), count)[WHOLE] for count in (1, jobs))
    assert all(map(same, one, many))


def test_records_come_back_as_they_were() -> None:
    trial = Trial(
        {"sharpe": None, "total_return": 0.1 + 0.2}, None, np.array([0.1, -0.0, 1e-300]), 2, {"a": (1.5, 3.0)}
    )
    key, back = unpack(pack("k", trial)[12:])
    assert (key, back.metrics, back.mean_trade, back.idle, back.by_event) == (
        "k", trial.metrics, None, 2, {"a": (1.5, 3.0)},
    )  # fmt: skip
    assert back.returns.tobytes() == trial.returns.tobytes()


@pytest.mark.parametrize("cut", [1, 11, 12, 300, "flip"])
def test_a_torn_record_is_dropped_and_played_again(tmp_path: Path, cut: Any) -> None:
    sweep, folder = small(), tmp_path / "s"
    whole = played(sweep, folder)[WHOLE]
    path = folder / JOURNAL_FILE
    data = path.read_bytes()
    last = pack(sweep.key_of(WHOLE, 3), whole[3])
    assert data.endswith(last)
    torn = data[:-8] + b"\xff" * 8 if cut == "flip" else data[: len(data) - len(last) + cut]
    path.write_bytes(torn)
    count = 0
    with journal(folder, sweep.key, sweep.description, True) as kept, worker_pool(sweep.context, 1) as executor:
        assert len(kept.trials) == 3
        assert kept.torn

        def tell(done: int, total: int) -> None:
            nonlocal count
            count += 1
            assert total == 4

        again = play_sweep(sweep, kept, executor, progress=tell)[WHOLE]
    assert count == 2  # three were there, one was played
    assert all(map(same, whole, again))
    assert path.read_bytes() == data


def test_without_resume_it_starts_anew_and_sets_the_former_trials_aside(tmp_path: Path) -> None:
    sweep, folder = small(), tmp_path / "s"
    played(sweep, folder)
    first = (folder / JOURNAL_FILE).read_bytes()
    with journal(folder, sweep.key, sweep.description, False) as kept:
        assert not kept.trials
    assert (folder / f"{JOURNAL_FILE}.before").read_bytes() == first


def test_folders_of_others_are_refused(tmp_path: Path) -> None:
    sweep = small()
    played(sweep, tmp_path / "s")
    other = small(themes=("lng",))
    assert other.key != sweep.key
    with pytest.raises(StudyError, match="another sweep"):
        played(other, tmp_path / "s")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    with pytest.raises(StudyError, match="no sweep"):
        played(sweep, tmp_path / "full")
    (tmp_path / "s" / "sweep.json").write_text("{")
    with pytest.raises(StudyError, match="not what a sweep writes"):
        played(sweep, tmp_path / "s")


def test_a_folder_in_use_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eventfolio.engine.search.journal._PATIENCE", 0.1)
    sweep = small()
    with journal(tmp_path / "s", sweep.key, {}, False), pytest.raises(StudyError, match="another process"):
        played(sweep, tmp_path / "s")


def test_whatever_decides_a_result_is_in_the_key(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(OWN)
    mine = make_sweep(STUDY, f"{file}:Mine", ("hold=5",))
    file.write_text(OWN + "\n# changed\n")
    keys = {
        small().key_of(WHOLE, 0),
        small(cash=5e5).key_of(WHOLE, 0),
        small(point_in_time=True).key_of(WHOLE, 0),
        small(end=date(2026, 5, 29)).key_of(WHOLE, 0),
        small(themes=("lng",)).key_of(WHOLE, 0),
        small().key_of(WHOLE, 1),
        small().key_of(Subset(start=date(2025, 1, 1)), 0),
        small().key_of(Subset(without=("kursk-builders",)), 0),
        mine.key_of(WHOLE, 0),
        make_sweep(STUDY, f"{file}:Mine", ("hold=5",)).key_of(WHOLE, 0),
    }
    assert len(keys) == 10
    assert small().key == small().key
    changed = small()
    assert replace(changed, identity=changed.identity | {"code_sha256": "x"}).key_of(WHOLE, 0) not in keys


@pytest.mark.parametrize("name", ["opens", "closes", "at_close", "has_open"])
def test_every_level_of_an_index_that_lots_are_held_against_is_in_the_key(name: str) -> None:
    sweep = small()
    ((word, setup),) = sweep.context.setups.items()
    (symbol, index), *_ = setup.market.benchmarks.items()
    levels = getattr(index, name).copy()
    levels[0] = ~levels[0] if levels.dtype == bool else 1.0
    indices = setup.market.benchmarks | {symbol: replace(index, **{name: levels})}
    other = replace(setup, market=replace(setup.market, benchmarks=indices))
    assert _identity(replace(sweep.context, setups={word: other})) != sweep.identity


SCRIPT = """
import sys
from pathlib import Path
from eventfolio.engine.search import trials
from eventfolio.engine.search.journal import journal
from eventfolio.engine.search.sweep import make_sweep, play_sweep
from eventfolio.engine.search.process_pool import worker_pool
from eventfolio.events.dprk_russia import STUDY
from eventfolio.events.errors import Unavailable

sweep = make_sweep(STUDY, "announcement-drift", ("hold=5:60:5", "stop=none,0.05"), themes=("lng", "coal"))
trials.BLOCKS["backtrader"] = 2
with journal(Path(sys.argv[1]), sweep.key, sweep.description, True) as kept, worker_pool(sweep.context, 2) as executor:
    before = len(kept.trials)
    play_sweep(sweep, kept, executor)
    print(before, len(kept.trials))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
def test_a_kill_in_the_middle_loses_nothing_and_nothing_is_played_twice(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    killed = subprocess.Popen([sys.executable, "-c", SCRIPT, str(folder)], stdout=subprocess.PIPE)
    path, until = folder / JOURNAL_FILE, time.monotonic() + 30
    while not (path.exists() and path.stat().st_size > 20_000) and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    kept = path.read_bytes()
    again = subprocess.run([sys.executable, "-c", SCRIPT, str(folder)], capture_output=True, text=True, check=True)
    before, after = map(int, again.stdout.split())
    assert 0 < before < after == 24
    keys = [key for key, _ in records(path.read_bytes())]
    assert len(keys) == len(set(keys)) == 24  # nothing twice
    assert keys[:before] == [key for key, _ in records(kept)]  # nothing lost


def dies_on_the_third(context: Any, block: Any) -> list[Trial]:
    if block.numbers == (2,):
        time.sleep(0.5)  # the others are kept by then
        os._exit(9)
    return play_block(context, block)


@pytest.mark.skipif(sys.platform != "linux", reason="forks")
def test_a_process_that_dies_is_told_and_the_finished_trials_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eventfolio.engine.search.sweep.play_block", dies_on_the_third)
    sweep = make_sweep(STUDY, "kogas-lng", ("hold=5,10,15",))
    with journal(tmp_path / "s", sweep.key, {}, False) as kept, worker_pool(sweep.context, 2) as executor:
        with pytest.raises(Unavailable, match=r"out of memory.*2 of 3 are kept.*--resume"):
            play_sweep(sweep, kept, executor)
        assert len(kept.trials) == 2


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    sweep = small()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable, match=r"could not be kept .No space left.*--resume"):
        played(sweep, tmp_path / "s")


def records(data: bytes) -> Iterator[tuple[str, Trial]]:
    """Whole records, read here once more."""
    at = 0
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at + 4 : at + 8], "little")
        if end > len(data):
            return
        yield unpack(data[at + 12 : end])
        at = end


def test_a_block_is_played_by_what_it_carries_alone(tmp_path: Path) -> None:
    """What a worker gets is enough: the context survives being sent."""
    import pickle

    from eventfolio.engine.search.sweep import _blocks

    file = tmp_path / "mine.py"
    file.write_text(OWN)
    sweep = make_sweep(STUDY, f"{file}:Mine", ("hold=5,10",))
    (block,) = _blocks(sweep, [(WHOLE, 0), (WHOLE, 1)], 1)[:1]
    sent, task = pickle.loads(pickle.dumps((sweep.context, block)))
    file.unlink()
    assert all(map(same, play_block(sent, task), play_block(sweep.context, block)))


def test_engines_are_chosen_and_refused_with_a_reason(tmp_path: Path) -> None:
    plain = load_strategy("kogas-lng").cls
    (tmp_path / "mine.py").write_text(OWN)
    hooked = load_strategy(str(tmp_path / "mine.py")).cls
    assert engine_for(hooked, "auto") == ("backtrader", "Mine overrides should_exit: played by backtrader.")
    assert engine_for(plain, "backtrader") == ("backtrader", None)
    assert engine_for(plain, "auto") == engine_for(plain, "kernel") == ("kernel", None)
    with pytest.raises(StrategyError, match="overrides should_exit, which the kernel cannot play"):
        engine_for(hooked, "kernel")
    with pytest.raises(StudyError, match="'kernel'"):
        engine_for(plain, "kernle")


@pytest.mark.parametrize(
    ("params", "options", "message"),
    [
        (("hold=0:10:5",), {}, "hold = 0 cannot be"),
        (("stop=0.5,1.5",), {}, "stop = 1.5 cannot be"),
        (("stop=0.5..1.5",), {"draws": 50}, "stop = 1.* cannot be"),
        (("repeat=extend,never",), {}, "not extend, ignore or add"),
        (("themes=lng,lgn",), {}, "Did you mean 'lng'"),
        (("hld=5",), {}, "Did you mean 'hold'"),
        (("hold=5",), {"point_in_time": True, "end": date(2025, 3, 3)}, "published after the window"),
    ],
)
def test_what_cannot_be_played_is_refused_before_anything_is(
    params: tuple[str, ...], options: dict[str, Any], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eventfolio.engine.search.sweep.read_market", lambda *args: pytest.fail("prices were read"))
    with pytest.raises((StudyError, StrategyError), match=message):
        make_sweep(STUDY, "announcement-drift", params, **options)


def test_a_strategy_without_the_theme_is_refused() -> None:
    with pytest.raises(StrategyError, match="none of the themes chosen"):
        make_sweep(STUDY, "kogas-lng", ("themes=lng,coal",))
