"""The engine against the slow reference: the fixed studies of the contract, and random markets drawn from seeds."""

from random import Random

import pytest
from support import duel
from support.places import SHARED
from support.proof import random_markets
from support.reference_read import read_contract

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


@pytest.mark.parametrize("folder", ["", "hard"])
def test_engine_and_reference_agree_on_the_fixed_studies(folder: str) -> None:
    if not CONTRACT.exists():
        pytest.skip("the fixed studies (../shared/contract) are not here")
    market, events, themes, strategies, window = read_contract(CONTRACT / folder)
    assert len(strategies) == 9
    for label, spec in strategies:
        case = duel.Case(market, events, themes, spec, **window)
        assert duel.differences(case) == [], label
