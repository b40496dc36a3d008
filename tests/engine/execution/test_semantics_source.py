"""The text of the semantics reads as it says: its pointers lead to the contract, and it knows no compiler."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from support import pages
from support.places import PROJECT

TEXT = sorted((PROJECT / "engine" / "execution" / "semantics").glob("*.py"))


def said(path: Path) -> list[str]:
    """Docstrings and comments that divide a file."""
    text = path.read_text(encoding="utf-8")
    nodes = [
        node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
    ]
    return [ast.get_docstring(node) or "" for node in nodes] + re.findall(r"^# --- .*", text, re.MULTILINE)


def test_each_pointer_leads_to_a_section_of_the_contract() -> None:
    headings = pages.anchors((PROJECT / "docs" / "semantics.md").read_text(encoding="utf-8"))
    found = []
    for path in TEXT:
        for words in said(path):
            for group in re.findall(r"\[([a-z-]+(?:, [a-z-]+)*)\]", words):
                found += group.split(", ")
    assert set(found) - headings == set()
    assert len(set(found)) >= 12


@pytest.mark.parametrize("path", TEXT, ids=lambda path: path.stem)
def test_each_loop_over_records_ends_with_its_yield(path: Path) -> None:
    """So that its body can be written in place of the yield (`kernel/syntax_trees.py`)."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and any(isinstance(one, ast.Yield) for one in ast.walk(node)):
            assert sum(isinstance(one, ast.Yield) for one in ast.walk(node)) == 1
            assert not any(isinstance(one, ast.Return | ast.Break | ast.Continue) for one in ast.walk(node))
            last: ast.stmt = node
            while isinstance(last, ast.FunctionDef | ast.While | ast.If):
                assert not getattr(last, "orelse", [])
                last = last.body[-1]
            assert isinstance(last, ast.Expr)
            assert isinstance(last.value, ast.Yield)


@pytest.mark.parametrize("path", TEXT, ids=lambda path: path.stem)
def test_no_rule_knows_a_compiler(path: Path) -> None:
    imported = re.findall(r"^\s*(?:import|from) (\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert not any(
        name.startswith(("numba", "llvmlite", "backtrader", "eventfolio.engine.execution.kernel")) for name in imported
    )
