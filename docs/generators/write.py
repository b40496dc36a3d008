"""Writes every generated page into docs/generated: `python docs/generators/write.py`; Sphinx runs it before a build."""

from __future__ import annotations

import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1]


def pages() -> dict[str, str]:
    """Text by file name."""
    from docs.generators import command_line, file_keys, market_rules

    return {
        "command-line.md": command_line.page(),
        "market-rules.md": market_rules.page(),
        **{f"{file}-keys.md": file_keys.page(file) for file in file_keys.FILES},
    }


def write(folder: Path = DOCS / "generated") -> None:
    """Write the pages that have changed."""
    folder.mkdir(exist_ok=True)
    for name, text in pages().items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(DOCS.parent))
    write()
