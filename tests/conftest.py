"""No test asks Yahoo: those that need one ask the server of `yahoo_server`, which lifts this for itself.

What the engine keeps between runs (the kernel's machine code above all) is kept with pytest's own cache, so that it is
compiled once for all tests and processes, and the user's is left alone.
"""

import os
import signal

import pytest

os.environ["EVENTFOLIO_OFFLINE"] = "1"


def pytest_configure(config: pytest.Config) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in a shell's background
        signal.signal(signal.SIGINT, signal.default_int_handler)
    cache = getattr(config, "cache", None)  # missing with -p no:cacheprovider
    if cache is not None:
        os.environ.setdefault("EVENTFOLIO_CACHE", str(cache.mkdir("eventfolio")))
