"""Compiled templates are kept under all that decides them, and nothing damaged is run."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from eventfolio.results.compiled_templates import CompiledTemplates


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("EVENTFOLIO_CACHE", str(tmp_path))
    return tmp_path / "templates"


def filled(text: str, made_with: str = "", **options: bool) -> str:
    environment = Environment(
        loader=DictLoader({"page": text}), autoescape=True, bytecode_cache=CompiledTemplates(made_with), **options
    )
    return environment.get_template("page").render(name="<a>")


def test_what_was_compiled_is_used_again(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert filled("Hello {{ name }}") == "Hello &lt;a&gt;"
    assert len(list(cache.iterdir())) == 1
    monkeypatch.setattr(Environment, "compile", None)  # not called again
    assert filled("Hello {{ name }}") == "Hello &lt;a&gt;"


def test_a_template_that_changed_is_compiled_anew(cache: Path) -> None:
    assert [filled("Hello {{ name }}"), filled("Bye {{ name }}")] == ["Hello &lt;a&gt;", "Bye &lt;a&gt;"]


def test_what_else_decides_a_template_keeps_it_apart(cache: Path) -> None:
    kept = filled("a\n{% if name %}\nb{% endif %}", "as written")
    assert filled("a\n{% if name %}\nb{% endif %}", "trimmed", trim_blocks=True) != kept
    assert len(list(cache.iterdir())) == 2


@pytest.mark.parametrize("cut", [0, 10, 40, -1])
def test_a_damaged_file_counts_as_none(cache: Path, cut: int) -> None:
    filled("Hello {{ name }}")
    (file,) = cache.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:cut] + b"x" * 5)
    assert filled("Hello {{ name }}") == "Hello &lt;a&gt;"
    assert file.read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("EVENTFOLIO_CACHE", str(tmp_path / "file"))
    assert filled("Hello {{ name }}") == "Hello &lt;a&gt;"
