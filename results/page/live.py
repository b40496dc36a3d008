"""Writes the page of `run --watch`: one file that reloads itself when the script beside it changes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from eventfolio.events.writing import write_whole
from eventfolio.results.page.page import compare_page
from eventfolio.results.store.read import StoredStudy

PAGE, STAMP = "watch.html", "watch.js"


def write_watched(studies: Sequence[StoredStudy], out: Path) -> Path:
    """Write the page of the last run and the one before into `out`; an open page shows it within a second.

    Raises: Unavailable if it cannot be written
    """
    page = compare_page(studies, out / PAGE, refresh=STAMP)
    stamp = json.dumps(" ".join(study.name for study in studies))
    # last, so that no page loads itself anew before there is something new
    write_whole(out / STAMP, f"eventfolioStamp({stamp});\n")
    return page
