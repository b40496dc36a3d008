"""Reads run folders, and compares runs side by side."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from eventfolio.api.backtest import RUNS, Backtest
from eventfolio.api.display import run_page, run_table
from eventfolio.results.store.read import StoredStudy

if TYPE_CHECKING:
    import pandas as pd

    from eventfolio.engine.record import RunFacts


def load_run(run: str | PathLike[str] = "latest", out: str | PathLike[str] = RUNS, trust: bool = False) -> Backtest:
    """Read a run folder, whole or one strategy of it.

    Parameters
    ----------
    run : str or path
        The folder, its name in `out`, or ``"latest"``, ``"latest~1"`` and so on.
    out : path
        Where run folders are.
    trust : bool
        Let its `placebo`, `sweep`, `event_study` and `study` run strategy files that its folder of runs has not run
        itself: they are code, and could do anything.

    Returns
    -------
    Backtest
        As `backtest` gave it.

    Raises
    ------
    InputError
        Where there is no such run, or it is damaged.

    Examples
    --------
    >>> from eventfolio import backtest, load_run
    >>> folder = backtest(None, "kogas-lng").save("runs", tearsheets=False)
    >>> int(load_run("latest", out="runs").metrics.loc["kogas-lng", "trades"])
    8
    """
    from eventfolio.results.store.index import find_run
    from eventfolio.results.store.read import load_run as read

    stored = read(find_run(str(run), Path(out)))
    return Backtest(stored, stored.runs, folder=stored.folder, _trust=trust)


def compare(*runs: Backtest | StoredStudy | str | PathLike[str], out: str | PathLike[str] = RUNS) -> Comparison:
    """Put runs side by side.

    Parameters
    ----------
    *runs : Backtest, str or path
        What `backtest` or `load_run` gave, run folders, or their names, such as ``"latest"``.
    out : path
        Where run folders are, for names.

    Returns
    -------
    Comparison
        Shows itself in a notebook; ``.metrics`` is a row a strategy a run, ``.save("compare.html")`` the page.

    Examples
    --------
    >>> from eventfolio import backtest, compare
    >>> both = compare(backtest(None, "kogas-lng", hold=20), backtest(None, "kogas-lng", hold=30))
    >>> both.metrics.index.to_list()
    [(1, 'kogas-lng'), (2, 'kogas-lng')]
    """
    from eventfolio.events.errors import InputError

    if not runs:
        raise InputError("Nothing to compare. Give runs, as compare(before, after).")
    return Comparison(tuple(_read(run, out) for run in runs))


class Comparison:
    """Runs side by side, in the order given."""

    def __init__(self, runs: tuple[Backtest, ...]) -> None:
        self._runs = runs

    @property
    def metrics(self) -> pd.DataFrame:
        """(Number of the run, strategy) x metric; decimal fractions."""
        import pandas as pd

        tables = {number: run.metrics for number, run in enumerate(self._runs, start=1)}
        return pd.concat(tables, names=["run", "strategy"])

    def save(self, path: str | PathLike[str] = f"{RUNS}/compare.html", force: bool = False) -> Path:
        """Write the page that compares them; runs not saved yet are saved into its folder first.

        Parameters
        ----------
        path : path
            The page.
        force : bool
            Replace the file even where it is no such page.
        """
        from eventfolio.results.page.page import compare_page
        from eventfolio.results.store.read import load_run as read

        page = Path(path)
        folders = [run.folder or run.save(page.parent, tearsheets=False) for run in self._runs]
        return compare_page([read(folder) for folder in folders], page, force=force)

    def __repr__(self) -> str:
        return "\n\n".join(run_table(run.facts, self._named(run, number)) for number, run in self._numbered())

    def _repr_html_(self) -> str:
        named = [one for number, run in self._numbered() for one in self._named(run, number)]
        return run_page(self._runs[0].facts, named)

    def _numbered(self) -> list[tuple[int, Backtest]]:
        return list(enumerate(self._runs, start=1))

    def _named(self, done: Backtest, number: int) -> list[_Named]:
        return [_Named(f"{number}: {run.label}", run.facts, run.returns) for run in done._runs]


class _Named:
    """A run under another label."""

    def __init__(self, label: str, facts: RunFacts, returns: pd.DataFrame) -> None:
        self.label, self.facts, self.returns = label, facts, returns


def _read(run: Backtest | StoredStudy | str | PathLike[str], out: str | PathLike[str]) -> Backtest:
    if isinstance(run, Backtest):
        return run
    if isinstance(run, StoredStudy):
        return Backtest(run, run.runs, folder=run.folder)
    return load_run(run, out)
