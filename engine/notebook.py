"""A backtest from Python: one call, and a record that shows itself as a table, in a notebook as a small page."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eventfolio.engine.record import RunRecord, StudyRecord

if TYPE_CHECKING:
    import pandas as pd

    from eventfolio.engine.study.study import Study

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


@dataclass(frozen=True, repr=False)
class Backtest:
    """What `backtest` gives back: the study's facts, and a RunRecord a strategy, by number or by label.

    `study, runs = done` takes it apart, as eventfolio.results.write_run.write_run wants it.
    """

    study: StudyRecord
    runs: tuple[RunRecord, ...]

    def __iter__(self) -> Iterator[Any]:
        return iter((self.study, self.runs))

    def __getitem__(self, which: int | str) -> RunRecord:
        """A strategy's record. Raises: KeyError naming the labels there are."""
        if isinstance(which, int):
            return self.runs[which]
        for run in self.runs:
            if run.label == which:
                return run
        raise KeyError(f"{which!r}; there are {', '.join(run.label for run in self.runs)}")

    @property
    def metrics(self) -> pd.DataFrame:
        """A row a strategy, a column a metric of run.json, and point_in_time's total return; decimal fractions."""
        import pandas as pd

        return pd.DataFrame({run.label: _figures(run) for run in self.runs}).T

    def __repr__(self) -> str:
        heads = ["", *(head for _, head, _ in _SHOWN)]
        rows = [heads, *([run.label, *_written(run)] for run in self.runs)]
        widths = [max(len(row[place]) for row in rows) for place in range(len(heads))]
        lines = [
            "  ".join(cell.rjust(width) if place else cell.ljust(width) for place, (cell, width) in enumerate(pairs))
            for pairs in (list(zip(row, widths, strict=True)) for row in rows)
        ]
        return "\n".join([_title(self.study), *lines])

    def _repr_html_(self) -> str:
        """For notebooks: the gains as lines and the same table. Everything is escaped, nothing is fetched."""
        heads = "".join(f"<th>{head}</th>" for _, head, _ in _SHOWN)
        rows = "".join(
            f'<tr><th style="text-align:left"><span style="color:{_hue(number)}">■</span> {html.escape(run.label)}</th>'
            + "".join(f"<td>{cell}</td>" for cell in _written(run))
            + "</tr>"
            for number, run in enumerate(self.runs)
        )
        return (
            f"<figure><figcaption>{html.escape(_title(self.study))}</figcaption>{_lines(self.runs)}"
            f"<table><thead><tr><th></th>{heads}</tr></thead><tbody>{rows}</tbody></table></figure>"
        )


def backtest(
    study: Study | Path | str | None = None,
    *strategies: str,
    themes: tuple[str, ...] = (),
    data: str | None = None,
    point_in_time: bool = False,
    trust: bool = False,
    **params: Any,
) -> Backtest:
    """Run a study and return its record.

    study      : a study file, a loaded Study, or None for the packaged one
    strategies : shipped names or file.py:Class, in place of the study's
    data       : "sample" or a price folder, in place of the study's
    trust      : do not prove of classes with code of their own that they do not look ahead
    params     : hold=30, stop=None …, for every strategy that has them
    Raises     : InputError, in words, for whatever is wrong with these or the files
    """
    from eventfolio.engine.backtest import backtest as run
    from eventfolio.engine.study.overrides import override
    from eventfolio.engine.study.study import Study, load_study
    from eventfolio.events.dprk_russia import STUDY
    from eventfolio.events.errors import shown
    from eventfolio.strategies.parts import StrategyError

    for one in strategies:
        if not isinstance(one, str):
            raise StrategyError(f"{shown(repr(one))} is not a strategy's name. Give a shipped one, or 'file.py:Class'.")
    loaded = study if isinstance(study, Study) else load_study(Path(study) if study is not None else STUDY)
    pairs = [f"{name}={'none' if value is None else value}" for name, value in params.items()]
    chosen, _ = override(loaded, strategies=strategies, params=pairs, themes=themes, source=data)
    record, runs = run(chosen, point_in_time, proof="trust" if trust else "now")
    return Backtest(record, tuple(runs))


def _title(study: StudyRecord) -> str:
    facts = study.facts
    money = f"{facts['account']['cash']:,.0f} {facts['account']['currency']}"
    simulated = "  SIMULATED PRICES" if facts["simulated"] else ""
    return f"{facts['study']}: {facts['window']['start']} to {facts['window']['end']}, {money}{simulated}"


def _figures(run: RunRecord) -> dict[str, Any]:
    honest = run.facts["metrics_point_in_time"] or {}
    return run.facts["metrics"] | {"point_in_time": honest.get("total_return")}


def _written(run: RunRecord) -> list[str]:
    figures = _figures(run)
    return ["–" if figures.get(key) is None else pattern.format(figures[key]) for key, _, pattern in _SHOWN]


def _hue(number: int) -> str:
    return _HUES[number % len(_HUES)]


def _lines(runs: tuple[RunRecord, ...]) -> str:
    """Gain since the start of each run on one scale, as SVG."""
    gains = [((1.0 + run.returns["return"]).cumprod() - 1.0).to_numpy() for run in runs]
    low, high = (end(float(end(gain)) for gain in gains) for end in (min, max))
    low, high = min(low, 0.0), max(high, 0.0)
    span = (high - low) or 1.0

    def y(value: float) -> float:
        return round(_HEIGHT - 4 - (value - low) / span * (_HEIGHT - 8), 1)

    drawn = "".join(
        f'<polyline fill="none" stroke="{_hue(number)}" stroke-width="1.5" points="'
        + " ".join(f"{place * _WIDTH / max(len(gain) - 1, 1):.1f},{y(value)}" for place, value in enumerate(gain))
        + '"/>'
        for number, gain in enumerate(gains)
    )
    zero = f'<line x1="0" x2="{_WIDTH}" y1="{y(0.0)}" y2="{y(0.0)}" stroke="#999" stroke-width="0.7"/>'
    words = f"Gain since the start, from {low:.1%} to {high:.1%}"
    return (
        f'<svg role="img" aria-label="{words}" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" '
        f'style="max-width:100%">{zero}{drawn}</svg>'
    )
