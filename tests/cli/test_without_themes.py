"""A study of listings that events name, and of no themes: it plays, is kept, told of and played again."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def without_themes(study: Path) -> Path:
    """The study whose events name MP itself instead of the theme it is the only priced member of."""
    folder = study.parent
    study.write_text(study.read_text().replace('themes = "themes.toml"\n', ""))
    calendar = folder / "calendar.toml"
    calendar.write_text(calendar.read_text().replace('themes = ["metals"]', 'listings = ["MP"]'))
    (folder / "themes.toml").unlink()
    return study


def test_its_listings_are_traded_as_the_only_member_of_a_theme_would_be(cli, study, tmp_path, without_themes):
    import pandas as pd

    result = cli("run", without_themes, "--no-tearsheet")
    assert result.exit_code == 0, result.stderr
    run = Path(result.stdout.split("Pages:")[1].strip()).parent
    lots = pd.read_parquet(run / "announcement-drift" / "trades.parquet")
    # 20.25 on 2025-03-10 and so on by a cent a session: half of 100,000 at the close before, in lots of 1, twice
    assert list(zip(lots["symbol"], lots["theme"], lots["entry_session"].astype(str), strict=True)) == [
        ("MP", "", "2025-03-10"),
        ("MP", "", "2025-04-15"),
    ]
    assert lots["shares"].tolist()[0] == int(50_000 / 20.24)
    assert (run / "inputs" / "study.toml").is_file()
    assert not (run / "inputs" / "themes.toml").exists()
    assert "USD (XNYS)" in (run / "index.html").read_text()  # costs and gains by currency
    assert "the same again" in cli("runs", "verify", run).stdout
    assert "listings: MP" in cli("explain", run, "contract").stdout


def test_a_themes_file_may_be_empty_of_themes(cli, without_themes):
    (without_themes.parent / "themes.toml").write_text("schema = 1\n")
    without_themes.write_text(without_themes.read_text().replace("start =", 'themes = "themes.toml"\nstart ='))
    assert cli("run", without_themes, "--no-tearsheet").exit_code == 0


def test_events_of_themes_in_a_study_without_any_are_refused_in_words(cli, study):
    study.write_text(study.read_text().replace('themes = "themes.toml"\n', ""))
    result = cli("run", study, "--no-tearsheet")
    assert result.exit_code == 2
    assert "'metals' is not a theme of the themes file. There is none: name one in the study" in " ".join(
        result.stderr.split()
    )


def test_a_study_in_which_nothing_is_named_is_refused_in_words(cli, without_themes):
    calendar = without_themes.parent / "calendar.toml"
    calendar.write_text(calendar.read_text().replace('listings = ["MP"]', "themes = []"))
    result = cli("run", without_themes, "--no-tearsheet")
    assert result.exit_code == 2
    assert "nothing can be traded: the study has no themes, and no event names listings" in " ".join(
        result.stderr.split()
    )
