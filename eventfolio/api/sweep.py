"""Sweeps from Python: every combination of parameter values, ranked, with statistics of overfitting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from eventfolio.api import choice
from eventfolio.api.backtest import RUNS
from eventfolio.api.display import figure, text_table
from eventfolio.api.evidence import number, percent

if TYPE_CHECKING:
    import pandas as pd

    from eventfolio.engine.search.sweep import Sweep as Made
    from eventfolio.engine.search.trial import Trial
    from eventfolio.engine.study.study import Study
    from eventfolio.results.search.document_types import LookAheadDocument, SweepDocument
    from eventfolio.strategies.loader import LoadedStrategy
    from eventfolio.strategies.parameters import Params, Value

SWEEPS = "results/sweeps"


def sweep(
    study: Study | str | PathLike[str] | None,
    strategy: str | type | LoadedStrategy,
    *,
    engine: str = "auto",
    jobs: int = 1,
    draws: int | None = None,
    seed: int = 1,
    blocks: int = 16,
    point_in_time: bool = False,
    trust: bool = False,
    data: str | PathLike[str] | None = None,
    start: date | str | None = None,
    end: date | str | None = None,
    cash: float | None = None,
    themes: str | Iterable[str] = (),
    kinds: str | Iterable[str] = (),
    **params: Value | Iterable[Value],
) -> Sweep:
    """Play a strategy with every combination of values, rank them, and say how likely the best is luck.

    Parameters
    ----------
    study : path, Study or None
        A study file, what `load_study` gave, or None for the packaged study.
    strategy : str or class
        A shipped name, ``"my_idea.py:MyIdea"``, or a class.
    engine : str
        ``"auto"``, ``"kernel"`` or ``"backtrader"``.
    jobs : int
        Processes; the answer does not depend on it.
    draws, seed : int
        Play that many random combinations, of that seed, instead of all.
    blocks : int
        Of the cross-validation behind PBO, an even number, to 20.
    point_in_time, trust, data, start, end, cash, themes, kinds
        As in `backtest`.
    **params
        Values by name: a list or range (``hold=range(5, 65, 5)``, ``stop=[None, 0.05]``), one value, or text as on the
        command line (``hold="5:60:5"``; with `draws` also ``stop="0.02..0.15:log"``).

    Returns
    -------
    Sweep
        ``.trials`` a row a combination, the best first; ``.best``, ``.verdict``, ``.returns``, ``.save()``.

    Examples
    --------
    >>> from eventfolio import sweep
    >>> tried = sweep(None, "kogas-lng", hold=range(5, 25, 5), stop=[None, 0.1])
    >>> len(tried.trials), sorted(tried.best)
    (8, ['hold', 'stop'])
    """
    from eventfolio.engine.market.yahoo.source import pinned
    from eventfolio.engine.search.journal import journal
    from eventfolio.engine.search.process_pool import worker_pool
    from eventfolio.engine.search.sweep import make_sweep, play_sweep
    from eventfolio.engine.search.trial import WHOLE
    from eventfolio.results.search.sweep import returns_table, sweep_document
    from eventfolio.results.significance.pbo import check_blocks

    check_blocks(blocks)
    texts = [f"{name}={_text(name, given)}" for name, given in params.items()]
    read, only = choice.study_of(study), choice.names(themes)
    chosen = choice.options(data, start, end, cash, kinds)
    made = make_sweep(read, strategy, texts, engine, draws, seed, point_in_time, pinned, themes=only, **chosen)
    with (
        TemporaryDirectory(prefix="eventfolio-") as place,
        journal(Path(place), made.key, made.description, False) as kept,
        worker_pool(made.context, min(jobs, len(made.grid.params))) as executor,
    ):
        trials = play_sweep(made, kept, executor)[WHOLE]
    returns = returns_table(made.facts, trials)
    document = sweep_document(made.facts, trials, returns, blocks)
    document["look_ahead"] = look_ahead(made, trials, trust)
    return Sweep(made, trials, returns, document, blocks)


class Sweep:
    """Trials of a sweep.

    Attributes
    ----------
    document : dict
        All of it, as ``eventfolio sweep --json`` prints it.
    verdict : str
        What the best of them is worth, in words.
    best : dict
        The values of the trial ranked first.
    returns : DataFrame
        Date (Monday to Friday) x trial, the best first, decimal fractions.
    """

    def __init__(
        self, made: Made, trials: Sequence[Trial], returns: pd.DataFrame, document: SweepDocument, blocks: int
    ) -> None:
        self._made, self._trials, self._blocks = made, trials, blocks
        self.returns, self.document = returns, document
        self.verdict: str = document["verdict"]
        self.best: Params = document["trials"][0]["params"]

    @property
    def trials(self) -> pd.DataFrame:
        """A row a trial, the best first: rank, every parameter, the metrics of a run, mean_trade."""
        from eventfolio.results.search.sweep_tables import trials_table

        return trials_table(self._made.facts, self._trials).to_pandas()

    def save(self, folder: str | PathLike[str] = SWEEPS, runs: str | PathLike[str] = RUNS) -> Path:
        """Write a sweep folder as ``eventfolio sweep`` does, and count the trials among those the study has seen.

        Parameters
        ----------
        folder : path
            Where sweep folders are. This one gets a name of study, strategy and grid.
        runs : path
            The folder of runs in which trials are counted; the verdict is judged by all of them.
        """
        from eventfolio.engine.search.journal import journal
        from eventfolio.engine.search.trial import WHOLE
        from eventfolio.results.search.sweep import note_sweep, sweep_document
        from eventfolio.results.search.sweep_tables import write_sweep

        made, place = self._made, Path(folder) / self._made.folder
        with journal(place, made.key, made.description, True) as kept:
            found = {made.key_of(WHOLE, number): trial for number, trial in enumerate(self._trials)}
            kept.add([(key, trial) for key, trial in found.items() if key not in kept.trials])
            seen = note_sweep(Path(runs), made.facts, self._trials, place.name)
            document = sweep_document(made.facts, self._trials, self.returns, self._blocks, seen)
            document["look_ahead"] = self.document["look_ahead"]
            self.document = document
            self.verdict = self.document["verdict"]
            write_sweep(place, made.facts, self._trials, self.returns, self.document)
        return place

    def plot(self, path: str | PathLike[str]) -> Path:
        """Draw the Sharpe ratio over the first two parameters swept into a .png or .svg."""
        from eventfolio.results.plots.style import check_format
        from eventfolio.results.plots.sweep import check_varied, draw_sweep

        check_format(Path(path))
        check_varied(self._made.grid.varied)
        return draw_sweep(self.document, Path(path))

    def __repr__(self) -> str:
        return text_table(*self._table()) + f"\n{self.verdict}"

    def _repr_html_(self) -> str:
        import html

        return figure(*self._table()) + f"<p>{html.escape(self.verdict)}</p>"

    def _table(self, most: int = 10) -> tuple[str, list[list[str]]]:
        from eventfolio.engine.search.grid import words

        document = self.document
        rows = [[*(document["varied"] or ["trial"]), "Sharpe", "return", "drawdown", "lots"]]
        for trial in document["trials"][:most]:
            metrics = trial["metrics"]
            names = [words(trial["params"][name]) for name in document["varied"]] or ["as it is"]
            figures = [number(metrics["sharpe"]), percent(metrics["total_return"]), percent(metrics["max_drawdown"])]
            rows.append([*names, *figures, f"{metrics['trades']:,.0f}"])
        more = f", the best {most}" if document["tried"] > most else ""
        simulated = "  SIMULATED PRICES" if document["simulated"] else ""
        return f"{document['strategy']}: {document['tried']:,} trials{more}{simulated}", rows


def look_ahead(made: Made, trials: Sequence[Trial], trust: bool) -> LookAheadDocument:
    """As run.json has it, of the best trial: whether it has code of its own, and where it was cut to prove it."""
    from eventfolio.engine.search.sweep import prove_trial
    from eventfolio.results.search.sweep import ranking

    has_code = bool(made.strategy.hooks())
    cuts = [] if trust or not has_code else prove_trial(made, ranking([trial.metrics for trial in trials])[0])
    return {"has_code": has_code, "cut_at": [day.isoformat() for day in cuts], "trusted": trust and has_code}


def _text(name: str, given: Value | Iterable[Value]) -> str:
    """Values as the command line writes them."""
    from eventfolio.engine.errors import StudyError
    from eventfolio.engine.search.grid import words
    from eventfolio.events.errors import shown

    if isinstance(given, str):
        return given
    several = given if isinstance(given, Iterable) else [given]
    texts = [words(value) for value in (choice.values({name: one})[name] for one in several)]
    if not texts or any(mark in text for text in texts for mark in ",:"):
        raise StudyError(f"{name} = {shown(repr(given))} cannot be swept: give at least one value, none with , or :.")
    return ",".join(texts)
