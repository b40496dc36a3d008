"""The packaged study in a studio of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.studio import Running, studio

from eventfolio.engine.study.study import load_study
from eventfolio.events.dprk_russia import STUDY


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A studio on the packaged study, shared by the tests of a file."""
    with studio(lambda offline: load_study(STUDY), STUDY, tmp_path_factory.mktemp("runs")) as running:
        yield running
