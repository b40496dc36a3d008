"""Event studies and placebo tests from Python."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from eventfolio.api import choice
from eventfolio.api.display import figure, text_table

if TYPE_CHECKING:
    import pandas as pd

    from eventfolio.engine.search.placebo import Placebo as Played
    from eventfolio.engine.study.study import Study
    from eventfolio.results.event_study.document_types import StudyDocument
    from eventfolio.results.event_study.study import EventStudy as Measured
    from eventfolio.results.store.evidence import PlaceboDocument
    from eventfolio.strategies.loader import LoadedStrategy
    from eventfolio.strategies.parameters import Value


def event_study(
    study: Study | str | PathLike[str] | None = None,
    *,
    model: str = "market",
    day: str = "reaction",
    estimation: tuple[int, int] = (-250, -31),
    window: tuple[int, int] = (-5, 5),
    cluster: bool = True,
    log: bool = False,
    data: str | PathLike[str] | None = None,
    start: date | str | None = None,
    end: date | str | None = None,
    themes: str | Iterable[str] = (),
    kinds: str | Iterable[str] = (),
) -> EventStudy:
    """Measure abnormal returns around a study's events.

    Parameters
    ----------
    study : path, Study or None
        A study file, what `load_study` gave, or None for the packaged study.
    model : str
        Of expected returns: ``"market"``, ``"constant-mean"``, ``"market-adjusted"``; ``"dimson"`` or
        ``"scholes-williams"`` for thin trading.
    day : str
        Which session is day 0: ``"reaction"``, ``"release"``, ``"occurs"`` or ``"tradable"``.
    estimation, window : (int, int)
        First and last session from the event, of the estimation window and of the event window.
    cluster : bool
        Names sharing a date become one portfolio, and overlapping events one episode.
    log : bool
        Analyse ln(1 + r) of the returns.
    data, start, end, themes, kinds
        As in `backtest`.

    Returns
    -------
    EventStudy
        ``.verdict`` in words, ``.windows`` a row a window, ``.plot("caar.png")``, ``.document`` all of it.

    Examples
    --------
    >>> from eventfolio import event_study
    >>> found = event_study(None, window=(-1, 1), themes="lng")
    >>> found.windows.index.to_list()
    [(0, 0), (0, 1), (-1, 1)]
    """
    from eventfolio.engine.day_zero import read_day
    from eventfolio.engine.market.market import read_market
    from eventfolio.engine.market.yahoo.source import pinned
    from eventfolio.engine.study_returns import study_returns
    from eventfolio.results.event_study.by_theme import themed_document, themed_study
    from eventfolio.results.event_study.options import Options

    options = Options(model, estimation, window, cluster, log)
    chosen = choice.study_of(study).with_options(
        themes=choice.names(themes), **choice.options(data, start, end, None, kinds)
    )
    market = read_market(pinned(chosen), date.today())
    returns = study_returns(chosen, market, read_day(day))
    themed = themed_study(returns.returns, returns.home, returns.events, options)
    document = themed_document(themed, returns.notes)
    document["study"], document["simulated"] = chosen.name, market.simulated
    document["price_warnings"] = list(market.price_warnings)
    return EventStudy(document, themed.all)


class EventStudy:
    """Abnormal returns around events.

    Attributes
    ----------
    document : dict
        All of it, as ``eventfolio event-study --json`` prints it.
    verdict : str
        What it comes to, in words.
    """

    def __init__(self, document: StudyDocument, measured: Measured) -> None:
        self.document, self._measured = document, measured
        self.verdict: str = document["verdict"]

    @property
    def windows(self) -> pd.DataFrame:
        """(First, last session) x caar, its interval (low, high), detectable effect, p and adjusted p."""
        import pandas as pd

        rows = pd.DataFrame(self.document["windows"]).set_index(["first", "last"])
        return rows[["caar", "low", "high", "detectable", "p", "p_holm", "p_bh"]]

    def plot(self, path: str | PathLike[str]) -> Path:
        """Draw the CAAR with its interval into a .png or .svg."""
        from eventfolio.results.plots.event_study import caar_picture, save

        return save(caar_picture(self._measured, simulated=self.document["simulated"]), Path(path))

    def __repr__(self) -> str:
        return text_table(*self._table()) + f"\n{self.verdict}"

    def _repr_html_(self) -> str:
        import html

        return figure(*self._table()) + f"<p>{html.escape(self.verdict)}</p>"

    def _table(self) -> tuple[str, list[list[str]]]:
        simulated = "  SIMULATED PRICES" if self.document["simulated"] else ""
        rows = [["window", "CAAR", "from", "to", "p", "p (Holm)"]]
        for row in self.document["windows"]:
            cells = [percent(row[key]) for key in ("caar", "low", "high")]
            rows.append([f"{row['first']}:{row['last']}", *cells, *(number(row[key]) for key in ("p", "p_holm"))])
        return f"{self.document['study']}: abnormal returns{simulated}", rows


def placebo(
    study: Study | str | PathLike[str] | None,
    strategy: str | type | LoadedStrategy,
    *,
    method: str = "random",
    draws: int = 10_000,
    seed: int = 1,
    engine: str = "auto",
    jobs: int = 1,
    data: str | PathLike[str] | None = None,
    start: date | str | None = None,
    end: date | str | None = None,
    cash: float | None = None,
    themes: str | Iterable[str] = (),
    kinds: str | Iterable[str] = (),
    **params: Value,
) -> Placebo:
    """Play a strategy on calendars that mean nothing, and say where the real one falls among them.

    Parameters
    ----------
    study : path, Study or None
        A study file, what `load_study` gave, or None for the packaged study.
    strategy : str or class
        A shipped name, ``"my_idea.py:MyIdea"``, or a class.
    method : str
        ``"random"`` calendars, or every circular ``"shift"`` of the real one.
    draws, seed : int
        How many random calendars, and of which seed: the same seed, the same calendars.
    engine : str
        ``"auto"``, ``"kernel"`` or ``"backtrader"``.
    jobs : int
        Processes (of the kernel: threads); the answer does not depend on it.
    data, start, end, cash, themes, kinds, **params
        As in `backtest`.

    Returns
    -------
    Placebo
        ``.verdict`` in words, ``.p`` by figure, ``.values`` a row a calendar, ``.plot("placebo.png")``.

    Examples
    --------
    >>> from eventfolio import placebo
    >>> found = placebo(None, "kogas-lng", draws=50, hold=10)
    >>> 0 < found.p["total_return"] <= 1
    True
    """
    from eventfolio.engine.market.yahoo.source import pinned
    from eventfolio.engine.record.json_record import ABSENT
    from eventfolio.engine.search.placebo import placebo as play
    from eventfolio.engine.search.process_pool import worker_pool
    from eventfolio.engine.search.setup import defaults_words, make_setup
    from eventfolio.results.search.placebo import placebo_document

    chosen = choice.options(data, start, end, cash, kinds)
    read, only = choice.study_of(study), choice.names(themes)
    setup = make_setup(read, strategy, choice.values(params), engine, pinned, themes=only, **chosen)
    own = defaults_words(read, setup.strategy, params)
    with worker_pool(setup, jobs if setup.engine == "backtrader" else 1) as executor:
        found = play(setup, executor, method, draws, seed, None, jobs)
    document = replace(
        placebo_document(found),
        strategy=setup.strategy.label,
        engine=setup.engine,
        study=setup.study.name,
        simulated=setup.market.simulated,
        seed=seed,
        note=f"{own} Give them by name, or take the placebo of a run." if own else ABSENT,
        price_warnings=setup.market.price_warnings or ABSENT,
    )
    return Placebo(document, found)


class Placebo:
    """Where the real calendar falls among others.

    Attributes
    ----------
    document : dict
        All of it, as ``eventfolio placebo --json`` prints it.
    verdict : str
        What it comes to, in words.
    p : dict
        By figure, (1 + others at least as good) / (1 + others).
    real : dict
        The real calendar's figures.
    """

    def __init__(self, record: PlaceboDocument, played: Played) -> None:
        self.document, self._record, self._played = record.to_json(), record, played
        self.verdict, self.p, self.real = record.verdict, record.p, record.real

    @property
    def values(self) -> pd.DataFrame:
        """Calendar x figure (total_return, sharpe, mean_trade) of the others."""
        import pandas as pd

        from eventfolio.engine.search.placebo import FIGURES

        return pd.DataFrame(self._played.values, columns=list(FIGURES))

    def plot(self, path: str | PathLike[str], figure: str = "total_return") -> Path:
        """Draw where the real calendar falls, by one of the figures, into a .png or .svg."""
        from eventfolio.results.plots.event_study import placebo_picture, save

        return save(placebo_picture(self._record, figure), Path(path))

    def __repr__(self) -> str:
        return text_table(*self._table()) + "".join(f"\n{line}" for line in self._lines())

    def _repr_html_(self) -> str:
        import html

        return figure(*self._table()) + "".join(f"<p>{html.escape(line)}</p>" for line in self._lines())

    def _lines(self) -> list[str]:
        return [self.verdict, *([self._record.note] if self._record.note else [])]

    def _table(self) -> tuple[str, list[list[str]]]:
        simulated = "  SIMULATED PRICES" if self._record.simulated else ""
        rows = [["figure", "real", "5 %", "median", "95 %", "p"]]
        for name, value in self.real.items():
            spread = self._record.distribution[name]
            shown = [number(one) for one in (value, spread.p05, spread.median, spread.p95, self.p[name])]
            rows.append([name, *shown])
        return f"{self._record.strategy}: {self._record.distinct:,} other calendars{simulated}", rows


def percent(value: float | None) -> str:
    """0.0123 as 1.23%."""
    return "–" if value is None else f"{value:.2%}"


def number(value: float | None) -> str:
    """Four digits."""
    return "–" if value is None else f"{value:.4f}"
