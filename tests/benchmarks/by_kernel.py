"""Ours through the compiled kernel.

python tests/benchmarks/by_kernel.py W1 [repeats]
"""

from __future__ import annotations

import sys

from timing import arguments, print_row
from workloads import Workload, workload


class NoKernel(Exception):
    """There is no kernel to time."""


def kernel_seconds(work: Workload) -> tuple[float, float]:
    """Seconds that all runs of a workload take in the kernel, and the final equity of the first.

    Raises: NoKernel
    """
    raise NoKernel("This version has no compiled kernel, so there is nothing to time.")


def main(name: str, repeats: int) -> None:
    work = workload(name)
    first, _ = kernel_seconds(work)
    taken = [kernel_seconds(work) for _ in range(repeats)]
    print_row([seconds for seconds, _ in taken], taken[-1][1], first=first)


if __name__ == "__main__":
    try:
        main(*arguments(7))
    except NoKernel as missing:
        sys.exit(str(missing))
