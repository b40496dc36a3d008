"""Drafts what a study made from a calendar trades: themes, securities and prices, as said or else assumed.

Each step changes the draft and adds a line to what was assumed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from eventfolio.cli.scaffold.priced import Priced
from eventfolio.engine.errors import StudyError
from eventfolio.engine.market.sources.folder import symbols_in
from eventfolio.events import Calendar, Member, Securities, Security, Theme, Themes
from eventfolio.events.catalogue import usual_lot
from eventfolio.events.elsewhere.happenings import listed, number_of
from eventfolio.events.errors import did_you_mean, shown
from eventfolio.events.exchanges import EXCHANGES, exchange_of_symbol

_NEW_YORK = EXCHANGES["XNYS"]
_STAND_IN = "SPY"  # for listings that nothing says, where there is no folder of prices


@dataclass
class StudyDraft:
    """A study on its way: what it will hold, and what was assumed, a line each."""

    calendar: Calendar
    themes: Themes
    known: Securities
    declared: list[Security] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)

    @property
    def traded(self) -> list[str]:
        """Members of its themes, then listings that events name by themselves."""
        members = self.themes.symbols
        return [*members, *(symbol for symbol in self.calendar.listings if symbol not in members)]


def make_themes(draft: StudyDraft, prices: Path | None, aside: Path) -> None:
    """Give the events' themes members, and events that name nothing a theme, where all of them do."""
    names = list(dict.fromkeys(theme for event in draft.calendar.events for theme in event.themes))
    silent = [event for event in draft.calendar.events if not event.subjects]
    is_silent = len(silent) == len(draft.calendar.events)
    if silent and not is_silent:
        draft.assumed.append(
            f"{number_of(len(silent), 'event')} of {len(draft.calendar.events):,} name neither theme nor listing: "
            "shown, and never traded."
        )
    if not names and not is_silent:
        return
    members = _candidates(draft, prices, aside)
    them = f"all {len(members):,} listings" if len(members) > 1 else f"the one listing {members[0]}"
    whose = f"{them} of the prices" if prices else f"{_STAND_IN} as a stand-in"
    if is_silent:
        names = ["market"]
        events = tuple(event.model_copy(update={"themes": ("market",)}) for event in draft.calendar.events)
        draft.calendar = dataclasses.replace(draft.calendar, events=events)
        draft.assumed.append(
            f"No event names a theme or a listing: each is taken for news of {whose}, the theme market "
            "(themes.toml). Events of companies name them in `listings`; of a file from elsewhere "
            "--map 'COLUMN=listings' says which column holds the symbols."
        )
    else:
        draft.assumed.append(
            f"Nothing says which listings {_named('the theme', names)} hold: {whose} (themes.toml). Take out what does "
            "not belong, or give --themes FILE."
        )
    draft.themes = Themes(tuple(_theme(name, members) for name in names))


def _candidates(draft: StudyDraft, prices: Path | None, aside: Path) -> list[str]:
    """The listings of a folder of prices, without rates and indices; the stand-in where there is none.

    Raises: StudyError where the folder has none
    """
    if prices is None:
        return [_STAND_IN]
    found = [symbol for symbol in _listings_in(prices, aside) if not _is_index(symbol, draft.known)]
    if not found:
        raise StudyError(f"{prices} holds no prices of a listing. Add SYMBOL.csv of those to trade.")
    return found


def _listings_in(prices: Path, aside: Path) -> list[str]:
    """What the names of a folder's files say, but for rates, the calendar itself, and names that no symbol has."""
    is_here = aside.resolve().parent == prices.resolve()
    return [
        symbol
        for symbol in symbols_in(prices)
        if not symbol.endswith("=X") and _is_symbol(symbol) and not (is_here and symbol == aside.stem)
    ]


def _theme(name: str, members: Iterable[str]) -> Theme:
    return Theme.model_validate(
        {
            "name": name,
            "title": name,
            "why": "Assumed when the study was made: say why its news should move its members.",
            "member": [{"symbol": symbol, "role": "proxy"} for symbol in members],
        }
    )


def declare_unknown(draft: StudyDraft, symbols: Iterable[str]) -> None:
    """Declare listings that nobody knows, on the exchange of their suffix, without one in New York."""
    exchanges: dict[str, list[str]] = {}
    for symbol in symbols:
        if symbol in draft.known:
            continue
        exchange = exchange_of_symbol(symbol) or _NEW_YORK
        exchanges.setdefault(exchange.mic, []).append(symbol)
        draft.declared.append(
            Security(symbol=symbol, name=symbol, exchange=exchange.mic, currency=exchange.currency,
                     lot=usual_lot(exchange.mic))
        )  # fmt: skip
    for mic, names in exchanges.items():
        why = "without a suffix it is New York" if EXCHANGES[mic] is _NEW_YORK else "by the suffix"
        lots = usual_lot(mic)
        differ = ", which differ by company there" if mic in ("XHKG", "XGEM") else ""
        draft.assumed.append(
            f"{number_of(len(names), 'listing')} that no security here knows, shares on {mic} in "
            f"{EXCHANGES[mic].currency}, lots of {lots}{differ} ({why}): {listed(names)} (securities.toml)."
        )
    if draft.declared:
        draft.known = draft.known.with_more(Securities(draft.declared))
        draft.declared = [draft.known[one.symbol] for one in draft.declared]


def _is_index(symbol: str, known: Securities) -> bool:
    security = known.get(symbol)
    return symbol.startswith("^") if security is None else security.kind == "index"


def _is_symbol(text: str) -> bool:
    try:
        Member(symbol=text, role="proxy")
    except ValueError:
        return False
    return True


def account_currency(draft: StudyDraft, found: Priced) -> str:
    """The account's currency: dollars, or that of all priced listings where no rate turns it into dollars."""
    currencies = {draft.known[symbol].currency for symbol in draft.traded if found.has(symbol)}
    only = next(iter(currencies)) if len(currencies) == 1 else "USD"
    if only == "USD" or found.has(f"{only}=X"):
        return "USD"
    draft.assumed.append(f"All listings are in {only} and no rate {only}=X is there: the account is in {only}.")
    return only


def leave_out_unpriced(draft: StudyDraft, found: Priced, account: str, prices: Path | None, aside: Path) -> None:
    """Take what has no prices, or no rate, out of the themes, and name what events name in vain.

    Raises: StudyError where nothing is left
    """
    lacks = {symbol: lack for symbol in draft.traded if (lack := found.lacks(draft.known[symbol], account)) is not None}
    if len(lacks) == len(draft.traded):
        raise StudyError(_nothing_priced(draft, list(lacks.values()), prices, aside))
    if prices is not None:
        spare = [symbol for symbol in _listings_in(prices, aside) if symbol not in draft.traded]
        spare = [symbol for symbol in spare if not _is_index(symbol, draft.known) and not _measures(symbol, draft)]
        if spare:
            draft.assumed.append(
                f"Prices of {number_of(len(spare), 'listing')} that no event names, left out: {listed(spare)}."
            )
    members = set(draft.themes.symbols)
    alone = [lack for symbol, lack in lacks.items() if symbol not in members]
    if alone:
        draft.assumed.append(
            f"{number_of(len(alone), 'listing')} that events name without prices: {listed(alone)}. Their events are "
            "shown, and do not trade there."
        )
    if gone := [lack for symbol, lack in lacks.items() if symbol in members]:
        draft.assumed.append(f"Left out of the themes for want of prices: {listed(gone)}.")
        _narrow_themes(draft, set(lacks))


def _narrow_themes(draft: StudyDraft, lacking: set[str]) -> None:
    """Themes without the members that lack prices, and events without themes that are left with none."""
    narrowed = [
        theme.model_copy(update={"members": tuple(one for one in theme.members if one.symbol not in lacking)})
        for theme in draft.themes.themes
    ]
    draft.themes = Themes(tuple(theme for theme in narrowed if theme.members))
    left = set(draft.themes.names)
    if empty := [theme.name for theme in narrowed if not theme.members]:
        draft.assumed.append(f"{_named('The theme', empty)} left with no member, and taken from the events.")
        events = tuple(
            event.model_copy(update={"themes": tuple(name for name in event.themes if name in left)})
            for event in draft.calendar.events
        )
        draft.calendar = dataclasses.replace(draft.calendar, events=events)


def _measures(symbol: str, draft: StudyDraft) -> bool:
    return any(draft.known[traded].benchmark == symbol for traded in draft.traded)


def _nothing_priced(draft: StudyDraft, lacking: list[str], prices: Path | None, aside: Path) -> str:
    if prices is None:
        return f"None of {listed(lacking)} has prices."
    there = _listings_in(prices, aside)
    wanted = draft.traded
    named = listed(lacking)
    if any("no rate" in lack for lack in lacking):
        return f"Nothing can be traded: {named}. Add the rate of each currency, such as EUR=X.csv, in units a dollar."
    hint = next((hint for symbol in wanted if "mean" in (hint := did_you_mean(symbol, there))), "")
    by_letters = {symbol.casefold(): symbol for symbol in there}
    other = next((by_letters[symbol.casefold()] for symbol in wanted if symbol.casefold() in by_letters), None)
    if other is not None:
        hint = f" {other} is there: small and capital letters count."
    return (
        f"Nothing that the events name ({named}) has prices in {prices}, which has {listed(there) or 'none'}.{hint} "
        f"A price file is called as the events call the listing: {shown(wanted[0])}.csv."
    )


def _named(what: str, names: list[str]) -> str:
    return f"{what}{'s' if len(names) > 1 else ''} {listed(names)}"
