"""The comparison page as a reader meets it: in a browser, from disk, by mouse, by keyboard and on a phone."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script> ' \" & \u202egnp.exe"  # as in conftest.py


def shown_rows(page: Any) -> list[Any]:
    return page.locator("#trades-table tbody tr:visible").all()


def until(page: Any, claim: str) -> None:
    """Wait until a JavaScript expression is true; the page's policy forbids playwright's own way, eval."""
    for _ in range(100):
        if page.evaluate(claim):
            return
        page.wait_for_timeout(50)
    raise AssertionError(claim)


def test_the_page_opens_without_an_error_and_asks_nobody_for_anything(open_page, run_folder):
    page = open_page(run_folder / "index.html")
    assert page.locator("#chart .main-svg").count() >= 1
    assert (run_folder / "index.html").stat().st_size < 2_000_000


def test_a_figure_s_heading_sorts_the_strategies_and_says_so(open_page, run_folder):
    page = open_page(run_folder / "index.html")
    returns = {path.parent.name: json.loads(path.read_text()) for path in run_folder.glob("*/run.json")}
    head = page.locator("#metrics-table th", has_text="Total return")
    head.locator("button").click()
    names = page.locator("#metrics-table tbody").evaluate_all("bodies => bodies.map((body) => body.dataset.strategy)")
    best_first = sorted(returns, key=lambda name: -returns[name]["metrics"]["total_return"])
    assert [name for name in names if name != "benchmark"] == best_first
    assert head.get_attribute("aria-sort") == "descending"
    head.locator("button").press("Enter")  # by keyboard, the other way round
    names = page.locator("#metrics-table tbody").evaluate_all("bodies => bodies.map((body) => body.dataset.strategy)")
    assert [name for name in names if name != "benchmark"] == best_first[::-1]
    page.select_option("#metrics-part", "pit")
    names = page.locator("#metrics-table tbody").evaluate_all("bodies => bodies.map((body) => body.dataset.strategy)")
    worst_first = sorted(returns, key=lambda name: returns[name]["metrics_point_in_time"]["total_return"])
    assert [name for name in names if name != "benchmark"] == worst_first


def test_lots_are_filtered_by_word_strategy_and_news_and_sorted_by_gain(open_page, run_folder):
    page = open_page(run_folder / "index.html")
    every = len(shown_rows(page))
    page.fill("#trade-filters [name=words]", "036460 TIME")
    few = page.locator("#trades-table tbody tr:visible").all_inner_texts()
    assert 0 < len(few) < every
    assert all("036460.KS" in words and "time" in words for words in few)
    assert page.inner_text("#trade-count").startswith(f"{len(few)} of {every} lots")
    page.click("#trade-filters [type=reset]")
    until(page, f"document.querySelectorAll('#trades-table tbody tr:not([hidden])').length === {every}")
    page.select_option("#trade-filters [name=strategy]", "kogas-lng")
    page.select_option("#trade-filters [name=hindsight]", "no")
    marks = page.locator("#trades-table tbody tr:visible").evaluate_all(
        "rows => rows.map((row) => [row.dataset.strategy, row.dataset.hindsight])"
    )
    assert set(map(tuple, marks)) == {("kogas-lng", "no")}
    page.locator("#trades-table th button", has_text="P&L").click()
    gains = page.locator("#trades-table tbody tr:visible td:nth-child(10) data").evaluate_all(
        "cells => cells.map((cell) => Number(cell.value))"
    )
    assert gains == sorted(gains)


def test_the_why_of_a_lot_folds_out(open_page, run_folder):
    page = open_page(run_folder / "index.html")
    why = page.locator("#trades-table .why details").first
    assert not why.locator("li").first.is_visible()
    why.locator("summary").click()
    assert "shares" in why.locator("li").first.inner_text()


def test_the_legend_hides_and_shows_a_line_by_keyboard(open_page, run_folder):
    page = open_page(run_folder / "index.html")
    lines = (
        "document.getElementById('chart').data.filter((line) => line.visible !== false && line.mode === 'lines').length"
    )
    before = page.evaluate(lines)
    button = page.locator(".legend button").first
    button.press("Space")
    assert button.get_attribute("aria-pressed") == "false"
    assert page.evaluate(lines) == before - 3  # gain, drawdown, exposure
    button.press("Space")
    assert page.evaluate(lines) == before


def test_a_mark_on_the_chart_leads_to_its_story_and_its_lots(open_page, run_folder):
    page = open_page(run_folder / "index.html")
    page.locator("#chart").scroll_into_view_if_needed()
    marks = page.evaluate(
        """() => {
          const chart = document.getElementById("chart"), found = [];
          chart.data.forEach((trace) => trace.customdata?.forEach((id, n) => found.push([id, trace.x[n], trace.y[n]])));
          const box = chart.getBoundingClientRect(), { xaxis: x, yaxis3: y } = chart._fullLayout;
          const at = (axis, start, value) => start + axis._offset + axis.d2p(value);
          return found.map(([id, day, row]) => [id, at(x, box.left, day), at(y, box.top, row)]);
        }"""
    )
    event, x, y = next(mark for mark in marks if mark[0] == "treaty-signed")
    page.mouse.move(x, y)
    page.mouse.click(x, y)
    until(page, "document.querySelector('#trade-filters').elements.event.value === 'treaty-signed'")
    events = page.locator("#trades-table tbody tr:visible").evaluate_all("rows => rows.map((row) => row.dataset.event)")
    assert set(events) == {event}
    assert page.locator(f"#why-{event}").get_attribute("open") is not None
    assert page.evaluate("document.activeElement.id") == "trades"


def test_a_cell_of_the_heat_map_leads_to_the_lots_it_sums(open_page, run_folder):
    page = open_page(run_folder / "index.html")
    cell = page.locator(".heat [data-show-strategy=kogas-lng]").first
    event, words = cell.get_attribute("data-show-event"), cell.inner_text()
    cell.click()
    until(page, f"document.querySelector('#trade-filters').elements.event.value === '{event}'")
    gains = page.locator("#trades-table tbody tr:visible td:nth-child(10) data").evaluate_all(
        "cells => cells.map((cell) => Number(cell.value))"
    )
    assert round(sum(gains)) == int(words.replace(",", ""))


def test_dark_mode_is_dark_and_readable(open_page, run_folder):
    page = open_page(run_folder / "index.html", dark=True)
    colours = "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    paper, ink = page.evaluate(colours)
    assert contrast(paper, ink) > 7  # WCAG 2.2, level AAA for text
    assert luminance(paper) < 0.05
    light = open_page(run_folder / "index.html")
    assert luminance(light.evaluate(colours)[0]) > 0.9
    light.emulate_media(color_scheme="dark")  # while it is open, the chart follows
    assert light.evaluate(colours)[0] == paper


def test_on_a_phone_nothing_but_tables_is_wider_than_the_screen(open_page, run_folder):
    page = open_page(run_folder / "index.html", width=320, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_hostile_title_is_text_everywhere(open_page, run_folder):
    page = open_page(run_folder / "index.html")
    for place in (".heat th bdi", "#event-treaty-signed bdi", "#why-treaty-signed summary bdi"):
        assert HOSTILE in page.locator(place).all_text_contents()
    assert page.locator("img[src=x]").count() == 0
    page.locator("#trade-filters [name=event]").select_option("treaty-signed")
    assert len(shown_rows(page)) > 0


def test_the_page_can_be_walked_by_keyboard_and_names_its_parts(open_page, run_folder):
    page = open_page(run_folder / "index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll("button, select, input, summary, [role=region], [role=img]")]
          .filter((one) => !(one.textContent.trim() || one.getAttribute("aria-label") || one.labels?.length))
          .map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert unnamed == []
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map((head) => Number(head.tagName[1]))")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_it_prints_without_controls_and_with_every_lot(open_page, run_folder):
    page = open_page(run_folder / "index.html")
    page.emulate_media(media="print")
    assert not page.locator("#trade-filters").is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.tall')).maxHeight") == "none"


def test_a_comparison_shows_what_was_tweaked_and_opens_as_cleanly(open_page, run_folder, tmp_path):
    from eventfolio.results.page.page import compare_page
    from eventfolio.results.store.read import load_run

    stored = load_run(run_folder)
    page = open_page(compare_page([stored, load_run(run_folder / "kogas-lng")], tmp_path / "both.html"))
    assert "Only before: announcement-drift, buy-and-hold" in page.locator(".changes").inner_text()


def test_an_open_page_of_a_tweak_loop_loads_itself_anew_and_keeps_what_was_chosen(open_page, run_folder, tmp_path):
    from eventfolio.results.page.live import write_watched
    from eventfolio.results.store.read import load_run

    one = load_run(run_folder / "kogas-lng")
    page = open_page(write_watched([one], tmp_path))
    page.fill("#trade-filters [name=words]", "036460")
    page.wait_for_timeout(700)  # it has looked once
    write_watched([one, load_run(run_folder)], tmp_path)
    page.locator("h1", has_text="2 runs compared").wait_for(timeout=5000)
    page.wait_for_selector("#chart .main-svg")
    assert page.input_value("#trade-filters [name=words]") == "036460"


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_black_and_white_is_21():
    assert round(contrast("rgb(0, 0, 0)", "rgb(255, 255, 255)"), 6) == 21.0
