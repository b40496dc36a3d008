"""A strategy's own code that does not return is ended or given up, in words, and the studio goes on."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.processes import HANG, wait_until
from support.studio import Running, studio

from eventfolio.cli.errors import USER_MODULE
from eventfolio.cli.studio.watchdog import Patience, Watchdog
from eventfolio.engine.study.overrides import override
from eventfolio.engine.study.study import Study, load_study

QUICK = Patience(told=0.2, longest=1.0, grace=0.2, gone=0.5)
HOOKED = """
import time

from eventfolio import EventStrategy


class Mine(EventStrategy):
    params = dict(hold=10, least=0.0)

    def on_trigger(self, trigger):
        self.go_long(trigger)
        if self.p.least > 0.5:
            INSERT
"""
LINE = 13  # of what is inserted
ENDLESS = "while True: pass"
# Its loop lies within its try, and so does every place in it where an exception may be raised from elsewhere.
STUBBORN = """until = time.monotonic() + 6

            def stay():
                try:
                    while time.monotonic() < until:
                        pass
                except BaseException:
                    stay()

            stay()"""


@pytest.fixture
def begin(study: Path, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """A studio of kogas-lng and a class whose hook does what is inserted where `least` is above 0.5."""
    own: list[Any] = []

    def one(inserted: str, patience: Patience = QUICK) -> Running:
        (study.parent / "mine.py").write_text(HOOKED.replace("INSERT", inserted))

        def load(offline: bool) -> Study:
            names = ["announcement-drift", f"{study.parent / 'mine.py'}:Mine"]
            return override(load_study(study), strategies=names)[0]

        own.append(studio(load, study, tmp_path / "runs", patience))
        running: Running = own[-1].__enter__()
        return running

    yield one
    for running in own:
        running.__exit__(None, None, None)


def play(running: Running, least: float, seq: int = 1, client: str = "c", label: str = "Mine") -> tuple[int, bytes]:
    params = {"least": least} if label == "Mine" else {}
    asked = {"client": client, "seq": seq, "setting": {"strategy": label, "params": params}}
    status, _, body = running.ask("POST", "/play", asked)
    return status, body


def test_an_endless_hook_is_stopped_at_its_line_and_the_next_setting_plays(begin) -> None:
    own = begin(ENDLESS, Patience(told=0.2, longest=3.0, grace=0.2, gone=5.0))
    told: list[dict[str, Any]] = []
    own.tasks.stream.tell = lambda kind, **what: told.append(what)
    status, body = play(own, 0.9)
    assert status == 422
    assert re.search(rf"mine.py, line {LINE}: stopped after \d+ s", body.decode())
    assert b"Traceback" not in body
    words = [one["words"] for one in told if one.get("task") == "hook"]
    assert re.search(
        rf"mine.py, line {LINE} has been at work for \d s. It is stopped after 3 s at the latest.", words[0]
    )
    wait_until(lambda: [one["words"] for one in told if one.get("task") == "hook"][-1] == "")
    assert own.play("Mine", least=0.1)["lots"]
    assert len(own.tasks.stage.scene.log.seen) == 1  # what never came is no trial


def test_a_newer_setting_ends_an_endless_hook_before_its_time(begin) -> None:
    own = begin(ENDLESS, Patience(told=0.2, longest=600.0, grace=0.3, gone=5.0))
    answers: list[tuple[int, bytes]] = []
    stuck = threading.Thread(target=lambda: answers.append(play(own, 0.9, 1)))
    stuck.start()
    wait_until(lambda: own.tasks._newest.get("c") == 1)
    assert play(own, 0.1, 2)[0] == 200
    stuck.join(HANG)
    assert answers == [(409, b'{"superseded":true}')]


def test_classes_of_parts_play_on_while_a_hook_is_endless(begin) -> None:
    own = begin(ENDLESS, Patience(told=0.2, longest=600.0, grace=0.3, gone=5.0))
    answers: list[tuple[int, bytes]] = []
    stuck = threading.Thread(target=lambda: answers.append(play(own, 0.9, 1, "other")))
    stuck.start()
    wait_until(lambda: own.tasks._newest.get("other") == 1)
    assert play(own, 0.0, label="announcement-drift")[0] == 200
    assert own.get("/runs")["runs"] == []
    assert not answers
    assert play(own, 0.1, 2, "other")[0] == 200
    stuck.join(HANG)
    assert [status for status, _ in answers] == [409]


@pytest.mark.parametrize("inserted", ["time.sleep(6)", STUBBORN])
def test_what_cannot_be_stopped_is_given_up_until_it_comes_back(begin, inserted: str) -> None:
    own = begin(inserted)
    begun = time.monotonic()
    status, body = play(own, 0.9)
    assert status == 422
    assert b"cannot be stopped" in body
    assert b"Ctrl-C in its terminal" in body
    again, body = play(own, 0.1, 2)
    kept, _, words = own.ask("POST", "/keep", {"version": own.version, "setting": {"strategy": "announcement-drift"}})
    if time.monotonic() - begun < 6:  # else this machine was too busy to ask in time
        assert (again, kept) == (422, 422)
        assert b"cannot be stopped" in body
        assert b"cannot be stopped" in words
    assert play(own, 0.0, 3, label="announcement-drift")[0] == 200
    wait_until(lambda: play(own, 0.1, 3, "later")[0] == 200)
    assert len(own.tasks.stage.scene.log.seen) == 2  # what was stopped is no trial


@pytest.mark.parametrize(
    "raised",
    ["StopIteration", "SystemExit(3)", "KeyboardInterrupt", "GeneratorExit", "__import__('asyncio').CancelledError"],
)
def test_a_hook_that_raises_what_is_no_error_is_answered_with_its_line(begin, raised: str) -> None:
    own = begin(f"raise {raised}")
    status, body = play(own, 0.9)
    assert status == 422
    name = raised.partition("(")[0] if "asyncio" not in raised else "CancelledError"
    assert f"mine.py, line {LINE}: {name}".encode() in body
    assert own.play("Mine", least=0.1)["lots"]


def test_a_file_that_is_saved_with_an_endless_loop_in_it_is_told_and_the_next_save_is_seen(begin, study: Path) -> None:
    own = begin("pass")
    path = study.parent / "mine.py"
    good = path.read_text()
    for text, words in ((f"{good}\nwhile True: pass\n", "stopped after "), (good.replace("hold=10", "hold=4"), "")):
        count = len(own.told)
        path.write_text(text)
        wait_until(lambda count=count: len(own.told) > count)  # type: ignore[misc]
        assert words in own.told[-1]
    assert own.tasks.stage.trouble == ""
    assert own.get("/state")["strategies"][1]["params"]["hold"] == 4


def test_calls_that_return_in_time_are_left_alone_however_long_they_take_together() -> None:
    users = {"__name__": f"{USER_MODULE}x", "time": time}
    exec(compile("def hook(): time.sleep(0.15)", "mine.py", "exec"), users)
    told: list[str] = []
    dog = Watchdog(told.append, Patience(told=2.0, longest=3.0, grace=2.0, gone=0.5))

    def play() -> str:
        for _ in range(15):
            users["hook"]()  # type: ignore[operator]
        return "played"

    assert dog.run(play, is_over=lambda: True) == "played"
    assert told == []


def test_what_takes_long_outside_of_the_user_s_code_is_left_alone() -> None:
    dog = Watchdog(lambda words: None, Patience(told=0.1, longest=0.2, grace=0.1, gone=0.1))
    assert dog.run(lambda: time.sleep(0.6), is_over=lambda: True) is None


def test_an_error_of_the_user_s_own_is_raised_as_it_is() -> None:
    dog = Watchdog(lambda words: None)
    with pytest.raises(ZeroDivisionError):
        dog.run(lambda: 1 / 0)
