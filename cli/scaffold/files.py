"""Writes the files a user starts from: a strategy, a copy of the packaged study, a blank study. Overwrites nothing."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from pathlib import Path

from eventfolio.cli.new_files import write_new
from eventfolio.engine.errors import StudyError
from eventfolio.events.errors import shown
from eventfolio.strategies.errors import StrategyError

TEMPLATE = Path(__file__).with_name("my_strategy.py")
BLANK = Path(__file__).with_name("blank")


@dataclass(frozen=True)
class NewStrategy:
    """A strategy file and the class in it."""

    path: Path
    cls: str


def new_strategy(name: str, folder: Path) -> NewStrategy:
    """Write `name`.py into `folder`: the template, its class named after the file.

    Raises: StrategyError for a name that cannot be a file's and a class's, or a file that is there already
    """
    stem = name.removesuffix(".py")
    cls = "".join(word[:1].upper() + word[1:] for word in re.split(r"[-_]+", stem))
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,60}", stem) or keyword.iskeyword(cls):
        raise StrategyError(
            f"'{shown(name)}' cannot name a strategy. Start with a letter; use letters, digits, - and _."
        )
    text = TEMPLATE.read_text(encoding="utf-8").replace("MyStrategy", cls).replace(TEMPLATE.name, f"{stem}.py")
    path = folder / f"{stem}.py"
    write_new({path: text}, StrategyError)
    return NewStrategy(path, cls)


def copy_study(folder: Path) -> tuple[Path, ...]:
    """Copy the packaged study, its calendar and themes, and a strategy that the study then plays too.

    Returns : the files, the study first
    Raises  : StudyError where one of them is there already
    """
    from eventfolio.events.dprk_russia import CALENDAR, STUDY, THEMES

    entry = f'\n[[strategy]]\nname = "{TEMPLATE.name}:MyStrategy"\n'
    files = {
        folder / "study.toml": STUDY.read_text(encoding="utf-8").rstrip() + "\n" + entry,
        folder / CALENDAR.name: CALENDAR.read_text(encoding="utf-8"),
        folder / THEMES.name: THEMES.read_text(encoding="utf-8"),
        folder / TEMPLATE.name: TEMPLATE.read_text(encoding="utf-8"),
    }
    write_new(files, StudyError)
    return tuple(files)


def blank_study(folder: Path) -> tuple[Path, ...]:
    """Write a study of one made-up event, theme and listing, with made-up prices, that says what to replace.

    Returns : the files, the study first
    Raises  : StudyError where one of them is there already
    """
    from eventfolio.cli.scaffold.made_up_prices import made_up_prices

    prices = folder / "prices"
    names = ("study.toml", "calendar.toml", "themes.toml", "securities.toml")
    files = {folder / name: (BLANK / name).read_text(encoding="utf-8") for name in names}
    files[folder / TEMPLATE.name] = TEMPLATE.read_text(encoding="utf-8")
    files[prices / "prices.toml"] = (BLANK / "prices.toml").read_text(encoding="utf-8")
    files |= {prices / f"{symbol}.csv": text for symbol, text in made_up_prices("XNYS").items()}
    write_new(files, StudyError)
    return tuple(files)
