"""Pages of docs/ that are made from the code: every command, every key of every file, every row of the rulebook."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

import pytest
import typer
from pydantic import BaseModel, Field

import eventfolio
from docs.generators import command_line, file_keys, market_rules, write
from eventfolio.cli import app
from eventfolio.engine.market.closing import DEADLINES
from eventfolio.engine.market.rulebook import MARKETS
from eventfolio.engine.market.rulebook.shape import Since
from eventfolio.events.exchanges import EXCHANGES
from eventfolio.results.store.tables import TABLES


def test_every_command_has_its_help_on_the_page() -> None:
    def names_below(command, path: str) -> set[str]:
        inner = getattr(command, "commands", {})
        return {path}.union(*(names_below(one, f"{path} {name}") for name, one in inner.items()))

    names = names_below(typer.main.get_command(app), "eventfolio")
    assert {"eventfolio run", "eventfolio calendar fetch earnings"} < names
    page = command_line.page()
    headings = {line.lstrip("# ") for line in page.splitlines() if line.startswith("#")}
    assert names == headings
    assert "--point-in-time" in page
    assert page.count("Usage: ") == len(headings)


def test_the_page_of_commands_is_the_same_on_any_terminal(monkeypatch) -> None:
    pages = set()
    for columns in ("40", "200"):
        monkeypatch.setenv("COLUMNS", columns)
        pages.add(command_line.page())
    assert len(pages) == 1


@pytest.mark.parametrize("file", file_keys.FILES)
def test_every_key_of_a_file_is_described(file: str) -> None:
    page = file_keys.page(file)
    for _, model in file_keys.tables(file_keys.FILES[file]):
        for name, field in model.model_fields.items():
            assert f"| `{field.alias or name}` |" in page


class Inner(BaseModel):
    """A table.

    size, shape : of it,
        over two lines
    """

    size: int = Field(default=3, ge=1, le=9)
    shape: Literal["round", "flat"]
    colour: str | None = None


class Outer(BaseModel):
    """A file.

    inner : by name
    """

    inner: dict[str, Inner] = {}


def test_a_key_that_nobody_describes_is_an_error_that_names_it(monkeypatch) -> None:
    monkeypatch.setitem(file_keys.FILES, "made-up", Outer)
    with pytest.raises(file_keys.Undescribed, match="Inner: its docstring has no line 'colour : …'"):
        file_keys.page("made-up")


def test_a_key_has_its_type_range_default_and_meaning(monkeypatch) -> None:
    monkeypatch.setattr(Inner, "__doc__", Inner.__doc__ + "    colour : any\n")
    monkeypatch.setitem(file_keys.FILES, "made-up", Outer)
    page = file_keys.page("made-up")
    assert "**`[inner.NAME]`**" in page
    assert "| `size` | whole number from 1 to 9 | `3` | of it, over two lines |" in page
    assert "| `shape` | `round`, `flat` | required | of it, over two lines |" in page
    assert "| `colour` | text | – | any |" in page


def test_every_row_of_the_rulebook_stands_on_the_page_with_its_source() -> None:
    page = market_rules.page()
    for exchange, market in MARKETS.items():
        assert exchange in page
        rows = [row for table in (*market.figures.values(), *market.of_funds.values()) for row in table]
        for row in [*rows, *market.ticks, *(row for table in market.other_ticks.values() for row in table)]:
            assert row.source.replace("|", "\\|") in page
            assert str(row.start) in page
    # Hong Kong's stamp duty of 13 basis points, in force from August 2021 to November 2023, by hand:
    assert "| `buy_tax_bps` | 2021-08-01 | 13 bp |" in page


def test_every_exchange_stands_on_the_page_with_its_sessions_and_whose_rules_it_has() -> None:
    page = market_rules.page()
    assert "| XETR | XETR | Europe/Berlin | EUR | `.DE` | own |" in page
    assert "| XLUX | XLUX | Europe/Luxembourg | EUR | `.LU` | generic |" in page
    for mic in EXCHANGES:
        assert f"\n| {mic} | " in page
    assert "| ES, `buy_tax_bps` | 2021-01-16 | 20 bp | financial transaction tax, law 5/2020" in page


def test_every_deadline_of_a_close_is_on_the_page() -> None:
    page = market_rules.page()
    assert "| XNYS | 2019-02-01 | 10 | 15:50, approved 2019-01-31" in page
    assert page.count("| ARCX | 2000-01-01 | 1 | 15:59; general knowledge — **unverified** |") == 1
    rows = page.partition("### Orders for the close")[2].partition("###")[0].count("\n| ") - 1  # without the head
    assert rows == sum(map(len, DEADLINES.values()))


def test_every_public_name_is_on_the_page_of_python() -> None:
    page = (write.DOCS / "python.md").read_text(encoding="utf-8")
    missing = [name for name in eventfolio.__all__ if not re.search(rf"eventfolio\.{name}\b|`{name}`", page)]
    assert missing == []


@pytest.mark.parametrize("table", TABLES)
def test_every_column_of_a_run_s_tables_is_explained(table: str) -> None:
    page = (write.DOCS / "run-folder.md").read_text(encoding="utf-8")
    section = page.partition(f"### {table}.parquet\n")[2].partition("\n##")[0]
    assert re.findall(r"^\| `(\w+)` \| .+ \|$", section, re.M) == list(TABLES[table])


def test_an_unverified_row_says_so(monkeypatch) -> None:
    made_up = Since(MARKETS["XTKS"].figures["commission_bps"][0].start, 4.25, "hearsay", verified=False)
    rules = replace(MARKETS["XTKS"], figures={"commission_bps": (made_up,)})
    monkeypatch.setitem(market_rules.MARKETS, "XTKS", rules)
    assert "| `commission_bps` | 2021-01-01 | 4.25 bp | hearsay — **unverified** |" in market_rules.page()


def test_the_pages_are_written_as_they_are(tmp_path) -> None:
    write.write(tmp_path)
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == write.pages()
