"""eventfolio study new: an article becomes a study that runs, with a sheet to review it by."""

from __future__ import annotations

import json
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest

from eventfolio.engine.study.study import load_study

ARTICLE = """Velanor wins a dam
Published: 2025-04-15 12:00 UTC

Velanor Ltd (ASX: VLN) won the contract for a dam on 10 March 2025. Work will start on 2 June 2025. The ministry denied
that a second dam was sold in May 2025. Shares of Halden Pumps (OSL: HLDP) fell.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "article.txt").write_text(ARTICLE, encoding="utf-8")
    prices = tmp_path / "prices"
    prices.mkdir()
    day, rows = date(2025, 3, 3), ["date,open,high,low,close,volume"]
    while day <= date(2025, 6, 30):
        if day.weekday() < 5:
            rows.append(f"{day},10.00,10.10,9.90,10.00,1000000")
        day += timedelta(days=1)
    (prices / "VLN.AX.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    rates = [row.split(",")[0] + ",1.5,1.5,1.5,1.5,0" for row in rows[1:]]
    (prices / "AUD=X.csv").write_text("\n".join([rows[0], *rates]) + "\n", encoding="utf-8")
    return tmp_path


def test_what_is_drafted_from_an_article_runs(cli, folder):
    made = cli("study", "new", "mine", "--article", "article.txt", "--prices", "prices", "--json")
    assert made.exit_code == 0, made.stderr
    said = json.loads(made.stdout)
    assert [Path(path).name for path in said["files"]] == [
        "study.toml",
        "calendar.toml",
        "themes.toml",
        "securities.toml",
        "my_strategy.py",
        "review.html",
    ]
    assert said["notes"] == ["Left out of the themes for want of prices: HLDP.OL."]
    study = load_study(folder / "mine" / "study.toml")
    assert (study.start, study.end) == (date(2025, 3, 3), date(2025, 6, 30))  # the window is that of the prices
    assert [strategy.label for strategy in study.strategies] == [
        "announcement-drift",
        "scheduled-run-up",
        "MyStrategy",
        "buy-and-hold",
    ]
    assert {event.id: event.themes for event in study.calendar.events} == {
        "article-published": ("velanor",),
        "contract-0-1": ("velanor",),
        "announcement-0-2": ("velanor",),
    }
    run = cli("run", "mine/study.toml", "--no-tearsheet")
    assert run.exit_code == 0, run.stderr
    checked = cli("calendar", "check", "mine/calendar.toml")
    assert checked.exit_code == 0, checked.stderr


def test_a_listing_without_a_rate_of_its_currency_is_no_member(cli, folder):
    (folder / "prices" / "AUD=X.csv").unlink()
    refused = cli("study", "new", "mine", "--article", "article.txt", "--prices", "prices")
    assert refused.exit_code == 2
    assert "VLN.AX (no rate AUD=X)" in " ".join(refused.stderr.split())


def test_ones_own_securities_begin_the_studys(cli, folder):
    own = 'schema = 1\n[[security]]\nsymbol = "DAMS.AX"\nname = "Dams of Australia"\nlot = 1\n'
    (folder / "own.toml").write_text(own, encoding="utf-8")
    made = cli("study", "new", "mine", "--article", "article.txt", "--prices", "prices", "--securities", "own.toml")
    assert made.exit_code == 0, made.stderr
    table = tomllib.loads((folder / "mine" / "securities.toml").read_text(encoding="utf-8"))
    assert [one["symbol"] for one in table["security"]] == ["DAMS.AX", "VLN.AX", "HLDP.OL"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ([], "Give --article FILE"),
        (["--article", "none.txt"], "no such article"),
        (["--article", "article.txt", "--prices", "nowhere"], "does not exist"),
        (["--article", "article.txt", "--prices", "empty"], "has prices in"),
        (
            ["--article", "article.txt", "--prices", "prices", "--published", "2026-01-05T12:00:00Z"],
            "The article is of",
        ),
        (["--article", "article.txt", "--vocabulary", "none.toml"], "none.toml"),
        (["--article", "article.txt", "--vocabulary", "bad.toml"], "bad.toml"),
        (["--article", "article.txt", "--published", "soon"], "--published 'soon'"),
    ],
)
def test_what_cannot_be_drafted_is_said_and_nothing_is_left(cli, folder, change, words):
    (folder / "empty").mkdir()
    (folder / "bad.toml").write_text("[theme.x]\ntitle = 3\n", encoding="utf-8")
    refused = cli("study", "new", "mine", *change)
    assert refused.exit_code == 2, refused.stdout
    assert words in " ".join(refused.stderr.split())
    assert not (folder / "mine").exists()


def test_a_folder_that_holds_a_file_of_it_is_left_as_it_is(cli, folder):
    (folder / "mine").mkdir()
    (folder / "mine" / "themes.toml").write_text("mine", encoding="utf-8")
    refused = cli("study", "new", "mine", "--article", "article.txt", "--prices", "prices")
    assert refused.exit_code == 2
    assert [path.name for path in (folder / "mine").iterdir()] == ["themes.toml"]
