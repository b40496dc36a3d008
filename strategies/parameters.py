"""The parameters of a strategy: numbers, words or None by name."""

from __future__ import annotations

Value = float | int | str | bool | None
Params = dict[str, Value]
