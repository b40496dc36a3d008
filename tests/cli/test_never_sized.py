"""Orders that end before there was anything to size them with: told as such, on every page, and nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.places import SHARED

import eventfolio.results.store.read

SECURITIES = """
schema = 1
[[security]]
symbol = "MP"
name = "MP"
exchange = "XNYS"
currency = "USD"
lot = 1
kind = "share"
[[security]]
symbol = "REMX"
name = "Other"
exchange = "{exchange}"
currency = "{currency}"
lot = 1
kind = "share"
"""
KOREAN = SECURITIES.format(exchange="XKRX", currency="KRW")
NEW_YORK = SECURITIES.format(exchange="XNYS", currency="USD")


def blank(study: Path) -> None:
    """Every row of the window is there and holds nothing."""
    rows = prices_of(study).read_text().splitlines()
    prices_of(study).write_text("\n".join([rows[0], *(f"{row[:10]},,,,," for row in rows[1:])]) + "\n")


def begins_late(study: Path) -> None:
    """The prices begin after the last event's order has lapsed."""
    rows = prices_of(study).read_text().splitlines()
    prices_of(study).write_text("\n".join([rows[0], *(row for row in rows[1:] if row > "2025-05-20")]) + "\n")


def stale_rate(study: Path) -> None:
    """A listing in won, whose exchange rate ends weeks before the first event."""
    (study.parent / "prices" / "KRW=X.csv").write_text("date,close\n2025-02-03,1400\n2025-02-04,1401\n")


def prices_of(study: Path) -> Path:
    return study.parent / "prices" / "REMX.csv"


CASES = {
    "no close": (blank, NEW_YORK, "no_close", "lapsed"),
    "prices begin late": (begins_late, NEW_YORK, "no_close", "lapsed"),
    "stale rate": (stale_rate, KOREAN, "stale_fx", "rejected"),
}


@pytest.mark.parametrize(("spoil", "securities", "why", "end"), CASES.values(), ids=CASES.keys())
def test_an_order_that_was_never_sized_is_told_and_the_run_is_kept_whole(cli, study, spoil, securities, why, end):
    text = study.read_text().replace("themes =", 'securities = "securities.toml"\nthemes =', 1)
    study.write_text(text)
    (study.parent / "securities.toml").write_text(securities)
    themes = study.parent / "themes.toml"  # both listings in the theme of the news
    themes.write_text(themes.read_text().replace('[[theme]]\nname = "funds"\ntitle = "Funds"\nwhy = "made up"\n', ""))
    spoil(study)
    result = cli("run", study, "--json")
    assert result.exit_code == 0, result.output
    folder = Path(json.loads(result.stdout)["run_folder"])
    (run,) = eventfolio.results.store.read.load_run(folder).runs
    never = [order for order in run.order_rows if order["wanted"] is None]
    assert never
    assert {order["symbol"] for order in never} == {"REMX"}
    assert {order["why"] for order in never} == {why}
    assert {lot["symbol"] for lot in run.lot_rows} == {"MP"}
    words = f"buy REMX, news: never sized, {end} ({why.replace('_', ' ')})"
    assert words in (folder / "index.html").read_text()
    assert (folder / "announcement-drift" / "tearsheet.html").is_file()
    assert words in " ".join(cli("explain", "latest", "contract").stdout.split())
    assert cli("compare", "latest").exit_code == 0
    assert cli("runs", "verify", "latest").exit_code == 0


CONTRACT = SHARED / "contract"


@pytest.mark.prove
@pytest.mark.parametrize("name", ["study.toml", "hard/study.toml"])
def test_the_fixed_studies_run_whole_pages_included(cli, tmp_path, name):
    if not (CONTRACT / name).exists():
        pytest.skip("the fixed studies (../shared/contract) are not here")
    result = cli("run", CONTRACT / name, "--out", tmp_path / "runs", "--json")
    assert result.exit_code == 0, result.output
    folder = Path(json.loads(result.stdout)["run_folder"])
    labels = json.loads((folder / "study.json").read_text())["runs"]
    assert len(labels) == 9
    assert all((folder / label / "tearsheet.html").stat().st_size > 50_000 for label in labels)
    page = (folder / "index.html").read_text()
    assert all(f'<tbody data-strategy="{label}">' in page for label in labels)
    assert ("never sized" in page) == name.startswith("hard")
