"""Compiles the kernel where no compiled copy is kept yet, and says so."""

from __future__ import annotations

from eventfolio.cli.printing.console import progress


def ready_kernel() -> None:
    """Have the kernel's machine code made, where this version's is not kept yet, and say so while it takes."""
    from eventfolio.engine.execution.kernel.library import is_ready, player

    if not is_ready():
        with progress() as bar:
            bar("compiling the kernel, once", 0, 1)
            player()
