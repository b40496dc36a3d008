"""Draws the page's evidence as SVG: the CAAR with its interval, the events' CARs, the placebo calendars' histogram."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from eventfolio.results.store.evidence import EventStudyDocument, PlaceboDocument, StudyPart, UnitRow

WIDTH, TOP, BOTTOM, LEFT, RIGHT = 460, 14, 212, 52, 448  # of a drawing, in its own units
ROW, NAMES = 19, 178
MOST_ROWS = 30

Ticks = tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Fan:
    """band, line : path data; ticks are (place, text); zero, event : y of no effect and x of session 0."""

    label: str
    band: str
    line: str
    across: Ticks
    up: Ticks
    zero: float
    event: float | None


@dataclass(frozen=True)
class Forest:
    """rows : (y, name, words, x low, x, x high); the last is the mean. left_out : rows there was no room for."""

    label: str
    rows: tuple[tuple[float, str, str, float, float, float], ...]
    across: Ticks
    zero: float
    height: int
    left_out: int


@dataclass(frozen=True)
class Histogram:
    """bars : (x, y, width, height) of each bin; real : x of the real calendar."""

    label: str
    bars: tuple[tuple[float, float, float, float], ...]
    across: Ticks
    real: float
    anchor: str


def fan(part: StudyPart) -> Fan | None:
    """CAAR with its 95 % interval by session."""
    rows = [known for row in part.fan if len(known := [value for value in row if value is not None]) == len(row)]
    if len(rows) < 2:
        return None
    sessions = [int(row[0]) for row in rows]
    x = _scale(sessions[0], sessions[-1], LEFT, RIGHT)
    y = _scale(*_span(value for row in rows for value in row[1:]), BOTTOM, TOP)
    last = rows[-1]
    return Fan(
        label=f"Mean cumulative abnormal return from session {sessions[0]}: {_percent(last[1])} by session {last[0]}, "
        f"95 % interval {_percent(last[2])} to {_percent(last[3])}",
        band=_path([*((x(t), y(low)) for t, _, low, _ in rows), *((x(t), y(high)) for t, _, _, high in rows[::-1])]),
        line=_path([(x(t), y(caar)) for t, caar, _, _ in rows]),
        across=tuple((x(t), str(t)) for t in sessions if t % max(1, len(sessions) // 10) == 0),
        up=_percents(y, *_span(value for row in rows for value in row[1:])),
        zero=y(0.0),
        event=x(0) if sessions[0] <= 0 <= sessions[-1] else None,
    )


def forest(part: StudyPart) -> Forest | None:
    """Each date's CAR over the event window with its 95 % interval, and the mean of all."""
    known = [
        (_name(unit), ", ".join(unit.names), unit.low, unit.car, unit.high)
        for unit in part.units
        if unit.low is not None and unit.car is not None and unit.high is not None
    ]
    whole, rows = part.windows[-1], known[:MOST_ROWS]
    if not rows or whole.low is None or whole.caar is None or whole.high is None:
        return None
    left_out = len(known) - len(rows)
    rows.append((f"mean of {len(known)}", "mean", whole.low, whole.caar, whole.high))
    ends = [end for row in rows for end in (row[2], row[4])]
    x = _scale(*_span(ends), NAMES, RIGHT)
    return Forest(
        label=f"Cumulative abnormal return of {len(known)} dates, sessions {whole.first} to {whole.last}",
        rows=tuple(
            (
                TOP + ROW * place + ROW / 2,
                name,
                f"{words}: {_percent(car)}, between {_percent(low)} and {_percent(high)}",
                x(low),
                x(car),
                x(high),
            )
            for place, (name, words, low, car, high) in enumerate(rows)
        ),
        across=_percents(x, *_span(ends)),
        zero=x(0.0),
        height=TOP + ROW * len(rows) + 22,
        left_out=left_out,
    )


def histogram(document: PlaceboDocument, figure: str = "total_return") -> Histogram | None:
    """How the placebo calendars spread, and where the real one falls."""
    found, real = document.distribution[figure], document.real[figure]
    edges, counts = found.edges, found.counts
    if not counts or not max(counts):
        return None
    low, high = min(edges[0], real), max(edges[-1], real)
    x = _scale(low, high if high > low else low + 1e-9, LEFT, RIGHT)
    y = _scale(0, max(counts), BOTTOM, TOP + 14)
    p = document.p[figure]
    chance = "none" if p is None else f"{p:.3f}"
    return Histogram(
        label=f"Total return of {document.distinct:,} calendars: median {_percent(found.median or 0.0)}; the real one "
        f"{_percent(real)}, p = {chance}",
        bars=tuple(
            (x(left), y(count), round(x(right) - x(left), 1), round(BOTTOM - y(count), 1))
            for left, right, count in zip(edges, edges[1:], counts, strict=False)
            if count
        ),
        across=_percents(x, low, high),
        real=x(real),
        anchor="start" if x(real) < LEFT + 30 else "end" if x(real) > RIGHT - 30 else "middle",
    )


def in_words(document: EventStudyDocument) -> list[str]:
    """Other news in the events' windows, and what was not measured, a line for all listings it holds of; the notes."""
    lines: dict[str, list[str]] = {}
    for one in document.confounders:
        news = f"{one.what} ({one.date}; {one.source})"
        lines.setdefault(f"Other news in the window of {one.event}: {news}, on", []).append(one.symbol)
    for gone in document.left_out:
        lines.setdefault(f"Left out: {gone.name} ({gone.date}): {gone.why};", []).append(gone.symbol)
    return [*(f"{words} {', '.join(symbols)}." for words, symbols in lines.items()), *(document.notes or ())]


def _scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    return lambda value: round(start + (value - low) / (high - low) * (end - start), 1)


def _span(values: Iterable[float]) -> tuple[float, float]:
    """Least and most, zero and a small margin included."""
    found = [0.0, *values]
    low, high = min(found), max(found)
    margin = 0.04 * (high - low) or 0.01
    return low - margin, high + margin


def _percents(place: Callable[[float], float], low: float, high: float) -> Ticks:
    """About five round percentages from low to high."""
    rough = max((high - low) / 5, 1e-6)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * size for size in (1, 2, 5, 10) if power * size >= rough)
    digits = max(0, -math.floor(math.log10(step * 100) + 1e-9))
    first, last = math.ceil(low / step), math.floor(high / step)
    return tuple((place(n * step), f"{n * step * 100:.{digits}f}") for n in range(first, last + 1))


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)


def _name(unit: UnitRow) -> str:
    name = unit.names[0] if len(unit.names) == 1 else f"{unit.names[0]} +{len(unit.names) - 1}"
    return name if len(name) <= 27 else f"{name[:26]}…"


def _percent(value: float) -> str:
    return f"{value:+.1%}".replace("%", " %")
