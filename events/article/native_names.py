"""What listings are called in their own script (native_names.toml)."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


@cache
def native_names() -> dict[str, tuple[str, ...]]:
    """Names in Hangul, kana and Han letters, by symbol."""
    raw = tomllib.loads(Path(__file__).with_name("native_names.toml").read_text(encoding="utf-8"))
    return {symbol: tuple(names) for symbol, *names in raw["names"]}
