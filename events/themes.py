"""Themes: the labels that join events to listings, and the names an article gives that nobody can trade."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from eventfolio.events.errors import ThemeError, did_you_mean, shown
from eventfolio.events.event import Slug, Text
from eventfolio.events.securities import Symbol
from eventfolio.events.toml_reader import read_toml, validate


class Member(BaseModel):
    """A listing of a theme.

    symbol     : of a security, packaged or in the study's file
    role       : named (the article names it) or proxy (it stands in for something unlisted or unnamed)
    stands_for : what a proxy stands for
    since      : news of the theme names it from this date on (of known_at, in the event's zone)
    note       : what a reader of the results must know
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    symbol: Symbol
    role: Literal["named", "proxy"]
    stands_for: Text | None = None
    since: Annotated[date, Field(strict=True)] | None = None
    note: Text | None = None


class Untradable(BaseModel):
    """A name the article gives that nobody can trade.

    name  : as the article gives it
    why   : why it cannot be traded
    proxy : symbol of the listing that stands in for it
    note  : anything else a reader should know
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Text
    why: Text
    proxy: Symbol | None = None
    note: Text | None = None


class Theme(BaseModel):
    """A theme: its listings, and what it would hold if it could.

    name       : as events name it; letters, digits and . _ -
    title      : in words
    why        : why its news should move its members
    member     : its listings, at least one
    untradable : names it would hold but cannot; printed with every run
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Slug
    title: Text
    why: Text
    members: tuple[Member, ...] = Field(alias="member", min_length=1)
    untradable: tuple[Untradable, ...] = ()

    @model_validator(mode="after")
    def _members_once(self) -> Theme:
        symbols = [member.symbol for member in self.members]
        twice = next((symbol for symbol in symbols if symbols.count(symbol) > 1), None)
        if twice:
            raise ValueError(f"{twice} is a member twice. List each symbol once.")
        return self


@dataclass(frozen=True)
class Themes:
    """The themes of a study, in the order of the file."""

    themes: tuple[Theme, ...]

    def __getitem__(self, name: str) -> Theme:
        """The theme of that name.

        Raises: ThemeError with the nearest name
        """
        found = next((theme for theme in self.themes if theme.name == name), None)
        if found is None:
            hint = did_you_mean(name, self.names) if self.themes else " It has none: its events name listings."
            raise ThemeError(f"'{shown(name)}' is not a theme of the study.{hint}")
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """In the order of the file."""
        return tuple(theme.name for theme in self.themes)

    @property
    def symbols(self) -> tuple[str, ...]:
        """Of all members, each once, sorted."""
        return tuple(sorted({member.symbol for theme in self.themes for member in theme.members}))

    @property
    def untradable(self) -> tuple[Untradable, ...]:
        """Of all themes."""
        return tuple(name for theme in self.themes for name in theme.untradable)

    def only(self, names: Iterable[str]) -> Themes:
        """These themes alone, in the order of the file.

        Raises: ThemeError for a name that is not there
        """
        wanted = {self[name].name for name in names}
        return Themes(tuple(theme for theme in self.themes if theme.name in wanted))


def read_themes(path: Path) -> Themes:
    """Read a themes file.

    Raises: ThemeError naming the theme and what to write instead
    """
    file = validate(_ThemesFile, read_toml(path, "themes", ThemeError), path.name, ThemeError)
    names: set[str] = set()
    for number, theme in enumerate(file.theme, start=1):
        if theme.name in names:
            raise ThemeError(
                f"{path.name}, theme {number} ({theme.name}): this name is taken. Give each theme its own."
            )
        names.add(theme.name)
    return Themes(file.theme)


class _ThemesFile(BaseModel):
    """A themes file.

    schema : of this file's form
    theme  : its themes; none where events name listings alone
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_: Literal[1] = Field(alias="schema")
    theme: tuple[Theme, ...] = ()
