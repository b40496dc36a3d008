"""Milliseconds from a move of the studio's slider to its picture, in a browser, on the packaged study.

    python tests/benchmarks/studio_moves.py [MOVES]

Each move is an `input` event of the slider of `hold`, and ends when the browser has painted what came of it (the frame
after picture, table, verdict and lots are drawn); then the hand rests 30 ms. Printed are median, p95 and the longest.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS.parent), str(TESTS)]  # the packages first: tests/ has folders of the same names

from playwright.sync_api import sync_playwright  # noqa: E402
from support.studio import studio  # noqa: E402

from eventfolio.engine.study.study import load_study  # noqa: E402
from eventfolio.events.dprk_russia import STUDY  # noqa: E402

MOVES = """async (moves) => {
    const slider = document.getElementById("control-hold");
    const rest = (time) => new Promise((done) => setTimeout(done, time));
    const count = window.studio.times.length;
    for (let move = 0; move < moves; move += 1) {
        slider.value = (move * 7) % 119;
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        while (window.studio.shown < window.studio.newest) await rest(2);
        await rest(30);
    }
    return window.studio.times.slice(count);
}"""


def moves(page: Any, count: int) -> list[float]:
    """Milliseconds of each of so many moves."""
    found: list[float] = page.evaluate(MOVES, count)
    assert len(found) == count
    return sorted(found)


def main(count: int) -> None:
    with (
        tempfile.TemporaryDirectory() as place,
        studio(lambda offline: load_study(STUDY), STUDY, Path(place) / "runs") as own,
        sync_playwright() as play,
    ):
        own.tasks.warm()
        options = ["--no-sandbox", "--disable-gpu"]
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=options)
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.goto(own.address)
        while not page.evaluate("!!window.studio && window.studio.shown > 0"):
            page.wait_for_timeout(50)
        moves(page, 5)  # what only the first few pay for
        found = moves(page, count)
        browser.close()
    figures = {
        "moves": count,
        "median_ms": statistics.median(found),
        "p95_ms": found[int(count * 0.95)],
        "max_ms": found[-1],
    }
    print(json.dumps({key: round(value, 1) for key, value in figures.items()}))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
