"""The comparison page as a reader meets it: in a browser, from disk, by mouse, by keyboard and on a phone."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest

from eventfolio.engine.backtest import backtest
from eventfolio.engine.study.overrides import override
from eventfolio.engine.study.study import load_study
from eventfolio.events.dprk_russia import STUDY
from eventfolio.results.page.page import write_index
from eventfolio.results.store.read import load_run
from eventfolio.results.write_run import write_run

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script> ' \" & \u202egnp.exe"  # as in conftest.py


def lots_of(page: Any) -> Any:
    """The rows of the table of lots, once it is seen and so drawn."""
    page.locator("#trades").scroll_into_view_if_needed()
    page.wait_for_selector("#trades-table tbody tr")
    return page.locator("#trades-table tbody tr")


def counted(page: Any) -> int:
    """How many lots pass the filter, all pages together."""
    return int(page.inner_text("#trade-count").split(" of ")[0].replace(",", ""))


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
    assert (run_folder / "index.html").stat().st_size <= 1_200_000


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
    rows = lots_of(page)
    every = counted(page)
    page.fill("#trade-filters [name=words]", "036460 TIME")
    few = rows.all_inner_texts()
    assert 0 < len(few) == counted(page) < every
    assert all("036460.KS" in words and "time" in words for words in few)
    assert page.inner_text("#trade-count").startswith(f"{len(few)} of {every} lots")
    page.click("#trade-filters [type=reset]")
    until(page, f"document.getElementById('trade-count').textContent.startsWith('{every} of')")
    page.select_option("#trade-filters [name=strategy]", "kogas-lng")
    page.select_option("#trade-filters [name=hindsight]", "no")
    marks = rows.evaluate_all("rows => rows.map((row) => [row.dataset.strategy, row.dataset.hindsight])")
    assert set(map(tuple, marks)) == {("kogas-lng", "no")}
    page.locator("#trades-table th button", has_text="P&L").click()
    gains = rows.locator("td:nth-child(10) data").evaluate_all("cells => cells.map((cell) => Number(cell.value))")
    assert gains == sorted(gains)


def test_the_why_of_a_lot_folds_out(open_page, run_folder):
    page = open_page(run_folder / "index.html")
    why = lots_of(page).locator(".why details").first
    assert why.locator("li").count() == 0
    why.locator("summary").click()
    why.locator("li").first.wait_for()
    assert "shares" in why.locator("li").first.inner_text()


def in_colour(page: Any) -> list[str]:
    """Names of the lines drawn in colour in the upper panel, benchmark included."""
    gains = "document.querySelector('.plot').data.filter((one) => one.meta === 'gain' && one.line.width > 1)"
    return page.evaluate(f"{gains}.map((one) => one.name)")


@pytest.mark.parametrize("place", ["#glance", ".legend"])
def test_the_chosen_strategy_and_the_benchmark_are_in_colour_and_others_once_pressed(open_page, run_folder, place):
    page = open_page(run_folder / "index.html")
    assert in_colour(page) == ["ACWI", "announcement-drift"]
    page.locator(f"{place} [data-line='1']").press("Enter")
    assert in_colour(page) == ["ACWI", "announcement-drift", "kogas-lng"]
    for button in page.locator("[data-line='1']").all():
        assert button.get_attribute("aria-pressed") == "true"
    page.locator(f"{place} [data-line='0']").press("Space")
    assert in_colour(page) == ["ACWI", "kogas-lng"]
    assert page.evaluate("document.activeElement.dataset.line") == "0"  # where the reader was


def test_all_panels_and_the_lanes_of_events_share_one_zoom(open_page, run_folder):
    page = open_page(run_folder / "index.html")
    axes = "Object.keys(document.querySelector('.plot')._fullLayout).filter((key) => /^xaxis/.test(key))"
    assert page.evaluate(axes) == ["xaxis"]
    marks = page.locator(".lanes .event").count()
    page.locator(".choice button", has_text="since the article").click()
    assert page.evaluate("document.querySelector('.plot').layout.xaxis.range[0]") == "2025-06-17"
    assert 0 < page.locator(".lanes .event").count() < marks
    for label in page.locator(".lanes .event").evaluate_all("(marks) => marks.map((mark) => mark.ariaLabel)"):
        sessions = re.findall(r"(?:first session |events: |; )(\d{4}-\d\d-\d\d)", label)
        assert sessions
        assert min(sessions) >= "2025-06-17"
    page.locator(".choice button", has_text="whole window").click()
    assert page.locator(".lanes .event").count() == marks


def test_a_stretch_dragged_over_the_chart_is_zoomed_into_and_left_by_the_button(open_page, run_folder):
    page = open_page(run_folder / "index.html")
    page.locator(".plot").scroll_into_view_if_needed()
    box = page.locator(".plot").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 60, steps=5)
    page.mouse.up()
    until(page, "document.querySelector('.plot').layout.xaxis.range[0] > '2025-01-01'")
    whole = page.locator(".choice button", has_text="whole window")
    assert whole.get_attribute("aria-pressed") == "false"
    whole.click()
    assert page.evaluate("document.querySelector('.plot').layout.xaxis.range[0]") == "2024-06-03"


def test_the_scale_can_be_a_logarithm_with_gains_still_in_per_cent(open_page, run_folder):
    page = open_page(run_folder / "index.html")
    page.locator(".choice button", has_text="log").click()
    assert page.evaluate("document.querySelector('.plot').layout.yaxis.type") == "log"
    ticks = page.locator(".plot .ytick text").all_text_contents()
    assert "0%" in ticks
    assert all(tick.endswith("%") for tick in ticks)
    gain = "document.querySelector('.plot').data.find((one) => one.meta === 'gain')"
    drawn, gain = page.evaluate(f"[{gain}.y.at(-1), {gain}.customdata.at(-1)]")
    assert drawn == pytest.approx(1 + gain)


def test_small_multiples_are_a_panel_a_strategy_and_one_pressed_is_seen_large(open_page, run_folder):
    page = open_page(run_folder / "index.html")
    page.locator(".choice button", has_text="small multiples").click()
    panels = page.locator(".panel")
    assert panels.locator(".panel-name").all_inner_texts() == ["announcement-drift", "kogas-lng", "buy-and-hold"]
    assert not page.locator(".plot").is_visible()
    records = {path.parent.name: json.loads(path.read_text()) for path in run_folder.glob("*/run.json")}
    for panel in panels.all():
        made = records[panel.locator(".panel-name").inner_text()]["metrics"]["total_return"]
        assert panel.locator(".panel-gain").inner_text() == f"{made:+.1%}".replace("-", "−").replace("%", " %")
    panels.nth(2).press("Enter")
    assert page.locator(".plot").is_visible()
    assert in_colour(page) == ["ACWI", "buy-and-hold"]


def test_events_are_named_on_hover_and_on_focus_and_lie_on_lanes_by_theme_or_listing(open_page, run_folder):
    page = open_page(run_folder / "index.html")
    marks = page.locator(".lanes .event")
    assert "lng" in page.locator(".lanes svg > text").all_text_contents()
    treaty = page.locator(".lanes [data-event=treaty-signed]").first
    treaty.scroll_into_view_if_needed()
    treaty.hover()
    assert HOSTILE in page.locator(".event-note bdi").all_text_contents()  # the treaty's title
    page.mouse.move(0, 0)
    assert not page.locator(".event-note").is_visible()
    marks.first.focus()
    first = page.locator(".event-note").inner_text()
    page.keyboard.press("ArrowRight")
    assert page.locator(".event-note").is_visible()
    assert page.locator(".event-note").inner_text() != first or marks.count() == 1
    assert page.locator(".lanes [tabindex='0']").count() == 1  # one stop of the Tab key
    page.locator(".choice button", has_text="by listing").click()
    assert "036460.KS" in page.locator(".lanes svg > text").all_text_contents()


def test_a_mark_below_the_chart_leads_to_its_story_and_its_lots(open_page, run_folder):
    page = open_page(run_folder / "index.html")
    mark = page.locator(".lanes [data-event=treaty-signed]").first
    mark.scroll_into_view_if_needed()
    mark.click()
    assert page.input_value("#trade-filters [name=event]") == "treaty-signed"
    events = lots_of(page).evaluate_all("rows => rows.map((row) => row.dataset.event)")
    assert set(events) == {"treaty-signed"}
    assert page.locator("#why-treaty-signed").get_attribute("open") is not None
    assert page.evaluate("document.activeElement.id") == "trades"


def test_the_story_of_an_event_tells_what_each_strategy_made_of_it(open_page, run_folder):
    page = open_page(run_folder / "index.html")
    page.locator("[data-stories]").scroll_into_view_if_needed()
    story = page.locator("#why-treaty-signed")
    story.locator("summary").first.click()
    story.locator("h4").first.wait_for()
    assert story.locator("h4 bdi").all_inner_texts() == ["announcement-drift", "kogas-lng", "buy-and-hold"]
    assert "On no event: the strategy buys when the window starts." in story.inner_text()
    lots = story.locator("h4 .link").first
    count = int(lots.inner_text().split()[0])
    lots.click()
    assert counted(page) == count


def test_a_cell_of_the_table_of_events_leads_to_the_lots_it_sums(open_page, run_folder):
    page = open_page(run_folder / "index.html")
    page.locator("#heat-place").scroll_into_view_if_needed()
    cell = page.locator(".heat [data-show-strategy=kogas-lng]").first
    event, words = cell.get_attribute("data-show-event"), cell.inner_text()
    cell.click()
    assert page.input_value("#trade-filters [name=event]") == event
    gains = (
        lots_of(page).locator("td:nth-child(10) data").evaluate_all("cells => cells.map((cell) => Number(cell.value))")
    )
    assert round(sum(gains)) == int(words.replace(",", ""))


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1400, 900)])
def test_the_first_screen_says_what_it_is_and_how_the_first_strategy_did(open_page, run_folder, width, height):
    page = open_page(run_folder / "index.html", width=width, height=height)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    record = json.loads((run_folder / "announcement-drift" / "run.json").read_text())
    row = page.locator("#glance tbody tr").first
    for one in (
        page.locator("h1"),
        page.locator(".facts"),
        page.locator(".banner"),
        *row.locator("td:visible, th").all(),
    ):
        box = one.bounding_box()
        assert box["y"] + box["height"] <= height
        assert box["x"] + box["width"] <= width + 1
    assert "2024-06-03 to 2026-06-30" in page.locator(".facts").inner_text()
    assert "SIMULATED" in page.locator(".banner").inner_text()
    words = row.inner_text()
    sharpe = record["significance"]["intervals"]["sharpe"] if "intervals" in record["significance"] else None
    assert f"{record['metrics']['total_return']:.2%}" in words
    assert f"{record['metrics_point_in_time']['total_return']:.2%}" in words
    assert f"{record['metrics']['mean_excess']:.2%}" in words
    assert f"{record['metrics']['max_drawdown']:.2%}" in words
    assert f"{record['metrics']['sharpe']:.2f}" in words
    assert sharpe is None or f"{sharpe['low']:.2f} to {sharpe['high']:.2f}" in words
    assert len(row.locator(".verdict").inner_text().split()) <= 6
    assert row.locator(".spark").is_visible()


def test_long_sentences_are_folded_one_a_strategy(open_page, run_folder):
    page = open_page(run_folder / "index.html")
    said = page.locator("#verdicts details")
    assert said.count() == 3
    assert not said.first.locator("p").first.is_visible()
    said.first.locator("summary").click()
    assert "over the whole window" in said.first.locator("p").first.inner_text()


def test_the_table_is_copied_as_markdown(open_page, run_folder):
    page = open_page(run_folder / "index.html")
    page.evaluate("navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }")
    page.locator(".copy").first.click()
    until(page, "window.copied !== undefined")
    title, _, head, rule, first, *_ = page.evaluate("window.copied").splitlines()
    assert title.startswith("dprk-russia (SIMULATED), 2024-06-03 to 2026-06-30")
    assert head.startswith("| Strategy |")
    assert rule.count("---") == head.count("|") - 1 == first.count("|") - 1
    assert first.startswith("| announcement-drift |")


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
    for section in ("#heat-place", "[data-events]", "[data-stories]"):
        page.locator(section).scroll_into_view_if_needed()
        page.wait_for_timeout(100)
    for place in (".heat th bdi", "[data-id=treaty-signed] bdi", "#why-treaty-signed summary bdi"):
        assert HOSTILE in page.locator(place).all_text_contents()
    assert page.locator("img[src=x]").count() == 0
    page.locator("#trade-filters [name=event]").select_option("treaty-signed")
    assert counted(page) > 0


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
    lots_of(page)
    every = counted(page)
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert not page.locator("#trade-filters").is_visible()
    assert not page.locator(".controls").is_visible()
    assert page.locator("#trades-table tbody tr").count() == every


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


def test_what_is_left_without_an_event_is_all_less_what_it_brought(open_page, run_folder):
    page = open_page(run_folder / "index.html")
    page.locator("#heat-place").scroll_into_view_if_needed()
    place = page.locator("#heat-table thead th").all_inner_texts().index("kogas-lng")
    row = page.locator("#heat-table tbody tr").first

    def figure(cells: Any) -> float:
        return float(cells.nth(place).inner_text().replace(",", "").replace("–", "0"))

    brought, every = figure(row.locator("th, td")), figure(page.locator("#heat-table tfoot tr").locator("th, td"))
    page.locator("#heat-choice button", has_text="left without").click()
    assert figure(row.locator("th, td")) == pytest.approx(every - brought, abs=1.5)  # each is rounded


def test_what_a_strategy_bears_stands_on_the_page_as_its_tables_have_it(open_page, run_folder):
    from eventfolio.results.store.read import load_run
    from eventfolio.results.stress.of_run import stress

    page = open_page(run_folder / "index.html")
    for run in load_run(run_folder).runs:
        found = stress(run)
        row = page.locator(f"#bearing tr[data-strategy='{run.label}']").inner_text()
        assert f"{found.later.later:+,.0f}" in row
        assert f"{found.costs.paid * 1e4:,.1f}" in row
        assert f"{found.capacity[2].total_return:.2%}" in row
    assert page.locator("#bears .right").count() == 3
    assert page.locator("#bears .wrong").count() == 0


@pytest.mark.parametrize(
    ("width", "dark"),
    [
        (1400, False),
        (390, True),
        pytest.param(1400, True, marks=pytest.mark.prove),
        pytest.param(390, False, marks=pytest.mark.prove),
    ],
)
def test_axe_finds_no_violation(open_page, run_folder, width, dark):
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(run_folder / "index.html", width=width, dark=dark, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    for section in ("#heat-place", "#trades-place", "[data-events]", "[data-stories]"):
        page.locator(section).scroll_into_view_if_needed()
        page.wait_for_timeout(100)
    page.locator(".lanes .event").first.focus()
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found] == []


def test_ten_thousand_events_open_at_once_in_pages_of_a_hundred(open_page, long_folder):
    assert (long_folder / "index.html").stat().st_size <= 3_000_000
    page = open_page(long_folder / "index.html")
    assert page.locator("[data-events] tbody tr").count() == 0  # not seen yet
    place = page.locator("[data-events]")
    place.scroll_into_view_if_needed()
    page.wait_for_selector("[data-events] tbody tr")
    rows = place.locator("tbody tr")
    assert rows.count() == 100
    assert "1 to 100 of 10,000" in place.locator(".pager").inner_text()
    first = rows.first.get_attribute("data-id")
    place.locator("[data-page=next]").click()
    assert "101 to 200 of 10,000" in place.locator(".pager").inner_text()
    assert rows.first.get_attribute("data-id") != first
    place.locator("[data-page=last]").press("Enter")
    assert "9,901 to 10,000 of 10,000" in place.locator(".pager").inner_text()
    assert page.evaluate("document.activeElement.dataset.page") == "first"  # the button pressed is off now
    place.locator("th button", has_text="Event").click()
    assert "1 to 100 of 10,000" in place.locator(".pager").inner_text()
    assert page.locator(".lanes .event").count() < 300  # marks that would cover each other are one


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


def test_lots_of_runs_in_two_currencies_are_summed_and_ordered_apart(open_page, run_folder, tmp_path):
    """The second run is the first as an account in won would have it, at 1,000 won a dollar."""
    from eventfolio.results.page.page import compare_page
    from eventfolio.results.store.read import load_run

    won = tmp_path / "won"
    shutil.copytree(run_folder, won)
    for path in (won / "study.json", *won.glob("*/run.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        document["account"] |= {"currency": "KRW", "cash": 1e9}
        path.write_text(json.dumps(document), encoding="utf-8")
    for path in won.glob("*/trades.parquet"):
        trades = pd.read_parquet(path)
        trades.assign(pnl=trades["pnl"] * 1_000, costs=trades["costs"] * 1_000).to_parquet(path)
    studies = [load_run(run_folder), load_run(won)]
    page = open_page(compare_page(studies, tmp_path / "compare.html"))
    lots_of(page)
    dollars = sum(float(run.trades["pnl"].sum()) for run in studies[0].runs)
    sign = "−" if dollars < 0 else "+"
    words = page.inner_text("#trade-count")
    assert words.endswith(f"lots, {sign}{abs(dollars):,.0f} USD, {sign}{abs(dollars) * 1_000:,.0f} KRW")
    page.locator("#trades-table thead button", has_text="P&L").click()
    first = page.locator("#trades-table tbody tr td:first-child").all_inner_texts()[:6]
    assert sum("USD" in name for name in first) == 3  # the same lots in either, and no won before any dollar
    page.locator("#heat-place").scroll_into_view_if_needed()
    shares = (
        page.locator("#heat-table tbody tr")
        .first.locator("button")
        .evaluate_all("all => all.map((one) => [one.dataset.showStrategy, one.style.getPropertyValue('--share')])")
    )
    named = dict(shares)
    assert {name.replace("2, KRW", "1, USD"): share for name, share in shares if "KRW" in name} == {
        name: named[name] for name in named if "USD" in name
    }


def test_a_run_that_bought_nothing_says_so_and_has_axes(open_page, tmp_path):
    study, _ = override(load_study(STUDY), strategies=["kogas-lng"], start=date(2026, 5, 1), end=date(2026, 6, 30))
    page = open_page(write_run(*backtest(study), tmp_path / "runs", tearsheets=False) / "index.html")
    ticks = axis_ticks(page, "y2")
    assert ticks[-1] == "0.0%"
    assert all(tick.startswith("−") for tick in ticks[:-1])  # a drawdown is never above
    assert axis_ticks(page, "y3") == ["0%", "50%", "100%"]
    assert len(set(axis_ticks(page, "y"))) == len(axis_ticks(page, "y")) > 2
    page.locator("#trades-place").scroll_into_view_if_needed()
    page.wait_for_selector("#trades-table td")
    assert page.inner_text("#trade-count") == "nothing was bought"
    assert page.inner_text("#trades-table tbody") == "None."
    assert page.locator("table.money").count() == 1  # by strategy; there is no currency to sum by
    assert page.get_by_text("None: equity never fell.").count() == 1


def axis_ticks(page: Any, name: str) -> list[str]:
    """What stands at an axis, from below."""
    return page.locator(f"#chart .{name}tick text").all_text_contents()


def test_ticks_of_small_gains_are_told_apart(open_page, run_folder, tmp_path):
    folder = tmp_path / run_folder.name
    shutil.copytree(run_folder, folder)
    for path in folder.glob("*/returns.parquet"):
        returns = pd.read_parquet(path)
        small = {name: returns[name] / 100 for name in ("return", "benchmark")}
        returns.assign(**small).to_parquet(path)
    write_index(load_run(folder), folder / "index.html")
    page = open_page(folder / "index.html")
    for axis in ("y", "y2"):
        ticks = axis_ticks(page, axis)
        assert len(set(ticks)) == len(ticks) > 2
        assert "−0.10%" in ticks


def test_a_long_calendar_says_how_much_of_it_is_drawn(open_page, long_folder):
    page = open_page(long_folder / "index.html")
    rows = page.locator("svg.timeline g").count()
    assert page.get_by_text(f"Drawn are the first {rows} of 10,000 events; the table has them all.").count() == 1
