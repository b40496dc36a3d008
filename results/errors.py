"""Errors of results: a run folder that is missing or damaged (exit status 2), a page that cannot be drawn (1)."""

from collections.abc import Sequence
from pathlib import Path

from eventfolio.events.errors import InputError, Unavailable


class StoreError(InputError):
    """No run folder there, or one that cannot be read."""


class EvidenceError(InputError):
    """Returns, events or trials that no test can be made of, or options that do not fit together."""


class Undrawn(Unavailable):
    """The record of a run is kept in `folder`, and something of its pages could not be made."""

    def __init__(self, folder: Path, failed: Sequence[str]) -> None:
        self.folder = folder
        again = f"`eventfolio runs draw {folder}` tries again."
        super().__init__(
            "\n".join(
                [
                    f"{folder} is kept with all its figures, but not all could be drawn:",
                    *(f"  {line}" for line in failed),
                    again,
                ]
            )
        )
