"""What quantstats draws and works out of one path of returns, kept between runs, so that only new paths are drawn."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from eventfolio.engine.files import cache_folder, write_cache
from eventfolio.results.tearsheet.quantstats_figures import (
    Fall,
    QuantstatsFigure,
    Year,
    falls,
    quantstats_figures,
    years,
)
from eventfolio.results.tearsheet.quantstats_plots import Marks, Picture, pictures

KEPT = 200  # paths whose drawings are kept, the newest; some 50 kB each
_DRAWN_BY = ("quantstats", "matplotlib", "seaborn", "pandas", "numpy", "scipy")


@dataclass(frozen=True)
class Drawn:
    """The parts of a tearsheet that quantstats makes."""

    pictures: list[Picture]
    further: list[QuantstatsFigure]
    years: list[Year]
    falls: list[Fall]

    @property
    def is_whole(self) -> bool:
        """Whether each picture is drawn, or is known to take more rows."""
        return not any(picture.failed for picture in self.pictures)


def is_kept(returns: pd.Series, benchmark: pd.Series | None, marks: Marks) -> bool:
    """Whether the drawings of a path are there from an earlier run."""
    return _path(returns, benchmark, marks).is_file()


def drawn(returns: pd.Series, benchmark: pd.Series | None, marks: Marks) -> Drawn:
    """The drawings of a path; arguments as of `quantstats_plots.pictures`."""
    path = _path(returns, benchmark, marks)
    found = _read(path)
    if found is None:
        found = Drawn(
            pictures(returns, benchmark, marks),
            quantstats_figures(returns, benchmark),
            years(returns, benchmark),
            falls(returns),
        )
        if found.is_whole:
            data = gzip.compress(json.dumps(asdict(found)).encode(), 1, mtime=0)
            write_cache(path, lambda file: file.write(data))
            _tidy(path.parent)
    return found


def _read(path: Path) -> Drawn | None:
    """What is kept; None where nothing is, or it is damaged (gzip holds a checksum)."""
    try:
        kept = json.loads(gzip.decompress(path.read_bytes()))
        return Drawn(
            [Picture(**one) for one in kept["pictures"]],
            [QuantstatsFigure(**one) for one in kept["further"]],
            [Year(**one) for one in kept["years"]],
            [Fall(**one) for one in kept["falls"]],
        )
    except (OSError, EOFError, ValueError, KeyError, TypeError, zlib.error):
        return None


def _path(returns: pd.Series, benchmark: pd.Series | None, marks: Marks) -> Path:
    return cache_folder() / "tearsheets" / f"{_key(returns, benchmark, marks)}.json.gz"


def _key(returns: pd.Series, benchmark: pd.Series | None, marks: Marks) -> str:
    """Of everything that a drawing is made of: the code, what it draws with, the numbers, the names."""
    digest = hashlib.sha256(_code())
    for path in (returns, benchmark):
        if path is not None:
            digest.update(repr((path.name, len(path))).encode())
            digest.update(path.index.to_numpy().astype("datetime64[ns]").tobytes())
            digest.update(path.to_numpy(float).tobytes())
    digest.update(repr(marks).encode())
    return digest.hexdigest()[:32]


@cache
def _code() -> bytes:
    """The modules that draw and write figures out, and the versions of what they do it with."""
    here = Path(__file__).parent
    ours = [
        file.read_bytes()
        for file in (here / "quantstats_plots.py", here / "quantstats_figures.py", here.parent / "metrics.py")
    ]
    return b"".join([*ours, *(f"{name} {version(name)};".encode() for name in _DRAWN_BY)])


def _tidy(folder: Path) -> None:
    with suppress(OSError):
        kept = sorted(folder.glob("*.json.gz"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for path in kept[KEPT:]:
            path.unlink(missing_ok=True)
