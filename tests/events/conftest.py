"""Small files in a temporary folder, and one valid event to spoil."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

EVENT = {
    "id": '"works-begin"',
    "title": '"Works begin"',
    "kind": '"infrastructure"',
    "status": '"occurred"',
    "occurs": '"2025-04-30"',
    "known_at": "2025-04-30",
    "zone": '"Asia/Seoul"',
    "themes": '["infrastructure"]',
}


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """write(name, text): the path of a file with that text."""

    def _write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return _write


@pytest.fixture
def event_table() -> Callable[..., str]:
    """event_table(key=toml, …): an [[event]] table, valid but for what is changed; None leaves a key out."""

    def _table(**changed: str | None) -> str:
        return "[[event]]\n" + "".join(f"{k} = {v}\n" for k, v in (EVENT | changed).items() if v is not None)

    return _table


@pytest.fixture
def calendar_of(write: Callable[[str, str], Path]) -> Callable[..., Path]:
    """calendar_of(table, …): a calendar file of these tables."""

    def _calendar(*tables: str) -> Path:
        return write("calendar.toml", 'schema = 1\nname = "mine"\n' + "\n".join(tables))

    return _calendar
