"""Run folders that were spoiled: every command that reads one says in words what is wrong, and harms nothing."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support import proof

from eventfolio.engine.backtest import backtest
from eventfolio.engine.study.study import load_study
from eventfolio.results.tearsheet.workers import Here
from eventfolio.results.write_run import write_run

COMMANDS = (
    ("runs", "show", "latest"),
    ("runs", "draw", "latest"),
    ("runs", "verify", "latest"),
    ("runs", "diff", "latest", "latest"),
    ("explain", "latest", "contract"),
    ("compare", "latest"),
    ("placebo", "announcement-drift", "--run", "latest"),
)
RUN = "announcement-drift"


@pytest.fixture(scope="module")
def made(tmp_path_factory, write_study) -> Path:
    place = tmp_path_factory.mktemp("made")
    write_run(*backtest(load_study(write_study(place))), place / "results" / "runs", tearsheets=False, pool=Here())
    return place


@pytest.fixture
def folder(made, cli) -> Path:
    shutil.copytree(made / "results", "results")
    (folder,) = Path("results/runs").glob("tiny-*")
    return folder


def spoil(path: Path, content: bytes | None) -> None:
    """Another content, or nothing there."""
    path.unlink()
    if content is not None:
        path.write_bytes(content)


def in_its_place(kind: str, path: Path) -> None:
    path.unlink()
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "link in a circle":
        path.symlink_to(path)
    else:
        path.symlink_to("/nowhere/at/all")


DEEP = b"[" * 100_000
CONTENTS = {
    "missing": None, "empty": b"", "cut off": b'{"schema": 1, "stu', "binary": bytes(range(256)), "a list": b"[]",
    "deep": b'{"schema": ' + DEEP, "other schema": b'{"schema": 2}', "only a schema": b'{"schema": 1}',
    "not a number": b'{"schema": 1, "window": NaN}', "huge number": b'{"schema": 1e999}', "nul": b"\0" * 5000,
}  # fmt: skip
PLACES = ("folder", "pipe", "device", "link in a circle", "broken link")
FILES = ("study.json", f"{RUN}/run.json", f"{RUN}/trades.parquet", f"{RUN}/returns.parquet", f"{RUN}/orders.parquet")


def refused(cli, command: tuple[str, ...]) -> str:
    """What a command says on stderr; it must have refused."""
    result = cli(*command)
    assert result.exit_code in (1, 2), (command, result.output)
    assert result.exception is None or isinstance(result.exception, SystemExit), (command, result.exception)
    assert "a fault of its own" not in result.output, (command, result.output)
    return " ".join(result.stderr.split())


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS.keys())
def test_other_content_is_told_by_the_files_name(cli, folder, file, content):
    spoil(folder / file, content)
    for command in (("explain", "latest", "contract"), ("compare", "latest")):
        if command[0] == "explain" and "returns" in file:
            continue  # which a story does not read
        words = refused(cli, command)
        assert Path(file).name in words or (file == "study.json" and content is None and "holds 0 runs" in words)


@pytest.mark.parametrize("file", FILES[:3])
@pytest.mark.parametrize("kind", PLACES)
def test_what_is_no_file_is_told(cli, folder, file, kind):
    in_its_place(kind, folder / file)
    name = folder.name if file == "study.json" else "latest"
    for command in (("explain", name, "contract"), ("compare", name)):
        refused(cli, command)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[:2]))
@pytest.mark.parametrize("file", FILES[:3])
def test_every_command_that_reads_a_run_refuses_a_spoiled_one(cli, folder, file, command):
    if command[:2] == ("runs", "show") and "parquet" in file:
        return  # it shows the record alone
    (folder / file).write_bytes(b"{")
    refused(cli, command)


OTHERS = (None, 7, "x" * 300, [[]], {"a": 1}, True)


def keys_of(document: dict, path: tuple = ()) -> list[tuple]:
    """Places of all values in a document; of lists the first."""
    found = []
    items = document.items() if isinstance(document, dict) else list(enumerate(document))[:1]
    for key, value in items:
        found.append((*path, key))
        if isinstance(value, (dict, list)):
            found += keys_of(value, (*path, key))
    return found


@pytest.mark.sampled
@pytest.mark.parametrize("number", range(len(OTHERS)), ids=lambda number: repr(OTHERS[number])[:20])
@pytest.mark.parametrize("file", FILES[:2])
def test_a_value_of_another_type_anywhere_never_ends_in_a_traceback(cli, folder, file, number):
    """The page and a story from a record in which one value after the other is something else, or gone.

    `make test` puts one of the others in each place, `make prove` all of them.
    """
    from eventfolio.events.errors import InputError
    from eventfolio.results.explain import explain
    from eventfolio.results.page.page import compare_page
    from eventfolio.results.store.read import load_run

    whole, value = (folder / file).read_text(), OTHERS[number]
    places = keys_of(json.loads(whole))
    for path in places if proof.whole else places[number :: len(OTHERS)]:
        for gone in (False, True) if value is None else (False,):
            document = inner = json.loads(whole)
            for key in path[:-1]:
                inner = inner[key]
            if gone:
                del inner[path[-1]]
            else:
                inner[path[-1]] = value
            (folder / file).write_text(json.dumps(document))
            try:
                stored = load_run(folder)
                explain(stored, "contract").to_json()
                if path[0] not in ("versions",):
                    compare_page([stored], Path("page.html"))
            except InputError:  # in words
                continue


def test_tables_of_other_types_or_columns_are_told(cli, folder):
    path = folder / RUN / "trades.parquet"
    frame = pd.read_parquet(path)
    changed = {
        "no column": frame.drop(columns="pnl"),
        "text for numbers": frame.assign(shares="many"),
        "no lot": frame.assign(lot=np.nan),
        "endless": frame.assign(pnl=np.inf),
        "other table": pd.DataFrame({"a": [1]}),
    }
    for what, table in changed.items():
        table.to_parquet(path)
        assert "trades.parquet" in refused(cli, ("explain", "latest", "contract")), what


def test_a_table_that_another_program_wrote_again_is_read(cli, folder):
    before = cli("explain", "latest", "contract").stdout
    for path in (folder / RUN).glob("*.parquet"):
        pd.read_parquet(path).to_parquet(path)
    assert cli("explain", "latest", "contract").stdout == before
    assert cli("compare", "latest").exit_code == 0


def test_labels_never_lead_outside(cli, folder):
    facts = json.loads((folder / "study.json").read_text())
    for label in ("../elsewhere", "/etc", ".hidden", "a/b"):
        (folder / "study.json").write_text(json.dumps(facts | {"runs": [label]}))
        assert "runs" in refused(cli, ("runs", "show", "latest"))


def test_a_spoiled_run_is_listed_as_damaged_and_can_be_removed(cli, folder):
    for content in (b"{", b'{"schema": 1, "figures": {"a": {"sharpe": "high"}}}', DEEP):
        (folder / "study.json").write_bytes(content)
        result = cli("runs", "list")
        assert result.exit_code == 0, result.output
        assert f"Damaged, left out: {folder.name}" in " ".join(result.stdout.split())
    assert cli("runs", "rm", folder.name, "--yes").exit_code == 0
    assert not folder.exists()


def test_removal_takes_nothing_but_run_folders(cli, folder, tmp_path, monkeypatch):
    project = tmp_path / "project"
    project.mkdir()
    (project / "study.json").write_text('{"mine": true}')
    link = tmp_path / "link"
    link.symlink_to(tmp_path / folder)
    for name in (
        ".",
        "..",
        "/",
        "results",
        "results/runs",
        project,
        link,
        folder / RUN,
        f"{folder}/..",
        f"latest/{RUN}",
    ):
        refused(cli, ("runs", "rm", str(name), "--yes"))
    monkeypatch.chdir(folder / RUN)
    for name in (".", "../.."):
        refused(cli, ("runs", "rm", name, "--yes", "--out", str(tmp_path / "results/runs")))
    assert (tmp_path / folder / RUN / "run.json").is_file()
    assert (project / "study.json").is_file()
    gone = cli("runs", "rm", "..", "--yes", "--out", str(tmp_path / "results/runs"))  # the run folder itself
    assert gone.exit_code == 0, gone.output
    assert not (tmp_path / folder).exists()
