"""A study: calendar, themes, window, account, prices, costs and strategies. Read from TOML, checked whole."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, TypedDict, Unpack

from pydantic import BaseModel, ConfigDict, Field, Strict, field_validator, model_validator

from eventfolio.engine.errors import StudyError
from eventfolio.engine.market.rulebook.costs import CostRow, Costs
from eventfolio.engine.study.strategy import StrategyEntry, StudyStrategy
from eventfolio.events import (
    Calendar,
    Securities,
    Themes,
    check_listings,
    check_themes,
    packaged_securities,
    read_calendar,
    read_securities,
    read_themes,
)
from eventfolio.events.calendar import MOST
from eventfolio.events.errors import did_you_mean, shown
from eventfolio.events.exchanges import CURRENCIES, EXCHANGES
from eventfolio.events.files import read_bytes
from eventfolio.events.toml_reader import read_toml, validate

_NAMED_SOURCE = r"sample|yahoo(@[0-9a-f]{16})?"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Account(_Table):
    """The account of a study.

    cash      : at the start, in `currency`
    currency  : of the account and of all its figures, ISO 4217
    cash_rate : what idle cash earns a year, fraction, compounded daily
    """

    cash: float = Field(default=1_000_000.0, gt=0, le=1e15)
    currency: str = "USD"
    cash_rate: float = Field(default=0.0, ge=-0.1, le=1.0)

    @field_validator("currency")
    @classmethod
    def _known(cls, currency: str) -> str:
        if currency not in CURRENCIES:
            raise ValueError(
                f"currency '{shown(currency)}' is not one of ISO 4217.{did_you_mean(currency, sorted(CURRENCIES))}"
            )
        return currency


class Data(_Table):
    """The prices of a study.

    source    : `sample`, `yahoo`, a snapshot such as `yahoo@` and its 16 letters, or a folder of price files
    dividends : put back into the listing at the ex-date's close, or kept as cash
    """

    source: str = "sample"
    dividends: Literal["reinvest", "cash"] = "reinvest"


class _StudyFile(_Table):
    """A study file; paths are relative to it.

    schema     : of this file's form
    name       : begins the names of its run folders; letters, digits and . _ -
    calendar   : the calendar file: .toml, .csv or .ics
    themes     : the themes file; without one only listings that events name are traded
    securities : a file of listings beside the packaged ones
    start      : first date of the backtest
    end        : last date of the backtest
    benchmark  : symbol of the index or fund that is drawn beside the strategies
    kinds      : play only events of these kinds, as though the calendar held no others; default: of all
    without    : ids of events taken out by hand, as though the calendar did not hold them
    account    : starting cash, its currency, what idle cash earns
    data       : where prices come from, and what becomes of dividends
    costs      : `"none"`, a row of figures for every market, or figures by market (`[costs.XKRX]`); default: the
                 markets' own
    vanished   : what becomes of a lot whose listing's prices stop for good without a `[security.end]`: it stays open at
                 its "last" close, or is paid that close times one plus a fraction from -1.0 to 0
    strategy   : the strategies to play, at least one
    """

    schema_: Literal[1] = Field(alias="schema")
    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")
    calendar: str
    themes: str | None = None
    securities: str | None = None
    start: Annotated[date, Strict()]
    end: Annotated[date, Strict()]
    benchmark: str | None = None
    kinds: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    account: Account = Account()
    data: Data = Data()
    costs: Costs = None
    vanished: Literal["last"] | Annotated[float, Field(ge=-1.0, le=0.0)] = "last"
    strategy: tuple[StrategyEntry, ...] = Field(min_length=1)

    @field_validator("costs", mode="before")
    @classmethod
    def _by_market(cls, value: object) -> object:
        if value == "none" or value is None:
            return value
        if not isinstance(value, dict) or not value:
            raise ValueError(f'costs = {shown(repr(value))} is not known; give a table of figures, or "none"')
        if any(isinstance(row, dict) for row in value.values()):
            return {market: CostRow.model_validate(row) for market, row in value.items()}
        return CostRow.model_validate(value)

    @model_validator(mode="after")
    def _window(self) -> _StudyFile:
        if self.end < self.start:
            raise ValueError(f"end ({self.end}) is before start ({self.start}); write start = first date, end = last")
        return self


class StudyOptions(TypedDict, total=False):
    """What a command line overrides in a study.

    kinds        : of the events to keep
    without      : ids of events taken out by hand, in place of the study's own; None keeps those
    source       : of the prices
    cash         : at the start
    offline      : fetch nothing
    skip_missing : leave out listings without prices
    """

    kinds: tuple[str, ...]
    without: tuple[str, ...] | None
    source: str | None
    start: date | None
    end: date | None
    cash: float | None
    offline: bool
    skip_missing: bool


@dataclass(frozen=True)
class Study:
    """Everything a backtest needs but prices. `costs`: "none", one row for all markets, rows by market, or None."""

    name: str
    calendar: Calendar
    themes: Themes
    securities: Securities
    start: date
    end: date
    benchmark: str | None
    account: Account
    source: str
    dividends: Literal["reinvest", "cash"]
    costs: Costs
    strategies: tuple[StudyStrategy, ...]
    folder: Path  # what relative paths are relative to
    all_themes: Themes  # before an option narrowed them
    vanished: float | None = None  # what a price that stops for good gains at the next session; None: the lot stays
    kinds: tuple[str, ...] = ()  # of the events that are kept; none: all are
    without: tuple[str, ...] = ()  # ids of events taken out by hand
    all_events: Calendar | None = None  # before kinds and `without` narrowed them; None: the calendar is whole
    named: tuple[str, ...] = ()  # listings that events of the calendar's file name by themselves; none once narrowed
    texts: dict[str, str] = field(default_factory=dict)  # calendar, themes and securities as read, by `kept_name`
    offline: bool = False  # Yahoo's prices as they are stored, asking nobody
    skip_missing: bool = False  # run without what Yahoo does not give

    @property
    def symbols(self) -> tuple[str, ...]:
        """What a strategy may trade: the themes' members, then listings that events name by themselves."""
        members = self.themes.symbols
        return (*members, *(symbol for symbol in self.named if symbol not in members))

    @property
    def successors(self) -> tuple[str, ...]:
        """Listings beside them that those turn into by the end of the window (`[security.end]`)."""
        found: list[str] = []
        of = list(self.symbols)
        for symbol in of:  # grows while it is gone through
            end = self.securities[symbol].end
            if end is not None and end.into is not None and end.on <= self.end and end.into not in of:
                of.append(end.into)
                found.append(end.into)
        return tuple(found)

    def with_options(
        self,
        *,
        strategies: Sequence[StudyStrategy | StrategyEntry] | None = None,
        themes: tuple[str, ...] = (),
        **options: Unpack[StudyOptions],
    ) -> Study:
        """The study with what the command line overrides; checked like the file.

        strategies : in place of the study's own
        themes     : names of those to keep; none: all
        """
        start, end = options.get("start") or self.start, options.get("end") or self.end
        study = dataclasses.replace(
            self,
            start=start,
            end=end,
            offline=options.get("offline", False) or self.offline,
            skip_missing=options.get("skip_missing", False) or self.skip_missing,
        )
        if strategies:
            study = dataclasses.replace(study, strategies=_labelled(strategies, self.folder))
        if themes:
            study = dataclasses.replace(study, themes=self.themes.only(themes), named=())
        kinds, without = options.get("kinds", ()), options.get("without")
        if kinds or without is not None:
            study = _narrowed(study, kinds or self.kinds, self.without if without is None else without)
        source, cash = options.get("source"), options.get("cash")
        if source == "":
            raise StudyError("--data is empty. Give sample, yahoo, or a folder of SYMBOL.csv or .parquet files.")
        if source is not None:
            study = dataclasses.replace(study, source=_source(source, Path()))
        if cash is not None:
            account = validate(Account, {**self.account.model_dump(), "cash": cash}, "--cash", StudyError)
            study = dataclasses.replace(study, account=account)
        if end < start:
            raise StudyError(f"The window ends ({end}) before it starts ({start}). Check --start and --end.")
        return study


def load_study(path: str | Path) -> Study:
    """Read a study file and all it points to; refuse what cannot be played, in words.

    Parameters
    ----------
    path : str or Path
        The study file, in TOML. Paths in it are relative to it.

    Returns
    -------
    Study
        Calendar, themes, listings, window, account, prices, costs and strategies. Nothing is run yet: a strategy's
        file is loaded when it is first asked for.

    Raises
    ------
    StudyError, CalendarError, ThemeError, SecurityError
        What is wrong, where, and what to do.

    Examples
    --------
    >>> from eventfolio import load_study
    >>> study = load_study("study.toml")
    >>> study.name, study.themes.names
    ('my-study', ('builders',))
    """
    path = Path(path)
    raw = validate(_StudyFile, read_toml(path, "study", StudyError), path.name, StudyError)
    folder = path.parent
    calendar = read_calendar(folder / raw.calendar)
    themes = read_themes(folder / raw.themes) if raw.themes else Themes(())
    check_themes(calendar, themes)
    securities = packaged_securities()
    if raw.securities:
        securities = securities.with_more(read_securities(folder / raw.securities))
    check_listings(calendar, securities)
    if not themes.symbols and not calendar.listings:
        raise StudyError(
            f"{path.name}: nothing can be traded: the study has no themes, and no event names listings. Give "
            'themes = "FILE", or listings to the events.'
        )
    for symbol in (*themes.symbols, *((raw.benchmark,) if raw.benchmark else ())):
        securities[symbol]  # refuses an unknown symbol, naming the nearest one
    source = _source(raw.data.source, folder)
    _check_costs(raw.costs, path.name)
    study = Study(
        name=raw.name,
        calendar=calendar,
        themes=themes,
        securities=securities,
        start=raw.start,
        end=raw.end,
        benchmark=raw.benchmark,
        account=raw.account,
        source=source,
        dividends=raw.data.dividends,
        vanished=None if raw.vanished == "last" else raw.vanished,
        costs=raw.costs,
        strategies=_labelled(raw.strategy, folder),
        folder=folder,
        all_themes=themes,
        named=tuple(sorted(calendar.listings)),
        texts={
            kept_name(kind, file): read_bytes(folder / file, kind, StudyError, MOST).decode()
            for kind, file in (("calendar", raw.calendar), ("themes", raw.themes), ("securities", raw.securities))
            if file
        },
    )
    return study.with_options(kinds=raw.kinds, without=raw.without)


def _narrowed(study: Study, kinds: tuple[str, ...], without: tuple[str, ...]) -> Study:
    """The study with only events of some kinds, and without those taken out by hand.

    The calendar is as though it held no others, and its hash that of its file, the kinds and the events taken out:
    other events, another calendar.

    Raises: StudyError with the nearest kind or event
    """
    calendar = study.all_events or study.calendar
    known = sorted({event.kind for event in calendar.events if not study.kinds or event.kind in study.kinds})
    for kind in kinds:
        if kind not in known:
            raise StudyError(f"'{shown(kind)}' is no kind of event of the calendar.{did_you_mean(kind, known)}")
    ids = {event.id for event in calendar.events}
    for one in without:
        if one not in ids:
            raise StudyError(f"The calendar has no event '{shown(one)}' to take out.{did_you_mean(one, sorted(ids))}")
    kept = () if set(kinds) == {event.kind for event in calendar.events} else tuple(sorted(set(kinds)))
    out = tuple(sorted(set(without)))
    if not kept and not out:
        return dataclasses.replace(study, kinds=(), without=(), calendar=calendar, all_events=None)
    sha256 = calendar.sha256
    if kept:
        sha256 = hashlib.sha256("\n".join((sha256, *kept)).encode()).hexdigest()
    if out:
        sha256 = hashlib.sha256("\n".join((sha256, "without", *out)).encode()).hexdigest()
    events = tuple(event for event in calendar.events if (not kept or event.kind in kept) and event.id not in out)
    narrowed = dataclasses.replace(calendar, events=events, sha256=sha256)
    return dataclasses.replace(study, kinds=kept, without=out, calendar=narrowed, all_events=calendar)


def kept_name(kind: str, file: str) -> str:
    """What a run calls its copy of a study's file; a calendar keeps the ending by which it is read."""
    ending = Path(file).suffix.lower()
    return f"{kind}{ending if kind == 'calendar' and ending in ('.csv', '.ics') else '.toml'}"


def _source(text: str, folder: Path) -> str:
    """`sample`, `yahoo` (or one of its snapshots) as they are; anything else is a folder's path."""
    if re.fullmatch(r"(?i)sample|yahoo(@.*)?", text) and not re.fullmatch(_NAMED_SOURCE, text):
        raise StudyError(
            f"'{shown(text)}' is no source of prices. Write sample, yahoo, or yahoo@ and a snapshot's 16 letters, as "
            f"run.json has them; a folder of that name is ./{shown(text)}"
        )
    return text if re.fullmatch(_NAMED_SOURCE, text) else str((folder / text).absolute())


def _labelled(given: Sequence[StudyStrategy | StrategyEntry], folder: Path) -> tuple[StudyStrategy, ...]:
    """Every strategy with a label of its own that can be a folder's name."""
    labelled, taken = [], set()
    for one in given:
        strategy = StudyStrategy(one, folder) if isinstance(one, StrategyEntry) else one
        entry = strategy.entry
        label = entry.label or _default_label(entry.name)
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", label):
            raise StudyError(
                f"Label '{shown(label)}' of strategy '{shown(entry.name)}' cannot name a folder. Use letters, digits, "
                "'.', '_' and '-'."
            )
        if label in taken:
            raise StudyError(
                f"Two strategies are labelled '{shown(label)}'. Give one of them a label of its own (label = \"…\")."
            )
        taken.add(label)
        if label != entry.label:
            strategy = dataclasses.replace(strategy, entry=entry.model_copy(update={"label": label}))
        labelled.append(strategy)
    return tuple(labelled)


def _default_label(name: str) -> str:
    file, _, cls = name.rpartition(":")
    return re.sub(r"[^A-Za-z0-9._-]+", "-", cls if file else name).strip("-.") or "strategy"


def _check_costs(costs: Costs, where: str) -> None:
    for market in costs if isinstance(costs, dict) else ():
        if market not in EXCHANGES:
            raise StudyError(f"{where}, costs: '{shown(market)}' is not a market.{did_you_mean(market, EXCHANGES)}")
