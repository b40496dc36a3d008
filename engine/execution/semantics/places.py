"""Places of new records in the arrays of a state, which have room for so many."""

from __future__ import annotations


def next_place(used: int, capacity: int) -> int:
    """The place of a new record. Where there is none left the play ends at once: nothing is right from there on."""
    if used >= capacity:
        raise MemoryError("full")
    return used
