"""Whatever is given, a message repeats at most 200 characters of it: in every key of every file, in every argument."""

from __future__ import annotations

from pathlib import Path

import pytest

LONG = "Very_long-" * 4000  # 40,000 characters
WORDS = "very long " * 4000
MOST = 1200  # characters of a message: a line or two of its own, and what it repeats


def assert_brief(result) -> None:
    assert result.exit_code == 2 or "could not be fetched" in result.stderr, result.stdout[:500]
    assert "Traceback" not in result.stderr
    assert 0 < len(result.stderr) < MOST, result.stderr[:3000]


@pytest.mark.parametrize("long", [LONG, WORDS], ids=["letters", "words"])
@pytest.mark.parametrize(
    "key",
    [
        "id",
        "kind",
        "status",
        "occurs",
        "zone",
        "known_at",
        "themes",
        "episode",
        "origin",
        "direction",
        "confidence",
        "key",
    ],
)
@pytest.mark.parametrize("format", ["toml", "csv"])
def test_every_key_of_a_calendar(cli, tmp_path, format, key, long):
    event = {
        "id": "a",
        "title": "A",
        "kind": "law",
        "status": "occurred",
        "occurs": "2025-04-30",
        "zone": "Asia/Seoul",
        "known_at": "2025-04-30",
        "themes": ["x"],
    } | ({long: "x"} if key == "key" else {key: [long] if key == "themes" else long})
    if format == "csv":
        cells = [" ".join(value) if isinstance(value, list) else value for value in event.values()]
        text = ",".join(event) + "\n" + ",".join(cells) + "\n"
    else:
        text = 'schema = 1\nname = "c"\n[[event]]\n' + "".join(f'"{k}" = {v!r}\n' for k, v in event.items())
    path = tmp_path / f"c.{format}"
    path.write_text(text)
    result = cli("calendar", "check", path)
    if result.exit_code:  # a kind may be as long as it likes; what the doubts repeat of it is not
        assert_brief(result)
    else:
        assert len(result.stdout) < MOST


STUDY = {
    "name": ('name = "tiny"', 'name = "{}"'),
    "calendar": ('"calendar.toml"', '"{}"'),
    "themes": ('"themes.toml"', '"{}"'),
    "securities": ("start =", 'securities = "{}"\nstart ='),
    "start": ("start = 2025-03-03", 'start = "{}"'),
    "benchmark": ("start =", 'benchmark = "{}"\nstart ='),
    "account": ('currency = "USD"', 'currency = "{}"'),
    "account key": ('currency = "USD"', '"{}" = 1'),
    "source": ('source = "prices"', 'source = "{}"'),
    "costs": ('costs = "none"', 'costs = "{}"'),
    "costs market": ('costs = "none"', '[costs."{}"]\nslippage_bps = 1'),
    "costs key": ('costs = "none"', '[costs.XNYS]\n"{}" = 1'),
    "strategy": ('name = "announcement-drift"', 'name = "{}"'),
    "strategy file": ('name = "announcement-drift"', 'name = "{}.py:Mine"'),
    "strategy class": ('name = "announcement-drift"', 'name = "study.toml:{}"'),
    "label": ('name = "announcement-drift"', 'name = "announcement-drift"\nlabel = "{}"'),
    "parameter": ("hold = 10", '"{}" = 10'),
    "parameter's value": ("hold = 10", 'hold = "{}"'),
}  # fmt: skip


@pytest.mark.parametrize("long", [LONG, WORDS], ids=["letters", "words"])
@pytest.mark.parametrize("key", STUDY)
def test_every_key_of_a_study(cli, study, key, long):
    old, new = STUDY[key]
    text = study.read_text()
    assert old in text
    study.write_text(text.replace(old, new.format(long), 1))
    assert_brief(cli("run", study, "--no-tearsheet"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "{}"),
        ("run", "--data", "{}"),
        ("run", "--theme", "{}"),
        ("run", "-s", "{}"),
        ("run", "-s", "{}.py:Mine"),
        ("run", "-p", "{}"),
        ("run", "-p", "{}=3"),
        ("run", "-p", "hold={}"),
        ("run", "-p", "hold=1e{}"),
        ("run", "--start", "{}"),
        ("run", "--cash", "{}"),
        ("run", "--{}"),
        ("{}",),
        ("--{}",),
        ("runs", "show", "{}"),
        ("runs", "rm", "{}"),
        ("runs", "list", "--sort", "{}"),
        ("compare", "{}"),
        ("explain", "{}"),
        ("sweep", "announcement-drift", "-p", "{}"),
        ("sweep", "announcement-drift", "-p", "hold={}"),
        ("sweep", "announcement-drift", "-p", "{}=1..2"),
        ("sweep", "{}", "-p", "hold=1,2"),
        ("placebo", "{}"),
        ("placebo", "announcement-drift", "--method", "{}"),
        ("overfit", "{}"),
        ("event-study", "--events", "{}", "--returns", "{}", "--market", "{}"),
        ("strategies", "show", "{}"),
        ("strategies", "new", "{}"),
        ("data", "check", "{}"),
        ("calendar", "build", "{}"),
        ("calendar", "build", "http://127.0.0.1:9/{}"),
        ("calendar", "date", "{}", "--on", "2025-06-17"),
        ("calendar", "date", "2026", "--on", "{}"),
        ("calendar", "show", "{}"),
        ("calendar", "export", "{}", "--to", "csv"),
        ("calendar", "import", "{}", "-o", "c.toml"),
        ("calendar", "{}"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("long", [LONG, WORDS], ids=["letters", "words"])
def test_every_argument(cli, arguments, long):
    assert_brief(cli(*(argument.format(long) for argument in arguments)))


@pytest.mark.parametrize("command", [("overfit", "r.csv"), ("event-study", "--events", "r.csv", "--returns", "r.csv")])
@pytest.mark.parametrize("text", ["date,{0},{0}\n", "date,a\n{0},1\n", "date,a\n2025-06-17,{0}\n", "{0}\n"])
@pytest.mark.parametrize("long", [LONG, WORDS], ids=["letters", "words"])
def test_every_cell_of_a_table(cli, tmp_path: Path, command, text, long):
    (tmp_path / "r.csv").write_text(text.format(long))
    assert_brief(cli(*command))
