"""Makes study.json: what all strategies of a run share (window, calendar, events, themes, warnings)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from eventfolio.engine.market.market import Market
from eventfolio.engine.record import StudyFacts, StudyRecord
from eventfolio.engine.record.identity import TrialIdentity
from eventfolio.engine.record.json_record import ABSENT
from eventfolio.engine.record.run_facts import AccountFacts, SettingFacts, WindowFacts, taken_out
from eventfolio.engine.record.study_facts import (
    ArticleFacts,
    CalendarFacts,
    EventFacts,
    ListingFacts,
    MemberFacts,
    RevisionFacts,
    ThemeFacts,
    UntradableFacts,
)
from eventfolio.engine.schedule import first_sessions, places_of, themed_members
from eventfolio.engine.study.strategy import StudyStrategy
from eventfolio.engine.study.study import Study
from eventfolio.engine.study_returns import study_returns
from eventfolio.events import Event, parse_edtf
from eventfolio.events.themes import Theme
from eventfolio.strategies.loader import LoadedStrategy
from eventfolio.strategies.parts import ALL
from eventfolio.strategies.plan import Plan


def study_record(study: Study, market: Market) -> StudyRecord:
    """The study's window, calendar, events with their first sessions, themes, notes and warnings."""
    calendar, article = study.calendar, study.calendar.article
    members = study.themes.symbols
    facts = StudyFacts(
        schema=1,
        study=study.name,
        created=datetime.now(UTC).replace(microsecond=0).isoformat(),
        simulated=market.simulated,
        window=WindowFacts(start=study.start.isoformat(), end=study.end.isoformat()),
        benchmark=study.benchmark,
        account=AccountFacts(cash=study.account.cash, currency=study.account.currency),
        calendar=CalendarFacts(
            name=calendar.name,
            sha256=calendar.sha256,
            recorded=calendar.recorded.isoformat() if calendar.recorded else None,
            article=ArticleFacts(
                title=article.title,
                author=article.author,
                publisher=article.publisher,
                published=article.published.isoformat() if article.published else None,
            )
            if article
            else None,
        ),
        events=tuple(_event(event, study, market) for event in calendar.events),
        themes=tuple(_theme(theme, study) for theme in study.themes.themes),
        listings=tuple(_listing(symbol, study) for symbol in study.symbols if symbol not in members) or ABSENT,
        themes_alone=True if (study.all_events or calendar).listings and not study.named else ABSENT,
        notes=tuple(_notes(study)),
        warnings=tuple(market.warnings),
    )
    return StudyRecord(
        facts,
        inputs={"study.toml": study_file(study), **study.texts},
        returns=lambda: study_returns(study, market),
    )


def setting_facts(study: Study, plan: Plan, point_in_time: bool) -> SettingFacts:
    """What a run's figures depend on beside strategy, calendar, prices and window.

    point_in_time : only the run from the publication on was made
    """
    traded = [theme for theme in study.themes.themes if plan.themes == ALL or theme.name in plan.themes]
    members: dict[str, dict[str, str | None]] = {
        theme.name: {one.symbol: one.since.isoformat() if one.since else None for one in theme.members}
        for theme in traded
    }
    if plan.themes == ALL and study.named:
        members[""] = dict.fromkeys(study.named)
    return SettingFacts(
        account=AccountFacts(
            cash=study.account.cash, currency=study.account.currency, cash_rate=study.account.cash_rate
        ),
        costs=_costs(study),
        members=members,
        point_in_time=point_in_time,
    )


def trial_identity(
    study: Study, fingerprint: str, loaded: LoadedStrategy, params: dict[str, Any], plan: Plan, point_in_time: bool
) -> TrialIdentity:
    """What makes a trial another one to the study: as `record.identity.identity_of` has it of the run's own record.

    fingerprint : of its prices; params : all of them, resolved
    """
    start, published = study.start, study.calendar.published
    if point_in_time and published is not None:
        start = max(start, published.date())
    return TrialIdentity(
        source_sha256=loaded.sha256,
        class_name=loaded.cls.__name__,
        params=params,
        calendar_sha256=study.calendar.sha256,
        fingerprint=fingerprint,
        window=(start.isoformat(), study.end.isoformat()),
        setting=setting_facts(study, plan, point_in_time),
        dividends=study.dividends,
    )


def _costs(study: Study) -> object:
    """The study's own costs as its file gives them; None where each market's are charged."""
    if isinstance(study.costs, dict):
        return {market: row.model_dump(exclude_none=True) for market, row in study.costs.items()}
    if study.costs is None or isinstance(study.costs, str):
        return study.costs
    return study.costs.model_dump(exclude_none=True)


def study_file(study: Study) -> str:
    """The study as run, options applied; strategies of the user's own are named by their copy in the run folder."""
    import tomlkit

    calendar = next((name for name in study.texts if name.startswith("calendar.")), "calendar.toml")
    document: dict[str, object] = {"schema": 1, "name": study.name, "calendar": calendar}
    document |= {kind: f"{kind}.toml" for kind in ("themes", "securities") if f"{kind}.toml" in study.texts}
    document |= {"start": study.start, "end": study.end}
    if study.benchmark:
        document["benchmark"] = study.benchmark
    if study.kinds:
        document["kinds"] = list(study.kinds)
    if study.without:
        document["without"] = list(study.without)
    document["account"] = study.account.model_dump()
    document["data"] = {"source": study.source, "dividends": study.dividends}
    if study.costs is not None:
        document["costs"] = _costs(study)
    if study.vanished is not None:
        document["vanished"] = study.vanished
    document["strategy"] = [
        {
            "name": _kept(strategy),
            "label": strategy.label,
            "params": {name: "none" if value is None else value for name, value in strategy.entry.params.items()},
        }
        for strategy in study.strategies
    ]
    return tomlkit.dumps(document)


def _kept(strategy: StudyStrategy) -> str:
    """A strategy's name as the copy of the study in the run folder has it."""
    name = strategy.entry.name
    file, _, cls = name.rpartition(":")
    if file and strategy.loaded.runs_again:
        return f"../{strategy.label}/strategy.py:{cls}"
    return f"../{strategy.label}/strategy.py" if cls.endswith(".py") else name


def _event(event: Event, study: Study, market: Market) -> EventFacts:
    published = study.calendar.published
    places = places_of(event, themed_members(study.themes.themes, market.sessions, market.sessions, study.named))
    return EventFacts(
        id=event.id,
        title=event.title,
        kind=event.kind,
        status=event.status,
        occurs=str(event.window),
        as_written=event.as_written,
        known_at=event.known.isoformat(),
        known_precision=event.known_precision,
        zone=event.zone,
        themes=tuple(event.themes),
        listings=tuple(event.listings) or ABSENT,
        facts=dict(event.facts) or ABSENT,
        direction=event.direction,
        strength=event.strength,
        episode=event.episode,
        origin=event.origin,
        source=event.source,
        confidence=event.confidence,
        note=event.note,
        revisions=_revisions(event),
        hindsight=published is not None and event.known < published,
        first_sessions={symbol: day.isoformat() for symbol, day in first_sessions(event, places).items()},
    )


def _revisions(event: Event) -> tuple[RevisionFacts, ...]:
    """What was believed after each of its revisions."""
    window, status, found = event.window, event.status, []
    for known, revision in event.revised():
        window = parse_edtf(revision.occurs) if revision.occurs else window
        status = revision.status or status
        found.append(
            RevisionFacts(
                known_at=known.isoformat(),
                known_precision=revision.known_precision,
                occurs=str(window),
                status=status,
                facts=dict(revision.facts) or ABSENT,
            )
        )
    return tuple(found)


def _theme(theme: Theme, study: Study) -> ThemeFacts:
    members = []
    for member in theme.members:
        security = study.securities[member.symbol]
        members.append(
            MemberFacts(
                symbol=member.symbol,
                name=security.name,
                role=member.role,
                stands_for=member.stands_for,
                note=member.note or security.note,
                exchange=security.exchange,
                currency=security.currency,
            )
        )
    return ThemeFacts(
        name=theme.name,
        title=theme.title,
        why=theme.why,
        members=tuple(members),
        untradable=tuple(UntradableFacts(name=gone.name, why=gone.why, proxy=gone.proxy) for gone in theme.untradable),
    )


def _listing(symbol: str, study: Study) -> ListingFacts:
    security = study.securities[symbol]
    return ListingFacts(symbol=symbol, name=security.name, exchange=security.exchange, currency=security.currency)


def _notes(study: Study) -> list[str]:
    """What every reader of a result must know: mismatches of name and business, when the calendar was compiled."""
    notes = [f"{gone.name}: {gone.note}" for gone in study.themes.untradable if gone.note]
    for theme in study.themes.themes:
        notes.append(f"{theme.name}: {theme.why}")
        for member in theme.members:
            if member.note:
                notes.append(f"{member.symbol} ({theme.name}): {member.note}")
    if study.kinds and study.all_events:
        left = sum(event.kind not in study.kinds for event in study.all_events.events)
        notes.append(f"Only events of the kind {' or '.join(study.kinds)} count; {left} of the calendar are left out.")
    if study.without:
        notes.append(f"{taken_out(study.without)}: {', '.join(study.without)}.")
    if study.calendar.recorded:
        notes.append(
            f"The calendar was compiled on {study.calendar.recorded}, after the events: they were known in time, but "
            "selected later."
        )
    return notes
