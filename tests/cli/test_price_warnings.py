"""What is doubted about prices is told by every command that plays or measures on them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

SHORT = ("--estimation", "-25:-3", "--window", "-1:1", "--no-cluster")


@pytest.fixture
def slipped(study: Path) -> Path:
    """MP a hundred times too dear on one day, after the first event."""
    path = study.parent / "prices" / "MP.csv"
    rows = path.read_text().splitlines()
    at = next(place for place, row in enumerate(rows) if row.startswith("2025-03-20"))
    day, *prices, volume = rows[at].split(",")
    rows[at] = ",".join([day, *(f"{float(price) * 100:.2f}" for price in prices), volume])
    path.write_text("\n".join(rows) + "\n")
    index = study.parent / "prices" / "SPY.csv"
    index.write_text((study.parent / "prices" / "REMX.csv").read_text())
    return study


COMMANDS = {
    "sweep": ("sweep", "announcement-drift", "-p", "hold=5,10", "--study"),
    "placebo": ("placebo", "announcement-drift", "--draws", "5", "--engine", "backtrader", "--jobs", "1", "--study"),
    "event-study": ("event-study", *SHORT),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_slip_is_told_wherever_it_is_played_or_measured(
    command: str, cli: Callable[..., Result], slipped: Path
) -> None:
    found = cli(*COMMANDS[command], slipped)
    assert found.exit_code == 0, found.output
    told = [line for line in found.output.splitlines() if line.startswith("Warning: Off its level and back: MP")]
    assert len(told) == 1
    assert "2025-03-20" in found.output


def test_the_json_of_a_placebo_and_of_an_event_study_holds_the_warnings(
    cli: Callable[..., Result], slipped: Path
) -> None:
    for command in ("placebo", "event-study"):
        document = json.loads(cli(*COMMANDS[command], slipped, "--json").stdout)
        assert any("MP 2025-03-20" in warning for warning in document["price_warnings"])
