"""Where things lie: the checkout, and what lies beside it where it is given."""

from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
PROJECT = TESTS.parent
SHARED = PROJECT.parent / "shared"
