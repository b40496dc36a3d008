"""What the page may ask, checked whole: nothing else is read from it, and no code."""

from __future__ import annotations

import json
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eventfolio.engine.search.workbench import Setting
from eventfolio.engine.study.strategy import Value
from eventfolio.events.errors import InputError

Word = Annotated[str, Field(max_length=200)]
Kind = TypeVar("Kind", bound=BaseModel)


class _Question(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class SettingAsked(_Question):
    """A strategy by label, its numbers, and the events switched off."""

    strategy: Word
    params: dict[Word, float | int | bool | Word | None] = Field(default_factory=dict, max_length=100)
    without: list[Word] = Field(default_factory=list, max_length=100_000)

    @property
    def setting(self) -> Setting:
        params: dict[str, Value] = dict(self.params)
        return Setting(self.strategy, params, tuple(sorted(set(self.without))))


class Play(_Question):
    """Play a setting. client, seq : of a page, and of its questions; an older one is not played any more"""

    client: Word
    seq: int
    setting: SettingAsked


class _Shown(_Question):
    """About what a page shows. version : the reading of the study that its answer came from"""

    version: int


class Explain(_Shown):
    """Tell the story of a lot."""

    setting: SettingAsked
    lot: int


class Compare(_Shown):
    """Set two settings against each other."""

    first: SettingAsked
    second: SettingAsked


class Heat(_Question):
    """Play all combinations of two parameters."""

    setting: SettingAsked
    across: Word
    down: Word
    figure: Literal["total_return", "point_in_time", "sharpe", "max_drawdown", "mean_excess"] = "sharpe"


class Keep(_Shown):
    """Keep a setting as a run."""

    setting: SettingAsked


def read_question(body: bytes, kind: type[Kind]) -> Kind:
    """The question that a body asks. Raises: InputError"""
    try:
        found = json.loads(body, parse_constant=_no_number)
        return kind.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"The question cannot be read: {where}: {first['msg']}.") from None
    except (ValueError, RecursionError):
        raise InputError("The question is no JSON.") from None


def _no_number(text: str) -> float:
    raise ValueError(text)
