"""What the studio answers: the figures of a run, each setting counted once, the newest question first."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import pytest
from support.studio import Running, studio
from typer.testing import CliRunner

from eventfolio.cli import app
from eventfolio.cli.studio.questions import Play, SettingAsked
from eventfolio.cli.studio.watchdog import Superseded
from eventfolio.engine.metrics import PERIODS
from eventfolio.engine.study.study import load_study
from eventfolio.events.dprk_russia import STUDY
from eventfolio.results.significance.deflated_sharpe import deflated_sharpe, moments, sharpe_variance
from eventfolio.results.store.read import load_run


def cli(*args: object) -> str:
    result = CliRunner().invoke(app, [str(arg) for arg in args], prog_name="eventfolio")
    assert result.exit_code == 0, result.output
    return result.stdout


def trials(out: Path) -> list[list[str]]:
    return list(csv.reader((out / "trials.csv").read_text().splitlines()))[1:]


def figures(answer: dict, which: str = "value") -> dict[str, float | None]:
    return {one["key"]: one[which] for one in answer["figures"]}


@pytest.mark.parametrize(
    ("label", "params", "without"),
    [
        ("announcement-drift", {"hold": 31, "stop": 0.07}, ()),
        ("kogas-lng", {"hold": 12, "stop": None}, ("treaty-signed", "kursk-builders")),
        pytest.param("bridge-run-up", {"lead": 30}, (), marks=pytest.mark.prove),
    ],
)
def test_a_kept_setting_is_run_p_of_it_to_the_last_digit(packaged: Running, tmp_path: Path, label, params, without):
    shown = packaged.play(label, without=without, **params)
    setting = {"strategy": label, "params": params, "without": list(without)}
    kept = packaged.post("/keep", {"version": packaged.version, "setting": setting})
    assert kept["failed"] == []
    out = packaged.tasks.stage.out
    given = [word for name, value in params.items() for word in ("-p", f"{name}={'none' if value is None else value}")]
    gone = [word for event in without for word in ("--without", event)]
    (run,) = json.loads(cli("run", "-s", label, *given, *gone, "--no-tearsheet", "--json", "--out", tmp_path / "r"))[
        "runs"
    ]
    facts = json.loads((out / kept["name"] / label / "run.json").read_text())
    for key in ("metrics", "metrics_point_in_time", "home_metrics", "calendar", "strategy", "costs", "triggers"):
        assert facts[key] == run[key], key
    for which, metrics in (("value", "metrics"), ("pit_value", "metrics_point_in_time")):
        assert figures(shown, which) == {key: facts[metrics][key] for key in figures(shown)}
    assert facts["significance"]["verdict"] == shown["verdict"]
    assert facts["calendar"].get("without", []) == sorted(without)
    assert "the same again" in cli("runs", "verify", kept["name"], "--out", out)
    page = (out / kept["name"] / "index.html").read_text()
    assert (f"{len(without)} events taken out by hand" in page) == bool(without)
    assert (out / kept["name"] / label / "tearsheet.html").is_file()
    assert kept["href"].endswith(f"{kept['name']}/index.html")
    assert packaged.ask("GET", kept["href"], headers={"Cookie": None})[0] == 200
    listed = packaged.get("/runs")["runs"]
    assert next(one for one in listed if one["name"] == kept["name"])["strategies"][label]["sheet"]


def test_every_setting_shown_is_one_trial_whatever_is_done_with_it(tmp_path: Path) -> None:
    with studio(lambda offline: load_study(STUDY), STUDY, tmp_path / "runs") as own:
        out = own.tasks.stage.out
        assert own.get("/state")["trials"] == 0
        first = own.play("kogas-lng", hold=12)
        assert first["deflated"]["trials_seen"] == 1
        assert [line[1] for line in trials(out)] == [first["trial"]]
        again = own.play("kogas-lng", hold=12)
        assert (again["trial"], len(trials(out))) == (first["trial"], 1)
        setting = {"strategy": "kogas-lng", "params": {"hold": 12}, "without": []}
        own.post("/explain", {"version": 1, "setting": setting, "lot": 0})
        own.post("/keep", {"version": 1, "setting": setting})
        assert len(trials(out)) == 1
        off = own.play("kogas-lng", without=("treaty-signed",), hold=12)
        assert off["trial"] != first["trial"]
        assert off["deflated"]["trials_seen"] == len(trials(out)) == 2
        cli("run", "-s", "kogas-lng", "-p", "hold=12", "--no-tearsheet", "--out", out)
        assert len(trials(out)) == 2  # by whomever it is made
        cli("run", "-s", "kogas-lng", "-p", "hold=13", "--no-tearsheet", "--out", out)
        assert own.play("kogas-lng", hold=14)["deflated"]["trials_seen"] == len(trials(out)) == 4
        heat = {"setting": setting, "across": "hold", "down": "stop", "figure": "sharpe"}
        found = own.post("/heat", heat)
        cells = sum(map(len, found["cells"]))
        assert cells == 81
        assert found["trials_seen"] == len(trials(out)) == 4 + cells - 1  # the setting it began at is among them
        assert len({line[1] for line in trials(out)}) == len(trials(out))


def test_the_sharpe_ratio_is_deflated_for_all_that_was_looked_at(tmp_path: Path) -> None:
    with studio(lambda offline: load_study(STUDY), STUDY, tmp_path / "runs") as own:
        for hold in (3, 9, 27):
            answer = own.play("announcement-drift", hold=hold)
        seen = [float(line[2]) for line in trials(own.tasks.stage.out)]
        assert len(seen) == 3
        bench = own.tasks.stage.scene.bench
        run = bench.play(bench.study_of(SettingAsked(strategy="announcement-drift", params={"hold": 27}).setting))
        assert run is not None
        found = moments(run.path.returns)
        assert found is not None
        assert found.sharpe * math.sqrt(PERIODS) == pytest.approx(figures(answer)["sharpe"], rel=1e-12)
        right = deflated_sharpe(found, 3, sharpe_variance(seen, len(run.path.returns)))
        assert answer["deflated"]["deflated_sharpe"] == right


def test_what_was_asked_before_is_not_played_any_more(packaged: Running) -> None:
    tasks = packaged.tasks
    old, new = (
        Play(client="p", seq=seq, setting=SettingAsked(strategy="kogas-lng", params={"hold": seq})) for seq in (60, 61)
    )
    before = len(tasks.stage.scene.log.seen)
    tasks.announce(old)
    tasks.announce(new)
    tasks.announce(old)  # however late it comes
    with pytest.raises(Superseded):
        tasks.play(old)
    assert len(tasks.stage.scene.log.seen) == before  # and is no trial
    assert tasks.play(new)["seq"] == 61
    answer = packaged.post("/play", {"client": "p", "seq": 60, "setting": old.setting.model_dump()}, 409)
    assert answer == {"superseded": True}
    assert packaged.play("kogas-lng")["seq"] == 1  # another page's questions are its own


def test_a_lot_tells_its_own_story_as_explain_does(packaged: Running) -> None:
    answer = packaged.play("kogas-lng")
    asked = {"version": packaged.version, "setting": {"strategy": "kogas-lng"}}
    story = packaged.post("/explain", {**asked, "lot": 2})
    lot = answer["lots"][2]
    assert story["lot"].startswith(f"lot 2 {lot['symbol']} {lot['entry']} to {lot['exit']}")
    told = cli("run", "-s", "kogas-lng", "--no-tearsheet", "--json", "--out", packaged.tasks.stage.out)
    folder = Path(json.loads(told)["run_folder"])
    kept = [row for row in load_run(folder).runs[0].order_rows if row["lot"] == 2]
    assert [order["story"] for order in story["orders"]] == [list(row["story"] or ()) for row in kept]
    assert any("buys" in line for order in story["orders"] for line in order["story"])
    for lot in (999, -1, 10**400):
        words = packaged.post("/explain", {**asked, "lot": lot}, 422)
        assert words["error"].startswith("The setting has no lot ")


def test_two_settings_are_compared_on_the_same_days(packaged: Running) -> None:
    one, two = ({"strategy": "announcement-drift", "params": {"hold": hold}} for hold in (10, 30))
    asked = {"version": packaged.version, "first": one, "second": two}
    gap = {row["title"]: row for row in packaged.post("/compare", asked)["rows"]}["Total return"]
    first, second = (figures(packaged.play("announcement-drift", hold=hold)) for hold in (10, 30))
    assert gap["gap"] == f"{first['total_return'] - second['total_return']:.2%}"
    assert gap["told"] in ("no more than chance", "more than chance")
    same = packaged.post("/compare", {**asked, "second": one})["rows"][0]
    assert (same["gap"], same["low"], same["high"]) == ("0.00%", "0.00%", "0.00%")


def test_a_heat_map_holds_the_figures_of_its_settings_and_the_one_it_began_at(packaged: Running) -> None:
    setting = {"strategy": "announcement-drift", "params": {"weight": 0.3}, "without": ["treaty-signed"]}
    asked = {"setting": setting, "across": "hold", "down": "patience", "figure": "max_drawdown"}
    found = packaged.post("/heat", asked)
    assert 20 in found["across"]["values"]
    assert 5 in found["down"]["values"]
    for row, column in ((0, 0), (3, 5), (-1, -1)):
        params = {"hold": found["across"]["values"][column], "patience": found["down"]["values"][row], "weight": 0.3}
        alone = packaged.play("announcement-drift", without=("treaty-signed",), **params)
        assert found["cells"][row][column] == figures(alone)["max_drawdown"]
    asked["figure"] = "point_in_time"
    assert packaged.post("/heat", asked)["cells"][-1][-1] == figures(alone, "pit_value")["total_return"]


@pytest.mark.parametrize("weight", [0.01, 0.02, 0.03, 0.3])
def test_a_heat_map_ends_where_its_controls_end(packaged: Running, weight: float) -> None:
    setting = {"strategy": "kogas-lng", "params": {"weight": weight}, "without": []}
    found = packaged.post("/heat", {"setting": setting, "across": "weight", "down": "hold", "figure": "sharpe"})
    values = found["across"]["values"]
    assert (values[0], values[-1]) == (min(0.05, weight), 1.0)
    assert weight in values
    assert (found["down"]["values"][0], found["down"]["values"][-1]) == (1, 120)


def test_a_heat_map_of_what_is_switched_off_begins_with_that(packaged: Running) -> None:
    setting = {"strategy": "announcement-drift"}
    found = packaged.post("/heat", {"setting": setting, "across": "hold", "down": "stop", "figure": "total_return"})
    values = found["down"]["values"]
    assert (values[0], values[1], values[-1], len(values)) == (None, 0.01, 0.5, 9)
    own = found["across"]["values"].index(20)
    assert found["cells"][0][own] == figures(packaged.play("announcement-drift"))["total_return"]
    assert found["cells"][1][own] == figures(packaged.play("announcement-drift", stop=0.01))["total_return"]


def test_a_heat_map_is_not_answered_once_a_file_was_saved_during_its_last_cell(tmp_path: Path, monkeypatch) -> None:
    with studio(lambda offline: load_study(STUDY), STUDY, tmp_path / "runs") as own:
        played, whole = [], own.tasks._whole

        def save_at_the_end(*asked):
            played.append(asked)
            if len(played) == 81:
                own.tasks.stage.refresh()
            return whole(*asked)

        monkeypatch.setattr(own.tasks, "_whole", save_at_the_end)
        asked = {"setting": {"strategy": "kogas-lng"}, "across": "hold", "down": "stop", "figure": "sharpe"}
        assert own.post("/heat", asked, 409) == {"superseded": True}
        assert len(played) == 81


def test_what_is_shown_of_before_a_save_is_neither_told_compared_nor_kept(tmp_path: Path) -> None:
    with studio(lambda offline: load_study(STUDY), STUDY, tmp_path / "runs") as own:
        setting = {"strategy": "kogas-lng"}
        version = own.play("kogas-lng")["version"]
        own.tasks.stage.refresh()
        assert own.version == version + 1
        for path, more in (
            ("/explain", {"setting": setting, "lot": 0}),
            ("/compare", {"first": setting, "second": {**setting, "params": {"hold": 3}}}),
            ("/keep", {"setting": setting}),
        ):
            assert "saved meanwhile" in own.post(path, {"version": version, **more}, 409)["error"]
            assert "version" in own.post(path, more, 422)["error"]
            own.post(path, {"version": own.version, **more})
        assert len(trials(own.tasks.stage.out)) == 2


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "no JSON"),
        (b"[1]", "cannot be read"),
        (b'{"client": "c", "seq": 1, "setting": {"strategy": "kogas-lng", "params": {"hold": NaN}}}', "no JSON"),
        (b'{"client": "c", "seq": 1, "setting": {"strategy": "kogas-lng", "params": {"stop": 1e999}}}', "params"),
        ({"client": "c", "seq": 1, "setting": {"strategy": "kogas-lng"}, "code": "import os"}, "code"),
        ({"client": "c", "seq": "1", "setting": {"strategy": "kogas-lng"}}, "seq"),
        ({"client": "c" * 201, "seq": 1, "setting": {"strategy": "kogas-lng"}}, "client"),
        ({"client": "c", "seq": 1, "setting": {"strategy": "../mine.py:Mine"}}, "no strategy"),
        (
            {"client": "c", "seq": 1, "setting": {"strategy": "kogas-lng", "params": {"hold": "x"}}},
            "hold = 'x' cannot be",
        ),
        (
            {"client": "c", "seq": 1, "setting": {"strategy": "kogas-lng", "params": {"hold": -1}}},
            "hold = -1 cannot be",
        ),
        ({"client": "c", "seq": 1, "setting": {"strategy": "kogas-lng", "params": {"hold": [1]}}}, "params"),
        (
            {"client": "c", "seq": 1, "setting": {"strategy": "kogas-lng", "params": {"hold": 10**400}}},
            "cannot be",
        ),
        (
            {"client": "c", "seq": 1, "setting": {"strategy": "kogas-lng", "params": {"weight": -(10**400)}}},
            "cannot be",
        ),
        (b'{"client": "c", "seq": 1' + b"0" * 5_000 + b', "setting": {"strategy": "kogas-lng"}}', "no JSON"),
        ({"client": "c", "seq": 1, "setting": {"strategy": "kogas-lng", "params": {"nope": 1}}}, "no parameter 'nope'"),
        ({"client": "c", "seq": 1, "setting": {"strategy": "kogas-lng", "without": ["nope"]}}, "no event 'nope'"),
        (b'{"client": "c", "seq": 1, "setting": ' + b'{"a":' * 20_000, "no JSON"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_in_words(packaged: Running, body: object, words: str) -> None:
    status, _, answer = packaged.ask("POST", "/play", body)
    assert status == 422
    assert words in json.loads(answer)["error"]


def test_a_heat_map_of_what_is_not_moved_is_refused(packaged: Running) -> None:
    base = {"setting": {"strategy": "kogas-lng"}, "across": "hold", "figure": "sharpe"}
    assert "makes no side" in packaged.post("/heat", {**base, "down": "repeat"}, 422)["error"]
    assert "makes no side" in packaged.post("/heat", {**base, "down": "nope"}, 422)["error"]
    assert "two parameters" in packaged.post("/heat", {**base, "down": "hold"}, 422)["error"]
    assert "figure" in packaged.post("/heat", {**base, "down": "stop", "figure": "cagr"}, 422)["error"]
