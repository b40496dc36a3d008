"""The studio as one works with it: in a browser, by mouse, by keyboard and on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from support.studio import Running, studio

from eventfolio.cli.studio.watchdog import Patience
from eventfolio.engine.study.overrides import override
from eventfolio.engine.study.study import Study, load_study
from eventfolio.events.dprk_russia import CALENDAR, STUDY, THEMES

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script> ' \" & \u202egnp.exe"
MINE = '''
from eventfolio import Announcement, EventStrategy, Leave


class Mine(EventStrategy):
    """Holds what strong news names."""

    trigger = Announcement()
    leave = Leave("hold")
    params = dict(hold=10, weight=0.5, least=0.0)
    bounds = dict(least=(0, 1))

    def on_trigger(self, trigger):
        if trigger.event.strength >= self.p.least:
            self.go_long(trigger)
'''


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packaged study with an event of a hostile title, and a strategy file beside it."""
    folder = tmp_path_factory.mktemp("studio")
    calendar = CALENDAR.read_text(encoding="utf-8")
    title = next(line for line in calendar[calendar.index('id = "treaty-signed"') :].splitlines() if "title" in line)
    (folder / "calendar.toml").write_text(calendar.replace(title, f"title = '''{HOSTILE}'''"), encoding="utf-8")
    (folder / "themes.toml").write_text(THEMES.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "study.toml").write_text(STUDY.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "mine.py").write_text(MINE)
    return folder


@pytest.fixture
def own(place: Path, tmp_path: Path) -> Iterator[Running]:
    """A studio of two shipped strategies and one of the user's, with nothing looked at so far."""
    (place / "mine.py").write_text(MINE)

    def load(offline: bool) -> Study:
        names = ["announcement-drift", "kogas-lng", f"{place / 'mine.py'}:Mine"]
        return override(load_study(place / "study.toml"), strategies=names)[0]

    patience = Patience(told=0.5, longest=3.0)
    with studio(load, place / "study.toml", tmp_path / "runs", patience) as running:
        yield running


@pytest.fixture
def open_studio(browser: Any, own: Running) -> Iterator[Callable[..., Any]]:
    """Opens the printed address; afterwards no console error, no dialog and no request to elsewhere may have been."""
    wrong: list[str] = []
    contexts = []

    def opened(width: int = 1400, dark: bool = False, **more: Any) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", **more
        )
        contexts.append(context)
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.on("console", lambda said: said.type in ("error", "warning") and wrong.append(said.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda asked: asked.url.startswith(own.origin) or wrong.append(asked.url))
        page.goto(own.address)
        settled(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    expected = ("422", "409", "net::ERR_FAILED")  # what a test has the studio refuse, or leaves unanswered
    assert [words for words in wrong if not any(one in words for one in expected)] == []


def until(page: Any, claim: str) -> None:
    """Wait until a JavaScript expression is true; the page's policy forbids playwright's own way, eval."""
    for _ in range(600):
        if page.evaluate(claim):
            return
        page.wait_for_timeout(50)
    raise AssertionError(claim)


def settled(page: Any) -> None:
    """Until the newest question is answered and shown."""
    until(page, "!!window.studio && window.studio.newest > 0 && window.studio.shown === window.studio.newest")


def slide(page: Any, name: str, place: int) -> None:
    """Draw a slider to a place, as a hand does."""
    page.locator(f"#control-{name}").evaluate(
        """(slider, place) => {
            slider.value = place;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            slider.dispatchEvent(new Event("change", { bubbles: true }));
        }""",
        place,
    )
    settled(page)


def figure(page: Any, key: str) -> float:
    return float(page.get_attribute(f'#figure-table tr[data-figure="{key}"] td data', "value"))


def line(page: Any) -> str:
    return page.locator("#picture path.line.now").first.get_attribute("d")


def figures(answer: Any) -> dict[str, float | None]:
    return {one["key"]: one["value"] for one in answer["figures"]}


def test_the_address_opens_without_its_token_and_shows_the_study(open_studio, own):
    page = open_studio()
    assert page.url == f"{own.origin}/"
    assert page.inner_text("#study") == "dprk-russia"
    assert page.title().startswith("SIMULATED")
    assert page.locator("#simulated").is_visible()
    assert page.locator("#event-list li").count() == 33
    assert page.locator("#strategy option").all_inner_texts() == ["announcement-drift", "kogas-lng", "Mine"]
    assert page.locator("#picture path.line.now").count() == 3
    assert page.locator("#event-list", has_text=HOSTILE[:20]).count() == 1
    assert page.evaluate("document.cookie") == ""  # no script can read it


def test_a_slider_moved_redraws_picture_table_and_verdict_with_the_engine_s_figures(open_studio, own):
    page = open_studio()
    before = line(page), page.inner_text("#verdict"), page.text_content("#lots tbody")
    slide(page, "hold", 39)
    assert page.input_value("#control-hold-exact") == "40"
    right = own.play("announcement-drift", hold=40)
    assert figure(page, "total_return") == figures(right)["total_return"]
    assert page.inner_text('#headline [data-figure="sharpe"]').startswith("Sharpe")
    assert right["verdict"] in page.inner_text("#verdict")
    assert all(
        old != new
        for old, new in zip(
            before, (line(page), page.inner_text("#verdict"), page.text_content("#lots tbody")), strict=True
        )
    )
    assert page.locator("#lots tbody tr").count() == len(right["lots"])
    page.fill("#control-hold-exact", "33")
    page.locator("#control-hold-exact").press("Tab")
    settled(page)
    assert page.input_value("#control-hold") == "32"
    assert figure(page, "total_return") == figures(own.play("announcement-drift", hold=33))["total_return"]


def test_what_may_be_none_is_switched_off_and_on_again(open_studio, own):
    page = open_studio()
    page.check("#control-stop-on")
    settled(page)
    assert page.input_value("#control-stop-exact") == "0.08"
    assert figure(page, "costs") == figures(own.play("announcement-drift", stop=0.08))["costs"]
    page.uncheck("#control-stop-on")
    settled(page)
    assert page.locator("#control-stop").is_disabled()
    assert figure(page, "costs") == figures(own.play("announcement-drift"))["costs"]


def test_the_count_of_settings_stands_beside_the_sharpe_ratio(open_studio, own):
    page = open_studio()
    count = page.locator('#headline [data-figure="sharpe"] small')
    assert count.inner_text().startswith("1 setting looked at, deflated 0.")
    for place in (4, 9, 4):
        slide(page, "hold", place)
    assert count.inner_text().startswith("3 settings looked at")
    assert len((own.tasks.stage.out / "trials.csv").read_text().splitlines()) == 1 + 3


def test_a_deflated_sharpe_ratio_stands_beside_the_one_it_is_of(open_studio, own):
    page = open_studio()
    right = own.play("announcement-drift")
    texts = next(one for one in right["figures"] if one["key"] == "sharpe")
    deflated = f"deflated {right['deflated']['deflated_sharpe']:.2f}"
    headline = page.locator('#headline [data-figure="sharpe"]')
    assert headline.locator("data").inner_text() == texts["text"] != texts["pit"]
    assert headline.locator("small").inner_text() == f"1 setting looked at, {deflated}"
    page.click("#part-pit")
    assert headline.locator("data").inner_text() == texts["pit"]
    assert headline.locator("small").inner_text() == f"1 setting looked at, whole window {texts['text']}, {deflated}"
    assert page.inner_text("#verdict").startswith("Of the whole window: ")


def test_an_event_switched_off_is_another_calendar(open_studio, own):
    page = open_studio()
    page.uncheck("#event-treaty-signed")
    settled(page)
    assert page.inner_text("#event-count") == "32 of 33 on; 1 taken out by hand"
    right = own.play("announcement-drift", without=("treaty-signed",))
    assert figure(page, "trades") == figures(right)["trades"] < 37
    page.fill("#event-words", "bridge")
    some = page.locator("#event-list li").count()
    assert 0 < some < 33
    page.click("#all-off")
    settled(page)
    assert page.inner_text("#event-count").startswith(f"{32 - some} of 33 on")
    page.fill("#event-words", "")
    page.click("#all-on")
    settled(page)
    assert (page.inner_text("#event-count"), figure(page, "trades")) == ("all 33 on", 37)


def test_two_settings_are_pinned_compared_set_again_and_removed(open_studio):
    page = open_studio()
    first = figure(page, "total_return")
    page.click("#pin")
    slide(page, "hold", 59)
    page.click("#pin")
    page.wait_for_selector("#difference table")
    assert page.inner_text("#difference h3") == "Pin A against Pin B"
    heads = page.locator("#figure-table thead th").all_inner_texts()
    assert heads == ["Figure", "This setting", "point in time", "Pin A", "point in time", "Pin B", "point in time"]
    assert page.locator("#picture path.line.pin-A").count() == 3
    page.get_by_role("button", name="Set to pin A").click()
    settled(page)
    assert figure(page, "total_return") == first
    assert page.input_value("#control-hold-exact") == "20"
    page.get_by_role("button", name="Remove pin B").click()
    assert page.locator("#picture path.line.pin-B").count() == 0


def test_the_difference_is_of_the_setting_shown_wherever_the_hand_goes(open_studio, own):
    page = open_studio()
    page.click("#pin")
    slide(page, "hold", 59)
    first = gap_to_pin(page, own, hold=60)
    slide(page, "hold", 4)
    assert gap_to_pin(page, own, hold=5) != first
    page.reload()
    settled(page)
    page.wait_for_selector("#figure-table thead th:has-text('Pin A')")
    gap_to_pin(page, own, hold=5)
    slide(page, "hold", 39)
    gap_to_pin(page, own, hold=40)


def gap_to_pin(page: Any, own: Running, **params: object) -> str:
    """The total return less the pinned study's own, once the page says the right one."""
    here, pinned = (figures(own.play("announcement-drift", **one))["total_return"] for one in (params, {}))
    gap = f"{here - pinned:.2%}"
    until(page, f"document.querySelector('#difference tbody td')?.textContent === '{gap}'")
    assert page.inner_text("#difference h3") == "This setting against Pin A"
    return gap


def test_a_difference_that_comes_late_is_not_shown(open_studio):
    page = open_studio()
    page.click("#pin")
    slide(page, "hold", 29)
    page.wait_for_selector("#difference table")
    held: list[Any] = []
    page.route("**/compare", lambda route: held.append((route, route.fetch())))
    page.click("#pin")
    wait_for(page, lambda: len(held) == 1)
    page.get_by_role("button", name="Remove pin A").click()
    page.get_by_role("button", name="Remove pin B").click()
    late(page, "/compare", held[0])
    assert page.locator("#difference h3").count() == 0


def late(page: Any, path: str, held: tuple[Any, Any]) -> None:
    """Have an answer that was held back come, and the page done with it."""
    route, answer = held
    with page.expect_response(f"**{path}"):
        route.fulfill(response=answer)
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")


def wait_for(page: Any, claim: Callable[[], bool]) -> None:
    for _ in range(600):
        if claim():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never came")


def test_a_pin_of_before_a_save_stays_beside_what_the_save_changed(open_studio, place):
    page = open_studio()
    page.select_option("#strategy", "Mine")
    settled(page)
    page.click("#pin")
    before = figure(page, "total_return")
    (place / "mine.py").write_text(MINE.replace("hold=10", "hold=30"))
    until(page, "document.getElementById('control-hold-exact').value === '30'")
    settled(page)
    assert "Pin A, before the save" in page.locator("#figure-table thead th").all_inner_texts()
    values = page.locator('#figure-table tr[data-figure="total_return"] data')
    assert float(values.nth(2).get_attribute("value")) == before != figure(page, "total_return")
    assert page.locator("#difference table").count() == 0


def test_a_save_that_the_page_was_not_told_of_is_said_when_it_asks(open_studio, own):
    page = open_studio()
    for press in ("#keep", '#lots [data-lot="1"]'):
        own.tasks.stage.refresh()  # and nobody told
        page.click(press)
        page.wait_for_selector("#kept:has-text('saved meanwhile')")
        settled(page)
        assert page.locator("dialog[open]").count() == 0
    own.tasks.stage.refresh()
    slide(page, "hold", 4)
    assert figure(page, "total_return") == figures(own.play("announcement-drift", hold=5))["total_return"]
    assert list(own.tasks.stage.out.iterdir()) == [own.tasks.stage.out / "trials.csv"]


@pytest.mark.parametrize("what", ["window", "currency"])
def test_a_pin_of_another_window_or_currency_is_removed_and_said(open_studio, place, what):
    page = open_studio()
    page.click("#pin")
    page.wait_for_selector("#picture path.line.pin-A")
    path = place / "study.toml"
    text = path.read_text()
    try:
        path.write_text(four_weeks_earlier(text) if what == "window" else text.replace('"USD"', '"KRW"'))
        page.wait_for_selector("#kept:has-text('Pin A removed')")
        settled(page)
        assert page.locator("#picture path.line.pin-A").count() == 0
        assert page.locator("#figure-table thead th").all_inner_texts() == ["Figure", "This setting", "point in time"]
    finally:
        path.write_text(text)


def four_weeks_earlier(text: str) -> str:
    """A study's text with a window of as many rows."""
    for key in ("start", "end"):
        line = next(line for line in text.splitlines() if line.startswith(f"{key} = "))
        day = date.fromisoformat(line.partition("=")[2].strip())
        text = text.replace(line, f"{key} = {day - timedelta(28)}")
    return text


def test_a_setting_is_kept_and_its_page_opens_where_it_can_ask_nothing(open_studio, own):
    page = open_studio()
    page.uncheck("#event-treaty-signed")
    slide(page, "hold", 11)
    shown = page.inner_text('#headline [data-figure="total_return"] data')
    page.click("#keep")
    page.wait_for_selector("#kept a")
    name = page.inner_text("#kept a")
    assert (own.tasks.stage.out / name / "announcement-drift" / "tearsheet.html").is_file()
    assert page.locator("#runs tbody tr").count() == 1
    for link in (page.locator("#kept a"), page.locator("#runs tbody a").last):
        with page.context.expect_page() as opened:
            link.click()
        kept = opened.value
        kept.wait_for_load_state()
        assert "1 event taken out by hand" in kept.content() or "announcement-drift" in kept.content()
        assert kept.evaluate("self.origin") == "null"
        assert kept.evaluate("fetch('/state').then(() => 'answered', () => 'refused')") == "refused"
        if "index.html" in kept.url:
            until(kept, "document.querySelectorAll('#chart svg').length > 0")
            assert shown in kept.inner_text("main")
        kept.close()


def test_a_page_loaded_anew_holds_what_was_chosen(open_studio):
    page = open_studio()
    page.click("#pin")
    page.select_option("#strategy", "kogas-lng")
    settled(page)
    slide(page, "hold", 6)
    page.uncheck("#event-treaty-signed")
    page.click("#part-pit")
    settled(page)
    before = figure(page, "total_return")
    page.reload()
    settled(page)
    assert (page.input_value("#strategy"), page.input_value("#control-hold-exact")) == ("kogas-lng", "7")
    assert figure(page, "total_return") == before
    assert page.get_attribute("#part-pit", "aria-pressed") == "true"
    assert not page.is_checked("#event-treaty-signed")
    page.wait_for_selector("#picture path.line.pin-A")
    page.click("#reset")
    settled(page)
    assert page.is_checked("#event-treaty-signed")


def test_a_file_saved_with_a_slip_shows_its_line_and_the_last_picture_stays(open_studio, own, place):
    page = open_studio()
    page.select_option("#strategy", "Mine")
    settled(page)
    before = line(page)
    (place / "mine.py").write_text(MINE.replace("Announcement()", "Announcement("))
    page.wait_for_selector("#trouble:visible")
    assert "mine.py, line 8" in page.inner_text("#trouble")
    assert line(page) == before
    (place / "mine.py").write_text(MINE.replace("hold=10", "hold=2"))
    until(
        page, "document.getElementById('trouble').hidden && document.getElementById('control-hold-exact').value === '2'"
    )
    settled(page)
    assert line(page) != before
    (place / "mine.py").write_text(MINE.replace(">= self.p.least", ">= self.p.least / 0"))
    page.wait_for_selector("#trouble:visible")
    assert "mine.py, line 14: ZeroDivisionError" in page.inner_text("#trouble")
    assert page.locator("#picture path.line.now").count() == 3


def test_an_endless_hook_is_named_while_it_is_at_work_and_stopped(open_studio, own, place):
    page = open_studio()
    page.select_option("#strategy", "Mine")
    settled(page)
    before = line(page)
    (place / "mine.py").write_text(
        MINE.replace("            self.go_long", "            while True: pass\n            self.go_long")
    )
    page.wait_for_selector("#at-work:visible")
    assert "mine.py, line 15 has been at work for" in page.inner_text("#at-work")
    page.wait_for_selector("#trouble:visible")
    assert "mine.py, line 15: stopped after 3 s" in page.inner_text("#trouble")
    assert line(page) == before
    until(page, "document.getElementById('at-work').hidden")
    page.locator("#control-hold-exact").fill("5")
    page.locator("#control-hold-exact").press("Tab")
    page.wait_for_selector("#at-work:visible")
    page.select_option("#strategy", "kogas-lng")  # one need not wait for it
    settled(page)
    assert figure(page, "total_return") == figures(own.play("kogas-lng"))["total_return"]
    assert page.locator("#trouble").is_hidden()
    (place / "mine.py").write_text(MINE.replace("hold=10", "hold=4"))
    page.select_option("#strategy", "Mine")
    until(
        page, "document.getElementById('at-work').hidden && document.getElementById('control-hold-exact').value === '5'"
    )
    settled(page)
    assert figure(page, "total_return") == figures(own.play("Mine", hold=5))["total_return"]


def test_a_stale_answer_never_overwrites_a_newer_one(open_studio, own):
    page = open_studio()
    page.select_option("#strategy", "Mine")
    settled(page)
    held: list[Any] = []

    def hold_back(route: Any) -> None:
        answer = route.fetch()
        if not held:
            held.append((route, answer))  # the older one, answered in time and come late
        else:
            route.fulfill(response=answer)

    page.route("**/play", hold_back)
    page.locator("#control-hold-exact").fill("5")
    page.locator("#control-hold-exact").press("Tab")
    for _ in range(200):
        if held:
            break
        page.wait_for_timeout(20)
    page.locator("#control-hold-exact").fill("25")
    page.locator("#control-hold-exact").press("Tab")
    until(page, "window.studio.shown === window.studio.newest")
    newer = figure(page, "total_return")
    assert newer == figures(own.play("Mine", hold=25))["total_return"]
    route, answer = held[0]
    route.fulfill(response=answer)
    page.wait_for_timeout(300)
    assert figure(page, "total_return") == newer
    assert answer.json()["figures"][0]["value"] != newer


def test_what_is_said_aloud_is_of_the_strategy_whose_figures_they_are(open_studio):
    page = open_studio()
    until(page, "document.getElementById('status').textContent.startsWith('announcement-drift: total return')")
    spoken = page.inner_text("#status")
    held: list[Any] = []
    page.route("**/play", lambda route: held.append(route))
    page.select_option("#strategy", "kogas-lng")
    wait_for(page, lambda: len(held) == 1)
    page.evaluate("document.getElementById('status').textContent = ''")
    page.click("#part-pit")  # said anew, of what is shown
    until(page, "document.getElementById('status').textContent !== ''")
    assert page.inner_text("#status") == spoken
    held[0].continue_()
    until(page, "document.getElementById('status').textContent.startsWith('kogas-lng: total return')")


def test_a_heat_map_is_played_by_one_press_and_a_cell_sets_it(open_studio):
    page = open_studio()
    page.select_option("#heat-across", "hold")
    page.select_option("#heat-down", "weight")
    page.select_option("#heat-figure", "total_return")
    page.click("#heat-play")
    page.wait_for_selector("#heat td")
    settled(page)
    assert page.locator("#heat td").count() == 81
    assert "81 combinations; 81 settings" in page.inner_text("#heat-status")
    assert page.locator("#heat [aria-current]").count() == 1
    assert "81 settings looked at" in page.inner_text('#headline [data-figure="sharpe"]')
    cell = page.locator("#heat td button").nth(12)
    text = cell.inner_text()
    cell.click()
    settled(page)
    assert page.inner_text('#headline [data-figure="total_return"] data') == text
    assert "81 settings looked at" in page.inner_text('#headline [data-figure="sharpe"]')  # it was counted with the map


def test_a_heat_map_says_the_figure_that_it_was_asked_for(open_studio):
    page = open_studio()
    page.select_option("#heat-figure", "sharpe")
    page.select_option("#heat-down", "weight")
    held: list[Any] = []
    page.route("**/heat", lambda route: held.append(route))
    page.click("#heat-play")
    wait_for(page, lambda: len(held) == 1)
    page.select_option("#heat-figure", "max_drawdown")
    held[0].continue_()
    page.wait_for_selector("#heat td")
    settled(page)
    assert page.inner_text("#heat caption") == "Sharpe; the setting shown is framed"
    shown = page.inner_text('#headline [data-figure="sharpe"] data')
    assert page.locator("#heat [aria-current]").all_inner_texts() == [shown]


def test_a_heat_map_is_seen_with_the_settings_it_is_of_and_with_no_other(open_studio):
    page = open_studio()
    page.select_option("#heat-across", "hold")
    page.select_option("#heat-down", "weight")
    page.select_option("#heat-figure", "total_return")
    page.click("#heat-play")
    page.wait_for_selector("#heat td")
    settled(page)
    framed = page.locator("#heat [aria-current]")
    total = page.locator('#headline [data-figure="total_return"] data')
    for place in (0, 25, 80):
        page.locator("#heat td button").nth(place).click()
        settled(page)
        assert framed.all_inner_texts() == [total.inner_text()]
    slide(page, "hold", 12)  # between its cells
    assert page.locator("#heat").is_visible()
    assert framed.count() == 0
    assert page.inner_text("#heat caption") == "Total return; the setting shown is none of its cells"
    slide(page, "patience", 0)
    assert page.locator("#heat").is_hidden()
    assert "earlier setting" in page.inner_text("#heat-status")
    slide(page, "patience", 5)
    assert page.locator("#heat").is_visible()
    assert page.inner_text("#heat-status").startswith("81 combinations")
    page.click("#all-off")
    settled(page)
    assert page.locator("#heat").is_hidden()
    page.click("#reset")
    settled(page)
    assert page.locator("#heat").is_visible()
    assert framed.all_inner_texts() == [total.inner_text()]


def test_a_heat_map_of_before_a_save_is_gone(open_studio, own):
    page = open_studio()
    page.click("#heat-play")
    page.wait_for_selector("#heat td")
    settled(page)
    version = own.tasks.stage.scene.version
    own.tasks.stage._file.touch()
    until(page, "document.getElementById('heat').hidden")
    settled(page)
    assert own.tasks.stage.scene.version > version
    assert page.locator("#heat td").count() == 0


def test_a_heat_map_holds_the_setting_shown_where_a_side_of_it_is_switched_off(open_studio):
    page = open_studio()
    page.select_option("#heat-down", "stop")
    page.click("#heat-play")
    page.wait_for_selector("#heat td")
    settled(page)
    assert page.locator("#heat tbody th").first.inner_text() == "none"
    framed = page.locator("#heat [aria-current]")
    assert framed.all_inner_texts() == [page.inner_text('#headline [data-figure="sharpe"] data')]
    page.locator("#heat tbody tr").nth(1).locator("button").first.click()
    settled(page)
    assert page.input_value("#control-stop-exact") == "0.01"
    page.locator("#heat tbody tr").first.locator("button").first.click()
    settled(page)
    assert not page.is_checked("#control-stop-on")
    assert framed.all_inner_texts() == [page.inner_text('#headline [data-figure="sharpe"] data')]


def test_without_an_article_point_in_time_is_not_told_apart(open_studio, place):
    page = open_studio()
    page.click("#part-pit")
    path = place / "calendar.toml"
    text = path.read_text()
    begin = text.index("[article]")
    try:
        path.write_text(
            text[:begin] + text[text.index("[[event]]") :].replace('origin = "article"', 'origin = "record"')
        )
        until(page, "document.getElementById('parts').hidden")
        settled(page)
        assert page.locator("#trouble").is_hidden()
        assert page.locator("#figure-table thead th").all_inner_texts() == ["Figure", "This setting"]
        assert "point in time" not in page.inner_text("#headline")
        assert not page.inner_text("#verdict").startswith("Of the whole")
    finally:
        path.write_text(text)
    until(page, "!document.getElementById('parts').hidden")


def test_many_lots_scroll_by_themselves_and_a_line_uses_its_panel(open_studio):
    page = open_studio()
    page.check("#control-stop-on")
    slide(page, "hold", 0)
    page.locator("#lots").scroll_into_view_if_needed()
    place = page.locator("#lot-section .tall").evaluate("one => [one.clientHeight, one.scrollHeight]")
    assert place[0] < 700 < place[1]
    page.evaluate("scrollTo(0, 0)")
    boxes = [
        one.bounding_box() for one in page.locator("#picture path.line").all()[:2]
    ]  # the benchmark's gain, and ours
    used = max(box["y"] + box["height"] for box in boxes) - min(box["y"] for box in boxes)
    first, second = (page.locator("#picture text.title").nth(number).bounding_box() for number in (0, 1))
    assert used > 0.85 * (second["y"] - first["y"] - first["height"])
    assert first["y"] + first["height"] <= min(box["y"] for box in boxes)  # and its title is not drawn over


def test_ticks_of_small_gains_are_told_apart(open_studio):
    page = open_studio()
    page.locator("#control-weight-exact").fill("0.002")
    page.locator("#control-weight-exact").press("Tab")
    settled(page)
    ticks = page.locator("#picture text.scale").all_text_contents()  # from below, panel by panel
    assert all(one != other for one, other in pairwise(ticks))
    assert "-0.5%" in ticks


def test_a_lot_tells_its_story_and_gives_the_focus_back(open_studio):
    page = open_studio()
    button = page.locator('#lots [data-lot="3"]')
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    words = page.inner_text("dialog")
    assert "lot 3" in words
    assert "of equity" in words
    assert "buys" in words
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    assert page.evaluate("document.activeElement.dataset.lot") == "3"


def test_all_of_it_is_reached_by_keyboard(open_studio):
    page = open_studio()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    seen: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.slice(0, 20)"))
    for name in (
        "part-whole",
        "picture",
        "strategy",
        "control-hold",
        "control-hold-exact",
        "control-hold-on",
        "pin",
        "keep",
    ):
        assert name in seen
    page.locator("#control-hold").focus()
    before = figure(page, "total_return")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    settled(page)
    assert page.input_value("#control-hold-exact") == "25"
    assert page.get_attribute("#control-hold", "aria-valuetext") == "25"
    assert figure(page, "total_return") != before
    page.locator("#picture").focus()
    page.keyboard.press("Home")
    assert page.inner_text("#readout").startswith("2024-06-03: This setting 0.0%")
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#readout").startswith("2024-06-04")
    page.locator("#event-treaty-signed").focus()
    page.keyboard.press("Space")
    settled(page)
    assert not page.is_checked("#event-treaty-signed")
    until(page, "document.getElementById('status').textContent.startsWith('announcement-drift: total return')")


@pytest.mark.parametrize(
    ("width", "dark"),
    [
        (1400, False),
        (390, True),
        pytest.param(1400, True, marks=pytest.mark.prove),
        pytest.param(390, False, marks=pytest.mark.prove),
    ],
)
def test_axe_finds_no_violation(open_studio, width, dark):
    page = open_studio(width, dark)
    page.click("#pin")
    page.uncheck("#event-treaty-signed")
    page.check("#control-stop-on")
    settled(page)
    page.click("#heat-play")
    page.wait_for_selector("#heat td")
    settled(page)
    assert violations(page) == []
    page.locator('#lots [data-lot="1"]').click()
    page.wait_for_selector("dialog[open]")
    assert violations(page) == []


def violations(page: Any) -> list[tuple[str, list[str]]]:
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]


def test_nothing_is_wider_than_a_phone_and_the_picture_stays_in_sight(open_studio):
    page = open_studio(390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#control-patience").scroll_into_view_if_needed()
    picture = page.locator("#picture").bounding_box()
    control = page.locator("#control-patience").bounding_box()
    assert 0 <= picture["y"] < 450
    assert control["y"] > picture["y"] + picture["height"]


def test_a_hook_is_played_when_one_lets_go(open_studio, own):
    page = open_studio()
    page.select_option("#strategy", "Mine")
    settled(page)
    assert "played by backtrader when you let go" in page.inner_text("#doc")
    seen = len(own.tasks.stage.scene.log.seen)
    page.locator("#control-least").evaluate(
        "slider => { slider.value = 60; slider.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    page.wait_for_timeout(400)
    assert len(own.tasks.stage.scene.log.seen) == seen
    page.locator("#control-least").evaluate("slider => slider.dispatchEvent(new Event('change', { bubbles: true }))")
    settled(page)
    assert figure(page, "trades") == figures(own.play("Mine", least=0.6))["trades"]


def test_a_studio_that_is_gone_says_so(open_studio, own):
    page = open_studio()
    before = line(page)
    page.route("**/*", lambda route: route.abort())
    slider = page.locator("#control-hold")
    slider.evaluate("slider => { slider.value = 3; slider.dispatchEvent(new Event('input', { bubbles: true })); }")
    page.wait_for_selector("#trouble:visible")
    assert line(page) == before
    page.unroute("**/*")
    page.evaluate("console.clear()")
