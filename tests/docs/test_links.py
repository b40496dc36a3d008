"""Every link between pages leads somewhere: the file is there, and so is the heading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from support import pages

from docs.generators.write import write

CODE = ("events", "strategies", "engine", "results", "cli", "tests")
POINTER = re.compile(r"docs/(?P<page>[\w-]+\.md)(?:#(?P<anchor>[\w-]+))?")


@pytest.fixture(scope="module")
def generated(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("generated")
    write(folder)
    return folder


def broken(page: Path, text: str, generated: Path) -> Iterator[str]:
    for link in pages.links(text):
        path, _, anchor = unquote(link).partition("#")
        if re.match(r"[a-z]+:", path):
            continue
        target = (page.parent / path).resolve() if path else page
        if not target.exists():
            yield f"{link}: no such file"
        elif anchor and anchor not in pages.anchors(pages.source(target, generated)):
            yield f"{link}: no such heading in {target.name}"


@pytest.mark.parametrize("page", [*pages.pages(), pages.DOCS / "llms.txt"], ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path, generated: Path) -> None:
    assert list(broken(page, pages.source(page, generated), generated)) == []


def test_a_broken_link_is_seen(tmp_path: Path, generated: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One\n\n## Two: more\n\n## Two: more\n")
    text = "[a](page.md#two-more) [b](#two-more-1) [c](https://example.org/x#y) [d](#three) ![e](gone.png)"
    text += " [f](page.md#Two)"
    assert list(broken(page, text, generated)) == [
        "#three: no such heading in page.md",
        "gone.png: no such file",
        "page.md#Two: no such heading in page.md",
    ]


def test_every_page_is_in_the_table_of_contents_and_in_llms_txt() -> None:
    index, listed = (pages.DOCS / "index.md").read_text(), set(pages.links((pages.DOCS / "llms.txt").read_text()))
    toctree = {line for block in re.findall(r"```\{toctree\}\n(.*?)```", index, re.S) for line in block.split()}
    for page in pages.DOCS.glob("*.md"):
        assert page.stem == "index" or page.stem in toctree, page.name
        assert page.name in listed, page.name


def test_code_points_to_pages_and_headings_that_are_there(generated: Path) -> None:
    wrong, known = [], {page.name: pages.anchors(pages.source(page, generated)) for page in pages.DOCS.glob("*.md")}
    for folder in CODE:
        for path in sorted((pages.ROOT / folder).rglob("*.py")):
            for match in POINTER.finditer(path.read_text(encoding="utf-8")):
                if match["page"] not in known or (match["anchor"] or "") not in {"", *known[match["page"]]}:
                    wrong.append(f"{path.relative_to(pages.ROOT)}: {match[0]}")
    assert wrong == []


PATH = re.compile(r"`((?:events|strategies|engine|results|cli|tests|eventfolio|docs)/[\w./-]*)`")
MADE = ("results/runs", "results/sweeps")  # by commands, where they are run


@pytest.mark.parametrize("page", pages.pages(), ids=lambda page: page.name)
def test_every_path_of_the_code_that_a_page_names_is_there(page: Path) -> None:
    named = {name for name in PATH.findall(page.read_text(encoding="utf-8")) if not name.startswith(MADE)}
    assert [name for name in sorted(named) if not (pages.ROOT / name).exists()] == []


# A heading as the slow reference names it: [size] at the start of a comment or docstring, or at its end.
BRACKETED = re.compile(r"(?:#|\"\"\") \[([a-z-]+)\] |(?:#|\"\"\").* \[([a-z-]+)\][.:]?")


def test_the_reference_names_headings_of_semantics_that_are_there() -> None:
    text = (pages.ROOT / "tests/support/reference.py").read_text(encoding="utf-8")
    named = {name for found in BRACKETED.findall(text.partition("from __future__")[2]) for name in found if name}
    headings = pages.anchors((pages.DOCS / "semantics.md").read_text(encoding="utf-8"))
    assert len(named) >= 10
    assert named - headings == set()


KEPT = """
first-session events-listings-and-facts dates-and-decisions entry the-price-of-a-fill limits-and-locks size exit-by-time
levels repeats confirmation run-up decaying-shares money costs audit hindsight benchmarks at-the-end what-was-not-traded
the-metrics the-verdict-of-a-run simulated-prices determinism
"""


def test_semantics_keeps_the_headings_that_were_once_published() -> None:
    headings = pages.anchors((pages.DOCS / "semantics.md").read_text(encoding="utf-8"))
    assert set(KEPT.split()) - headings == set()


# Documents that a stranger does not have, and numbers of theirs.
UNKNOWN = re.compile(r"\bDESIGN\b|FINE_PRINT|[Ff]ine print\b|\bNEXT N\d|\b(NEXT|HOUSE|STYLE|SPEED|FACTS|TRUTH)\.md\b")


def unknown(text: str) -> list[str]:
    return [match[0] for match in UNKNOWN.finditer(text)]


def test_nothing_points_to_a_document_that_a_stranger_does_not_have() -> None:
    files = [path for folder in CODE for path in (pages.ROOT / folder).rglob("*.*") if path.suffix in (".py", ".toml")]
    for path in [*files, *pages.pages(), pages.ROOT / "CHANGELOG.md", pages.ROOT / "Makefile"]:
        assert path == Path(__file__) or unknown(path.read_text(encoding="utf-8")) == [], path


def test_a_pointer_to_such_a_document_is_seen() -> None:
    assert unknown("see DESIGN 5.7, the fine print, and NEXT N2") == ["DESIGN", "fine print", "NEXT N2"]
    assert unknown("the NEXT session; by design; docs/semantics.md#size") == []


def test_the_readme_fits_on_a_few_screens() -> None:
    assert len((pages.ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150
