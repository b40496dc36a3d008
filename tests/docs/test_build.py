"""The pages of docs/ build into a site, without a warning."""

from __future__ import annotations

import subprocess
import sys

import pytest
from support import pages


@pytest.mark.prove
def test_the_pages_build_into_a_site(tmp_path) -> None:
    pytest.importorskip("myst_parser", reason="the pages' builder is not installed (make docs does)")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-d", tmp_path / "trees"]
    built = subprocess.run(
        [*command, pages.DOCS, tmp_path / "site"], capture_output=True, text=True, check=False, cwd=pages.ROOT
    )
    assert built.returncode == 0, built.stderr
    for page in pages.DOCS.glob("*.md"):
        assert (tmp_path / "site" / f"{page.stem}.html").is_file()
        assert (tmp_path / "site" / page.name).read_text(encoding="utf-8")  # where llms.txt points
    python = (tmp_path / "site/python.html").read_text(encoding="utf-8")
    assert 'id="eventfolio.backtest"' in python
    assert (tmp_path / "site/llms.txt").is_file()
