"""Finds price jumps that are errors: an unlisted split, a listed one that the prices lack, a misplaced decimal point.

Nothing here proves an error. Shares do fall by a third in a session, and a currency that is let go falls at once; what
is found is for a reader to judge, so each find has its date, both prices, and the split it looks like.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# The plainest splits move a price by -33 % (3 for 2) and +100 % (1 for 2). A session's own move of some per cent must
# not hide one, and falls and rises of 30 % on news must not look like one.
FALL, RISE = 0.69, 1.60
SLIP = 1.40  # out by so much and back: two daily limits of 30 %, up and down, stay below it
BAR = 2.0  # a bar's high above, or low below, both closes around it
RATE, RATE_SLIP = 1.50, 1.15  # a currency for good, and out and back
_SLIP_ROWS = 3
_BACK = {True: math.log(1.05), False: math.log(1.15)}  # how near the level before "back" is: rates, shares
_SPLITS = ((3, 2), (4, 3), (5, 2), (5, 3), (5, 4), *((n, 1) for n in (*range(2, 11), 12, 15, 20, 25, 30, 40, 50, 100)))
_LIKE = math.log(1.08)  # a move this near to a split's is like it


@dataclass(frozen=True)
class Jump:
    """A move from row `before` to row `at`; where it is a slip, the rows from `at` to before `back` are off.

    before, at, back : rows of the prices given; back is None for a move that stays
    """

    before: int
    at: int
    back: int | None = None


def jumps(prices: Floats, splits: Floats, paid: Floats, widest: Floats, is_rate: bool = False) -> list[Jump]:
    """Moves between neighbouring prices that are too wide, slips of up to three rows told as one.

    prices : known ones, ascending by date
    splits : new shares per old since the price before, 1 for none; paid: dividends a share since then
    widest : the widest rise of each row that needs no doubt, as a fraction; NaN: FALL and RISE decide
    """
    if len(prices) < 2:
        return []
    move = _moves(prices, splits, paid)
    level = move.cumsum()
    if is_rate:
        wide, slip = np.abs(move) > math.log(RATE), np.abs(move) > math.log(RATE_SLIP)
    else:
        with np.errstate(invalid="ignore"):
            bounded = (move > np.log1p(widest)) | (move < np.log1p(-np.minimum(widest, 0.99)))
        plain = (move < math.log(FALL)) | (move > math.log(RISE))
        wide, slip = np.where(np.isnan(widest), plain, bounded), np.abs(move) > math.log(SLIP)
    found, after = [], 0
    for at in np.flatnonzero(wide | slip).tolist():
        if at < after:
            continue
        back = (
            _back(level, at, move[at], math.log(RATE_SLIP if is_rate else SLIP), _BACK[is_rate]) if slip[at] else None
        )
        if back is not None or wide[at]:
            found.append(Jump(at - 1, at, back))
            after = at + 1 if back is None else back + 1
    return found


def _moves(prices: Floats, splits: Floats, paid: Floats) -> Floats:
    """Logarithms of each price over the one before, its splits taken out, and its dividends where that explains it."""
    before = np.concatenate([prices[:1], prices[:-1]])
    ratios = np.stack([prices * splits, (prices + paid) * splits, prices * splits + paid]) / before
    ratios[:, 0] = 1.0
    moves = np.log(ratios)
    calmest: Floats = moves[np.abs(moves).argmin(axis=0), np.arange(len(prices))]
    return calmest


def _back(level: Floats, at: int, move: float, least: float, near: float) -> int | None:
    """The row on which a level that moved at `at` is back where it was before."""
    for row in range(at + 1, min(at + 1 + _SLIP_ROWS, len(level))):
        away = level[row] - level[at - 1]
        if abs(away) <= near:
            return row
        if away * move < 0 or abs(away) < least:
            return None
    return None


def like_a_split(before: float, now: float) -> str:
    """The split that a move from one price to another looks like: "7 for 1"; "" where it looks like none."""
    ratio = math.log(before / now)
    plain = [(new, old) for new, old in _SPLITS if ratio > 0 or old == 1]
    distance, new, old = min((abs(abs(ratio) - math.log(new / old)), new, old) for new, old in plain)
    if distance > _LIKE or abs(ratio) < _LIKE:
        return ""
    return f"{new} for {old}" if ratio > 0 else f"{old} for {new}"


def far_off(opens: Floats, highs: Floats, lows: Floats, closes: Floats, splits: Floats) -> npt.NDArray[np.int64]:
    """Rows whose highest price is twice, or lowest half, of what they closed at and of the close before them.

    All on one row a known close; opens, highs and lows may be NaN. splits as for `jumps`.
    """
    before = np.concatenate([closes[:1], closes[:-1] / splits[1:]])
    highest, lowest = np.fmax(opens, highs), np.fmin(opens, lows)
    above = highest > BAR * np.maximum(closes, before)
    return np.flatnonzero(above | (lowest < np.minimum(closes, before) / BAR))
