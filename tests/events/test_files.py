"""What is at a path may be anything: devices, pipes, folders, files that grow without end. All are told in words."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from eventfolio.events import read_calendar
from eventfolio.events.errors import InputError, shown
from eventfolio.events.files import MB, TEXT, check_file, check_parquet, read_bytes, read_text


def refusal(path: Path, most: int = MB, pipe: bool = False) -> str:
    with pytest.raises(InputError) as refused:
        read_bytes(path, "calendar", InputError, most, pipe)
    return str(refused.value)


@pytest.mark.parametrize("pipe", [False, True])
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/urandom"])
def test_a_device_is_refused_at_once_by_itself_and_through_a_link(tmp_path, device, pipe):
    link = tmp_path / "calendar.toml"
    link.symlink_to(device)
    assert refusal(Path(device), pipe=pipe) == f"{device} is a device and no calendar file. Give a file."
    assert "calendar.toml is a device" in refusal(link, pipe=pipe)


def test_a_pipe_without_a_writer_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "pipe is a pipe. Save what comes out of it" in refusal(tmp_path / "pipe")
    assert "pipe is a pipe into which nothing writes." in refusal(tmp_path / "pipe", pipe=True)


@pytest.mark.parametrize(("size", "whole"), [(3 * MB, False), (MB, True)])
def test_a_pipe_is_read_to_the_limit_where_it_is_wanted(size, whole):
    out, into = os.pipe()

    def pour() -> None:
        try:
            with open(into, "wb") as file:
                file.write(b"x" * size)
        except BrokenPipeError:
            pass

    pouring = threading.Thread(target=pour)
    pouring.start()
    path = Path(f"/dev/fd/{out}")
    if whole:
        assert read_bytes(path, "calendar", InputError, MB, pipe=True) == b"x" * MB
    else:
        assert refusal(path, pipe=True) == f"{out} has more than 1 MB, the limit of calendar files."
    os.close(out)
    pouring.join()


def test_a_file_longer_than_its_kind_is_refused_whatever_size_it_says(tmp_path, monkeypatch):
    path = tmp_path / "long.toml"
    with path.open("wb") as file:
        file.truncate(10**13)  # ten terabytes that take no room
    assert refusal(path) == "long.toml has more than 1 MB, the limit of calendar files."
    with pytest.raises(InputError, match="more than 1 MB"):
        check_file(path, "calendar", InputError, MB)
    path.write_bytes(b"x" * (MB + 1))
    said = os.stat_result([0o100644, *[0] * 9])  # as the files of /proc do: a size of 0
    monkeypatch.setattr(Path, "stat", lambda self, **_: said)
    assert "more than 1 MB" in refusal(path)


def test_folders_sockets_and_names_that_cannot_be_are_told(tmp_path, monkeypatch):
    assert refusal(tmp_path).endswith("is a folder. Give the calendar file in it.")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(tmp_path)  # the name of a socket must be short
        server.bind("s")
        assert refusal(Path("s")) == "s is a socket and no calendar file. Give a file."
    (tmp_path / "mine.toml").touch()
    assert refusal(tmp_path / "mime.toml").endswith("no such calendar file. Did you mean 'mine.toml'?")
    assert "cannot be read" in refusal(Path("a\0b"))
    assert len(refusal(Path("a" * 100_000))) < 300


def test_a_byte_order_mark_is_no_text_and_other_encodings_are_told(tmp_path):
    path = tmp_path / "c.toml"
    path.write_bytes("\ufeffwörds".encode())
    assert read_text(path, "calendar", InputError) == "wörds"
    path.write_bytes("wörds".encode("utf-16"))
    with pytest.raises(InputError, match=r"c\.toml is not text in UTF-8\. Save the calendar as UTF-8\."):
        read_text(path, "calendar", InputError)


def test_a_calendar_is_read_once_so_that_it_may_come_out_of_a_pipe(calendar_of, event_table):
    file = calendar_of(event_table())
    out, into = os.pipe()
    os.write(into, file.read_bytes())
    os.close(into)
    piped = read_calendar(Path(f"/dev/fd/{out}"))
    os.close(out)
    assert (piped.events, piped.sha256) == (read_calendar(file).events, read_calendar(file).sha256)


def test_a_message_repeats_at_most_two_hundred_characters_of_what_was_given():
    assert shown("x" * 200) == "x" * 200
    long = "a" * 150 + "b" * 150
    assert (len(shown(long)), shown(long)[:133], shown(long)[134:]) == (200, "a" * 133, "b" * 66)
    assert shown(Path("x")) == "x"


def test_a_parquet_file_that_is_packed_a_thousandfold_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "REMX.parquet"
    rows = 2 * TEXT // 8
    pd.DataFrame({"close": np.full(rows, 100.0)}).to_parquet(path, compression="zstd")
    assert path.stat().st_size < TEXT / 100
    check_parquet(path, "price", InputError, 2 * TEXT)
    with pytest.raises(InputError, match=r"REMX.parquet holds a table of more than 20 MB, the limit of price files"):
        check_parquet(path, "price", InputError, TEXT)
