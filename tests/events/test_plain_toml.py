"""Long TOML read line by line: the same tables as tomllib's, or tomllib itself."""

from __future__ import annotations

import gc
import tomllib

import pytest

from eventfolio.events import plain_toml
from eventfolio.events.dprk_russia import CALENDAR, STUDY, THEMES
from eventfolio.events.plain_toml import loads, without_collection

PLAIN = """# a comment
schema = 1
name = "plain"\r
 recorded = 2025-07-01
[article]
published = 2025-06-17T17:55:00-04:00  # with its offset
[[event]]
id = "a"
known_at = 2025-06-17 21:55:00Z
later = 2025-06-17T21:55:00.125+09:30
strength = 0.5
facts = { surprise = -0.034, form = "8-K", good = true }
themes = ["x", 'y']
note = "a \\u00e9 and # no comment"
[[event.revision]]
status = "occurred"
[[event.revision]]
status = "cancelled"

[[event]]
id = "b"
themes = []
"""


def test_plain_lines_give_the_tables_that_tomllib_gives(monkeypatch):
    expected = tomllib.loads(PLAIN)
    monkeypatch.setattr(plain_toml.tomllib, "loads", _only_values(tomllib.loads))
    assert loads(PLAIN) == expected


@pytest.mark.parametrize("path", [CALENDAR, THEMES, STUDY], ids=["calendar", "themes", "study"])
def test_the_packaged_files_come_out_the_same(path):
    text = path.read_text(encoding="utf-8")
    assert loads(text) == tomllib.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        'a = """one\nb = 2\n"""\nc = 3\n',
        "a = [\n 1,\n 2,\n]\n",
        "a.b = 1\na.c = 2\n",
        '"a b" = 1\n',
        "[a.b]\nc = 1\n[a]\nd = 2\n",
        "[[a]]\n[a.b]\nc = 1\n[[a]]\nd = 1\n",
        "a = 07:32:00\nb = 2024-01-01T00:00:00\nc = inf\nd = 1_000\n",
        "a = 2024-01-01t00:00:00z\n",
    ],
)
def test_what_is_more_than_plain_is_read_all_the_same(text):
    assert loads(text) == tomllib.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        "a = 1\na = 2\n",
        "[a]\n[a]\n",
        "a = [1]\n[[a]]\nb = 1\n",
        "a = {b = 1}\n[a]\nc = 1\n",
        "[[a]]\n[a]\n",
        "[a]\n[[a]]\n",
        "[[a]\n",
        "a = 1 b = 2\n",
        "a = 2024-02-30T00:00:00Z\n",
        "a = 2024-02-01T00:00:00+05:99\n",
        "a = 2024-02-01T24:00:00Z\n",
        "# \x01\n",
        'a = "\x07"\n',
        "a = 01\n",
        "a\n",
    ],
)
def test_what_is_no_toml_is_refused_as_tomllib_refuses_it(text):
    with pytest.raises(tomllib.TOMLDecodeError) as expected:
        tomllib.loads(text)
    with pytest.raises(tomllib.TOMLDecodeError) as refused:
        loads(text)
    assert str(refused.value) == str(expected.value)


def test_a_list_read_twice_is_two_lists():
    read = loads('[[e]]\nthemes = ["x"]\n[[e]]\nthemes = ["x"]\n')["e"]
    read[0]["themes"].append("y")
    assert read[1]["themes"] == ["x"]


def test_the_search_for_garbage_goes_on_afterwards():
    assert gc.isenabled()
    with without_collection():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(KeyError), without_collection():
        raise KeyError
    assert gc.isenabled()


def _only_values(read):
    """tomllib for one value, and for nothing longer."""

    def _read(text: str):
        assert text.startswith("v = ")
        assert "\n" not in text
        return read(text)

    return _read
