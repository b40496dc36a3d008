"""Draws a calendar: each event's window and the moment it became known, theme by theme.

matplotlib is imported when a picture is drawn: that takes half a second.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from eventfolio.events.calendar import Calendar
from eventfolio.events.errors import InputError
from eventfolio.results.plots.style import HUES, LOOK, QUIET, RULE, Settings, check_format, write_figure

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from eventfolio.events.event import Event

Row: TypeAlias = "tuple[str, list[Event]]"  # its label, and the events on it
# Okabe and Ito (2008), told apart by the colour-blind too
_COLOURS = {"occurred": HUES[0], "scheduled": HUES[4], "cancelled": "#999999"}
_KNOWN, _TEXT, _LINE = HUES[6], QUIET, RULE
_LOOK: Settings = LOOK | {"font.size": 8, "axes.grid": False}
_FORMATS = (".png", ".svg", ".pdf")
_MOST = 300  # rows that a picture can hold
_MOST_MARKS = 5_000  # and events in them
_LONGEST = 60  # characters of a title
_BEYOND = timedelta(days=90)  # how far an open window is drawn past everything else


def draw_timeline(calendar: Calendar, path: Path) -> None:
    """Write the picture of a calendar; the ending of `path` says in which format (png, svg, pdf).

    Raises: InputError for another ending, or a calendar of no or too many events; Unavailable if it cannot be written
    """
    check_format(path, _FORMATS)
    if not calendar.events:
        raise InputError(f"{calendar.name} has no events: there is nothing to draw.")
    rows = sum(map(len, _groups(calendar).values()))
    if rows > _MOST or len(calendar.events) > _MOST_MARKS:
        raise InputError(
            f"{calendar.name} has {len(calendar.events):,} events in {rows:,} rows: a picture holds {_MOST_MARKS:,} in "
            f"{_MOST}. Draw those of one kind (--kind)."
        )
    from matplotlib import rc_context

    with rc_context(_LOOK):
        write_figure(figure(calendar), path, dpi=150)


def figure(calendar: Calendar) -> Figure:
    """The picture: a row an event of a theme, or a listing with all its events; bars are windows, ticks known_at."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
    from matplotlib.figure import Figure

    groups = _groups(calendar)
    first, last = _span(calendar)
    made = Figure(figsize=(11, 1.2 + 0.24 * (sum(map(len, groups.values())) + len(groups))), layout="constrained")
    axes = made.add_subplot()
    place, ticks, labels = 0, [], []
    for title, rows in groups.items():
        axes.text(0, place, title, transform=axes.get_yaxis_transform(), fontweight="bold", va="center", color=_TEXT)
        place += 1
        for label, events in rows:
            for event in events:
                _draw(axes, event, place, first, last)
            ticks.append(place)
            labels.append(_shortened(label))
            place += 1
        axes.axhline(place - 0.5, color=_LINE, lw=0.6)
    axes.set_yticks(ticks, labels)
    axes.set_ylim(place - 0.4, -0.6)
    axes.set_xlim(first, last)  # type: ignore[arg-type]
    locator = AutoDateLocator()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    axes.grid(axis="x", color=_LINE, lw=0.5)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(left=False, colors=_TEXT)
    axes.set_title(calendar.name, loc="left", fontweight="bold", color=_TEXT)
    _legend(made, axes, calendar)
    return made


def _groups(calendar: Calendar) -> dict[str, list[Row]]:
    """Rows under their theme, or both of two; those of more together; then a row a listing, and those of neither."""
    groups: dict[str, list[Row]] = {}
    for event in (event for event in calendar.events if event.themes):
        theme = "several themes" if event.themes[2:] else " + ".join(event.themes)
        groups.setdefault(theme, []).append((event.title, [event]))
    lanes: dict[str, list[Event]] = {symbol: [] for symbol in calendar.listings}
    for event in calendar.events:
        for symbol in event.listings:
            lanes[symbol].append(event)
    if lanes:
        groups["listings"] = list(lanes.items())
    if idle := [event for event in calendar.events if not event.subjects]:
        groups["no theme or listing" if lanes else "no theme"] = [(event.title, [event]) for event in idle]
    return groups


def _span(calendar: Calendar) -> tuple[date, date]:
    days = [belief.known.date() for event in calendar.events for belief in event.beliefs]
    for event in calendar.events:
        for belief in event.beliefs:
            days += [day for day in (belief.occurs.start, belief.occurs.end) if day]
    return _moved(min(days), -_BEYOND), _moved(max(days), _BEYOND)


def _moved(day: date, by: timedelta) -> date:
    """Within what matplotlib can place."""
    return date(1, 1, 2) if by < timedelta() and day < date(1, 6, 1) else min(day, date(9999, 6, 1)) + by


def _draw(axes: Axes, event: Event, row: int, first: date, last: date) -> None:
    """The windows believed one after the other, the latest boldest, each from the moment it was known."""
    from matplotlib.dates import date2num

    beliefs = event.beliefs
    for number, belief in enumerate(beliefs):
        start, end = belief.occurs.start or first, (belief.occurs.end or last)
        latest = number == len(beliefs) - 1
        width = max(date2num(end) - date2num(start) + 1, (date2num(last) - date2num(first)) / 200)  # a day can be seen
        axes.barh(
            row,
            width,
            left=date2num(start),
            height=0.62 if latest else 0.3,
            color=_COLOURS[belief.status],
            alpha=0.85 if latest else 0.3,
            hatch="" if belief.occurs.start and belief.occurs.end else "////",
            edgecolor="white",
            lw=0,
        )
        axes.plot([_instant(belief.known)] * 2, [row - 0.42, row + 0.42], color=_KNOWN, lw=1.4 if number == 0 else 0.7)


def _instant(moment: datetime) -> float:
    from matplotlib.dates import date2num

    return float(date2num(moment))


def _shortened(title: str) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in title)
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"


def _legend(made: Figure, axes: Axes, calendar: Calendar) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    marks: list[Artist] = [Patch(color=colour, label=status) for status, colour in _COLOURS.items()]
    marks.append(Patch(facecolor=_COLOURS["scheduled"], hatch="////", edgecolor="white", label="open on one side"))
    marks.append(Line2D([], [], color=_KNOWN, lw=1.4, label="known (thin: revised)"))
    if calendar.published:
        axes.axvline(_instant(calendar.published), color=HUES[1], lw=0.9, ls="--")
        marks.append(Line2D([], [], color=HUES[1], lw=0.9, ls="--", label="article published"))
    made.legend(handles=marks, loc="outside lower center", ncols=len(marks), frameon=False)
