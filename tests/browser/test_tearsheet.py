"""A tearsheet on a desk, on a phone and on paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from eventfolio.results.store.read import load_run
from eventfolio.results.tearsheet.tearsheet import write_sheet

A4 = 703, 1031  # pixels inside margins of 12 mm: 186 x 273 mm at 96 to the inch


@pytest.fixture(scope="module")
def sheet(run_folder: Path) -> Path:
    stored = load_run(run_folder)
    write_sheet(run_folder / "kogas-lng", stored.facts)
    return run_folder / "kogas-lng" / "tearsheet.html"


@pytest.mark.parametrize(("width", "dark"), [(1400, False), (390, True)])
def test_its_first_table_is_ours_and_axe_finds_no_violation(open_page, sheet, width, dark):
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(sheet, width=width, dark=dark, ready="#metrics", bypass_csp=True)
    assert page.locator("table").first.get_attribute("id") == "metrics"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found] == []


def test_on_a_phone_the_months_are_a_table_of_text_in_place_of_a_small_picture(open_page, sheet):
    page = open_page(sheet, width=390, ready="#metrics")
    assert not page.locator(".by-month").is_visible()
    cells = page.locator("#months td").all()
    assert len(cells) == 12 * 3
    assert all(cell.bounding_box()["x"] + cell.bounding_box()["width"] <= 390 for cell in cells)
    assert float(page.evaluate("parseFloat(getComputedStyle(document.querySelector('#months td')).fontSize)")) >= 12
    wide = open_page(sheet, ready="#metrics")
    assert wide.locator(".by-month").is_visible()


def test_no_picture_is_cut_on_paper(open_page, sheet):
    page = open_page(sheet, width=A4[0], height=A4[1], ready="#metrics")
    page.emulate_media(media="print")
    figures = page.locator("figure:visible").all()
    assert len(figures) == 9
    for figure in figures:
        box = figure.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= A4[0]
        assert box["height"] <= A4[1]
        assert figure.evaluate("(one) => getComputedStyle(one).breakInside") == "avoid"
    assert "A4 portrait" in sheet.read_text(encoding="utf-8")
