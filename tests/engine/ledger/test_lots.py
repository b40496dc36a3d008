"""What each lot cost and brought, worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from eventfolio.engine.ledger import ledger as book
from eventfolio.engine.ledger.ledger import Ledger, Reason
from eventfolio.engine.ledger.lots import LotNumbers, lot_numbers

# Two listings on five dates: A in dollars, B in a currency at 0.5 for the books.
TAPE: Any = SimpleNamespace(
    symbols=("A", "B"),
    last=4,
    last_close=np.array([[10, 11, 12, 13, 14], [20, 20, 40, 40, 50]], float),
    fx_fill=np.ones((2, 5)),
    fx_book=np.array([[1, 1, 1, 1, 1], [0.5, 0.5, 0.5, 0.5, 0.25]], float),
)
HOME: Any = SimpleNamespace(
    opens=np.array([100, 110, 120, 130, 140], float),
    closes=np.array([101, 111, 121, 131, 150], float),
    at_close=np.array([102, 112, np.nan, 132, 152], float),
)


def numbers(
    fills: list[tuple[Any, ...]], lots: list[tuple[Any, ...]], home_benchmarks: dict[str, Any] | None = None
) -> LotNumbers:
    """fills : lot, row, column, side, shares, raw, price, fx, costs   lots : row, shares left, dividends, ended"""
    made = np.zeros(len(fills), book.FILL)
    for place, (lot, row, column, side, shares, raw, price, fx, costs) in enumerate(fills):
        made[place]["lot"], made[place]["row"], made[place]["column"], made[place]["side"] = lot, row, column, side
        made[place]["shares"], made[place]["raw"], made[place]["price"], made[place]["fx"] = shares, raw, price, fx
        # a quarter each, so that all four kinds are counted
        for kind in ("commission", "fees", "tax", "fx_cost"):
            made[place][kind] = costs / 4
        made[place]["reason"] = Reason.NEWS if side > 0 else Reason.TIME
    kept = np.array([(n, row, row, 0, 0, *rest) for n, (row, *rest) in enumerate(lots)], book.LOT)
    empty = [np.zeros(0, kind) for kind in (book.ORDER, book.EXTENSION, book.WAIT, book.HOLDING)]
    ledger = Ledger(empty[0], made, kept, empty[1], empty[2], empty[3], np.zeros(5), np.zeros(5))
    return lot_numbers(ledger, TAPE, home_benchmarks or {})


def one(found: LotNumbers, **wanted: Any) -> None:
    for name, value in wanted.items():
        assert getattr(found, name).tolist() == pytest.approx([value], nan_ok=True), name


def test_bought_and_sold_in_parts() -> None:
    # 60 at 10.1 and 40 at 11.1 (raw 10 and 11); sold 30 at 12.9 and 70 at 13.8 (raw 13 and 14)
    found = numbers(
        [
            (0, 0, 0, 1, 60, 10, 10.1, 1, 4), (0, 0, 1, 1, 40, 11, 11.1, 1, 4),
            (0, 0, 3, -1, 30, 13, 12.9, 1, 8), (0, 0, 4, -1, 70, 14, 13.8, 1, 8),
        ],
        [(0, 0.0, 0.0, -1)],
        {"A": HOME},
    )  # fmt: skip
    one(
        found, shares=100, sold=100, paid=606 + 444, got=387 + 966, paid_local=1050, got_local=1353, paid_raw=600 + 440,
        got_raw=390 + 980, marked=0, costs=24, first_buy=0, last_sale=3, entry=0, leave=4, is_open=False,
        pnl=1353 - 1050 - 24, index_return=140 / 100 - 1, excess_return=279 / 1050 - 0.4,
    )  # fmt: skip


def test_two_lots_of_one_listing_whose_fills_are_mixed() -> None:
    found = numbers(
        [
            (0, 0, 0, 1, 10, 10, 10, 1, 0), (1, 0, 1, 1, 5, 11, 11, 1, 1),
            (0, 0, 1, 1, 10, 11, 11, 1, 0), (1, 0, 2, -1, 5, 12, 12, 1, 1), (0, 0, 3, -1, 20, 13, 13, 1, 2),
        ],
        [(0, 0.0, 0.0, -1), (0, 0.0, 0.0, -1)],
        {"A": HOME},
    )  # fmt: skip
    assert found.shares.tolist() == [20, 5]
    assert found.paid.tolist() == [210, 55]
    assert found.got.tolist() == [260, 60]
    assert found.costs.tolist() == [2, 2]
    assert found.pnl.tolist() == [48, 3]
    assert (found.first_buy.tolist(), found.last_sale.tolist()) == ([0, 1], [4, 3])
    assert (found.entry.tolist(), found.leave.tolist()) == ([0, 1], [3, 2])
    assert found.index_return.tolist() == pytest.approx([130 / 100 - 1, 120 / 110 - 1])


def test_an_open_lot_is_worth_its_last_close() -> None:
    # B: 8 at 20, rate 0.4 at the fill; 3 sold at 40, rate 0.6; 5 left at 50, books at 0.25; index to its last close
    found = numbers(
        [(0, 1, 1, 1, 8, 20, 20, 0.4, 1), (0, 1, 2, -1, 3, 40, 40, 0.6, 2)], [(1, 5.0, 0.0, -1)], {"B": HOME}
    )
    one(
        found, shares=8, sold=3, paid=64, got=72, paid_local=160, got_local=120, marked=5 * 50 * 0.25, costs=3,
        is_open=True, last_sale=1, entry=1, pnl=72 + 62.5 - 64 - 3, index_return=150 / 110 - 1,
    )  # fmt: skip


def test_a_lot_never_sold_has_no_last_sale() -> None:
    found = numbers([(0, 0, 2, 1, 10, 12, 12, 1, 2)], [(0, 10.0, 0.0, -1)])
    one(found, sold=0, got=0, marked=140, last_sale=-1, leave=4, is_open=True, pnl=140 - 120 - 2)


def test_a_split_between_purchase_and_sale_multiplies_what_is_sold() -> None:
    # 10 at 12, then seven for one: 70 sold at 2
    found = numbers([(0, 0, 2, 1, 10, 12, 12, 1, 0), (0, 0, 4, -1, 70, 2, 2, 1, 0)], [(0, 0.0, 0.0, -1)])
    one(found, shares=10, sold=70, paid=120, got=140, pnl=20, is_open=False)


def test_a_consolidation_that_leaves_no_whole_share_ends_the_lot_in_cash() -> None:
    # 5 at 20 x 0.5; one for ten on column 3 pays the half share out: 9.75 in cash
    found = numbers([(0, 1, 1, 1, 5, 20, 20, 0.5, 1)], [(1, 0.0, 9.75, 3)], {"B": HOME})
    one(
        found, shares=5, sold=0, paid=50, got=0, marked=0, is_open=False, last_sale=-1, leave=3,
        pnl=9.75 - 50 - 1, index_return=130 / 110 - 1,
    )  # fmt: skip


def test_a_part_sold_before_the_consolidation_leaves_with_it() -> None:
    found = numbers(
        [(0, 1, 0, 1, 15, 20, 20, 0.5, 0), (0, 1, 1, -1, 10, 20, 20, 0.5, 0)], [(1, 0.0, 9.75, 3)], {"B": HOME}
    )
    one(found, shares=15, sold=10, last_sale=1, leave=3, pnl=9.75 + 100 - 150, index_return=0.3)


def test_dividends_in_cash_are_gain() -> None:
    found = numbers([(0, 0, 0, 1, 10, 10, 10, 1, 0), (0, 0, 2, -1, 10, 10, 10, 1, 0)], [(0, 0.0, 3.5, -1)])
    one(found, pnl=3.5)


def test_without_a_home_index_there_is_no_excess_return() -> None:
    fills = [(0, 0, 0, 1, 10, 10, 10, 1, 0), (1, 1, 0, 1, 10, 20, 20, 0.5, 0), (1, 1, 4, -1, 10, 50, 50, 0.25, 5)]
    found = numbers(fills, [(0, 10.0, 0.0, -1), (1, 0.0, 0.0, -1)], {"B": HOME})
    assert found.index_return.tolist() == pytest.approx([np.nan, 0.4], nan_ok=True)
    counted = found.figures(costs=5.0)
    assert (counted.opened, counted.closed_pnl, counted.costs) == (2, [20.0], 5.0)
    assert counted.excess == pytest.approx([20 / 100 - 0.4])  # of the one that has an index, open or closed


def test_no_lots_at_all() -> None:
    found = numbers([], [])
    assert all(len(getattr(found, name)) == 0 for name in LotNumbers.__dataclass_fields__)
    assert found.figures(0.0).opened == 0
