"""Securities: what a symbol is, where it trades, in which currency and lots, and which index is its home."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, field_validator, model_validator

from eventfolio.events.errors import SecurityError, did_you_mean, shown
from eventfolio.events.exchanges import COUNTRIES, CURRENCIES, EXCHANGES, MINOR_UNITS, exchange_of_symbol
from eventfolio.events.liquidity import BY_LIQUIDITY, Liquidity, is_liquidity
from eventfolio.events.toml_reader import read_toml, validate

# It names files and folders of prices, so no slash, no leading dot.
Symbol = Annotated[str, Field(pattern=r"^[A-Za-z0-9^][A-Za-z0-9.=^_-]*$", max_length=40)]
# Tables of price steps beside their exchange's usual one, and that exchange.
Steps = Literal["TOPIX 100", "TOPIX Mid400"]
_STEPS_OF: dict[str, str] = {"TOPIX 100": "XTKS", "TOPIX Mid400": "XTKS"}
StrictDate = Annotated[date, Field(strict=True)]
# Countries that tax trades in the shares of their larger companies alone, by lists drawn up for each year.
TAXES_BY_SIZE = frozenset(("FR", "IT", "ES"))
LargeCap = StrictBool | dict[Annotated[int, Field(ge=2000, le=2100)], StrictBool]

# The index or fund that a listing is measured against where nothing else is said, by its exchange.
HOME_INDEX: dict[str, str] = {
    "XKRX": "069500.KS",
    "XKOS": "069500.KS",
    "XTKS": "^N225",
    "XHKG": "^HSI",
    "XGEM": "^HSI",
    "XSHG": "000300.SS",
    "XSHE": "000300.SS",
    "BJSE": "000300.SS",
    "XNYS": "SPY",
    "XNAS": "SPY",
    "ARCX": "SPY",
    "BATS": "SPY",
    "XASE": "SPY",
    "OOTC": "SPY",
    **dict.fromkeys(("XETR", "XFRA", "XSTU", "XDUS", "XHAM"), "^GDAXI"),
    "XPAR": "^FCHI",
    "XLON": "^FTSE",
    "AIMX": "^FTSE",
    "XMIL": "FTSEMIB.MI",
    "XMAD": "^IBEX",
    "XAMS": "^AEX",
    "XBRU": "^BFX",
    "XLIS": "PSI20.LS",
    "XSTO": "^OMX",
    "XCSE": "^OMXC25",
    "XHEL": "^OMXH25",
    "XOSL": "OSEBX.OL",
    "XSWX": "^SSMI",
    "XWBO": "^ATX",
    "XDUB": "^ISEQ",
    "XWAR": "WIG20.WA",
    "XBUD": "^BUX.BD",
    "ASEX": "GD.AT",
    "XIST": "XU100.IS",
    "XTAE": "^TA125.TA",
    "XSAU": "^TASI.SR",
    "XJSE": "^J203.JO",
    "XBOM": "^BSESN",
    "XNSE": "^NSEI",
    "XTAI": "^TWII",
    "ROCO": "^TWII",
    "XSES": "^STI",
    "XKLS": "^KLSE",
    "XIDX": "^JKSE",
    "XBKK": "^SET.BK",
    "XPHS": "PSEI.PS",
    "XASX": "^AXJO",
    "XNZE": "^NZ50",
    "XTSE": "^GSPTSE",
    "XTSX": "^GSPTSE",
    "XMEX": "^MXX",
    "BVMF": "^BVSP",
    "XBUE": "^MERV",
    "XSGO": "^IPSA",
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


class End(BaseModel):
    """The end of a listing: what a share became on a date, in one of four ways.

    on    : the date it takes effect, before the open
    cash  : local money a share (the major unit), alone or beside new shares
    into  : symbol of the listing that holders got instead
    ratio : shares of that listing for one old share
    worth : 0 where holders got nothing
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    on: StrictDate
    cash: Annotated[float, Field(gt=0, le=1e12)] | None = None
    into: Symbol | None = None
    ratio: Annotated[float, Field(gt=0, le=1e6)] | None = None
    worth: Literal[0] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> End:
        if (self.into is None) != (self.ratio is None):
            raise ValueError("end: 'into' and 'ratio' belong together; write into = \"SYM\", ratio = 0.62")
        if self.worth is not None and (self.cash is not None or self.into is not None):
            raise ValueError("end: worth = 0 says that holders got nothing; leave 'cash', 'into' and 'ratio' out")
        if self.worth is None and self.cash is None and self.into is None:
            raise ValueError('end: says nothing; write cash = 12.5, or into = "SYM" and ratio = 0.62, or worth = 0')
        return self


class Security(BaseModel):
    """One listing, or an index.

    symbol    : its name in every file; of prices too: prices/SYMBOL.csv
    name      : of the company, fund or index
    aliases   : other names under which an article may call it
    exchange  : MIC; where it is left out, the one that the symbol's suffix names
    currency  : ISO 4217, the major unit; where it is left out, that of the exchange's usual listings
    lot       : shares to a round lot today
    kind      : funds and indices are not charged taxes that their market does not levy on them; an index is not traded;
                a reit (units or shares of a real estate investment trust) trades as a share and may go untaxed
    steps     : which price steps it has where its exchange has several; Tokyo's finer ones by their index
    liquidity : of a share under MiFID II, which decides its price steps: its band (LB1 to LB6), its average number of
                transactions a day, or either by the date from which it holds
    tax       : whose transaction tax is due where not the exchange's: a country (taxes follow the issuer), or "none"
    large_cap : whether the company is so large that France, Italy or Spain taxes it, or so by year; counts where the
                packaged lists of companies do not say
    benchmark : symbol of the home index it is measured against; where a study's securities name none, its exchange's
    note      : what a reader of the results must know
    end       : what became of it, where it is listed no more
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    symbol: Symbol
    name: Annotated[str, Field(min_length=1)]
    aliases: tuple[Alias, ...] = ()
    exchange: str
    currency: str
    lot: Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
    kind: Literal["share", "reit", "fund", "index"] = "share"
    steps: Steps | None = None
    liquidity: Liquidity | None = None
    tax: str | None = None
    large_cap: LargeCap | None = None
    benchmark: Symbol | None = None
    note: Annotated[str, Field(min_length=1)] | None = None
    end: End | None = None

    @model_validator(mode="before")
    @classmethod
    def _places(cls, given: object) -> object:
        """With the exchange of its suffix and the currency of its exchange where it leaves them out; both known ones.

        Refused: a suffix whose exchange keeps other sessions than the one declared.
        """
        if not isinstance(given, dict) or not isinstance(given.get("symbol"), str):
            return given
        said = exchange_of_symbol(given["symbol"])
        mic = given.get("exchange", said.mic if said else None)
        if not isinstance(mic, str):
            return given
        if mic not in EXCHANGES:
            hint = f" Did you mean '{said.mic}'?" if said else did_you_mean(mic, EXCHANGES)
            raise ValueError(f"exchange '{shown(mic)}' is not known; it is a market identifier code.{hint}")
        exchange = EXCHANGES[mic]
        if said is not None and said.calendar != exchange.calendar:
            raise ValueError(
                f"{given['symbol']} on {mic}: symbols that end in .{given['symbol'].rpartition('.')[2]} trade on "
                f"{said.mic}, which keeps other sessions than {mic}. "
                f'Write exchange = "{said.mic}", or the symbol of the listing on {mic}'
            )
        money = given.get("currency", exchange.currency)
        if isinstance(money, str) and money not in CURRENCIES:
            if money in MINOR_UNITS:
                major = MINOR_UNITS[money]
                raise ValueError(
                    f"currency '{money}' is a hundredth of {major}; write {major} (prices.toml says the unit)"
                )
            raise ValueError(f"currency '{shown(money)}' is not one of ISO 4217; {mic} mostly has {exchange.currency}")
        return {**given, "exchange": mic, "currency": money}

    @field_validator("tax")
    @classmethod
    def _taxed_by(cls, tax: str | None) -> str | None:
        if tax is not None and tax != "none" and tax not in COUNTRIES:
            hint = " The United Kingdom is GB." if tax == "UK" else ""
            raise ValueError(f"tax '{shown(tax)}' is no country of two letters (ISO 3166), nor none.{hint}")
        return tax

    @field_validator("liquidity", mode="before")
    @classmethod
    def _liquidity_said(cls, given: object) -> object:
        if given is not None and not is_liquidity(given):
            raise ValueError(
                f"liquidity {shown(str(given))}: not a band, a number of transactions a day, or either by date. Write "
                'liquidity = "LB4", or 1850, or { 2024-04-01 = "LB4", 2025-04-07 = 2310 }'
            )
        return given

    @field_validator("large_cap", mode="before")
    @classmethod
    def _size_said(cls, given: object) -> object:
        if given is None:
            return None
        by_year = given if isinstance(given, dict) else {"2024": given}
        is_year = all(str(year).isdecimal() and 2000 <= int(year) <= 2100 for year in by_year)
        if not by_year or not is_year or not all(isinstance(one, bool) for one in by_year.values()):
            raise ValueError(
                f"large_cap {shown(str(given))}: neither true nor false, nor that by year. Write large_cap = false, or "
                "{ 2024 = false, 2025 = true }"
            )
        return given

    @model_validator(mode="after")
    def _said_where_it_counts(self) -> Security:
        if self.liquidity is not None and (self.exchange not in BY_LIQUIDITY or not self.is_share):
            raise ValueError(
                f"liquidity decides the price steps of shares on {', '.join(sorted(BY_LIQUIDITY))}, not those of a "
                f"{self.kind} on {self.exchange}; leave it out"
            )
        if self.large_cap is not None and (self.taxed_by not in TAXES_BY_SIZE or not self.is_share):
            raise ValueError(
                "large_cap decides whether a share is taxed by France (FR), Italy (IT) or Spain (ES); this one is "
                f"{f'taxed by {self.taxed_by}' if self.is_share else 'no share'}; leave it out"
            )
        return self

    @model_validator(mode="after")
    def _steps_are_the_exchange_s(self) -> Security:
        if self.steps is not None and _STEPS_OF[self.steps] != self.exchange:
            raise ValueError(
                f"steps '{self.steps}' are of {_STEPS_OF[self.steps]}, not of {self.exchange}; leave it out"
            )
        return self

    @property
    def taxed_by(self) -> str:
        """The country whose transaction tax is due on its trades, whether it has one or not; or "none"."""
        return self.tax or EXCHANGES[self.exchange].country

    @property
    def is_share(self) -> bool:
        """Whether it trades by the rules of shares."""
        return self.kind in ("share", "reit")

    def declared_large(self, year: int) -> bool | None:
        """What its file says of its size in a year; None where it says nothing."""
        return self.large_cap.get(year) if isinstance(self.large_cap, dict) else self.large_cap


class Securities:
    """Securities by symbol, in the order they were listed.

    beyond : where else a symbol is looked up that is not among them
    """

    def __init__(self, securities: Iterable[Security], beyond: Callable[[str], Security | None] | None = None) -> None:
        self._by_symbol = {security.symbol: security for security in securities}
        self._beyond = beyond

    def __getitem__(self, symbol: str) -> Security:
        """The security of that symbol.

        Raises: SecurityError with the nearest symbol, or the symbol of which this is the name
        """
        found = self.get(symbol)
        if found is None:
            hint = self._named(symbol) or did_you_mean(symbol, self._by_symbol)
            raise SecurityError(
                f"'{shown(symbol)}' is not a known security.{hint} A study adds its own with securities = \"FILE\"."
            )
        return found

    def get(self, symbol: str) -> Security | None:
        """The security of that symbol; None where nobody knows it."""
        found = self._by_symbol.get(symbol)
        if found is None and self._beyond is not None and (listed := self._beyond(symbol)) is not None:
            found = self._at_home(listed)
        return found

    def all(self) -> tuple[Security, ...]:
        """Those that were listed, in their order."""
        return tuple(self._by_symbol.values())

    def __contains__(self, symbol: object) -> bool:
        return isinstance(symbol, str) and self.get(symbol) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_symbol)

    def __len__(self) -> int:
        return len(self._by_symbol)

    def with_more(self, other: Securities) -> Securities:
        """These and those of `other`, which wins where both know a symbol; what names no index gets its exchange's.

        Raises: SecurityError for a benchmark that neither knows
        """
        both = Securities([*self._by_symbol.values(), *map(self._at_home, other._by_symbol.values())], self._beyond)
        for security in both._by_symbol.values():
            if security.benchmark and security.benchmark not in both:
                hint = did_you_mean(security.benchmark, both)
                raise SecurityError(
                    f"{security.symbol}: its benchmark '{shown(security.benchmark)}' is not a known security.{hint}"
                )
            if security.end is not None and security.end.into is not None:
                _check_successor(security.symbol, security.end.on, security.end.into, both)
        return both

    def _at_home(self, security: Security) -> Security:
        """With the index of its exchange where it names none, is none itself and is quoted in the same money."""
        symbol = HOME_INDEX.get(security.exchange, "")
        if not symbol or security.benchmark or security.kind == "index" or symbol == security.symbol:
            return security
        index = self.get(symbol)
        if index is None or index.currency != security.currency:
            return security
        return security.model_copy(update={"benchmark": index.symbol})

    def _named(self, name: str) -> str:
        """A hint where somebody wrote a company's name for its symbol."""
        for security in self._by_symbol.values():
            if name.casefold() in (known.casefold() for known in (security.name, *(a.name for a in security.aliases))):
                return f" {name} is {security.symbol} ({security.name})."
        return ""


def _check_successor(symbol: str, on: date, into: str, known: Securities) -> None:
    """Refuse an end that turns a listing into itself, one nobody knows, or one that has ended by then."""
    if into == symbol:
        raise SecurityError(f"{symbol}: ends into itself. Give into = the symbol that holders got.")
    successor = known.get(into)
    if successor is None:
        hint = did_you_mean(into, known)
        raise SecurityError(f"{symbol}: ends into '{shown(into)}', which is not a known security.{hint}")
    if successor.end is not None and successor.end.on <= on:
        raise SecurityError(f"{symbol}: ends into {into} on {on}, which itself ended on {successor.end.on}.")


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


class _SecuritiesFile(BaseModel):
    """A securities file.

    schema   : of this file's form
    security : its listings, at least one
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_: Literal[1] = Field(alias="schema")
    security: tuple[Security, ...] = Field(min_length=1)
