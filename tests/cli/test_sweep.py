"""eventfolio sweep: what it prints, keeps and refuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from support.processes import HANG, start, wait_until
from typer.testing import Result

from eventfolio.engine.search.process_pool import WorkerPool

Cli = Callable[..., Result]
GRID = ("-p", "hold=5:15:5", "-p", "stop=none,0.02")


def sweep(cli: Cli, study: Path, *args: Any) -> Result:
    return cli("sweep", "announcement-drift", "--study", study, "--jobs", "1", *args)


def document(cli: Cli, study: Path, *args: Any) -> dict[str, Any]:
    result = sweep(cli, study, *args, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_every_combination_is_ranked_with_the_figures_of_its_run(cli: Cli, study: Path) -> None:
    found = document(cli, study, *GRID)
    assert found["engine"] in ("backtrader", "kernel")
    assert {"pbo", "deflated_sharpe", "spa", "verdict"} <= set(found)
    assert len(found["trials"]) == found["tried"] == 6
    sharpes = [trial["metrics"]["sharpe"] for trial in found["trials"]]
    assert sharpes == sorted(sharpes, reverse=True)
    for trial in found["trials"]:
        params = [f"{name}={'none' if value is None else value}" for name, value in trial["params"].items()]
        args = [part for text in params for part in ("-p", text)]
        run = cli("run", study, "-s", "announcement-drift", *args, "--no-tearsheet", "--json")
        assert trial["metrics"] == json.loads(run.stdout)["runs"][0]["metrics"]


def test_the_table_says_what_was_tried_and_what_it_is_worth(cli: Cli, study: Path, tmp_path: Path) -> None:
    result = sweep(cli, study, *GRID, "--top", "2", "--plot", "grid.png")
    assert result.exit_code == 0, result.output
    words = " ".join(result.output.split())
    assert "the best 2 of 6 tried" in words
    assert "Best of 6 trials: Sharpe" in words
    assert "news from before the article (2025-04-15), which is hindsight" in words
    assert "Picture: grid.png" in words
    assert (tmp_path / "grid.png").read_bytes().startswith(b"\x89PNG")
    (folder,) = (tmp_path / "results" / "sweeps").iterdir()
    assert folder.name.startswith("tiny-announcement-drift-")
    assert pq.read_table(folder / "trials.parquet").num_rows == 6
    assert json.loads((folder / "result.json").read_text())["tried"] == 6
    assert not list(folder.glob("*.part"))
    again = cli("overfit", folder / "returns.parquet", "--json")
    assert json.loads(again.stdout)["pbo"] == json.loads((folder / "result.json").read_text())["pbo"]


def test_the_same_bytes_on_one_process_and_on_two(cli: Cli, study: Path, tmp_path: Path) -> None:
    for jobs in ("1", "2"):
        cli("sweep", "announcement-drift", "--study", study, *GRID, "--jobs", jobs, "--out", jobs, "--json")
    one, two = ((next((tmp_path / jobs).iterdir()) / "trials.parquet").read_bytes() for jobs in ("1", "2"))
    assert one == two


def test_random_draws_are_a_seeds(cli: Cli, study: Path) -> None:
    args = ("-p", "hold=2..30", "-p", "stop=0.02..0.15:log", "--random", "5", "--seed", "3")
    first, again = (document(cli, study, *args) for _ in range(2))
    assert len(first["trials"]) == 5
    assert first == again
    assert document(cli, study, *args[:-1], "4")["trials"] != first["trials"]


def test_resume_plays_only_what_is_missing(cli: Cli, study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[int] = []
    each = WorkerPool.each

    def counted(self: WorkerPool, work: Any, tasks: Any) -> Any:
        for number, answer in each(self, work, tasks):
            played.append(len(answer))
            yield number, answer
            if stop_after and sum(played) >= stop_after:
                raise KeyboardInterrupt

    monkeypatch.setattr(WorkerPool, "each", counted)
    monkeypatch.setattr("eventfolio.engine.search.trials.BLOCKS", {"backtrader": 1, "kernel": 1})
    monkeypatch.setattr("eventfolio.engine.search.sweep.BLOCKS", {"backtrader": 1, "kernel": 1})
    stop_after = 2
    stopped = sweep(cli, study, *GRID)
    assert stopped.exit_code == 130
    words = " ".join(stopped.output.split())
    assert "2 finished trials are kept in results/sweeps/tiny-" in words
    assert "--resume goes on" in words
    stop_after = 0
    played.clear()
    found = document(cli, study, *GRID, "--resume")
    table = Path(found["folder"]) / "trials.parquet"
    assert sum(played) == 4
    assert found["resumed"] == 2
    played.clear()
    assert document(cli, study, *GRID, "--resume")["trials"] == found["trials"]
    assert not played
    resumed = table.read_bytes()
    fresh = document(cli, study, *GRID)
    assert sum(played) == 6
    assert fresh["trials"] == found["trials"]
    assert table.read_bytes() == resumed


@pytest.mark.skipif(sys.platform == "win32", reason="interrupts as POSIX does")
def test_ctrl_c_ends_it_with_a_word_on_how_to_go_on(study: Path, tmp_path: Path) -> None:
    process = start(
        *("sweep", "announcement-drift", "-p", "hold=1:1000:1", "--jobs", "2", "--out", tmp_path / "out"),
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    wait_until(lambda: any(path.stat().st_size for path in tmp_path.glob("out/*/trials.journal")))
    process.send_signal(signal.SIGINT)
    _, words = process.communicate(timeout=HANG)
    assert process.returncode == 130
    assert "finished trials are kept in" in words
    assert "Traceback" not in words


def test_walk_forward_says_fold_by_fold_what_was_chosen(cli: Cli, study: Path) -> None:
    args = (*GRID, "--validate", "walk-forward", "--folds", "2")
    found = document(cli, study, *args)["validation"]
    assert [found["method"], len(found["folds"])] == ["walk-forward", 2]
    assert found["folds"][-1]["end"] == "2025-05-30"
    words = " ".join(sweep(cli, study, *args).output.split())
    assert "Walk forward" in words
    assert "Walk-forward over 2 stretches" in words


def test_leave_one_event_out_names_each_event(cli: Cli, study: Path) -> None:
    args = (*GRID, "--validate", "leave-one-event-out")
    found = document(cli, study, *args)["validation"]
    assert [fold["events"] for fold in found["folds"]] == [["contract"], ["article"]]
    words = " ".join(sweep(cli, study, *args).output.split())
    assert "Chosen without each of 2 happenings" in words


def test_a_class_with_hooks_is_played_by_backtrader_and_says_so(cli: Cli, study: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "from eventfolio import EventStrategy\n\n\nclass Mine(EventStrategy):\n    params = dict(hold=9, least=0.2)\n\n"
        "    def on_trigger(self, trigger):\n        self.go_long(trigger)\n"
    )
    args = ("sweep", "mine.py:Mine", "--study", study, "-p", "least=0.1,0.2", "--jobs", "1")
    result = cli(*args)
    assert result.exit_code == 0, result.output
    assert "Mine overrides on_trigger: played by backtrader." in " ".join(result.output.split())
    refused = cli(*args, "--engine", "kernel")
    assert refused.exit_code == 2
    assert "overrides on_trigger" in refused.output


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_error_in_ones_own_file_is_told_with_its_line(cli: Cli, study: Path, tmp_path: Path, jobs: str) -> None:
    (tmp_path / "mine.py").write_text(
        "from eventfolio import EventStrategy\n\n\nclass Mine(EventStrategy):\n"
        "    def on_trigger(self, trigger):\n        self.go_lnog(trigger)\n"
    )
    result = cli("sweep", "mine.py:Mine", "--study", study, "-p", "hold=5,9", "--jobs", jobs)
    assert result.exit_code == 2
    assert "mine.py, line 6: AttributeError: " in " ".join(result.output.split())
    assert "(played with hold=" in " ".join(result.output.split())


def test_one_trial_is_a_sweep_too(cli: Cli, study: Path) -> None:
    found = document(cli, study)
    assert [trial["params"] for trial in found["trials"]] == [{}]
    assert found["pbo"] is None
    assert "all 1 tried" in sweep(cli, study).output


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("-p", "hld=5,10"), "Did you mean 'hold'"),
        (("-p", "hold=0,5"), "hold = 0 cannot be"),
        (("-p", "hold=5:60"), "first:last:step"),
        (("-p", "hold=60:5:5"), "goes up"),
        (("-p", "hold=5..60"), "--random N"),
        (("-p", "hold=1:1000:1", "-p", "patience=1:1000:1"), "1,000,000 combinations"),
        (("-p", "themes=metal"), "Did you mean 'metals'"),
        (("--theme", "metal"), "metals"),
        (("--engine", "fast"), "is not one"),
        (("--validate", "walk-foward"), "Did you mean 'walk-forward'"),
        (("--validate", "walk-forward", "--folds", "20"), "too few"),
        (("--plot", "a.jpg"), ".png or .svg"),
        (("--plot", "a.png"), "more than one value"),
        (("--cluster", "nonsense"), "no address"),
        (("--random", "0"), "--random"),
        (("--random", "20000", "-p", "hold=1..9"), "from 1 to"),
        (("--start", "2025-06-01"), "before it starts"),
        (("--cash", "-5"), "cash"),
        (("--data", "nowhere"), "nowhere"),
        (("--jobs", "0"), "--jobs"),
        (("--blocks", "3"), "even number"),
    ],
)
def test_wrong_input_is_told_in_words(cli: Cli, study: Path, tmp_path: Path, args: tuple[str, ...], words: str) -> None:
    result = cli("sweep", "announcement-drift", "--study", study, *args)
    assert result.exit_code == 2, result.output
    assert words in " ".join(result.output.split())
    assert "Traceback" not in result.output
    assert not list(tmp_path.rglob("trials.parquet"))


def test_a_cluster_that_is_not_there_is_no_fault_of_the_input(cli: Cli, study: Path, monkeypatch: Any) -> None:
    pytest.importorskip("distributed", reason="Dask's distributed is not installed")
    monkeypatch.setattr("eventfolio.engine.search.cluster._ANSWER", 1.0)
    result = sweep(cli, study, "--cluster", "tcp://127.0.0.1:9")
    assert result.exit_code == 1
    assert "no Dask scheduler answers there" in " ".join(result.output.split())


def test_a_folder_that_cannot_be_written_is_told(cli: Cli, study: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = sweep(cli, study, "--out", "file")
    assert result.exit_code == 1
    assert "could not be kept" in " ".join(result.output.split())


@pytest.mark.prove
def test_the_kernel_is_compiled_before_the_processes_that_play_it_start(
    cli: Cli, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from eventfolio.engine.execution.kernel import compiling
    from eventfolio.engine.execution.kernel import library as machine

    make, made_by = compiling.object_code, tmp_path / "made-by"

    def noted(*args: Any) -> bytes:
        with made_by.open("a") as out:
            print(os.getpid(), file=out)
        return make(*args)

    monkeypatch.setattr(compiling, "object_code", noted)
    monkeypatch.setenv("EVENTFOLIO_CACHE", str(tmp_path / "empty"))
    machine.player.cache_clear()
    result = cli("sweep", "announcement-drift", "--study", study, "--jobs", "2", "--engine", "kernel", *GRID, "--json")
    assert result.exit_code == 0, result.output
    assert made_by.read_text().split() == [str(os.getpid())]
