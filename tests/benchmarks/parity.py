"""Random markets through every way there is of playing a plan: how many agree.

- the slow reference against the engine: lot by lot, order by order, to the cent
- backtrader's own loop, and the compiled kernel, against the engine's backtrader without idle work: bit by bit, every
  table of the ledger; these also on classes drawn from all parts (`wild`), which the reference does not know

python tests/benchmarks/parity.py [CASES] [FIRST SEED]
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS.parent), str(TESTS)]  # the packages first: tests/ has folders of the same names

from support import duel, ending, wild  # noqa: E402

DRAWS = (
    duel.random_case,  # one row of costs
    duel.random_rules_case,  # the markets' own rules
    wild.wild_case,  # any parts
    duel.random_company_case,  # listings, facts, releases and slots
    duel.random_closing_case,  # the same bought at closes
    duel.random_early_case,  # with an exchange that opens before the books and rates of the date before
    ending.ending_case,  # all of these but the third, on markets of which listings end
    ending.wild_ending_case,  # any parts on these
)
WAYS = ("reference, to the cent", "backtrader's own loop, to the bit", "kernel, to the bit")


def disagreements(case: duel.Case) -> dict[str, list[str]]:
    """What each other way makes otherwise of a case than the engine does; without those that do not play it."""
    setup = duel.setup_of(case)
    ledger = setup.play()
    found = {} if case.strategy else {WAYS[0]: duel.differences(case)}
    return found | {
        WAYS[1]: duel.unequal(ledger, setup.play(fast=False)),
        WAYS[2]: duel.unequal(ledger, setup.play_in_kernel()),
    }


def main(cases: int, first: int) -> int:
    agreed: Counter[str] = Counter()
    played: Counter[str] = Counter()
    began = time.perf_counter()
    for seed in range(first, first + cases):
        for way, found in disagreements(DRAWS[seed % len(DRAWS)](Random(seed))).items():
            played[way] += 1
            agreed[way] += not found
            if found:
                print(f"seed {seed}, {way}: {found[0]}", flush=True)
    print(f"{cases} random cases in {time.perf_counter() - began:.0f} s. Agreeing with the engine:")
    for way in WAYS:
        print(f"  {agreed[way]} of {played[way]}  {way}")
    return 0 if agreed == played else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000, int(sys.argv[2]) if len(sys.argv) > 2 else 10_000))
