"""What must hold on any market: no look-ahead, honest cash, and nothing that should not matter does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import numpy as np
import pytest
from support import duel
from support import reference as ref
from support.proof import random_markets

from eventfolio.engine.execution import rules


@random_markets(40)
def test_no_fill_comes_before_its_event_was_known(seed: int) -> None:
    played = duel.play_engine(duel.random_case(Random(seed)))
    for fill in played.ledger.fills:
        trigger = int(played.ledger.lots["trigger"][fill["lot"]])
        known = played.schedule.triggers[trigger].known_at
        opened = int(played.tape.opens_at[fill["row"], fill["column"]])
        assert known is None or known.timestamp() * 1e9 < opened


@random_markets(40)
def test_cutting_the_future_off_changes_nothing_before_it(seed: int) -> None:
    random = Random(seed)
    case = duel.random_case(random)
    last = random.choice(duel.DAYS[20:55])
    whole, cut = duel.play_engine(case), duel.play_engine(_cut(case, last))
    dates = len(cut.ledger.equity)
    assert np.array_equal(whole.ledger.equity[:dates], cut.ledger.equity)
    assert np.array_equal(whole.ledger.cash[:dates], cut.ledger.cash)
    before = whole.tape.dates[whole.ledger.fills["column"]] <= np.datetime64(last)
    assert _fills(whole, before) == _fills(cut, np.ones(len(cut.ledger.fills), bool))


@random_markets(40)
def test_twice_the_prices_and_cash_make_twice_the_money(seed: int) -> None:
    case = duel.random_case(Random(seed))
    doubled = replace(case, market=_scaled(case.market, 2.0), cash=case.cash * 2)
    one, two = duel.play_engine(case), duel.play_engine(doubled)
    assert np.allclose(2 * one.ledger.equity, two.ledger.equity, rtol=1e-12)
    assert np.array_equal(one.ledger.fills["shares"], two.ledger.fills["shares"])


@random_markets(40)
def test_the_order_of_symbols_events_and_themes_changes_nothing(seed: int) -> None:
    case = duel.random_case(Random(seed))
    shuffled = replace(
        case,
        market=replace(case.market, listings=dict(reversed(case.market.listings.items()))),
        events=list(reversed(case.events)),
        themes={theme: list(reversed(symbols)) for theme, symbols in reversed(case.themes.items())},
    )
    assert duel.play_engine(case).ledger == duel.play_engine(shuffled).ledger


@random_markets(40)
def test_an_irrelevant_symbol_theme_or_event_changes_nothing(seed: int) -> None:
    case = duel.random_case(Random(seed))
    case.spec.themes = case.spec.themes or ("t", "u")
    stranger = replace(case.market.listings["A"], symbol="Z")
    more = replace(
        case,
        market=replace(case.market, listings={**case.market.listings, "Z": stranger}),
        themes={**case.themes, "zzz": ["Z"]},
        events=[*case.events, ref.Ev("noise", duel.at_noon(duel.DAYS[8]), ("zzz",))],
    )
    one, two = duel.play_engine(case), duel.play_engine(more)
    assert np.array_equal(one.ledger.equity, two.ledger.equity)
    assert _fills(one, slice(None)) == _fills(two, slice(None))


@random_markets(40)
def test_cash_is_never_negative_and_equity_is_cash_plus_positions(seed: int) -> None:
    played = duel.play_engine(duel.random_case(Random(seed)))
    ledger = played.ledger
    assert (ledger.cash >= 0).all()
    held = np.zeros(len(ledger.equity))
    np.add.at(held, ledger.holdings["column"] - played.tape.first, ledger.holdings["value"])
    assert ledger.equity == pytest.approx(ledger.cash + held, rel=1e-12)
    assert (ledger.holdings["shares"] > 0).all()


@random_markets(40)
def test_fills_keep_to_lots_volume_and_the_bar(seed: int) -> None:
    played = duel.play_engine(duel.random_case(Random(seed)))
    tape, used = played.tape, {}
    for fill in played.ledger.fills:
        row, column = int(fill["row"]), int(fill["column"])
        assert tape.has_bar[row, column]
        used[row, column] = used.get((row, column), 0.0) + fill["shares"]
        if fill["side"] > 0:
            assert fill["shares"] % tape.lot[row, column] == 0
        high, low = tape.high[row, column], tape.low[row, column]
        assert not fill["price"] > high
        assert not fill["price"] < low
    for (row, column), shares in used.items():
        assert not shares > tape.volume[row, column] * tape.rules.volume_share[tape.market[row], column] + 1e-6


@random_markets(40)
def test_under_the_markets_rules_fills_keep_to_price_steps_bars_and_locks(seed: int) -> None:
    played = duel.play_engine(duel.random_rules_case(Random(seed)))
    tape = played.tape
    for fill in played.ledger.fills:
        row, column, price = int(fill["row"]), int(fill["column"]), float(fill["price"])
        low, high = tape.low[row, column], tape.high[row, column]
        assert not price > high
        assert not price < low
        bands = tape.tick_bands[tape.tick_table[row, column]] if tape.tick_table[row, column] >= 0 else ()
        below_a_step = (
            fill["side"] < 0 and price < rules.tick_at(price, bands) if bands else True
        )  # such a sale keeps it
        if not below_a_step and price not in (low, high):
            steps = price / rules.tick_at(price, bands)
            assert steps == pytest.approx(round(steps), abs=1e-6)
        assert not (tape.locked_up if fill["side"] > 0 else tape.locked_down)[row, column]
        assert tape.volume[row, column] != 0


@random_markets(40)
def test_what_was_bought_in_china_today_is_not_sold_today(seed: int) -> None:
    case = replace(duel.random_rules_case(Random(seed)), dividends="cash")  # reinvested shares are no purchase
    case.spec.kind, case.spec.themes, case.spec.stop, case.spec.patience = (
        "drift",
        None,
        0.005,
        5,
    )  # levels soon touched
    played = duel.play_engine(case)
    tape = played.tape
    for lot in played.ledger.lots[[tape.t_plus_one[row] for row in played.ledger.lots["row"]]]:
        fills = played.ledger.fills[played.ledger.fills["lot"] == lot["lot"]]
        for column in set(fills["column"].tolist()):
            today = fills[fills["column"] == column]
            sold = today["shares"][today["side"] < 0].sum()
            before = fills[fills["column"] < column]
            factor = tape.split_factor[lot["row"], column] / tape.split_factor[lot["row"], before["column"]]
            held = (before["side"] * before["shares"] * factor).sum()
            assert sold <= held + 1e-6


@random_markets(40)
def test_gains_less_costs_are_the_change_of_equity_and_split_exactly(seed: int) -> None:
    case = replace(duel.random_rules_case(Random(seed)), cash_rate=0.0)
    played = duel.play_engine(case)
    trades = played.trades
    parts = trades["pnl_local"] + trades["pnl_currency"] - trades["costs"] + trades["dividends"]
    assert parts.to_numpy() == pytest.approx(trades["pnl"].to_numpy(), abs=1e-6)
    kinds = trades["commission"] + trades["fees"] + trades["tax"] + trades["fx_cost"]
    assert kinds.to_numpy() == pytest.approx(trades["costs"].to_numpy(), abs=1e-9)
    assert trades["pnl"].sum() == pytest.approx(played.ledger.equity[-1] - case.cash, abs=1e-3)


def _cut(case: duel.Case, last: date) -> duel.Case:
    listings = {
        symbol: replace(
            x,
            bars={day: bar for day, bar in x.bars.items() if day <= last},
            splits={day: ratio for day, ratio in x.splits.items() if day <= last},
            dividends={day: cash for day, cash in x.dividends.items() if day <= last},
        )
        for symbol, x in case.market.listings.items()
    }
    if not all(listing.bars for listing in listings.values()):
        return _cut(case, duel.DAYS[duel.DAYS.index(last) + 1])  # a listing that has not begun has no table at all
    fx = {
        currency: {day: rate for day, rate in rates.items() if day <= last}
        for currency, rates in case.market.fx.items()
    }
    return replace(case, market=replace(case.market, listings=listings, fx=fx), end=last)


def _scaled(market: ref.Market, by: float) -> ref.Market:
    listings = {
        symbol: replace(
            x,
            bars={day: (*(None if p is None else p * by for p in bar[:4]), bar[4]) for day, bar in x.bars.items()},
            dividends={day: cash * by for day, cash in x.dividends.items()},
        )
        for symbol, x in market.listings.items()
    }
    return replace(market, listings=listings)


def _fills(played: duel.Played, which: object) -> list[tuple[object, ...]]:
    """Fills by what they are, not by the row and number that other listings give them."""
    return [
        (
            played.tape.symbols[int(f["row"])],
            str(played.tape.dates[f["column"]]),
            int(f["side"]),
            float(f["shares"]),
            float(f["price"]),
        )
        for f in played.ledger.fills[which]  # type: ignore[index]
    ]
