"""How long a user waits: whole processes, medians of several, beside what part of a run takes how long.

python tests/benchmarks/command_line.py [RUNS]
"""

from __future__ import annotations

import cProfile
import pstats
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import history

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 5
COMMANDS = {
    "--help": ["--help"],
    "run --no-tearsheet": ["run", "--no-tearsheet"],
    "run": ["run"],
}


def main() -> None:
    print(f"| command | seconds, median of {RUNS} | least | most |\n|---|---|---|---|")
    medians: dict[str, dict[str, float]] = {"whole processes": {}, "parts of a run": {}}
    for name, arguments in COMMANDS.items():
        taken = [_seconds(arguments) for _ in range(RUNS + 1)][1:]  # the first warms the disk
        medians["whole processes"][name] = statistics.median(taken)
        print(f"| `eventfolio {name}` | {statistics.median(taken):.2f} | {min(taken):.2f} | {max(taken):.2f} |")
    print("\n| part of a run of the default study, one process | seconds |\n|---|---|")
    for name, seconds in _parts():
        medians["parts of a run"][name] = seconds
        print(f"| {name} | {seconds:.2f} |")
    history.record("command line", medians)


def _seconds(arguments: list[str]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        out = ["--out", folder] if arguments[0] == "run" else []
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "eventfolio", *arguments, *out], check=True, capture_output=True)
        return time.perf_counter() - began


def _parts() -> list[tuple[str, float]]:
    """Seconds of each part, in the order in which a run meets them."""
    found: list[tuple[str, float]] = []

    def timed(name: str, do: Callable[[], object]) -> object:
        began = time.perf_counter()
        done = do()
        found.append((name, time.perf_counter() - began))
        return done

    timed("imports (pandas, numpy, backtrader, pyarrow)", lambda: __import__("eventfolio.engine.backtest"))
    from datetime import date

    from eventfolio.engine.backtest import backtest
    from eventfolio.engine.market.market import read_market
    from eventfolio.engine.study.study import load_study
    from eventfolio.events.dprk_russia import STUDY
    from eventfolio.results.write_run import write_run

    study = timed("reading the study", lambda: load_study(STUDY))
    timed("reading prices and sessions, building the tape", lambda: read_market(study, date.today()))  # type: ignore[arg-type]
    profile = cProfile.Profile()
    record, runs = timed("ten strategies, twice each (with reading)", lambda: backtest(study))  # type: ignore[arg-type,misc]
    with tempfile.TemporaryDirectory() as folder:
        timed("writing tables and index", lambda: write_run(record, runs, Path(folder), tearsheets=False))
        timed("ten tearsheets (two processes, not warmed)", lambda: write_run(record, runs, Path(folder)))
    profile.runcall(backtest, study)
    stats = pstats.Stats(profile).sort_stats("tottime")
    stats.stream = sys.stderr  # type: ignore[attr-defined]
    stats.print_stats(12)
    return found


if __name__ == "__main__":
    main()
