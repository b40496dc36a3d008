"""Which tests run, and what they share.

`make test` runs every test but those marked `prove`; of tests marked `sampled` it plays a sample. `make prove`
(`pytest --prove`) runs these two kinds alone, and plays all of the latter:

- random markets, of which `make test` draws a tenth: parity of engine and reference (5 x 120), of kernel and backtrader
  (100, 100, 220, 25, 25, 20), of the fast loop and backtrader's own (2 x 60, 5 x 25), figures of the kernel (60),
  properties of any market (10 x 40)
- every value of a record replaced by every other type; `make test` puts one in each place
- each forgery of a run folder by itself; `make test` looks for several at once
- whether the random markets meet everything that can happen to an order
- each of some hundred changes to the text of the rules, noticed by the reference; `make test` makes every third of them
- the arrays of moved calendars for four seeds a class; `make test` takes two
- every index of the kernel inside its array, on 121 markets
- machine code made anew: of changed rules, of a file cut off, in a folder that cannot be written, by two processes,
  before the processes of a sweep start
- one and two interrupts of a run that draws; `make test` sends forty
- placebo by kernel and backtrader on calendars shifted through half a year; `make test` shifts through two months
- placebo session by session through backtrader for two of three kinds of triggers; the kernel's for all in `make test`
- what a screen reader would miss on a wide page in the dark and on a narrow one in the light; `make test` looks at a
  wide one in the light and a narrow one in the dark
- a strategy without each event that had no part; `make test` takes every fifth of these
- the contract's studies with all their pages, and what their accounts add up to; the easier of the two wherever the
  harder one is played, too; and the study of companies from its own files
- the whole default study from Yahoo's prices; `make test` plays two of its strategies and themes
- each command into each closed stream; `make test` closes every stream of one, and one stream of every command
- a third setting that the studio keeps, played by the command line to the last digit
- a run of the whole default study without numba; `make test` runs one of its strategies
- powers and decays that only years of sessions round apart (kernel), ten thousand events, the sample simulated anew
- statistics that simulate how often they are wrong: planted effects of the event study, trials without skill
- workers and the scheduler of a cluster killed in mid sweep, and two processes that write one store of Yahoo's prices
- the pages of docs/ built into a site; `make test` follows their links and runs their examples
- hostile articles in linear time (three files of tests/events/article)
- of 300 pairs of equal strategies at most five in a hundred are marked; `make test` draws 60 sixes

No test asks Yahoo: those that need one ask the server of `yahoo_server`, which lifts this for itself. What the engine
keeps between runs (the kernel's machine code above all) is kept with pytest's own cache, so that it is compiled once
for all tests and processes, and the user's is left alone.
"""

import os
import signal
from functools import cache

import pytest
import typer.testing
from support import proof

os.environ["EVENTFOLIO_OFFLINE"] = "1"
# typer's runner makes the whole command line anew for each call, which takes longer than many a command: once is enough
typer.testing._get_command = cache(typer.testing._get_command)  # type: ignore[attr-defined]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--prove", action="store_true", help="run what is marked prove, and all of what is marked sampled")


def pytest_configure(config: pytest.Config) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in a shell's background
        signal.signal(signal.SIGINT, signal.default_int_handler)
    cache = getattr(config, "cache", None)  # missing with -p no:cacheprovider
    if cache is not None:
        os.environ.setdefault("EVENTFOLIO_CACHE", str(cache.mkdir("eventfolio")))
    proof.whole = config.getoption("prove")
    if not config.option.markexpr:
        config.option.markexpr = "prove or sampled" if proof.whole else "not prove"


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Have the kernel compiled before pytest-xdist starts its workers: each would compile it."""
    if getattr(session.config.option, "numprocesses", None):
        from eventfolio.engine.execution.kernel.library import player

        player()
