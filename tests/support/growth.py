"""How the cost of work grows with its size, whatever the machine's speed and load."""

from __future__ import annotations

import time
from collections.abc import Callable


def grows_linearly(work: Callable[[int], object], length: int) -> bool:
    """Whether four times the length costs nearer four times than sixteen times as much: least CPU time of three."""
    work(1000)  # what is made once

    def seconds(size: int) -> float:
        taken = []
        for _ in range(3):
            begun = time.process_time()
            work(size)
            taken.append(time.process_time() - begun)
        return min(taken)

    return seconds(length) < 10 * seconds(length // 4) + 0.5
