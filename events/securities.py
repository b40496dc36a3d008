"""Securities: what a symbol is, where it trades, in which currency and lots, and which index is its home."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from eventfolio.events.errors import SecurityError, did_you_mean, shown
from eventfolio.events.toml_reader import read_toml, validate

# It names files and folders of prices, so no slash, no leading dot.
Symbol = Annotated[str, Field(pattern=r"^[A-Za-z0-9^][A-Za-z0-9.=^_-]*$", max_length=40)]
Exchange = Literal["XKRX", "XKOS", "XTKS", "XHKG", "XSHG", "XSHE", "XNYS", "XNAS", "ARCX"]
Currency = Literal["USD", "KRW", "JPY", "HKD", "CNY", "EUR", "GBP"]
# Tables of price steps beside their exchange's usual one, and that exchange.
Steps = Literal["TOPIX 100", "TOPIX Mid400"]
_STEPS_OF: dict[str, str] = {"TOPIX 100": "XTKS", "TOPIX Mid400": "XTKS"}
StrictDate = Annotated[date, Field(strict=True)]

# The packaged index or fund that a listing is measured against where nothing else is said.
HOME_INDEX: dict[str, str] = {
    "XKRX": "069500.KS",
    "XKOS": "069500.KS",
    "XTKS": "^N225",
    "XHKG": "^HSI",
    "XSHG": "000300.SS",
    "XSHE": "000300.SS",
    "XNYS": "SPY",
    "XNAS": "SPY",
    "ARCX": "SPY",
}


class Alias(BaseModel):
    """Another name of a security.

    name  : as it is written
    since : first date it was in use
    until : last date it was in use
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1)]
    since: StrictDate | None = None
    until: StrictDate | None = None


class Security(BaseModel):
    """One listing, or an index.

    symbol    : its name in every file; of prices too: prices/SYMBOL.csv
    name      : of the company, fund or index
    aliases   : other names under which an article may call it
    exchange  : MIC; XKOS is KOSDAQ, which keeps the sessions of XKRX
    currency  : its prices' currency, ISO 4217
    lot       : shares to a round lot today
    kind      : funds and indices are not charged taxes that their market does not levy on them; an index is not traded
    steps     : which price steps it has where its exchange has several; Tokyo's finer ones by their index
    benchmark : symbol of the home index it is measured against; where a study's securities name none, its exchange's
    note      : what a reader of the results must know
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    symbol: Symbol
    name: Annotated[str, Field(min_length=1)]
    aliases: tuple[Alias, ...] = ()
    exchange: Exchange
    currency: Currency
    lot: Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
    kind: Literal["share", "fund", "index"] = "share"
    steps: Steps | None = None
    benchmark: Symbol | None = None
    note: Annotated[str, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _steps_are_the_exchange_s(self) -> Security:
        if self.steps is not None and _STEPS_OF[self.steps] != self.exchange:
            raise ValueError(
                f"steps '{self.steps}' are of {_STEPS_OF[self.steps]}, not of {self.exchange}; leave it out"
            )
        return self


class Securities:
    """Securities by symbol, in the order they were listed."""

    def __init__(self, securities: Iterable[Security]) -> None:
        self._by_symbol = {security.symbol: security for security in securities}

    def __getitem__(self, symbol: str) -> Security:
        """The security of that symbol.

        Raises: SecurityError with the nearest symbol, or the symbol of which this is the name
        """
        found = self._by_symbol.get(symbol)
        if found is None:
            hint = self._named(symbol) or did_you_mean(symbol, self._by_symbol)
            raise SecurityError(
                f"'{shown(symbol)}' is not a known security.{hint} A study adds its own with securities = \"FILE\"."
            )
        return found

    def __contains__(self, symbol: object) -> bool:
        return symbol in self._by_symbol

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_symbol)

    def __len__(self) -> int:
        return len(self._by_symbol)

    def with_more(self, other: Securities) -> Securities:
        """These and those of `other`, which wins where both know a symbol; what names no index gets its exchange's.

        Raises: SecurityError for a benchmark that neither knows
        """
        both = Securities([*self._by_symbol.values(), *map(self._at_home, other._by_symbol.values())])
        for security in both._by_symbol.values():
            if security.benchmark and security.benchmark not in both:
                hint = did_you_mean(security.benchmark, both)
                raise SecurityError(
                    f"{security.symbol}: its benchmark '{shown(security.benchmark)}' is not a known security.{hint}"
                )
        return both

    def _at_home(self, security: Security) -> Security:
        """With the index of its exchange where it names none, is none itself and is quoted in the same money."""
        index = self._by_symbol.get(HOME_INDEX.get(security.exchange, ""))
        if index is None or security.benchmark or security.kind == "index" or index.symbol == security.symbol:
            return security
        return (
            security.model_copy(update={"benchmark": index.symbol}) if index.currency == security.currency else security
        )

    def _named(self, name: str) -> str:
        """A hint where somebody wrote a company's name for its symbol."""
        for security in self._by_symbol.values():
            if name.casefold() in (known.casefold() for known in (security.name, *(a.name for a in security.aliases))):
                return f" {name} is {security.symbol} ({security.name})."
        return ""


def read_securities(path: Path) -> Securities:
    """Read a securities file.

    Raises: SecurityError naming the table and what to write instead
    """
    file = validate(_SecuritiesFile, read_toml(path, "securities", SecurityError), path.name, SecurityError)
    securities = Securities(file.security)
    if len(securities) < len(file.security):
        symbols = [security.symbol for security in file.security]
        number, twice = next((n, s) for n, s in enumerate(symbols, start=1) if s in symbols[: n - 1])
        raise SecurityError(f"{path.name}, security {number} ({twice}): listed before. List each symbol once.")
    return securities


@cache
def packaged_securities() -> Securities:
    """The securities the packaged subject uses, known to every study."""
    return read_securities(Path(__file__).with_name("securities.toml"))


class _SecuritiesFile(BaseModel):
    """A securities file.

    schema   : of this file's form
    security : its listings, at least one
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_: Literal[1] = Field(alias="schema")
    security: tuple[Security, ...] = Field(min_length=1)
