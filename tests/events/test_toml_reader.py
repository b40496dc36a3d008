"""Complaints about tables within tables, and about tables that a validator checks itself."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, field_validator

from eventfolio.events.errors import InputError, did_you_mean
from eventfolio.events.toml_reader import validate


class Row(BaseModel):
    model_config = ConfigDict(extra="forbid")

    commission: float | None = None
    slippage: float | None = None


class Plan(BaseModel):
    model_config = ConfigDict(extra="forbid")

    row: Row | None = None
    costs: str | Row | dict[str, Row] | None = None

    @field_validator("costs", mode="before")
    @classmethod
    def _costs(cls, value: Any) -> Any:
        return Row.model_validate(value) if isinstance(value, dict) else value


def complaint(data: Any) -> str:
    with pytest.raises(InputError) as refusal:
        validate(Plan, data, "study.toml", InputError)
    return str(refusal.value)


def test_a_key_of_an_inner_table_is_named_with_its_table():
    assert complaint({"row": {"slipage": 1}}) == (
        "study.toml, row: 'slipage' is not a key of this table. Did you mean 'slippage'?"
    )


def test_a_table_that_a_validator_checks_itself_is_complained_about_alike():
    assert complaint({"costs": {"comission": 1}}) == (
        "study.toml, costs: 'comission' is not a key of this table. Did you mean 'commission'?"
    )


def test_what_is_no_table_at_all_is_refused():
    assert complaint([]) == "study.toml: [] is not a table."
    assert complaint({"row": 5}) == "study.toml: row 5 is not a table."


def test_the_nearest_name_is_offered_whatever_its_case():
    assert did_you_mean("Remx", ["ACWI", "REMX"]) == " Did you mean 'REMX'?"


def test_where_none_is_near_a_few_are_listed_and_many_are_not():
    assert did_you_mean("x", ["one", "two"]) == " Known: one, two."
    assert did_you_mean("x", [f"name-{n}" for n in range(50)]) == ""
    assert did_you_mean("x", []) == ""
