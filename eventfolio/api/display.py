"""Renders runs: a table of 80 columns in a terminal, a small page in a notebook."""

from __future__ import annotations

import html
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pandas as pd

    from eventfolio.engine.record import RunFacts, StudyFacts

Cells = Sequence[Sequence[str]]

_SHOWN = (  # metric, heading, how it is written
    ("total_return", "whole", "{:.2%}"),
    ("point_in_time", "in time", "{:.2%}"),
    ("sharpe", "Sharpe", "{:.2f}"),
    ("max_drawdown", "drawdown", "{:.2%}"),
    ("mean_excess", "excess", "{:.2%}"),
    ("trades", "lots", "{:,.0f}"),
    ("costs", "costs", "{:,.0f}"),
)
_HUES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#c98500", "#3d9bd3", "#777777")
_WIDTH, _HEIGHT = 640, 220


class Page:
    """A page of HTML that asks for nothing else.

    Attributes
    ----------
    html : str
        The page.
    """

    def __init__(self, html: str) -> None:
        self.html = html

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the page, whole or not at all; gives the path back."""
        from eventfolio.events.writing import write_whole

        write_whole(Path(path), self.html)
        return Path(path)

    def __repr__(self) -> str:
        return f"A page of {len(self.html):,} characters; .save('page.html') writes it."

    def _repr_html_(self) -> str:
        page = html.escape(self.html, quote=True)
        return f'<iframe srcdoc="{page}" sandbox style="width:100%;height:720px;border:0"></iframe>'


class Shown(Protocol):
    """What a table shows of a run: RunRecord, StoredRun, or one under another label."""

    @property
    def label(self) -> str: ...
    @property
    def facts(self) -> RunFacts: ...
    @property
    def returns(self) -> pd.DataFrame: ...


def run_table(facts: StudyFacts, runs: Sequence[Shown]) -> str:
    """A row a strategy, as text."""
    heads = ["", *(head for _, head, _ in _SHOWN)]
    return text_table(run_title(facts), [heads, *([run.label, *_written(run)] for run in runs)])


def run_page(facts: StudyFacts, runs: Sequence[Shown]) -> str:
    """The gains as lines and a row a strategy. Everything is escaped, nothing is fetched."""
    heads = ["", *(head for _, head, _ in _SHOWN)]
    rows = [[run.label, *_written(run)] for run in runs]
    return figure(run_title(facts), [heads, *rows], _lines(runs), [_hue(number) for number in range(len(rows))])


def text_table(title: str, rows: Cells) -> str:
    """Rows below a title, the first of them headings, the first column on the left."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = [
        "  ".join(cell.rjust(width) if place else cell.ljust(width) for place, (cell, width) in enumerate(pairs))
        for pairs in (list(zip(row, widths, strict=True)) for row in rows)
    ]
    return "\n".join([title, *(line.rstrip() for line in lines)])


def figure(title: str, rows: Cells, drawing: str = "", hues: Sequence[str] = ()) -> str:
    """A titled table as HTML below a drawing; the text is escaped here, the drawing is taken as it is."""
    heads = "".join(f"<th>{html.escape(head)}</th>" for head in rows[0])
    body = ""
    for number, (first, *cells) in enumerate(rows[1:]):
        mark = f'<span style="color:{hues[number]}">■</span> ' if hues else ""
        body += f'<tr><th style="text-align:left">{mark}{html.escape(first)}</th>'
        body += "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>"
    return (
        f"<figure><figcaption>{html.escape(title)}</figcaption>{drawing}"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></figure>"
    )


def run_title(facts: StudyFacts) -> str:
    """Study, window, cash, and whether its prices are simulated."""
    money = f"{facts.account.cash:,.0f} {facts.account.currency}"
    simulated = "  SIMULATED PRICES" if facts.simulated else ""
    return f"{facts.study}: {facts.window.start} to {facts.window.end}, {money}{simulated}"


def _written(run: Shown) -> list[str]:
    figures = run.facts.metrics | {"point_in_time": run.facts.point_in_time_return}
    return ["–" if figures.get(key) is None else pattern.format(figures[key]) for key, _, pattern in _SHOWN]


def _hue(number: int) -> str:
    return _HUES[number % len(_HUES)]


def _lines(runs: Sequence[Shown]) -> str:
    """Gain since the start of each run on one scale of dates and of gains, as SVG."""
    dates = [run.returns["date"].to_numpy().astype("datetime64[D]").astype(int) for run in runs]
    first, last = min(int(days[0]) for days in dates), max(int(days[-1]) for days in dates)
    gains = [((1.0 + run.returns["return"]).cumprod() - 1.0).to_numpy() for run in runs]
    low, high = (end(float(end(gain)) for gain in gains) for end in (min, max))
    low, high = min(low, 0.0), max(high, 0.0)
    span = (high - low) or 1.0

    def x(day: int) -> float:
        return (day - first) * _WIDTH / max(last - first, 1)

    def y(value: float) -> float:
        return round(_HEIGHT - 4 - (value - low) / span * (_HEIGHT - 8), 1)

    drawn = "".join(
        f'<polyline fill="none" stroke="{_hue(number)}" stroke-width="1.5" points="'
        + " ".join(f"{x(int(day)):.1f},{y(value)}" for day, value in zip(days, gain, strict=True))
        + '"/>'
        for number, (days, gain) in enumerate(zip(dates, gains, strict=True))
    )
    zero = f'<line x1="0" x2="{_WIDTH}" y1="{y(0.0)}" y2="{y(0.0)}" stroke="#999" stroke-width="0.7"/>'
    words = f"Gain since the start, from {low:.1%} to {high:.1%}"
    return (
        f'<svg role="img" aria-label="{words}" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" '
        f'style="max-width:100%">{zero}{drawn}</svg>'
    )
