"""A real run opened from disk in Debian's chromium; in CI its absence is a failure, elsewhere a reason to skip."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from eventfolio.engine.backtest import backtest
from eventfolio.engine.study.overrides import override
from eventfolio.engine.study.study import load_study
from eventfolio.events.dprk_russia import CALENDAR, STUDY, THEMES
from eventfolio.results.page.page import write_index
from eventfolio.results.store.read import load_run
from eventfolio.results.write_run import write_run

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script> ' \" & \u202egnp.exe"


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        missing = "chromium is not installed (apt-get install chromium)"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packaged study, three of its strategies, one event of it with a hostile title and the treaty's id."""
    place = tmp_path_factory.mktemp("study")
    calendar = CALENDAR.read_text(encoding="utf-8")
    title = next(line for line in calendar[calendar.index('id = "treaty-signed"') :].splitlines() if "title" in line)
    (place / "calendar.toml").write_text(calendar.replace(title, f"title = '''{HOSTILE}'''"), encoding="utf-8")
    (place / "themes.toml").write_text(THEMES.read_text(encoding="utf-8"), encoding="utf-8")
    (place / "study.toml").write_text(STUDY.read_text(encoding="utf-8"), encoding="utf-8")
    study, _ = override(
        load_study(place / "study.toml"), strategies=["announcement-drift", "kogas-lng", "buy-and-hold"]
    )
    return write_run(*backtest(study), place / "runs", tearsheets=False)


@pytest.fixture(scope="session")
def long_folder(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same run on a calendar of 10,000 events, most of which nobody traded."""
    folder = tmp_path_factory.mktemp("long") / run_folder.name
    shutil.copytree(run_folder, folder)
    document = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    first = next(event for event in document["events"] if event["first_sessions"])
    document["events"] += [
        first | {"id": f"more-{number:05}", "title": f"{first['title']}, told again {number}"}
        for number in range(10_000 - len(document["events"]))
    ]
    (folder / "study.json").write_text(json.dumps(document), encoding="utf-8")
    write_index(load_run(folder), folder / "index.html")
    return folder


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens a file; afterwards no console error, no dialog and no request for anything but files may have been."""
    wrong: list[str] = []
    contexts = []

    def opened(
        path: Path,
        width: int = 1280,
        dark: bool = False,
        height: int = 900,
        ready: str = "#chart .main-svg",
        **more: Any,
    ) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", **more
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: said.type in ("error", "warning") and wrong.append(said.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda asked: asked.url.startswith(("file:", "data:", "blob:")) or wrong.append(asked.url))
        page.goto(path.resolve().as_uri())
        page.wait_for_selector(ready)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []
