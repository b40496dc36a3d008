"""The engine against the slow reference: the fixed studies of the contract, and random markets drawn from seeds."""

from random import Random

import pytest
from support import duel, ending, reference
from support.places import SHARED
from support.proof import random_markets
from support.reference_read import read_contract, read_plans

from eventfolio.engine.execution.kernel.player import Table
from eventfolio.engine.run import run_setup
from eventfolio.engine.search.setup import make_setup
from eventfolio.engine.study.study import load_study

CONTRACT = SHARED / "contract"


@random_markets(120)
def test_engine_and_reference_agree_on_any_market(seed: int) -> None:
    assert duel.differences(duel.random_case(Random(seed))) == []


@random_markets(120)
def test_engine_and_reference_agree_under_the_markets_own_rules(seed: int) -> None:
    assert duel.differences(duel.random_rules_case(Random(seed))) == []


@random_markets(120)
def test_engine_and_reference_agree_on_what_closes_buy(seed: int) -> None:
    assert duel.differences(duel.random_closing_case(Random(seed))) == []


@random_markets(120)
def test_engine_and_reference_agree_where_an_open_comes_before_the_books(seed: int) -> None:
    assert duel.differences(duel.random_early_case(Random(seed))) == []


@random_markets(120)
def test_engine_and_reference_agree_on_listings_that_end(seed: int) -> None:
    assert duel.differences(ending.ending_case(Random(seed))) == []


@pytest.mark.parametrize("folder", [pytest.param("", marks=pytest.mark.prove), "hard"])
def test_engine_and_reference_agree_on_the_fixed_studies(folder: str) -> None:
    if not CONTRACT.exists():
        pytest.skip("the fixed studies (../shared/contract) are not here")
    market, events, themes, strategies, window = read_contract(CONTRACT / folder)
    assert len(strategies) == 9
    for label, spec in strategies:
        case = duel.Case(market, events, themes, spec, **window)
        assert duel.differences(case) == [], label


NEXT = CONTRACT / "next"


@pytest.mark.skipif(not NEXT.exists(), reason="the fixed study (../shared/contract/next) is not here")
def test_all_ways_agree_on_the_fixed_study_of_companies_closes_slots_and_ends() -> None:
    market, events, themes, plans, window = read_plans(NEXT)
    lots = 0
    for label, spec in plans:
        case = duel.Case(market, events, themes, spec, **window)
        assert duel.differences(case) == [], label
        setup = duel.setup_of(case)
        ledger = setup.play()
        assert duel.unequal(ledger, setup.play_in_kernel()) == [], label
        lots += len(ledger.lots)
    assert lots == 596  # as two independent readings of the contract have it


@pytest.mark.prove
@pytest.mark.skipif(not NEXT.exists(), reason="the fixed study (../shared/contract/next) is not here")
def test_its_own_files_lead_to_the_same_lots_and_equity() -> None:
    market, events, themes, plans, window = read_plans(NEXT)
    study = load_study(NEXT / "study.toml")
    for label, spec in plans:
        setup = make_setup(study, f"strategies.py:{label}")
        on = run_setup(study, setup.market, setup.plan)
        assert on is not None
        table = Table(on.tape, on.account, study.end)
        ledger = table.ledger(setup.plan, table.calendars(on.schedule, setup.plan, on.members))
        wanted = reference.run(market, events, themes, spec, **window)
        assert len(ledger.lots) == len(wanted.trades), label
        assert ledger.equity[-1] == pytest.approx(list(wanted.books.values())[-1][0], abs=0.005), label
