"""The doctor says what is broken, and whether it is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from eventfolio.cli import doctor


def finding(name: str) -> doctor.Finding:
    (found,) = (one for one in doctor.examine() if one.name == name)
    return found


def test_a_package_in_a_version_that_is_not_allowed_is_broken(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(
        doctor, "requires", lambda _: ["numpy>=999", "no-such-package-here", 'pytest>=999; extra == "dev"']
    )
    found = finding("packages")
    assert not found.ok
    assert found.needed
    assert "but >=999 is asked for" in found.words
    assert "no-such-package-here is missing" in found.words
    assert "pytest" not in found.words


def test_a_cache_that_cannot_be_written_is_done_without(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("EVENTFOLIO_CACHE", str(tmp_path / "file" / "cache"))
    found = finding("cache")
    assert (found.ok, found.needed) == (False, False)
    assert "EVENTFOLIO_CACHE" in found.words


def test_a_sample_that_cannot_be_read_is_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    from eventfolio.engine.market.sources import sample

    monkeypatch.setattr(sample, "SAMPLE", tmp_path / "nowhere.parquet")
    found = finding("sample")
    assert (found.ok, found.needed) == (False, True)
    assert "nowhere.parquet" in found.words
