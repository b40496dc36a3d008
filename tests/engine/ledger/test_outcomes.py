"""What was not traded in whole studies: the words add up to the units, counted apart from the engine's own list."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd
import pytest
from support import duel
from support.places import SHARED
from support.reference_read import read_contract

from eventfolio.engine.backtest import backtest
from eventfolio.engine.record import RunRecord
from eventfolio.engine.study.overrides import override
from eventfolio.engine.study.study import Study, load_study
from eventfolio.events.dprk_russia import STUDY

CONTRACT = SHARED / "contract"


def units_of(study: Study) -> set[tuple[str, str | None]]:
    """Straight from the files: no member of the packaged study, nor of the contract's, has a date it belongs since."""
    found: set[tuple[str, str | None]] = set()
    for event in study.calendar.events:
        symbols = {
            member.symbol for theme in study.all_themes.themes if theme.name in event.themes for member in theme.members
        }
        found |= {(event.id, symbol) for symbol in symbols} or {(event.id, None)}
    return found


def check_sums(study: Study, records: list[RunRecord]) -> None:
    units = units_of(study)
    for record in records:
        counted, table = record.facts.triggers, record.triggers
        if record.facts.strategy.trigger == "start":
            assert (counted, len(table)) == (None, 0)
            continue
        for part in ("whole", "point_in_time"):
            rows = table[table["part"] == part]
            if counted[part] is None:
                assert rows.empty
                continue
            listed = [(event, None if pd.isna(symbol) else symbol) for event, symbol in _pairs(rows)]
            assert len(listed) == len(set(listed))
            assert set(listed) == units
            assert sum([*counted[part].with_trigger.values(), *counted[part].without_trigger.values()]) == len(units)
            for kind, triggered in (("with_trigger", True), ("without_trigger", False)):
                assert rows[rows["triggered"] == triggered]["word"].value_counts().to_dict() == getattr(
                    counted[part], kind
                )
        shown = table[table["part"] == ("whole" if counted["whole"] else "point_in_time")]
        check_bought(record, shown)


def check_bought(record: RunRecord, rows: pd.DataFrame) -> None:
    """What the lots and the orders themselves say of the words that rest on them."""
    if "half_life" in record.facts.strategy.params:  # whose lots are named after the latest news alone
        return
    rows = rows[rows["triggered"]]
    word = dict(zip(_pairs(rows), rows["word"], strict=True))
    opened = set(_pairs(record.trades))
    moved = {(event, lot["symbol"]) for lot in record.trades.to_dict("records") for event in lot["extended_by"]}
    assert {unit for unit, said in word.items() if said == "bought"} == opened
    assert {unit for unit, said in word.items() if said == "extended"} == moved - opened
    last = {
        (order["event_id"], order["symbol"]): "waiting" if order["status"] == "open" else order["why"]
        for order in record.orders.to_dict("records")
        if order["side"] == "buy"
    }
    for unit in set(last) - opened - moved:
        assert word[unit] == last[unit]


def _pairs(table: pd.DataFrame) -> list[tuple[Any, Any]]:
    return list(zip(table["event_id"], table["symbol"], strict=True))


@cache
def default_records(themes: tuple[str, ...] = (), point_in_time: bool = False) -> tuple[Study, list[RunRecord]]:
    study = override(load_study(STUDY), themes=themes)[0]
    return study, backtest(study, point_in_time)[1]


@pytest.mark.parametrize("point_in_time", [False, True])
def test_the_words_of_the_default_study_add_up_to_its_units(point_in_time: bool) -> None:
    study, records = default_records(point_in_time=point_in_time)
    assert len(records) == 10
    check_sums(study, records)
    for record in records:
        assert record.facts.triggers is None or (record.facts.triggers["whole"] is None) == point_in_time


def test_themes_left_out_by_an_option_leave_the_units_as_they_are() -> None:
    whole, _ = default_records()
    narrowed, records = default_records(("lng",))
    assert units_of(narrowed) == units_of(whole)
    check_sums(narrowed, records)
    of_other_themes = {event.id for event in whole.calendar.events if "lng" not in event.themes}
    for record in records:
        if record.facts.triggers is not None:
            rows = record.triggers[record.triggers["event_id"].isin(of_other_themes)]
            assert not rows["triggered"].any()
            assert "filtered" in set(rows["word"])


@pytest.mark.parametrize("folder", [pytest.param("", marks=pytest.mark.prove), "hard"])
def test_the_fixed_studies_add_up_and_agree_with_the_reference(folder: str) -> None:
    if not CONTRACT.exists():
        pytest.skip("the fixed studies (../shared/contract) are not here")
    study = load_study(CONTRACT / folder / "study.toml")
    records = backtest(study)[1]
    check_sums(study, records)
    market, events, themes, strategies, window = read_contract(CONTRACT / folder)
    for (label, spec), record in zip(strategies, records, strict=True):
        assert record.label == label
        words = duel.play_reference(duel.Case(market, events, themes, spec, **window)).words
        rows = record.triggers[record.triggers["part"] == "whole"]
        found = {
            (event, None if pd.isna(symbol) else symbol): word
            for event, symbol, word in zip(rows["event_id"], rows["symbol"], rows["word"], strict=True)
        }
        assert found == words, label
