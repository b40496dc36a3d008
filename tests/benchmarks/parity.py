"""Engine against reference on thousands of random markets: how many agree, lot by lot, order by order, to the cent.

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

import duel  # noqa: E402


def main(cases: int, first: int) -> int:
    agreed: Counter[str] = Counter()
    lots = wrong = 0
    began = time.perf_counter()
    for seed in range(first, first + cases):
        draw = duel.random_case if seed % 2 else duel.random_rules_case  # one row of costs; the markets' own rules
        case = draw(Random(seed))
        found = duel.differences(case)
        lots += len(duel.play_reference(case).trades)
        if found:
            wrong += 1
            print(f"seed {seed} ({case.spec.kind}): {found[0]}")
        else:
            agreed[case.spec.kind] += 1
    print(f"{sum(agreed.values())} of {cases} random cases agree ({lots} lots, {time.perf_counter() - began:.0f} s)")
    print(", ".join(f"{kind} {count}" for kind, count in sorted(agreed.items())))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000, int(sys.argv[2]) if len(sys.argv) > 2 else 10_000))
