"""Fetches a study's prices from Yahoo where they are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eventfolio.engine.study.study import Study


def with_prices(study: Study) -> Study:
    """The study with its Yahoo prices fetched and pinned, a bar by symbol meanwhile; any other study as it is."""
    from eventfolio.cli.printing.console import progress
    from eventfolio.engine.market.yahoo.source import SOURCE, pinned

    if study.source != SOURCE:
        return study
    with progress() as bar:
        return pinned(study, bar)
