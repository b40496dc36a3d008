"""Errors of strategies; all are the user's to mend (exit status 2)."""

from __future__ import annotations

from eventfolio.events.errors import InputError


class StrategyError(InputError):
    """A strategy that cannot be found, loaded or set up as asked."""
