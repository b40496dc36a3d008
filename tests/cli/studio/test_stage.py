"""A save is seen at once; what is wrong with a file is told with its line, and what was there before stays."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.processes import wait_until
from support.studio import Running, studio

from eventfolio.engine.study.overrides import override
from eventfolio.engine.study.study import Study, load_study
from eventfolio.strategies.errors import StrategyError

MINE = '''
from eventfolio import Announcement, EventStrategy, Leave


class Mine(EventStrategy):
    """Holds for a while."""

    trigger = Announcement()
    leave = Leave("hold")
    params = dict(hold=10, weight=0.5)
    bounds = dict(hold=(2, 40))
'''
HOOK = """
    def on_trigger(self, trigger):
        if trigger.event.strength >= self.p.least:
            self.go_long(trigger)
"""
HOOKED = MINE.replace("weight=0.5)", "weight=0.5, least=0.0)") + HOOK
PEEK = """
    def on_trigger(self, trigger):
        tape = self.broker.tape
        row, column = tape.row(trigger.listing), self.broker.column + 1
        if tape.close[row, column] >= tape.last_close[row, column - 1]:
            self.go_long(trigger)
"""


@pytest.fixture
def mine(study: Path) -> Path:
    path = study.parent / "mine.py"
    path.write_text(MINE)
    return path


@pytest.fixture
def own(study: Path, mine: Path, tmp_path: Path) -> Iterator[Running]:
    def load(offline: bool) -> Study:
        return override(load_study(study), strategies=[f"{mine}:Mine"])[0]

    with studio(load, study, tmp_path / "runs") as running:
        yield running


def save(running: Running, path: Path, text: str) -> str:
    """What is wrong after a save, in words."""
    count = len(running.told)
    path.write_text(text)
    wait_until(lambda: len(running.told) > count)
    return running.told[-1]


def test_a_save_is_a_new_scene_with_other_figures(own: Running, mine: Path) -> None:
    before, first = own.get("/state"), own.play("Mine")
    assert save(own, mine, MINE.replace("hold=10", "hold=3")) == ""
    after, second = own.get("/state"), own.play("Mine")
    assert after["version"] > before["version"]
    assert after["strategies"][0]["params"]["hold"] == 3
    assert first["trial"] != second["trial"]
    assert second["version"] == after["version"]
    assert own.tasks.stage.scene.log.seen.keys() == {first["trial"], second["trial"]}


def test_a_study_saved_under_another_name_counts_its_own_trials(own: Running, study: Path) -> None:
    first = own.play("Mine")
    text = study.read_text()
    name = next(line for line in text.splitlines() if line.startswith("name = "))
    assert save(own, study, text.replace(name, 'name = "another"')) == ""
    assert own.get("/state")["trials"] == 0
    second = own.play("Mine", hold=7)
    assert second["deflated"]["trials_seen"] == 1
    lines = [line.split(",") for line in (own.tasks.stage.out / "trials.csv").read_text().splitlines()[1:]]
    assert [line[1] for line in lines] == [first["trial"], second["trial"]]
    assert lines[1][0] == lines[0][0].replace(own_name(name), "another")
    assert save(own, study, text) == ""
    assert own.play("Mine", hold=8)["deflated"]["trials_seen"] == 2  # and the first name's go on


def own_name(line: str) -> str:
    return line.partition("=")[2].strip().strip('"')


def test_a_slip_is_told_with_its_line_and_the_last_good_scene_stays(own: Running, mine: Path) -> None:
    before, first = own.get("/state"), own.play("Mine")
    words = save(own, mine, MINE.replace("trigger = Announcement()", "trigger = Announcement("))
    assert f"{mine}, line 8" in words
    assert own.get("/state")["trouble"] == words
    assert own.get("/state")["version"] == before["version"]
    assert own.play("Mine")["figures"] == first["figures"]
    assert "'hodl'" in save(own, mine, MINE.replace('Leave("hold")', 'Leave("hodl")'))
    assert "bounds" in save(own, mine, MINE.replace("(2, 40)", "(20, 40)"))
    assert save(own, mine, MINE) == ""
    assert own.get("/state")["trouble"] == ""


def test_a_calendar_is_watched_too(own: Running, study: Path) -> None:
    calendar = study.parent / "calendar.toml"
    text = calendar.read_text()
    assert "zone" in save(own, calendar, text.replace("America/New_York", "America/New_Yrok", 1))
    assert save(own, calendar, text.replace("A contract is signed", "A treaty is signed")) == ""
    assert own.get("/state")["events"][0]["title"] == "A treaty is signed"


def test_an_error_of_a_hook_is_told_with_its_line_and_the_next_setting_plays(own: Running, mine: Path) -> None:
    assert (
        save(
            own, mine, HOOKED.replace("self.go_long(trigger)", "self.go_long(trigger) if self.p.least < 0.5 else 1 / 0")
        )
        == ""
    )
    state = own.get("/state")["strategies"][0]
    assert (state["quick"], state["hooks"]) == (False, ["on_trigger"])
    assert own.play("Mine")["lots"]
    asked = {"client": "c", "seq": 1, "setting": {"strategy": "Mine", "params": {"least": 0.7}}}
    assert "mine.py, line 15: ZeroDivisionError" in own.post("/play", asked, 422)["error"]
    assert own.play("Mine")["lots"]


def test_a_class_that_looks_ahead_is_not_kept(own: Running, mine: Path) -> None:
    assert save(own, mine, MINE + PEEK) == ""
    assert own.play("Mine")["lots"]
    answer = own.post("/keep", {"version": own.version, "setting": {"strategy": "Mine"}}, 422)
    assert "looks ahead" in answer["error"]
    assert [path.name for path in own.tasks.stage.out.iterdir()] == ["trials.csv"]


SLOW = """
    def on_trigger(self, trigger):
        self.go_long(trigger)

    def should_exit(self, holding):
        import time

        time.sleep(self.p.least)
"""


def test_a_newer_setting_ends_an_older_one_at_work(own: Running, mine: Path) -> None:
    text = MINE.replace("weight=0.5)", "weight=0.5, least=0.0)").replace("hold=10", "hold=40") + SLOW
    assert save(own, mine, text) == ""
    answers: list[tuple[int, bytes]] = []

    def ask(seq: int, least: float) -> None:
        asked = {"client": "c", "seq": seq, "setting": {"strategy": "Mine", "params": {"least": least}}}
        status, _, body = own.ask("POST", "/play", asked)
        answers.append((status, body))

    newer = threading.Thread(target=ask, args=(2, 0.0))
    slow = threading.Thread(target=ask, args=(1, 0.05))
    slow.start()
    wait_until(lambda: own.tasks._newest.get("c") == 1)
    newer.start()
    newer.join(60)
    slow.join(60)
    assert sorted(status for status, _ in answers) == [200, 409]
    assert len(own.tasks.stage.scene.log.seen) == 1  # what nobody saw is no trial


def test_pages_are_told_how_far_a_hook_has_been_played(own: Running, mine: Path) -> None:
    text = MINE.replace("weight=0.5)", "weight=0.5, least=0.02)").replace("hold=10", "hold=40") + SLOW
    assert save(own, mine, text) == ""
    told: list[dict[str, object]] = []
    own.tasks.stream.tell = lambda kind, **what: told.append({"kind": kind, **what})  # type: ignore[method-assign]
    own.play("Mine")
    steps = [one for one in told if one["kind"] == "progress"]
    assert len(steps) > 2
    assert [one["done"] for one in steps] == sorted(one["done"] for one in steps)
    assert all(0 <= one["done"] <= 1 for one in steps)  # a fraction, rounded


def test_pages_are_told_of_a_save(own: Running, mine: Path) -> None:
    line = http.client.HTTPConnection("127.0.0.1", own.port, timeout=60)
    line.request("GET", "/events", headers={"Host": f"127.0.0.1:{own.port}", "Cookie": own.cookie})
    answer = line.getresponse()
    assert answer.getheader("content-type", "").startswith("text/event-stream")
    heard: list[str] = []

    def read() -> None:
        while len(heard) < 8 and (got := answer.fp.readline()):
            heard.append(got.decode())

    threading.Thread(target=read, daemon=True).start()
    wait_until(lambda: "retry: 1000\n" in "".join(heard))
    assert save(own, mine, "syntax error") != ""
    wait_until(lambda: "line 1" in "".join(heard))
    assert "event: study" in "".join(heard)


def test_what_is_wrong_at_the_outset_is_refused(study: Path, tmp_path: Path) -> None:
    (study.parent / "mine.py").write_text("x =")
    with (
        pytest.raises(StrategyError, match="line 1"),
        studio(lambda offline: override(load_study(study), strategies=["mine.py:Mine"])[0], study, tmp_path / "runs"),
    ):
        pass
