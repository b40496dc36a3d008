"""The pages of the project (README.md, docs/*.md, …) as tests see them: headings, links and code blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
_INCLUDE = re.compile(r"^```\{include\} (?P<file>\S+)\n(?:.*\n)*?```$", re.M)
_COMMENT = re.compile(r"<!--\s*(?P<word>[a-z ]+?)\s*:\s*(?P<what>.*?)\s*-->")


def pages() -> list[Path]:
    """Every page that is written by hand."""
    top = [path for name in ("README", "ARCHITECTURE", "CONTRIBUTING") if (path := ROOT / f"{name}.md").is_file()]
    return [*top, *sorted(DOCS.glob("*.md"))]


@dataclass(frozen=True)
class Block:
    """A fenced block of code.

    language : console, shell, python, toml, diff, text, …
    notes    : what comments right above it say, such as {"file": "my_idea.py"} or {"not run": "asks the network"}
    line     : of the page, the first line of code
    """

    language: str
    text: str
    notes: dict[str, str]
    line: int


def source(page: Path, generated: Path) -> str:
    """The text of a page, with what it includes; generated pages are read from `generated`."""

    def included(match: re.Match[str]) -> str:
        name = match["file"]
        path = generated / name.removeprefix("generated/") if name.startswith("generated/") else page.parent / name
        return path.read_text(encoding="utf-8")

    return _INCLUDE.sub(included, page.read_text(encoding="utf-8"))


def blocks(page: Path) -> list[Block]:
    found, notes = [], {}
    for token in _tokens(page.read_text(encoding="utf-8")):
        if token.type == "html_block":
            notes |= {match["word"]: match["what"] for match in _COMMENT.finditer(token.content)}
        elif token.type == "fence":
            found.append(Block(token.info.strip(), token.content, notes, (token.map or [0])[0] + 2))
            notes = {}
        else:
            notes = {}
    return found


def anchors(text: str) -> set[str]:
    """What `#…` may lead to on a page: its headings, as GitHub and Sphinx spell them."""
    tokens = _tokens(text)
    slugs: set[str] = set()
    for heading, inline in pairwise(tokens):
        if heading.type == "heading_open":
            slug = slug_of("".join(child.content for child in inline.children or () if child.type != "image"))
            number = 0
            while (name := f"{slug}-{number}" if number else slug) in slugs:
                number += 1
            slugs.add(name)
    return slugs


def slug_of(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def links(text: str) -> Iterator[str]:
    """The targets of every link and picture."""
    for token in _tokens(text):
        for child in token.children or ():
            if child.type in ("link_open", "image"):
                yield str(child.attrs["href" if child.type == "link_open" else "src"])


def _tokens(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(text)
