"""A backtest from Python, and what comes back of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from eventfolio.api import choice
from eventfolio.api.display import Page, run_page, run_table
from eventfolio.engine.record import RunRecord, StudyRecord
from eventfolio.results.store.read import StoredRun, StoredStudy

if TYPE_CHECKING:
    import pandas as pd

    from eventfolio.api.compare import Comparison
    from eventfolio.api.evidence import EventStudy, Placebo
    from eventfolio.api.sweep import Sweep
    from eventfolio.engine.record import StudyFacts
    from eventfolio.engine.study.strategy import StudyStrategy
    from eventfolio.engine.study.study import Study
    from eventfolio.strategies.parameters import Value

RUNS = "results/runs"


def backtest(
    study: Study | str | PathLike[str] | None = None,
    *strategies: str | type,
    data: str | PathLike[str] | None = None,
    start: date | str | None = None,
    end: date | str | None = None,
    cash: float | None = None,
    themes: str | Iterable[str] = (),
    kinds: str | Iterable[str] = (),
    out: str | PathLike[str] | None = None,
    point_in_time: bool = False,
    trust: bool = False,
    **params: Value,
) -> Backtest:
    """Backtest strategies of a study.

    Parameters
    ----------
    study : path, Study or None
        A study file, what `load_study` gave, or None for the packaged study on its simulated prices.
    *strategies : str or class
        Shipped names, ``"my_idea.py:MyIdea"``, or classes that derive from `EventStrategy`, typed in a notebook or
        imported; in place of the study's own.
    data : str or path, optional
        ``"sample"``, ``"yahoo"``, or a folder of SYMBOL.csv or .parquet, in place of the study's.
    start, end : date or str, optional
        First and last date, such as ``"2024-06-03"``.
    cash : float, optional
        Starting cash, in the account's currency.
    themes : str or iterable of str
        Only these themes. The study's strategies that trade none of them are left out.
    kinds : str or iterable of str
        Only events of these kinds, as though the calendar held no others.
    out : path, optional
        A folder of runs, such as ``"results/runs"``, into which the run is saved at once.
    point_in_time : bool
        Only the run from the article's publication on, without hindsight.
    trust : bool
        Do not prove of classes with code of their own that they do not look ahead.
    **params
        Parameters, such as ``hold=30`` or ``stop=None``, for every strategy that has them.

    Returns
    -------
    Backtest
        A run a strategy, by label; tables of all of them; shows itself in a notebook.

    Raises
    ------
    InputError
        In words, for whatever is wrong with these or the files.

    Examples
    --------
    >>> from eventfolio import backtest
    >>> done = backtest(None, "kogas-lng", themes="lng", hold=30)
    >>> list(done)
    ['kogas-lng']
    >>> done["kogas-lng"].facts.strategy.params["hold"]
    30
    >>> len(done.trades) == int(done.metrics.loc["kogas-lng", "trades"])
    True
    """
    from eventfolio.engine.backtest import backtest as run
    from eventfolio.engine.market.yahoo.source import pinned
    from eventfolio.engine.study.overrides import override

    chosen, left_out = override(
        choice.study_of(study),
        strategies=strategies,
        params=choice.values(params),
        themes=choice.names(themes),
        **choice.options(data, start, end, cash, kinds),
    )
    chosen = pinned(chosen)
    record, runs = run(chosen, point_in_time, proof="trust" if trust else "now")
    done = Backtest(record, tuple(runs), chosen, left_out)
    if out is not None:
        done.save(out)
    return done


@dataclass(repr=False, eq=False)
class Backtest:
    """Runs of a study, one a strategy, made now or read from a run folder.

    By label it gives a strategy's own record: ``done["kogas-lng"].trades``. Its own tables hold all strategies.

    Attributes
    ----------
    left_out : tuple of str
        Labels of the study's strategies that trade none of the chosen themes.
    folder : Path or None
        The run folder, once it is saved.
    """

    _record: StudyRecord | StoredStudy
    _runs: Sequence[RunRecord | StoredRun]
    _study: Study | None = None
    left_out: tuple[str, ...] = ()
    folder: Path | None = None
    _trust: bool = False

    # --- a strategy at a time ---------------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[str]:
        """The labels."""
        return iter([run.label for run in self._runs])

    def __len__(self) -> int:
        return len(self._runs)

    def __getitem__(self, which: int | str) -> RunRecord | StoredRun:
        """A strategy's record, by label or number: facts, and its own tables.

        Raises: KeyError naming the labels there are
        """
        if isinstance(which, int):
            return self._runs[which]
        for run in self._runs:
            if run.label == which:
                return run
        raise KeyError(f"{which!r}; there are {', '.join(self)}")

    @property
    def facts(self) -> StudyFacts:
        """What the runs share, as study.json has it: window, events, themes, notes and warnings."""
        return self._record.facts

    # --- all strategies ---------------------------------------------------------------------------------------------

    @property
    def metrics(self) -> pd.DataFrame:
        """Strategy x metric of run.json, and point_in_time's total return; decimal fractions."""
        import pandas as pd

        rows = {}
        for run in self._runs:
            rows[run.label] = run.facts.metrics | {"point_in_time": run.facts.point_in_time_return}
        return pd.DataFrame(rows).T.rename_axis("strategy")

    @property
    def equity(self) -> pd.DataFrame:
        """Date (Monday to Friday) x strategy, in the account's currency."""
        return self._by_date("equity")

    @property
    def returns(self) -> pd.DataFrame:
        """Date (Monday to Friday) x strategy, decimal fractions."""
        return self._by_date("returns", "return")

    @property
    def trades(self) -> pd.DataFrame:
        """A row a lot, the strategy first."""
        return self._stacked("trades")

    @property
    def orders(self) -> pd.DataFrame:
        """A row an order sent, with what became of it and why, the strategy first."""
        return self._stacked("orders")

    @property
    def triggers(self) -> pd.DataFrame:
        """A row for each event on each listing that it names: what became of it, the strategy first."""
        return self._stacked("triggers")

    # --- what to do with it -----------------------------------------------------------------------------------------

    def save(self, folder: str | PathLike[str] = RUNS, tearsheets: bool = True) -> Path:
        """Write a run folder with its pages, as ``eventfolio run`` does.

        Parameters
        ----------
        folder : path
            Where run folders are. This one gets a name of the study and the time.
        tearsheets : bool
            Draw a tearsheet a strategy; without, all figures and the index page are there.

        Returns
        -------
        Path
            The run folder; ``folder / "index.html"`` is its page.
        """
        from eventfolio.results.errors import Undrawn
        from eventfolio.results.tearsheet.workers import Here
        from eventfolio.results.write_run import finish_run, keep_run

        if not isinstance(self._record, StudyRecord):
            assert self.folder is not None
            return self.folder  # as it was read
        records = [run for run in self._runs if isinstance(run, RunRecord)]
        self.folder = keep_run(self._record, records, Path(folder))
        failed = finish_run(self.folder, self._record, records, Here(), tearsheets)
        if failed:
            raise Undrawn(self.folder, failed)
        return self.folder

    def tearsheet(self, strategy: str | None = None) -> Page:
        """A strategy's tearsheet: shows itself in a notebook, ``.save(path)`` writes it as HTML.

        Parameters
        ----------
        strategy : str, optional
            Its label; may be left out where there is one strategy.
        """
        from eventfolio.results.tearsheet.tearsheet import render

        label = self._label(strategy)
        with _stored(self) as study:
            run = next(run for run in study.runs if run.label == label)
            return Page(render(run, study.facts))

    def compare(self, *others: Backtest | StoredStudy | str | PathLike[str]) -> Comparison:
        """These runs beside others: see `eventfolio.compare`."""
        from eventfolio.api.compare import compare

        return compare(self, *others)

    def event_study(self, **options: Any) -> EventStudy:
        """Abnormal returns around the study's events: see `eventfolio.event_study` for the options."""
        from eventfolio.api.evidence import event_study

        return event_study(self.study, **options)

    def placebo(self, strategy: str | None = None, **options: Any) -> Placebo:
        """A strategy, with its parameters, on calendars that mean nothing: see `eventfolio.placebo` for the options."""
        from eventfolio.api.evidence import placebo
        from eventfolio.events.errors import InputError

        one = self._strategy(strategy)
        if self[one.label].facts.point_in_time is True:
            raise InputError("A placebo plays the whole window, and this run is point in time only. Run it without.")
        return placebo(self.study, one.loaded, **(one.entry.params | options))

    def sweep(self, strategy: str | None = None, **options: Any) -> Sweep:
        """A strategy over many values, its other parameters as run: see `eventfolio.sweep` for the options."""
        from eventfolio.api.sweep import sweep

        one = self._strategy(strategy)
        as_run = {"point_in_time": self[one.label].facts.point_in_time is True}
        return sweep(self.study, one.loaded, **(as_run | one.entry.params | options))

    @cached_property
    def study(self) -> Study:
        """The study as it was run; of a run folder from the inputs that it keeps.

        Raises: StoreError for a run folder with code that is not run unasked (see `load_run`)
        """
        if self._study is not None:
            return self._study
        from eventfolio.api.rerun import study_as_run

        assert isinstance(self._record, StoredStudy)
        return study_as_run(self._record, self._record.folder.parent, self._trust)

    # --- how it shows itself ----------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return run_table(self.facts, self._runs)

    def _repr_html_(self) -> str:
        return run_page(self.facts, self._runs)

    # --- private ----------------------------------------------------------------------------------------------------

    def _label(self, strategy: str | None) -> str:
        from eventfolio.events.errors import InputError

        if strategy is None and len(self._runs) > 1:
            raise InputError(f"There are {len(self._runs)} strategies; name one of {', '.join(self)}.")
        return self[0 if strategy is None else strategy].label

    def _strategy(self, strategy: str | None) -> StudyStrategy:
        label = self._label(strategy)
        return next(one for one in self.study.strategies if one.label == label)

    def _by_date(self, name: str, column: str = "") -> pd.DataFrame:
        import pandas as pd

        tables = {run.label: getattr(run, name) for run in self._runs}
        columns = {label: table.set_index("date")[column or name] for label, table in tables.items()}
        return pd.DataFrame(columns).rename_axis(columns="strategy")

    def _stacked(self, name: str) -> pd.DataFrame:
        import pandas as pd

        tables = []
        for run in self._runs:
            table = getattr(run, name)
            if table is not None:
                tables.append(table.assign(strategy=run.label)[["strategy", *table.columns]])
        filled = [table for table in tables if len(table)] or tables[:1]
        return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame({"strategy": []})


class _stored:
    """The runs as a store has them; for a moment in a folder of its own where they are not saved."""

    def __init__(self, done: Backtest) -> None:
        self._done, self._place = done, TemporaryDirectory(prefix="eventfolio-")

    def __enter__(self) -> StoredStudy:
        from eventfolio.results.store.read import load_run
        from eventfolio.results.write_run import keep_run

        record = self._done._record
        if isinstance(record, StoredStudy):
            return record
        if self._done.folder is not None and self._done.folder.is_dir():
            return load_run(self._done.folder)
        records = [run for run in self._done._runs if isinstance(run, RunRecord)]
        return load_run(keep_run(record, records, Path(self._place.name)))

    def __exit__(self, *_: object) -> None:
        self._place.cleanup()
