"""Checks this machine: packages, clock, time zones, cache, sample prices, exchange sessions, Yahoo."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ZONES = ("Asia/Seoul", "Asia/Tokyo", "Asia/Hong_Kong", "Asia/Shanghai", "America/New_York", "Europe/London")


@dataclass(frozen=True)
class Finding:
    """One thing looked at. needed : whether a run fails without it."""

    name: str
    ok: bool
    needed: bool
    words: str


class Broken(Exception):
    """Something does not work; the words say what, and what to do."""


def examine() -> list[Finding]:
    """Everything looked at, the needed things first."""
    needed = [
        ("Python", _python),
        ("packages", _packages),
        ("time zones", _zones),
        ("clock", _clock),
        ("sample", _sample),
        ("sessions", _sessions),
    ]
    helpful = [("cache", _cache), ("this folder", _here), ("processes", _processes), ("Yahoo", _yahoo)]
    found = [_look(name, look, True) for name, look in needed] + [_look(name, look, False) for name, look in helpful]
    return [*found, Finding("display", True, False, "not needed; nor are fonts or a browser")]


def _look(name: str, look: Callable[[], str], needed: bool) -> Finding:
    try:
        return Finding(name, True, needed, look())
    except Broken as error:
        return Finding(name, False, needed, str(error))
    except Exception as error:  # whatever it is, it is what the doctor was asked for
        return Finding(name, False, needed, f"{type(error).__name__}: {error}")


def _python() -> str:
    return f"{sys.version.split()[0]} on {sys.platform}"


def _packages() -> str:
    """Every package the project asks for, in a version it allows."""
    from packaging.requirements import Requirement

    wanted = [Requirement(line) for line in requires("eventfolio") or ()]
    shown, wrong = [f"eventfolio {version('eventfolio')}"], []
    for package in wanted:
        if package.marker is not None and not package.marker.evaluate({"extra": ""}):
            continue
        try:
            installed = version(package.name)
        except PackageNotFoundError:
            wrong.append(f"{package.name} is missing")
            continue
        shown.append(f"{package.name} {installed}")
        if not package.specifier.contains(installed, prereleases=True):
            wrong.append(f"{package.name} is {installed}, but {package.specifier} is asked for")
    if wrong:
        raise Broken("; ".join(wrong) + ". Set the environment up anew: make install")
    return ", ".join(shown)


def _zones() -> str:
    for zone in ZONES:
        try:
            ZoneInfo(zone)
        except ZoneInfoNotFoundError:
            raise Broken(f"{zone} is unknown; install the package tzdata") from None
    return f"{len(ZONES)} zones of the markets are known"


def _clock() -> str:
    """A clock that runs behind the sample would call its prices future ones."""
    from eventfolio.engine.market.sources.sample import read_sample

    now, last = datetime.now(UTC), max(frame.index[-1] for frame in read_sample().values())
    if now.date() < last.date():
        raise Broken(f"it says {now:%Y-%m-%d}, which is before the sample's last day, {last:%Y-%m-%d}; set it right")
    return f"{now:%Y-%m-%d %H:%M} UTC"


def _sample() -> str:
    from eventfolio.engine.market.sources.sample import read_sample

    frames = read_sample()
    days = [day for frame in frames.values() for day in (frame.index[0], frame.index[-1])]
    return f"{len(frames)} symbols from {min(days):%Y-%m-%d} to {max(days):%Y-%m-%d}, simulated"


def _sessions() -> str:
    from eventfolio.engine.market.sessions import sessions_of
    from eventfolio.events import packaged_securities

    packaged = packaged_securities()
    known = {exchange: sessions_of(exchange) for exchange in {packaged[symbol].exchange for symbol in packaged}}
    first = max(sessions.dates[0] for sessions in known.values())
    last = min(sessions.dates[-1] for sessions in known.values())
    return f"{len(known)} exchanges of the packaged study, all known from {first} to {last}"


def _cache() -> str:
    from eventfolio.engine.files import cache_folder

    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise Broken(
            f"{folder} cannot be written ({error.strerror}): every run builds its sessions anew, which takes seconds. "
            "Set EVENTFOLIO_CACHE to a folder that can"
        ) from None
    return f"{folder} can be written"


def _here() -> str:
    try:
        with tempfile.TemporaryFile(dir=Path.cwd()):
            pass
    except OSError as error:
        raise Broken(
            f"{Path.cwd()} cannot be written ({error.strerror}): give run folders a place with --out"
        ) from None
    return f"{Path.cwd()} can be written: run folders go to results/runs in it"


def _yahoo() -> str:
    """One question, five seconds at most."""
    from eventfolio.engine.market.yahoo.session import Refused, ask_yahoo

    try:
        return f"{ask_yahoo()}: `--data yahoo` can fetch"
    except Refused as refusal:
        raise Broken(f"{refusal.words}: only stored prices can be used (--offline)") from None


def _processes() -> str:
    from multiprocessing import get_context

    try:
        get_context().Lock()
    except (ImportError, OSError) as error:
        raise Broken(f"no processes beside this one ({error}): use --no-tearsheet") from None
    return "tearsheets are drawn in two at a time"
