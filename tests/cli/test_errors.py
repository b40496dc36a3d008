"""Exit statuses and words for what goes wrong, and manners in a pipe."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "eventfolio"]


def shell(line: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """A line of bash in which $E is eventfolio."""
    program = f"{sys.executable} -m eventfolio"
    places = {"PYTHONPATH": str(PROJECT), "E": program}
    return subprocess.run(
        ["bash", "-c", line], cwd=folder, env=os.environ | places | env, capture_output=True, text=True, timeout=120
    )


CRASHES = {
    "on_trigger": "        return 1 / 0",
    "should_exit": "        return holding.nothing",
    "next": "        raise KeyError('mine')",
}


@pytest.mark.parametrize(("hook", "body"), CRASHES.items(), ids=CRASHES.keys())
def test_a_crash_in_a_users_strategy_names_file_and_line(cli, study, tmp_path, hook, body):
    argument = {"on_trigger": ", trigger", "should_exit": ", holding", "next": ""}[hook]
    method = f"    def {hook}(self{argument}):\n{body}\n"
    (tmp_path / "mine.py").write_text(f"from eventfolio import EventStrategy\n\n\nclass Mine(EventStrategy):\n{method}")
    result = cli("run", study, "--no-tearsheet", "-s", "mine.py:Mine")
    assert result.exit_code == 2
    assert "mine.py, line 6: " in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "results").exists()


def test_a_strategy_file_that_does_not_load_names_its_line(cli, study, tmp_path):
    (tmp_path / "mine.py").write_text("x = 1\nclass Mine(:\n")
    result = cli("run", study, "-s", "mine.py:Mine")
    assert result.exit_code == 2
    assert "mine.py, line 2" in result.stderr


def test_debugging_lets_the_traceback_through(study, tmp_path):
    (tmp_path / "mine.py").write_text(
        "from eventfolio import EventStrategy\nclass Mine(EventStrategy):\n    def next(self):\n        1 / 0\n"
    )
    line = f"$E run {study} --no-tearsheet -s mine.py:Mine"
    assert "Traceback" in shell(line, tmp_path, EVENTFOLIO_DEBUG="1").stderr
    assert "Traceback" not in shell(line, tmp_path).stderr


def test_a_place_that_cannot_be_written_is_status_1_and_leaves_nothing(cli, study, tmp_path):
    (tmp_path / "file").write_text("in the way")
    result = cli("run", study, "--no-tearsheet", "--out", tmp_path / "file" / "runs")
    assert result.exit_code == 1
    assert "could not be written" in result.stderr
    assert (tmp_path / "file").read_text() == "in the way"


def test_an_unwritable_folder_is_status_1(cli, study, tmp_path, monkeypatch):
    def refuse(self, *args, **options):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    result = cli("run", study, "--no-tearsheet", "--out", tmp_path / "locked")
    assert result.exit_code == 1
    assert "Permission denied" in result.stderr


def test_a_full_disk_under_stdout_is_status_1(study, tmp_path):
    result = shell("$E strategies list > /dev/full", tmp_path)
    assert result.returncode == 1
    assert result.stderr == "No space left on device\n"


@pytest.mark.parametrize("command", ["strategies list", "calendar show", "calendar show --json"])
def test_a_reader_that_leaves_early_ends_the_command_quietly(tmp_path, command):
    result = shell(f"set -o pipefail; $E {command} | true", tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("command", "end"),
    [
        pytest.param(command, end, marks=[] if command == "runs list" or end == ">&-" else [pytest.mark.prove])
        for command in ("strategies list", "strategies show kogas-lng --json", "runs list")
        for end in ("| head -0", ">&-", ">&- 2>&-", "<&- >&-")
    ],
)
def test_a_closed_output_is_no_fault(tmp_path, command, end):
    result = shell(f"set -o pipefail; $E {command} {end}", tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_help_into_a_closed_pipe_is_quiet(tmp_path):
    assert shell("$E --help | true", tmp_path).stderr == ""


def test_nothing_but_the_document_is_printed_with_json(study, tmp_path):
    result = shell(f"$E run {study} --no-tearsheet --json", tmp_path, FORCE_COLOR="1")
    assert result.returncode == 0
    assert (result.stdout[0], result.stdout[-2:]) == ("{", "}\n")
    assert result.stderr == ""


def test_a_terminal_that_knows_ascii_only_gets_a_table_all_the_same(study, tmp_path):
    result = shell(f"$E run {study} --no-tearsheet", tmp_path, PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    assert result.returncode == 0
    assert "announcement-drift" in result.stdout


def started_run(study: Path, folder: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, "run", str(study), *options],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for(folder: Path, pattern: str) -> None:
    until = time.monotonic() + 120
    while not list(folder.glob(pattern)):
        assert time.monotonic() < until, f"no {pattern} in {folder}"
        time.sleep(0.005)


def is_gone(group: int) -> bool:
    """Whether every process of a session has ended; those just killed are given a moment."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(
    ("presses", "apart"),
    [pytest.param(1, 0.0, marks=pytest.mark.prove), pytest.param(2, 0.05, marks=pytest.mark.prove), (40, 0.01)],
)
def test_any_number_of_interrupts_while_drawing_ends_everything_and_keeps_the_figures(study, tmp_path, presses, apart):
    started = started_run(study, tmp_path)
    wait_for(tmp_path, "results/runs/trials.csv")  # the record is kept, and what follows is drawn
    for _ in range(presses):
        os.killpg(started.pid, signal.SIGINT)  # as a terminal does: to the workers too
        time.sleep(apart)
    out, err = started.communicate(timeout=60)
    assert (started.returncode, out) == (130, "")
    assert "Traceback" not in err
    assert is_gone(started.pid)
    (folder,) = (tmp_path / "results" / "runs").glob("tiny-*")
    assert not list(folder.rglob(".*"))
    assert f"runs draw {folder.relative_to(tmp_path)}" in err
    drawn = shell(
        f"$E runs show latest && $E runs draw latest && ls {folder}/index.html {folder}/*/tearsheet.html", tmp_path
    )
    assert drawn.returncode == 0, drawn.stderr
    assert "Not drawn yet:" in drawn.stdout


@pytest.mark.parametrize("after", [0.3, 0.8, 1.5])
def test_an_interrupt_at_any_moment_leaves_a_whole_run_or_none(study, tmp_path, after):
    started = started_run(study, tmp_path)
    time.sleep(after)
    for _ in range(3):
        started.send_signal(signal.SIGINT)
    started.communicate(timeout=60)
    assert is_gone(started.pid)
    if started.returncode == 0:
        return  # it was done before
    assert started.returncode in (130, -signal.SIGINT)  # the latter while Python itself was still starting
    runs = tmp_path / "results" / "runs"
    assert all((folder / "study.json").is_file() for folder in runs.glob("*-*")) or not runs.exists()


def test_an_interrupt_of_code_that_runs_from_a_string_ends_with_130_too(tmp_path):
    """As dataclasses are made, on import; Python marks such an interrupt, and would end by the signal."""
    code = """
import sys
from eventfolio.cli.interrupt import one_interrupt

with one_interrupt():
    try:
        exec("import os, signal, time; os.kill(os.getpid(), signal.SIGINT); time.sleep(60)")
    except KeyboardInterrupt:
        print("told", flush=False)
        sys.exit(130)
"""
    (tmp_path / "pressed.py").write_text(code)
    ended = subprocess.run(
        [sys.executable, "-m", "pressed"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "told\n", "")


def test_an_interrupt_before_typer_is_there_to_answer_for_it_ends_with_130_and_no_traceback(tmp_path):
    code = """
import os, signal, time
from eventfolio.cli.interrupt import one_interrupt

with one_interrupt():
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(60)
"""
    ended = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")


def test_a_swallowed_interrupt_ends_the_process_all_the_same(tmp_path):
    code = """
import time
from eventfolio.cli.interrupt import one_interrupt
with one_interrupt():
    while True:
        try:
            print("ready", flush=True)
            time.sleep(60)
        except KeyboardInterrupt:
            pass
"""
    started = subprocess.Popen(
        [sys.executable, "-c", code], cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    started.send_signal(signal.SIGINT)
    assert started.wait(timeout=60) == 130


def test_help_loads_no_heavy_library(tmp_path):
    heavy = {"pandas", "numpy", "rich", "pydantic", "backtrader", "matplotlib", "quantstats", "exchange_calendars"}
    show = f"print(sorted(set(sys.modules) & {heavy}))"
    code = f"import sys\nfrom eventfolio.cli import main\ntry:\n    main()\nexcept SystemExit:\n    {show}"
    result = subprocess.run(
        [sys.executable, "-c", code, "--help"], cwd=PROJECT, capture_output=True, text=True, timeout=60
    )
    assert result.stdout.splitlines()[-1] == "[]"


COMMANDS = ("run", "compare", "explain", "strategies list", "strategies show", "strategies new")
COMMANDS += ("calendar show", "calendar check", "init", "doctor")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example_and_json(cli, command):
    result = cli(*command.split(), "--help")
    assert result.exit_code == 0
    assert f"eventfolio {command}" in result.stdout.partition("Example")[2]
    assert "--json" in result.stdout


def test_the_commands_are_listed(cli):
    listed = cli("--help").stdout
    assert all(command.split()[0] in listed for command in COMMANDS)
    assert cli("--version").stdout.startswith("eventfolio ")
