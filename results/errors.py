"""What can be wrong with a run folder that is asked for (exit status 2)."""

from events.errors import InputError


class StoreError(InputError):
    """No run folder there, or one that cannot be read."""


class EvidenceError(InputError):
    """Returns, events or trials that no test can be made of, or options that do not fit together."""
