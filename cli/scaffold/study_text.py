"""Writes the study file of a drafted study."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from eventfolio.events.formats.toml import comments, value_of


@dataclass(frozen=True)
class NewStudy:
    """The files of a study by path, the study first, and what a user is to know of them."""

    files: dict[Path, str]
    notes: tuple[str, ...]


def study_text(
    folder: Path,
    head: Sequence[str],
    *,
    files: Sequence[str],
    window: tuple[date, date],
    benchmark: str | None,
    source: str,
    strategies: Sequence[tuple[str, dict[str, object]]],
    cash: int = 1_000_000,
    currency: str = "USD",
) -> str:
    """The text of study.toml.

    folder     : of the study, which it is named after
    head       : what stands above it as comments, a paragraph each
    files      : what stands beside it: calendar, themes, securities (each as its .toml)
    window     : first and last date
    source     : of prices
    strategies : names and parameters
    """
    start, end = window
    lines = [line for paragraph in head for line in comments(textwrap.wrap(paragraph, 118))]
    lines += ["schema = 1", f'name = "{_name_of(folder)}"']
    lines += [f'{file} = "{file}.toml"' for file in files]
    lines += [f"start = {start}", f"end = {end}"]
    lines += [f"benchmark = {value_of(benchmark)}"] if benchmark else []
    lines += [
        f'account = {{ cash = {cash:_}, currency = "{currency}", cash_rate = 0.0 }}',
        f'data = {{ source = {value_of(source)}, dividends = "reinvest" }}',
    ]
    for name, params in strategies:
        lines += ["", "[[strategy]]", f"name = {value_of(name)}"]
        lines += [f"params = {value_of(params)}"] if params else []
    return "\n".join(lines) + "\n"


def _name_of(folder: Path) -> str:
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", folder.resolve().name).strip("-._")
    return name[:60] or "study"
