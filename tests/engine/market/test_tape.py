"""The tape: tables, sessions, rates and rules of several markets laid on one line of dates, by hand."""

from __future__ import annotations

import math
import pickle
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from eventfolio.engine.errors import PriceError
from eventfolio.engine.market.build_tape import build_tape
from eventfolio.engine.market.prices import PriceTable, as_table
from eventfolio.engine.market.rulebook.costs import CostRow
from eventfolio.engine.market.sessions import Sessions
from eventfolio.engine.market.tape import Tape
from eventfolio.events import Security

MON, TUE, WED, THU, FRI = (f"2025-06-0{day}" for day in range(2, 7))
WEEK = (MON, TUE, WED, THU, FRI)
HOURS = {"XKRX": (0, 6), "XNYS": (14, 21), "XSHE": (1, 7), "XSHG": (1, 7), "XTKS": (0, 6)}
ABROAD = {"XKRX": "KRW", "XSHE": "CNY", "XSHG": "CNY", "XTKS": "JPY"}
NAN = math.nan


def sessions(exchange: str, days: tuple[str, ...] = WEEK) -> Sessions:
    """Of an exchange; its numbers count from 2025-05-29, which is session 0."""
    dates = np.array(("2025-05-29", "2025-05-30", *days), "datetime64[D]")
    midnight = dates.astype("datetime64[ns]").astype(np.int64)
    opens, closes = (midnight + hour * 3600 * 10**9 for hour in HOURS[exchange])
    return Sessions(dates, opens, closes)


def table(symbol: str, rows: dict[str, Any], adjusted: Any = "none", **more: Any) -> PriceTable:
    """Rows of (open, high, low, close, volume[, dividend, split]), or of one price."""
    full = [
        (*row, 0.0, 0.0)[:7] if isinstance(row, tuple) else (row, row, row, row, 1000, 0.0, 0.0)
        for row in rows.values()
    ]
    columns = ["open", "high", "low", "close", "volume", "dividends", "splits"]
    frame = as_table(pd.DataFrame(full, columns=columns).assign(date=list(rows)), symbol)
    return PriceTable(symbol, frame, adjusted, **more)


def security(symbol: str, exchange: str = "XNYS", lot: int = 1, kind: Any = "share") -> Security:
    currency: Any = ABROAD.get(exchange, "USD")
    return Security(symbol=symbol, name=symbol, exchange=exchange, currency=currency, lot=lot, kind=kind)  # type: ignore[arg-type]


def build(
    *listings: tuple[Security, PriceTable],
    days: dict[str, tuple[str, ...]] | None = None,
    start: str = MON,
    end: str = FRI,
    costs: Any = None,
    rates: dict[str, dict[str, float]] | None = None,
) -> Tape:
    tables = {security.symbol: prices for security, prices in listings}
    for currency in {"KRW", "CNY", "JPY"}:
        given = (rates or {}).get(currency, {"2025-05-29": 1000.0, "2025-05-30": 1000.0})
        tables[f"{currency}=X"] = table(f"{currency}=X", dict(given))
    exchanges = {security.exchange for security, _ in listings}
    known = {exchange: sessions(exchange, (days or {}).get(exchange, WEEK)) for exchange in exchanges}
    chosen = [security for security, _ in listings]
    return build_tape(chosen, tables, known, date.fromisoformat(start), date.fromisoformat(end), "USD", costs)


def one(rows: dict[str, Any], **more: Any) -> Tape:
    """A tape of one listing in New York."""
    return build((security("A"), table("A", rows)), **more)


def dates(tape: Tape) -> list[str]:
    return [str(day) for day in tape.dates]


def known(values: np.ndarray) -> list[float | None]:
    return [None if math.isnan(value) else float(value) for value in values]


def utc(day: str, hour: int) -> int:
    return int(datetime.fromisoformat(f"{day}T{hour:02}:00:00").replace(tzinfo=UTC).timestamp()) * 10**9


# --- dates --------------------------------------------------------------------------------------------------------


def test_the_dates_are_those_on_which_any_market_has_a_session() -> None:
    tape = build(
        (security("KR", "XKRX"), table("KR", dict.fromkeys(WEEK, 10.0))),
        (security("US"), table("US", dict.fromkeys(WEEK, 10.0))),
        days={"XKRX": (MON, WED), "XNYS": (MON, TUE, FRI)},
    )
    assert dates(tape) == [MON, TUE, WED, FRI]
    assert (tape.session[tape.row("KR")] >= 0).tolist() == [True, False, True, False]
    assert (tape.session[tape.row("US")] >= 0).tolist() == [True, True, False, True]
    assert tape.session[tape.row("KR")].tolist() == [2, -1, 3, -1]  # counted by the exchange itself


def test_history_before_the_window_is_on_the_tape_and_the_window_is_marked() -> None:
    tape = one({"2025-05-30": 9.0, MON: 10.0}, start=TUE, end=THU)
    assert dates(tape) == ["2025-05-30", MON, TUE, WED, THU]
    assert (tape.first, tape.last) == (2, 4)
    assert one({WED: 10.0}).first == 0  # a table that begins later does not shorten the window
    assert dates(one({WED: 10.0})) == list(WEEK)


def test_a_window_that_begins_and_ends_on_days_without_a_session_holds_those_within() -> None:
    tape = one(dict.fromkeys(WEEK, 10.0), days={"XNYS": (MON, WED, THU)}, start=TUE, end=FRI)
    assert (dates(tape)[tape.first], dates(tape)[tape.last]) == (WED, THU)


def test_opens_and_closes_are_instants_and_none_where_the_exchange_is_shut() -> None:
    tape = one(dict.fromkeys(WEEK, 10.0), days={"XNYS": (MON, WED)})
    assert tape.opens_at[0].tolist() == [utc(MON, 14), utc(WED, 14)]
    both = build(
        (security("KR", "XKRX"), table("KR", dict.fromkeys(WEEK, 10.0))),
        (security("US"), table("US", dict.fromkeys(WEEK, 10.0))),
        days={"XKRX": (MON, TUE), "XNYS": (TUE,)},
    )
    assert both.opens_at[both.row("US")].tolist() == [-1, utc(TUE, 14)]
    assert both.books_at.tolist() == [utc(MON, 6), utc(TUE, 21)]  # the last close of any market


def test_markets_of_a_date_open_in_order_and_those_of_one_instant_together() -> None:
    prices = dict.fromkeys(WEEK, 10.0)
    tape = build(
        (security("C", "XSHE"), table("C", prices)),
        (security("K", "XKRX"), table("K", prices)),
        (security("T", "XTKS"), table("T", prices)),
        (security("U"), table("U", prices)),
        days={"XSHE": (MON, TUE), "XKRX": (MON,), "XTKS": (MON, TUE), "XNYS": (MON, TUE)},
    )
    named = [["".join(tape.symbols[row] for row in instant) for instant in day] for day in tape.openings]
    assert named == [["KT", "C", "U"], ["T", "C", "U"]]


# --- bars ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bar", "trades", "close_only"),
    [
        ((10, 11, 9, 10, 500), True, False),
        ((10, 11, 9, 10, 0), False, False),  # nobody traded
        ((10, 11, 9, 10, NAN), True, False),  # volume unknown is not zero
        ((NAN, 11, 9, 10, 500), False, False),  # no open
        ((NAN, NAN, NAN, 10, 500), True, True),
        ((NAN, NAN, NAN, 10, NAN), True, True),
        ((NAN, NAN, NAN, 10, 0), False, False),
        ((NAN, NAN, NAN, NAN, NAN), False, False),
        ((10, NAN, NAN, NAN, 500), True, False),
        ((10, 11, NAN, 10, 500), True, False),
    ],
)
def test_a_listing_trades_where_its_open_or_its_only_price_is_known_and_there_is_volume(
    bar, trades, close_only
) -> None:
    tape = one({MON: bar})
    assert (bool(tape.has_bar[0, 0]), bool(tape.close_only[0, 0])) == (trades, close_only)
    assert not tape.has_bar[0, 1:].any()  # no bar at all


def test_a_bar_on_a_day_its_exchange_was_shut_is_left_out() -> None:
    tape = build(
        (security("KR", "XKRX"), table("KR", dict.fromkeys(WEEK, 99.0))),
        (security("US"), table("US", dict.fromkeys(WEEK, 10.0))),
        days={"XKRX": (MON,), "XNYS": (MON, TUE)},
    )
    assert known(tape.close[tape.row("KR")]) == [99, None]
    assert known(tape.last_close[tape.row("KR")]) == [99, 99]


def test_the_last_close_is_carried_and_never_comes_from_after_its_date() -> None:
    tape = one({TUE: (10, 11, 9, 10.5, 5), THU: (NAN, NAN, NAN, NAN, 5), FRI: 12.0})
    assert known(tape.last_close[0]) == [None, 10.5, 10.5, 10.5, 12]


def test_an_unknown_cell_stays_unknown() -> None:
    tape = one({MON: (10, NAN, 9, NAN, NAN)})
    assert [known(getattr(tape, name)[0])[0] for name in ("open", "high", "low", "close", "volume")] == [
        10, None, 9, None, None,
    ]  # fmt: skip


# --- corporate actions --------------------------------------------------------------------------------------------


def test_a_split_divides_the_closes_carried_past_it_and_counts_from_the_first_bar_on() -> None:
    tape = one({MON: 70.0, TUE: 77.0, WED: (NAN, NAN, NAN, NAN, NAN, 0.0, 7.0), THU: 12.0})
    assert tape.split[0].tolist() == [1, 1, 7, 1, 1]
    assert tape.split_factor[0].tolist() == [1, 1, 7, 7, 7]
    assert known(tape.last_close[0]) == pytest.approx([70, 77, 11, 12, 12])


def test_closes_known_before_a_date_are_on_that_date_s_share() -> None:
    tape = one({MON: 70.0, TUE: (NAN, 90, 80, NAN, 5), WED: 77.0, THU: (12, 12, 12, 12, 5, 0.0, 7.0), FRI: 13.0})
    assert tape.known_closes(0, before=3, count=5).tolist() == pytest.approx([10, 11])  # for Thursday's open
    assert tape.known_closes(0, before=4, count=2).tolist() == pytest.approx([11, 12])
    assert tape.known_closes(0, before=2, count=5).tolist() == [70]
    assert tape.known_closes(0, before=0, count=5).tolist() == []


def test_an_action_on_a_day_without_a_session_takes_effect_at_the_next_one() -> None:
    rows = {MON: 100.0, TUE: (50, 50, 50, 50, 5, 1.5, 2.0), WED: (50, 50, 50, 50, 5, 0.5, 0.0), THU: 51.0}
    tape = build(
        (security("KR", "XKRX"), table("KR", rows)),
        (security("US"), table("US", dict.fromkeys(WEEK, 10.0))),
        days={"XKRX": (MON, THU), "XNYS": WEEK},
    )
    row = tape.row("KR")
    assert tape.split[row].tolist() == [1, 1, 1, 2, 1]
    assert tape.dividend[row].tolist() == [0, 0, 0, 2.0, 0]
    assert tape.actions == {3: [row]}
    assert known(tape.last_close[row]) == [100, 100, 100, 51, 51]


def test_prices_adjusted_already_have_no_lots_and_only_the_actions_that_are_not_in_them() -> None:
    rows = {MON: 100.0, TUE: (50, 50, 50, 50, 5, 1.0, 2.0)}
    for adjusted, lot, split, dividend in (("none", 100, 2.0, 1.0), ("split", 1, 1.0, 1.0), ("total", 1, 1.0, 0.0)):
        tape = build((security("A", lot=100), table("A", rows, adjusted)))
        assert set(tape.lot[0].tolist()) == {lot}
        assert (tape.split[0, 1], tape.dividend[0, 1]) == (split, dividend)


def test_of_a_gross_dividend_the_market_s_part_is_withheld() -> None:
    rows = {MON: 100.0, TUE: (90, 90, 90, 90, 5, 10.0, 0.0)}
    net, gross = (
        build((security("T", "XTKS"), table("T", rows, dividends=kind))).dividend[0, 1] for kind in ("net", "gross")
    )
    assert net == 10
    assert gross == pytest.approx(10 * (1 - 0.15315))


# --- rates and rules ----------------------------------------------------------------------------------------------


def test_fills_use_the_rate_of_the_weekday_before_and_the_books_the_date_s_own() -> None:
    listing = (security("KR", "XKRX"), table("KR", dict.fromkeys(WEEK, 10.0)))
    tape = build(listing, rates={"KRW": {"2025-05-30": 1000.0, MON: 1250.0, TUE: 1600.0}})
    assert (1 / tape.fx_fill[0]).tolist() == pytest.approx([1000, 1250, 1600, 1600, 1600])
    assert (1 / tape.fx_book[0]).tolist() == pytest.approx([1250, 1600, 1600, 1600, 1600])
    assert [str(day) for day in tape.fx_row[0]] == ["2025-05-30", MON, TUE, TUE, TUE]
    assert (tape.foreign, tape.currencies) == ((True,), ("KRW",))


def test_a_currency_without_rates_is_refused() -> None:
    listing = security("KR", "XKRX")
    with pytest.raises(PriceError, match=r"add KRW=X\.csv"):
        build_tape(
            [listing],
            {"KR": table("KR", {MON: 1.0})},
            {"XKRX": sessions("XKRX")},
            date(2025, 6, 2),
            date(2025, 6, 6),
            "USD",
            None,
        )


def test_rules_stand_by_market_in_fractions_of_value() -> None:
    prices = dict.fromkeys(WEEK, 10.0)
    tape = build(
        (security("C", "XSHE"), table("C", prices)),
        (security("K", "XKRX"), table("K", prices)),
        (security("U"), table("U", prices)),
    )
    rules = {symbol: tape.market[tape.row(symbol)] for symbol in "CKU"}
    assert tape.rules.sell_tax[rules["K"]].tolist() == pytest.approx([15e-4] * 5)
    assert tape.rules.sell_tax[rules["C"]].tolist() == pytest.approx([5e-4] * 5)
    assert tape.rules.slippage[rules["U"]].tolist() == pytest.approx([5e-4] * 5)
    assert tape.rules.commission_min[rules["C"]].tolist() == [5.0] * 5  # money, not a fraction
    assert dict(zip(tape.symbols, tape.t_plus_one, strict=True)) == {"C": True, "K": False, "U": False}


def test_seoul_s_tax_follows_the_second_session_after_the_trade() -> None:
    year_end = ("2024-12-24", "2024-12-26", "2024-12-27", "2024-12-30", "2025-01-02", "2025-01-03")
    midnight = np.array(year_end, "datetime64[ns]").astype(np.int64)
    known_sessions = Sessions(np.array(year_end, "datetime64[D]"), midnight, midnight + 1)
    tables = {"K": table("K", {"2024-12-24": 10.0}), "KRW=X": table("KRW=X", {"2024-12-20": 1000.0})}
    tape = build_tape(
        [security("K", "XKRX")], tables, {"XKRX": known_sessions}, date(2024, 12, 24), date(2024, 12, 30), "USD", None
    )
    # the 26th settles on the 30th, the 27th on the 2nd of January
    assert (tape.rules.sell_tax[0] * 1e4).tolist() == pytest.approx([18, 18, 15, 15])


def test_price_steps_and_limits_are_those_of_raw_prices_of_shares() -> None:
    def rules(
        costs: Any = None, kind: str = "share", adjusted: str = "none", exchange: str = "XKRX"
    ) -> tuple[bool, bool]:
        listing = security("K", exchange, kind=kind)
        rows = {MON: 10.0, TUE: 13.0, WED: 16.0, THU: 16.0, FRI: 16.0}  # at the upper limits, in steps of 1
        tape = build((listing, table("K", rows, adjusted)), costs=costs)
        return bool((tape.tick_table[0] >= 0).all()), bool(tape.locked_up[0, 1])

    assert rules() == (True, True)
    assert rules({"XKRX": CostRow(commission_bps=1.0)}) == (True, True)
    assert rules(kind="fund") == (False, False)
    assert rules(adjusted="total") == (False, False)
    assert rules(CostRow(commission_bps=1.0)) == (False, False)  # one row stands for all of a market's rules
    assert rules("none") == (False, False)
    assert rules(exchange="XNYS", kind="fund") == (True, False)


def locked(
    rows: dict[str, Any], exchange: str = "XKRX", kind: Any = "share", symbol: str = "K"
) -> tuple[str, str, str]:
    """The weekdays (1 to 5) on which nothing can be bought, nothing sold, and the limit on file was left."""
    tape = build((security(symbol, exchange, kind=kind), table(symbol, rows)))
    found = (tape.locked_up, tape.locked_down, tape.beyond_limit)
    return tuple("".join(str(day + 1) for day in np.flatnonzero(days[0])) for days in found)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("bar", "expected"),
    [
        (13_000.0, ("2", "", "")),  # all day at the upper limit of 10,000 x 1.3
        (13_010.0, ("2", "", "")),  # beyond it
        (12_990.0, ("", "", "")),
        (7_000.0, ("", "2", "")),
        (3_500.0, ("", "2", "")),
        ((13_000, 13_000, 12_990, 13_000, 5), ("", "", "")),  # at the limit, with a range
        ((13_000, 13_010, 12_990, 13_000, 5), ("", "", "2")),  # one price beyond it proves another limit
        ((8_000, 8_000, 6_990, 7_000, 5), ("", "", "2")),
        ((25_000, 25_500, 24_800, 25_000, 5), ("", "", "2")),
        ((13_000, 13_000, 13_000, 13_000, 0), ("", "", "")),  # nobody traded
        ((13_000, NAN, 13_000, 13_000, 5), ("", "", "")),  # a high unknown may be another price
        ((15_000, NAN, NAN, 15_000, 5), ("", "", "2")),
        ((NAN, NAN, NAN, 15_000, 5), ("", "", "")),  # a close alone is held against nothing
        ((13_000.0001, 13_000, 13_000, 13_000, 5), ("2", "", "")),  # vendors round
    ],
)
def test_a_bar_of_one_price_at_or_beyond_its_limit_is_locked_and_one_with_a_range_proves_another(bar, expected) -> None:
    assert locked({MON: 10_000.0, TUE: bar}) == expected


def test_limits_hang_from_the_last_close_on_the_share_of_the_date() -> None:
    assert locked({MON: 10_000.0, THU: 13_000.0}) == ("4", "", "")  # two sessions without a bar
    assert locked({MON: 21_000.0, TUE: (3_900, 3_900, 3_900, 3_900, 5, 0.0, 7.0)}) == ("2", "", "")  # 3,000 x 1.3
    assert locked({MON: 13_000.0}) == ("", "", "")  # no close before
    dividend = {MON: 10.5, TUE: (11.0, 11.0, 11.0, 11.0, 5, 0.5, 0.0)}
    assert locked(dividend, "XSHE") == ("2", "", "")  # in China off 10.00; undiminished the limit is 11.55
    assert locked(dividend, "XTKS") == ("", "", "")  # 10.5 + 30
    assert locked({MON: 10.0, TUE: 30.0}, "XNYS") == ("", "", "")  # no daily limit


@pytest.mark.parametrize(
    ("symbol", "exchange", "close", "expected"),
    [
        ("300001.SZ", "XSHE", 12.0, ("2", "", "")),  # ChiNext: 20 %
        ("301001.SZ", "XSHE", 11.0, ("", "", "")),
        ("302001.SZ", "XSHE", 8.0, ("", "2", "")),
        ("688001.SS", "XSHG", 12.0, ("2", "", "")),  # STAR
        ("689009.SS", "XSHG", 11.0, ("", "", "")),
        ("600001.SS", "XSHG", 11.0, ("2", "", "")),  # the main boards: 10 %
        ("000001.SZ", "XSHE", 9.0, ("", "2", "")),
        ("688001.SZ", "XSHE", 11.0, ("2", "", "")),  # no board of Shenzhen's
    ],
)
def test_a_board_s_listing_is_locked_at_its_board_s_limit(symbol, exchange, close, expected) -> None:
    assert locked({MON: 10.0, TUE: close}, exchange, symbol=symbol) == expected


def test_a_listing_that_is_seen_to_begin_has_no_limit_in_its_first_five_sessions() -> None:
    days = ("2025-06-02", "2025-06-03", "2025-06-04", "2025-06-05", "2025-06-06", "2025-06-09", "2025-06-10")
    ups = [round(10.0 * 1.5**n, 2) for n in range(7)]  # every day all day half as much again

    def locks(symbol: str, rows: list[str], start: str = days[0], first: str = "A") -> str:
        exchange = "XSHE" if symbol.endswith("SZ") else "XSHG"
        listings = [(security(symbol, exchange), table(symbol, dict(zip(rows, ups, strict=False))))]
        if first != "A":
            listings.append((security("600000.SS", "XSHG"), table("600000.SS", {first: 10.0})))
        known = {exchange: days, "XSHG": days}
        tape = build(*listings, days=known, start=start, end=days[-1])
        return "".join(str(days.index(str(day)) + 1) for day in tape.dates[tape.locked_up[tape.row(symbol)]])

    for symbol in ("600001.SS", "001001.SZ", "688001.SS", "301001.SZ"):
        assert locks(symbol, list(days[1:])) == "7"  # listed on the second date, free to the sixth
        assert locks(symbol, list(days)) == "234567"  # from the tape's first date on: it may be an old one
    assert locks("600001.SS", list(days[1:]), start=days[2]) == "34567"
    assert locks("600001.SS", list(days[1:]), start=days[2], first=days[0]) == "7"  # another listing begins before it
    assert locks("600001.SS", [*days[1:3], *days[5:]]) == "7"  # sessions count, whether it traded or not


def test_a_listing_that_begins_on_its_exchange_s_first_session_is_not_seen_to_begin() -> None:
    """As after the holidays of October, where a file of Seoul begins days before one of Shanghai."""
    closes = dict(zip(("2025-06-04", "2025-06-05", "2025-06-06"), (10.0, 11.0, 12.1), strict=True))
    listings = [
        (security("600001.SS", "XSHG"), table("600001.SS", closes)),
        (security("036460.KS", "XKRX"), table("036460.KS", dict.fromkeys(WEEK, 100.0))),
    ]
    days = {"XSHG": tuple(closes), "XKRX": WEEK}
    tape = build(*listings, days=days, start=WEEK[0], end=WEEK[-1])
    assert tape.dates[tape.locked_up[tape.row("600001.SS")]].astype(str).tolist() == ["2025-06-05", "2025-06-06"]


def test_nobody_can_write_on_a_tape() -> None:
    tape = one(dict.fromkeys(WEEK, 10.0))
    for copy in (tape, pickle.loads(pickle.dumps(tape)), tape.window(date.fromisoformat(TUE)), replace(tape)):
        for array in (copy.close, copy.locked_up, copy.dates, copy.rules.sell_fee, copy.books_at):
            with pytest.raises(ValueError, match="read-only"):
                array[...] = array[..., ::-1].copy()


def test_history_older_than_the_rules_is_no_obstacle_to_a_window_within_them() -> None:
    old = ("2020-12-30", "2020-12-31", "2021-01-04", "2021-01-05")
    midnight = np.array(old, "datetime64[ns]").astype(np.int64)
    known_sessions = {"XNYS": Sessions(np.array(old, "datetime64[D]"), midnight, midnight + 1)}
    tables = {"A": table("A", {"2020-12-30": 10.0})}
    tape = build_tape([security("A")], tables, known_sessions, date(2021, 1, 4), date(2021, 1, 5), "USD", None)
    assert (len(tape.dates), tape.first) == (4, 2)


# --- one market, one tape -----------------------------------------------------------------------------------------


def two(price: float = 10.0, costs: Any = None, swap: bool = False, end: str = FRI) -> Tape:
    listings = [
        (security("KR", "XKRX"), table("KR", {day: price + i for i, day in enumerate(WEEK)})),
        (security("US"), table("US", dict.fromkeys(WEEK, 10.0))),
    ]
    return build(*(listings[::-1] if swap else listings), costs=costs, end=end)


def test_the_order_of_the_listings_changes_nothing() -> None:
    assert two(swap=True).symbols == ("KR", "US")
    assert two(swap=True).fingerprint == two().fingerprint


def test_the_fingerprint_is_of_prices_and_rules() -> None:
    assert two().fingerprint == two().fingerprint
    others = [two(price=10.0001), two(costs="none"), two(costs={"XKRX": CostRow(sell_tax_bps=1.0)}), two(end=THU)]
    assert len({tape.fingerprint for tape in (two(), *others)}) == 5


def test_what_happens_later_changes_no_earlier_column() -> None:
    rows: dict[str, Any] = {MON: 70.0, TUE: 77.0, WED: 80.0}
    later = rows | {THU: (12, 12, 12, 12, 5, 3.0, 7.0), FRI: 13.0}
    short, long = one(rows, end=WED), one(later)
    for name in ("open", "close", "last_close", "split_factor", "dividend", "fx_fill", "lot", "opens_at"):
        assert np.array_equal(getattr(short, name), getattr(long, name)[:, :3], equal_nan=True), name


def test_a_window_that_starts_later_is_the_same_tape() -> None:
    tape = two()
    later = tape.window(date(2025, 6, 4))
    assert (later.start, dates(later)[later.first], later.last) == (date(2025, 6, 4), WED, tape.last)
    assert later.open is tape.open
    assert later.openings == tape.openings
    assert replace(later, start=tape.start, first=tape.first).fingerprint == tape.fingerprint
