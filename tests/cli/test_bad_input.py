"""What is wrong with the input is said in words on stderr, with status 2, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest


def replace(file: str, old: str, new: str):
    def spoil(folder: Path) -> None:
        path = folder / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    return spoil


def write(file: str, content: bytes):
    return lambda folder: (folder / file).write_bytes(content)


def remove(file: str):
    return lambda folder: (folder / file).unlink()


FILES = {
    "study missing": (remove("study.toml"), "study.toml"),
    "study empty": (write("study.toml", b""), "empty"),
    "study not TOML": (write("study.toml", b"schema = = 1"), "not TOML"),
    "study not text": (write("study.toml", b"\xff\xfe\x00"), "UTF-8"),
    "unknown key": (replace("study.toml", "themes =", "tehmes ="), "Did you mean 'themes'"),
    "wrong type": (replace("study.toml", "start = 2025-03-03", 'start = "soon"'), "start"),
    "end before start": (replace("study.toml", "end = 2025-05-30", "end = 2025-02-03"), "before start"),
    "no session": (
        replace("study.toml", "start = 2025-03-03\nend = 2025-05-30", "start = 2025-03-08\nend = 2025-03-09"),
        "session",
    ),
    "beyond all sessions": (replace("study.toml", "end = 2025-05-30", "end = 2199-01-01"), "2199"),
    "negative cash": (replace("study.toml", "cash = 100_000", "cash = -5"), "cash"),
    "unknown currency": (replace("study.toml", '"USD"', '"XXX"'), "currency"),
    "unknown strategy": (replace("study.toml", "announcement-drift", "announcment-drift"), "announcement-drift"),
    "unknown param": (replace("study.toml", "hold =", "hld ="), "'hold'"),
    "param out of range": (replace("study.toml", "hold = 10", "hold = -1"), "hold"),
    "label that is a path": (replace("study.toml", "params", 'label = "../up"\nparams'), "folder"),
    "calendar missing": (remove("calendar.toml"), "calendar.toml"),
    "calendar empty": (write("calendar.toml", b" \n"), "empty"),
    "duplicate id": (replace("calendar.toml", 'id = "tariff"', 'id = "article"'), "article"),
    "naive date-time": (replace("calendar.toml", "2025-03-10T12:00:00+00:00", "2025-03-10T12:00:00"), "offset"),
    "not EDTF": (replace("calendar.toml", 'occurs = "2025-03-10"', 'occurs = "around spring"'), "around spring"),
    "unknown theme in an event": (replace("calendar.toml", '["metals"]', '["metal"]'), "'metals'"),
    "themes missing": (remove("themes.toml"), "themes.toml"),
    "unknown symbol": (replace("themes.toml", 'symbol = "REMX"', 'symbol = "REMXX"'), "REMX"),
    "no prices for a symbol": (remove("prices/MP.csv"), "MP"),
    "empty price file": (write("prices/MP.csv", b""), "MP.csv"),
    "header only": (write("prices/MP.csv", b"date,open,high,low,close,volume\n"), "MP.csv"),
    "no close": (write("prices/MP.csv", b"date,open\n2025-03-03,1\n"), "close"),
    "words for prices": (replace("prices/MP.csv", "20.00,20.50", "much,20.50"), "MP.csv"),
    "zero price": (replace("prices/MP.csv", "20.00,20.50,19.50", "0,20.50,0"), "above zero"),
    "negative price": (replace("prices/MP.csv", "20.00,20.50,19.50", "-20.00,20.50,-20.50"), "above zero"),
    "infinite price": (replace("prices/MP.csv", "20.00,20.50", "inf,inf"), "MP.csv"),
    "high below low": (replace("prices/MP.csv", "20.00,20.50,19.50", "20.00,19.00,19.50"), "high is below low"),
    "repeated date": (replace("prices/MP.csv", "2025-02-04,", "2025-02-03,"), "2025-02-03"),
    "unsorted dates": (replace("prices/MP.csv", "2025-02-04,", "2025-01-04,"), "2025-01-04"),
    "a date that is none": (replace("prices/MP.csv", "2025-02-04,", "2025-02-34,"), "MP.csv"),
    "prices of the future": (replace("prices/MP.csv", "2025-05-30,", "2099-05-28,"), "future"),
    "price folder missing": (replace("study.toml", '"prices"', '"nowhere"'), "nowhere"),
}


@pytest.mark.parametrize(("spoil", "words"), FILES.values(), ids=FILES.keys())
def test_a_bad_file_is_refused_in_words(cli, study, tmp_path, spoil, words):
    spoil(study.parent)
    result = cli("run", study, "--no-tearsheet")
    assert_refused(result, words)
    assert not (tmp_path / "results").exists()


OPTIONS = {
    "unknown strategy": (["-s", "kogas-lgn"], "Did you mean 'kogas-lng'"),
    "strategy file missing": (["-s", "nowhere.py:Mine"], "nowhere.py"),
    "strategy of a theme the study lacks": (["-s", "kogas-lng"], "lng"),
    "unknown parameter": (["-p", "hodl=3"], "Did you mean 'hold'"),
    "parameter without a value": (["-p", "hold"], "key=value"),
    "parameter that is no number": (["-p", "hold=nan"], "hold=nan"),
    "parameter out of range": (["-p", "weight=7"], "weight"),
    "parameter twice": (["-p", "hold=3", "-p", "hold=4"], "twice"),
    "unknown theme": (["--theme", "metal"], "Did you mean 'metals'"),
    "data folder missing": (["--data", "nowhere"], "nowhere"),
    "end before start": (["--start", "2025-05-01", "--end", "2025-04-01"], "before"),
    "no session in the window": (["--start", "2025-03-08", "--end", "2025-03-09"], "session"),
    "window before the prices": (["--start", "1900-01-01"], "1900"),
    "a date that is none": (["--start", "2025-02-30"], "2025-02-30"),
    "a date-time": (["--end", "2025-05-01T10:00"], "is not a date"),
    "negative cash": (["--cash", "-1"], "cash"),
    "no cash": (["--cash", "nan"], "cash"),
    "cash in words": (["--cash", "much"], "much"),
    "unknown option": (["--tearsheet"], "--no-tearsheet"),
}


@pytest.mark.parametrize(("args", "words"), OPTIONS.values(), ids=OPTIONS.keys())
def test_a_bad_option_of_run_is_refused_in_words(cli, study, tmp_path, args, words):
    result = cli("run", study, "--no-tearsheet", *args)
    assert_refused(result, words)
    assert not (tmp_path / "results").exists()


COMMANDS = {
    "unknown command": (["rum"], "Did you mean 'run'"),
    "unknown command of a group": (["strategies", "lst"], "Did you mean 'list'"),
    "compare nothing": (["compare"], "RUN"),
    "compare what is no run": (["compare", "nowhere"], "nowhere"),
    "explain without an event": (["explain", "nowhere"], "EVENT"),
    "explain what is no run": (["explain", "nowhere", "contract"], "nowhere"),
    "explain a folder that is no run": (["explain", "study", "contract"], "not a run folder"),
    "show an unknown strategy": (["strategies", "show", "rare-erths"], "Did you mean 'rare-earths'"),
    "new without a name": (["strategies", "new"], "NAME"),
    "new with a path": (["strategies", "new", "../up"], "letters"),
    "new with a digit first": (["strategies", "new", "1st"], "letter"),
    "new with nothing": (["strategies", "new", ""], "letter"),
    "show a missing calendar": (["calendar", "show", "nowhere.toml"], "nowhere.toml"),
    "show a folder": (["calendar", "show", "study"], "folder"),
    "check a missing calendar": (["calendar", "check", "nowhere.toml"], "nowhere.toml"),
    "check what is no calendar": (["calendar", "check", "study/study.toml"], "study.toml"),
    "check against missing themes": (["calendar", "check", "study/calendar.toml", "--themes", "no.toml"], "no.toml"),
    "init without a folder": (["init"], "DIR"),
    "init where files are": (["init", "study"], "study.toml"),
    "doctor with an argument": (["doctor", "who"], "who"),
}


@pytest.mark.parametrize(("args", "words"), COMMANDS.values(), ids=COMMANDS.keys())
def test_bad_input_of_any_command_is_refused_in_words(cli, study, args, words):
    assert_refused(cli(*args), words)


def assert_refused(result, words: str) -> None:
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.splitlines()) <= 8
