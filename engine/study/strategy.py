"""A strategy of a study: what the study says of it, its class and file, and its plan."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, field_validator

from eventfolio.strategies.loader import LoadedStrategy, load_strategy
from eventfolio.strategies.parameters import Params, Value
from eventfolio.strategies.plan import Plan

if TYPE_CHECKING:
    from eventfolio.strategies import EventStrategy


class StrategyEntry(BaseModel):
    """One strategy of the study.

    name   : a shipped strategy, or file.py:Class beside the study
    label  : its name in tables and its folder in a run; where nothing is said, its name
    params : its parameters, such as { hold = 20, stop = "none" }; those left out keep the class's own
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    label: str = ""
    params: dict[str, Value] = Field(default_factory=dict)

    @field_validator("params")
    @classmethod
    def _none(cls, params: Params) -> Params:
        """TOML has no null: stop = "none" says it."""
        return {name: None if value == "none" else value for name, value in params.items()}


@dataclass(frozen=True)
class StudyStrategy:
    """One strategy of a study, resolved once.

    Its file is loaded when the class is first asked for, so that reading a study runs no code of its user's, and it is
    not loaded again: what becomes of the file afterwards changes nothing that is played.

    folder : the study's, to which `file.py:Class` is relative
    given  : the class where it is at hand already; else it is loaded by the entry's name
    """

    entry: StrategyEntry
    folder: Path = Path()
    given: LoadedStrategy | None = field(default=None, compare=False)

    @property
    def label(self) -> str:
        """The name of its folder, unique in the study."""
        return self.entry.label

    @cached_property
    def loaded(self) -> LoadedStrategy:
        """Its class with the file it came from. Raises: StrategyError"""
        return self.given or load_strategy(self.entry.name, self.folder)

    @property
    def cls(self) -> type[EventStrategy]:
        """The class. Raises: StrategyError"""
        return self.loaded.cls

    @property
    def plan(self) -> Plan:
        """What its parts say with the study's parameters. Raises: StrategyError"""
        return self._resolved[0]

    @property
    def params(self) -> Params:
        """All its parameters: the study's, and the class's where it gives none. Raises: StrategyError"""
        return self._resolved[1]

    @cached_property
    def _resolved(self) -> tuple[Plan, Params]:
        plan, params = self.cls.resolve(**self.entry.params)
        return plan, params

    def with_params(self, changes: Params) -> StudyStrategy:
        """The same class with other numbers."""
        entry = self.entry.model_copy(update={"params": self.entry.params | changes})
        return replace(self, entry=entry, given=self.loaded)
