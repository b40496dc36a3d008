"""What a run's tables say of how much it bears, worked by hand on two listings, and replayed on the packaged study.

AAA opens at 10, 11, 12, 9 on 3, 4, 5, 6 June and closes at 12, 8, 12, 9; BBB stands at 20 but for a close of 21 on the
4th. News of the evening of the 2nd buys both on the 3rd at the open, held for two sessions, 10 bp a fill:

    bought on the 3rd   400 AAA at 10, 200 BBB at 20    8,000.00 and 8.00
    sold on the 5th     400 AAA at 12, 200 BBB at 20    8,800.00 and 8.80
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from eventfolio.engine.backtest import backtest
from eventfolio.engine.study.study import load_study
from eventfolio.events.dprk_russia import STUDY
from eventfolio.results.page.page import render_index
from eventfolio.results.store.read import StoredRun, load_run
from eventfolio.results.stress.costs import break_even, one_session_later
from eventfolio.results.stress.drawdowns import drawdowns
from eventfolio.results.stress.of_run import stress
from eventfolio.results.stress.replay import replay
from eventfolio.results.write_run import write_run

SESSIONS = pd.bdate_range("2025-05-29", "2025-06-11")  # the 2nd of June is the third
BARS = {
    "AAA": ([10, 10, 10, 10, 11, 12, 9, 9, 9, 9], [10, 10, 10, 12, 8, 12, 9, 9, 9, 9], 6_000),
    "BBB": ([20] * 10, [20, 20, 20, 20, 21, 20, 20, 20, 20, 20], 1_000_000_000),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run that the module's docstring tells, kept."""
    return made(tmp_path_factory.mktemp("bears"))


def made(place: Path, end: str = "") -> Path:
    """The same, where BBB may end."""
    (place / "prices").mkdir()
    for symbol, (opens, closes, volume) in BARS.items():
        bars = pd.DataFrame({"date": SESSIONS, "open": opens, "close": closes})
        bars["high"], bars["low"], bars["volume"] = bars.max(axis=1, numeric_only=True), 0, volume
        bars["low"] = bars[["open", "close"]].min(axis=1)
        bars[["date", "open", "high", "low", "close", "volume"]].to_csv(place / "prices" / f"{symbol}.csv", index=False)
    securities = "".join(
        f'[[security]]\nsymbol = "{symbol}"\nname = "{symbol} Inc"\nexchange = "XNYS"\ncurrency = "USD"\nlot = 1\n'
        for symbol in BARS
    )
    (place / "securities.toml").write_text(f"schema = 1\n{securities}{end}")
    members = "".join(f'[[theme.member]]\nsymbol = "{symbol}"\nrole = "named"\n' for symbol in BARS)
    (place / "themes.toml").write_text(f'schema = 1\n[[theme]]\nname = "t"\ntitle = "T"\nwhy = "test"\n{members}')
    (place / "calendar.toml").write_text(
        'schema = 1\nname = "c"\nrecorded = 2025-06-01\n[[event]]\nid = "news"\ntitle = "News"\nkind = "k"\n'
        'status = "occurred"\noccurs = "2025-06-02"\nknown_at = 2025-06-02T22:00:00Z\nzone = "UTC"\nthemes = ["t"]\n'
        'direction = 1\nstrength = 1.0\norigin = "record"\nsource = "test"\n'
    )
    (place / "study.toml").write_text(
        'schema = 1\nname = "bears"\ncalendar = "calendar.toml"\nthemes = "themes.toml"\n'
        'securities = "securities.toml"\n'
        'start = 2025-06-02\nend = 2025-06-11\naccount = { cash = 10000, currency = "USD" }\n'
        'data = { source = "prices" }\ncosts = { commission_bps = 10, slippage_bps = 0, volume_share = 0.10 }\n'
        '[[strategy]]\nname = "announcement-drift"\nlabel = "drift"\nparams = { hold = 2, weight = 0.8 }\n'
    )
    return write_run(*backtest(load_study(place / "study.toml")), place / "runs", tearsheets=False)


@pytest.fixture
def run(folder: Path) -> StoredRun:
    (found,) = load_run(folder).runs
    return found


def test_the_gain_is_what_the_fills_come_to(run: StoredRun) -> None:
    assert run.trades["pnl"].sum() == pytest.approx(800 - 16.8)
    assert run.fills is not None
    assert run.fills["volume_cap"].tolist() == [600, 100_000_000, 600, 100_000_000]


def test_one_session_later_every_fill_takes_the_next_session_s_open(run: StoredRun) -> None:
    # 400 AAA at 11 and 200 BBB at 20 on the 4th, sold at 9 and 20 on the 6th; 10 bp of 8,400 and of 7,600
    assert run.fills is not None
    found = one_session_later(run.fills, run.trades)
    assert found is not None
    assert found.gain == pytest.approx(783.2)
    assert found.later == pytest.approx(7_600 - 8_400 - 8.4 - 7.6)
    assert (found.moved, found.fills) == (4, 4)


def test_a_fill_of_the_last_session_stays_as_it_was(run: StoredRun) -> None:
    assert run.fills is not None
    last = run.fills.assign(later_session=pd.NaT)
    last.loc[2:, ["later_price_local", "later_fx", "later_split"]] = np.nan
    found = one_session_later(last, run.trades)  # bought at 11 and 20, sold as it was
    assert found is not None
    assert found.later == pytest.approx(8_800 - 8.8 - 8_400 - 8.4)
    assert found.moved == 2


def test_a_split_between_two_sessions_changes_the_shares_and_nothing_else(run: StoredRun) -> None:
    assert run.fills is not None
    halved = run.fills.assign(later_split=2.0, later_price_local=run.fills["later_price_local"] / 2)
    assert one_session_later(halved, run.trades) == one_session_later(run.fills, run.trades)


def test_break_even_is_the_gain_before_costs_over_all_that_was_traded(run: StoredRun) -> None:
    assert run.fills is not None
    found = break_even(run.fills, run.trades)
    assert found is not None
    assert found.traded == pytest.approx(16_800)
    assert found.paid == pytest.approx(0.001)
    assert found.bearable == pytest.approx(800 / 16_800)


def test_slippage_counts_as_a_cost_and_what_loses_before_costs_bears_none(run: StoredRun) -> None:
    assert run.fills is not None
    slipped = run.fills.assign(slippage=5.0)
    found = break_even(slipped, run.trades)
    assert found is not None
    assert found.paid == pytest.approx((16.8 + 20) / 16_800)
    assert found.bearable == pytest.approx((783.2 + 16.8 + 20) / 16_800)
    losing = break_even(run.fills, run.trades.assign(pnl=-50.0))
    assert losing is not None
    assert losing.bearable is None


def test_nothing_bought_bears_nothing(run: StoredRun) -> None:
    assert run.fills is not None
    assert one_session_later(run.fills[:0], run.trades[:0]) is None
    assert break_even(run.fills[:0], run.trades[:0]) is None


def test_with_more_cash_the_volume_cap_leaves_what_it_does_not_let_through(run: StoredRun) -> None:
    # AAA: 600 a session, bought at 10 and 11, sold at 12 and 9, and 25.20 of costs, with any cash beyond 15,000;
    # BBB: 10 and 100 times 200 shares, bought and sold at 20
    one, ten, hundred = run.facts.capacity or ()
    assert (one.multiple, ten.multiple, hundred.multiple) == (1, 10, 100)
    assert (one.gain, one.bought) == (pytest.approx(783.2), pytest.approx(8_000))
    assert (ten.gain, ten.bought) == (pytest.approx(-25.2 - 80), pytest.approx(12_600 + 40_000))
    assert (hundred.gain, hundred.bought) == (pytest.approx(-25.2 - 800), pytest.approx(12_600 + 400_000))
    assert run.capacity is not None
    for scale in (ten, hundred):
        last = run.capacity[f"equity_{scale.multiple}"].iloc[-1]
        assert scale.gain == pytest.approx(last - 10_000 * scale.multiple)
        assert scale.total_return == pytest.approx(last / (10_000 * scale.multiple) - 1)
    assert run.capacity["date"].equals(run.equity["date"])


def test_each_lot_answers_for_its_part_of_a_drawdown(run: StoredRun) -> None:
    # books of the 3rd: 1,992 + 400 x 12 + 200 x 20 = 10,792; of the 4th: 1,992 + 400 x 8 + 200 x 21 = 9,392
    (fall,) = drawdowns(run)
    assert (fall.peak, fall.trough, fall.over) == (date(2025, 6, 3), date(2025, 6, 4), None)
    assert fall.depth == pytest.approx(9_392 / 10_792 - 1)
    assert fall.lost == pytest.approx(-1_400)
    assert [(one.event, one.symbol, one.amount) for one in fall.lots] == [
        ("news", "AAA", pytest.approx(-1_600)),
        ("news", "BBB", pytest.approx(200)),
    ]
    assert [(one.event, one.symbol, one.amount) for one in fall.events] == [("news", "AAA, BBB", pytest.approx(-1_400))]
    assert fall.rest == pytest.approx(0.0, abs=1e-9)


def test_two_lots_of_a_listing_share_its_fall_by_their_shares_also_after_a_split(run: StoredRun, folder: Path) -> None:
    # 10 shares bought on day 0, 1:2 overnight, 20 more on day 1 (40 held, half each), then 40 fall from 3 to 2
    days = pd.bdate_range("2025-06-02", periods=3)
    fills = pd.DataFrame({"lot": [0, 1], "symbol": "AAA", "session": days[:2], "side": "buy", "shares": [10.0, 20.0]})
    fills["price_local"], fills["fx"] = [6.0, 3.0], 1.0
    fills[["commission", "fees", "tax", "fx_cost"]] = 0.0
    held = pd.DataFrame({"date": days, "symbol": "AAA", "shares": [10.0, 40.0, 40.0], "value": [60.0, 120.0, 80.0]})
    lots = pd.DataFrame({"lot": [0, 1], "symbol": "AAA", "event_id": ["a", None], "exit_session": pd.NaT})
    lots["entry_session"] = days[:2]
    lots["exit_reason"], lots["exit_shares"], lots["exit_price"] = "open", np.nan, np.nan
    books = pd.DataFrame({"date": days, "trades": [-60.0, -60.0, 0.0], "interest": 0.0, "other": 0.0})
    equity = pd.DataFrame({"date": days, "equity": [1000.0, 1000.0, 960.0], "cash": [940.0, 880.0, 880.0]})
    account = replace(run.facts.account, cash=1000.0)
    made = StoredRun("made", replace(run.facts, account=account), folder / "drift")
    tables = {"fills": fills, "positions": held, "trades": lots, "cash_flows": books, "equity": equity}
    made.__dict__.update(tables)  # where cached properties keep what they read
    (fall,) = drawdowns(made)
    assert fall.lost == -40.0
    assert sorted((one.event, one.amount) for one in fall.lots) == [("", -20.0), ("a", -20.0)]


def test_a_lot_whose_listing_ended_answers_with_what_it_was_paid(tmp_path: Path) -> None:
    # BBB pays 15 a share on the 5th, before AAA is sold at 12: books 1,992 + 3,000 + 4,800 - 4.80 = 9,787.20
    (run,) = load_run(made(tmp_path, "[security.end]\non = 2025-06-05\ncash = 15.0\n")).runs
    assert run.cash_flows is not None
    assert run.cash_flows.set_index("date")["other"].loc["2025-06-05"] == pytest.approx(3_000)
    assert [tick.what for tick in replay(run) if not tick.is_right] == []
    (fall,) = drawdowns(run)
    assert (fall.trough, fall.lost) == (date(2025, 6, 4), pytest.approx(-1_400))
    run.__dict__["equity"] = run.equity.assign(
        equity=run.equity["equity"].where(run.equity["date"] != "2025-06-04", 9_800)
    )
    (fall,) = drawdowns(run)  # had it not been lower the day before, from 10,792 to 9,787.20
    assert fall.trough == date(2025, 6, 5)
    assert {one.symbol: round(one.amount, 6) for one in fall.lots} == {"AAA": -4.8, "BBB": -1_000.0}
    assert fall.rest == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("on", "told"), [("2025-06-04", False), ("2025-06-05", True)])
def test_no_lot_is_blamed_once_a_listing_has_turned_into_another(tmp_path: Path, on: str, told: bool) -> None:
    """BBB's lot is AAA's shares from then on, and both are sold on the 5th: on that date it was never held as AAA's."""
    (run,) = load_run(made(tmp_path, f'[security.end]\non = {on}\ninto = "AAA"\nratio = 1.0\n')).runs
    (fall,) = drawdowns(run)
    assert {one.symbol for one in fall.lots} == ({"AAA", "BBB"} if told else set())
    assert fall.rest == pytest.approx(0.0 if told else fall.lost, abs=1e-9)


PACKAGED = ["announcement-drift", "event-intensity", "buy-and-hold", "all-themes"]


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Strategies of the packaged study, with lots added to, sold in parts, held to the end, on several exchanges."""
    study = load_study(STUDY)
    chosen = tuple(one for one in study.strategies if one.label in PACKAGED)
    return write_run(
        *backtest(study.with_options(strategies=chosen)), tmp_path_factory.mktemp("packaged"), tearsheets=False
    )


def test_every_account_of_the_packaged_study_follows_from_its_tables(packaged: Path) -> None:
    for run in load_run(packaged).runs:
        ticks = replay(run)
        assert len(ticks) == 7
        assert [tick.what for tick in ticks if not tick.is_right] == []


@pytest.mark.parametrize(
    ("table", "column", "row", "wrong"),
    [
        ("fills", "price_local", 3, {"trades of"}),
        ("fills", "commission", 3, {"trades of", "costs of"}),
        ("cash_flows", "other", 50, {"cash of", "equity from"}),
        ("positions", "value", 5, {"equity from"}),
        ("returns", "return", 40, {"returns of"}),
        ("trades", "pnl", 2, {"gain from"}),
        ("equity", "equity", 100, {"equity from", "returns of"}),
    ],
)
def test_a_figure_that_was_changed_does_not_replay(
    packaged: Path, table: str, column: str, row: int, wrong: set[str]
) -> None:
    run = load_run(packaged).runs[0]
    changed = getattr(run, table).copy()
    changed.loc[row, column] += 0.01 if table == "returns" else 1.0
    run.__dict__[table] = changed
    told = [tick.what for tick in replay(run) if not tick.is_right]
    assert {name for name in wrong if not any(what.startswith(name) for what in told)} == set()


def test_drawdowns_of_the_packaged_study_are_the_deepest_and_all_of_each_is_accounted_for(packaged: Path) -> None:
    for run in load_run(packaged).runs:
        equity = run.equity["equity"].to_numpy()
        days = [day.date() for day in run.equity["date"]]
        falls = drawdowns(run)
        assert falls[0].depth == pytest.approx(run.facts.metrics["max_drawdown"], abs=1e-12)
        assert [fall.depth for fall in falls] == sorted(fall.depth for fall in falls)
        assert run.cash_flows is not None
        for fall in falls:
            at = days.index(fall.trough)
            peak = equity[days.index(fall.peak)] if fall.peak in days else run.facts.account.cash
            assert equity[at] - peak == pytest.approx(fall.lost)
            flows = run.cash_flows.set_index("date")[["interest", "other"]].sum(axis=1)
            paid = flows[(flows.index > pd.Timestamp(fall.peak)) & (flows.index <= pd.Timestamp(fall.trough))].sum()
            assert sum(one.amount for one in fall.lots) == pytest.approx(fall.lost - paid, abs=1e-6)
            assert sum(one.amount for one in fall.events) == pytest.approx(fall.lost - paid, abs=1e-6)


def test_later_prices_are_the_sample_s_own_of_the_listing_s_next_session(packaged: Path) -> None:
    """Read again from the packaged prices, by another way than the tape."""
    from eventfolio.engine.market.sources import sample

    bars = pd.read_parquet(Path(sample.__file__).with_name("sample.parquet"))
    seen = 0
    for run in load_run(packaged).runs:
        assert run.fills is not None
        for fill in run.fills.itertuples():
            own = bars[(bars["symbol"] == fill.symbol) & (bars["open"] > 0) & (bars["volume"] != 0)]
            after = own[pd.to_datetime(own["date"]) > fill.session].sort_values("date").iloc[0]
            if pd.isna(fill.later_session):
                continue
            assert pd.Timestamp(after["date"]) == fill.later_session
            raw = own.loc[pd.to_datetime(own["date"]) == fill.session].iloc[0]
            if fill.reason in ("news", "intensity", "time", "window", "signal"):  # at the open
                assert fill.later_price_local / after["open"] == pytest.approx(
                    fill.price_local / raw["open"], rel=1e-12
                )
                seen += 1
    assert seen > 100


def test_a_run_stored_before_fills_were_kept_still_loads_and_is_drawn(folder: Path, tmp_path: Path) -> None:
    import shutil

    old = shutil.copytree(folder, tmp_path / folder.name)
    for name in ("fills", "cash_flows", "capacity"):
        (old / "drift" / f"{name}.parquet").unlink()
    record = json.loads((old / "drift" / "run.json").read_text())
    del record["capacity"]
    (old / "drift" / "run.json").write_text(json.dumps(record))
    stored = load_run(old)
    assert stress(stored.runs[0]) is None
    page = render_index(stored)
    assert 'id="glance"' in page
    assert 'id="bears"' not in page
    assert 'id="bears"' in render_index(load_run(folder))
