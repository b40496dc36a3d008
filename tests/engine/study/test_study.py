"""A study file: read whole, paths relative to it; what cannot be played is refused with what, where and what to do."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eventfolio.engine.errors import StudyError
from eventfolio.engine.study.strategy import StrategyEntry
from eventfolio.engine.study.study import Study, load_study
from eventfolio.events import CalendarError, InputError, SecurityError, ThemeError
from eventfolio.events.dprk_russia import STUDY
from eventfolio.events.securities import End

FILE = """schema = 1
name = "my-study"
calendar = "calendar.toml"
themes = "themes.toml"
start = 2024-06-03
end = 2026-03-31
benchmark = "ACWI"
account = { cash = 250_000, currency = "KRW", cash_rate = 0.02 }
data = { source = "prices", dividends = "cash" }

[[strategy]]
name = "announcement-drift"
label = "drift-20"
params = { hold = 20, stop = 0.1 }

[[strategy]]
name = "my.py:MyStrategy"
"""
CALENDAR = """schema = 1
name = "c"
[[event]]
id = "a"
title = "A"
kind = "news"
status = "occurred"
occurs = "2025-06-17"
known_at = 2025-06-17T10:00:00Z
zone = "UTC"
themes = ["lng"]
"""
THEMES = """schema = 1
[[theme]]
name = "lng"
title = "LNG"
why = "w"
[[theme.member]]
symbol = "036460.KS"
role = "named"
[[theme]]
name = "infrastructure"
title = "I"
why = "w"
[[theme.member]]
symbol = "7013.T"
role = "named"
"""
SECURITIES = """schema = 1
[[security]]
symbol = "MINE.KS"
name = "Mine"
exchange = "XKRX"
currency = "KRW"
lot = 1
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("study", FILE), ("calendar", CALENDAR), ("themes", THEMES)):
        (tmp_path / f"{name}.toml").write_text(text)
    return tmp_path


def load(folder: Path, *changes: tuple[str, str]) -> Study:
    """The study with parts of its text changed."""
    text = FILE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "study.toml").write_text(text)
    return load_study(folder / "study.toml")


def test_a_study_is_read_as_it_stands(folder: Path) -> None:
    study = load(folder)
    assert (study.name, study.start, study.end) == ("my-study", date(2024, 6, 3), date(2026, 3, 31))
    assert (study.benchmark, study.dividends, study.costs) == ("ACWI", "cash", None)
    assert (study.account.cash, study.account.currency, study.account.cash_rate) == (250_000, "KRW", 0.02)
    assert study.themes.symbols == ("036460.KS", "7013.T")
    assert study.all_themes.names == ("lng", "infrastructure")
    assert [event.id for event in study.calendar.events] == ["a"]
    first = study.strategies[0].entry
    assert (first.name, first.label, first.params) == ("announcement-drift", "drift-20", {"hold": 20, "stop": 0.1})


def test_paths_are_relative_to_the_file_and_not_to_the_working_folder(folder: Path, monkeypatch) -> None:
    (folder / "elsewhere").mkdir()
    monkeypatch.chdir(folder / "elsewhere")
    study = load_study(Path("..") / "study.toml")
    assert Path(study.source).is_absolute()
    assert Path(study.source).resolve() == folder / "prices"
    assert study.folder.resolve() == folder


def test_what_is_left_out_has_the_contract_s_defaults(folder: Path) -> None:
    short = "\n".join(line for line in FILE.splitlines() if not line.startswith(("account", "data", "benchmark")))
    (folder / "study.toml").write_text(short)
    study = load_study(folder / "study.toml")
    assert (study.account.cash, study.account.currency, study.account.cash_rate) == (1_000_000, "USD", 0.0)
    assert (study.source, study.dividends, study.benchmark, study.costs) == ("sample", "reinvest", None, None)


def test_a_strategy_without_a_label_is_labelled_by_its_name_or_its_class(folder: Path) -> None:
    study = load(folder, ('label = "drift-20"\n', ""))
    assert [entry.label for entry in study.strategies] == ["announcement-drift", "MyStrategy"]


def test_the_default_study_is_one(tmp_path: Path) -> None:
    study = load_study(STUDY)
    assert len(study.strategies) == 10
    assert study.source == "sample"


def test_a_study_s_own_securities_join_the_packaged_ones(folder: Path) -> None:
    (folder / "mine.toml").write_text(SECURITIES)
    (folder / "themes.toml").write_text(THEMES.replace("7013.T", "MINE.KS"))
    study = load(folder, ('themes = "themes.toml"', 'themes = "themes.toml"\nsecurities = "mine.toml"'))
    assert study.securities["MINE.KS"].name == "Mine"
    assert study.securities["036460.KS"].exchange == "XKRX"


# --- costs --------------------------------------------------------------------------------------------------------


def test_costs_are_one_row_or_rows_by_market_or_none(folder: Path) -> None:
    strategy = "\n[[strategy]]"
    one = load(folder, (strategy, "\ncosts = { commission_bps = 10, slippage_bps = 5 }\n[[strategy]]")).costs
    assert (one.commission_bps, one.slippage_bps, one.sell_tax_bps) == (10, 5, None)  # type: ignore[union-attr]
    by_market: Any = load(folder, (strategy, "\n[costs.XKRX]\ncommission_bps = 3\n[costs.XHKG]\n[[strategy]]")).costs
    assert (set(by_market), by_market["XKRX"].commission_bps) == ({"XKRX", "XHKG"}, 3)
    assert load(folder, (strategy, '\ncosts = "none"\n[[strategy]]')).costs == "none"


@pytest.mark.parametrize(
    ("costs", "words"),
    [
        ('costs = "free"', "costs = 'free' is not known; give a table of figures, or \"none\""),
        ("costs = 10", "costs"),
        ("costs = { slipage_bps = 10 }", "'slipage_bps' is not a key of this table. Did you mean 'slippage_bps'"),
        ("costs = { commission_bps = -1 }", "commission_bps -1 should be greater than or equal to 0"),
        ("costs = { slippage_bps = 1001 }", "slippage_bps 1001 should be less than or equal to 1000"),
        ("costs = { volume_share = 0 }", "volume_share 0 should be greater than 0"),
        ("costs = { volume_share = 1.5 }", "volume_share 1.5 should be less than or equal to 1"),
        ("costs = { commission_bps = nan }", "commission_bps nan"),
        ('costs = { commission_bps = "ten" }', "commission_bps 'ten'"),
        ("[costs.XKRZ]\ncommission_bps = 1", "'XKRZ' is not a market. Did you mean 'XKRX'"),
        ("[costs.XKRX]\ncomission_bps = 1", "Did you mean 'commission_bps'"),
        ("[costs]\ncommission_bps = 1\n[costs.XKRX]\nsell_tax_bps = 1", "costs"),
    ],
)
def test_costs_that_cannot_be_are_refused(folder: Path, costs: str, words: str) -> None:
    with pytest.raises(StudyError, match=rf"(?s)study\.toml.*{words}"):
        load(folder, ("\n[[strategy]]", f"\n{costs}\n[[strategy]]"))


# --- refusals -----------------------------------------------------------------------------------------------------

REFUSED = {
    "unknown key": ('calendar = "', 'calender = "', "'calender' is not a key of this table. Did you mean 'calendar'"),
    "missing key": ('calendar = "calendar.toml"\n', "", "calendar is missing"),
    "another schema": ("schema = 1", "schema = 2", "schema 2 should be 1"),
    "name that is a path": ('"my-study"', '"../up"', "name '../up' may hold letters, digits"),
    "name with a blank": ('"my-study"', '"my study"', "name 'my study' may hold letters"),
    "empty name": ('"my-study"', '""', "name"),
    "start in words": ("2024-06-03", '"2024-06-03"', "start '2024-06-03' is not a date. Write it without quotes"),
    "start with a time": ("2024-06-03", "2024-06-03T00:00:00", "start"),
    "no such day": ("2024-06-03", "2024-06-31", "study.toml is not TOML"),
    "end before start": ("end = 2026-03-31", "end = 2024-06-02", "end .2024-06-02. is before start .2024-06-03."),
    "negative cash": ("250_000", "-1", "account: cash -1 should be greater than 0"),
    "no cash": ("250_000", "0", "account: cash 0 should be greater than 0"),
    "endless cash": ("250_000", "inf", "account: cash inf should be less than or equal to"),
    "cash in words": ("250_000", '"much"', "account: cash 'much'"),
    "unknown currency": ('"KRW"', '"KRWS"', "currency 'KRWS' is not one of ISO 4217.*Did you mean 'KRW'"),
    "cash rate in percent": ("0.02", "2", "cash_rate 2 should be less than or equal to 1"),
    "unknown account key": ("cash_rate", "cashrate", "account: 'cashrate'.*Did you mean 'cash_rate'"),
    "unknown dividends": ('"cash" }', '"cahs" }', "dividends 'cahs' should be reinvest or cash.*Did you mean 'cash'"),
    "unknown data key": ("source =", "sources =", "data: 'sources'.*Did you mean 'source'"),
    "label that is a path": ('"drift-20"', '"../up"', "Label '../up' of strategy 'announcement-drift' cannot name"),
    "label that hides": ('"drift-20"', '".hidden"', "Label '.hidden'"),
    "label taken": ('"drift-20"', '"MyStrategy"', "Two strategies are labelled 'MyStrategy'"),
    "unknown strategy key": ("label =", "lable =", "strategy 1 .announcement-drift.: 'lable'.*Did you mean 'label'"),
    "params not a table": ("params = { hold = 20, stop = 0.1 }", "params = 20", "strategy 1.*params 20 is not a table"),
    "a list for a parameter": ("hold = 20", "hold = [20]", "strategy 1"),
    "strategy as one table": ("[[strategy]]", "[strategy]", "study.toml"),
}


@pytest.mark.parametrize(("old", "new", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_a_study_that_cannot_be_played_is_refused_in_words(folder: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(StudyError, match=f"(?s){words}"):
        load(folder, (old, new))


def test_a_study_without_a_strategy_is_refused(folder: Path) -> None:
    (folder / "study.toml").write_text(FILE[: FILE.index("[[strategy]]")])
    with pytest.raises(StudyError, match="strategy"):
        load_study(folder / "study.toml")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "study.toml is empty"),
        (b"schema = = 1", "study.toml is not TOML"),
        (b"\xff\xfe", "study.toml is not text in UTF-8"),
        (b"schema = 1\nschema = 1\n", "study.toml is not TOML"),
    ],
)
def test_a_file_that_is_no_toml_is_refused(folder: Path, content: bytes, words: str) -> None:
    (folder / "study.toml").write_bytes(content)
    with pytest.raises(StudyError, match=words):
        load_study(folder / "study.toml")


def test_a_missing_file_is_refused_with_the_one_beside_it(folder: Path) -> None:
    with pytest.raises(StudyError, match=r"stdy\.toml: there is no such study file\. Did you mean 'study\.toml'"):
        load_study(folder / "stdy.toml")
    with pytest.raises(StudyError, match="is a folder"):
        load_study(folder)


@pytest.mark.parametrize(
    ("file", "old", "new", "error", "words"),
    [
        ("themes", "036460.KS", "036460.KX", SecurityError, r"'036460\.KX' is not a known security.*'036460\.KS'"),
        ("themes", "036460.KS", "Korea Gas", ThemeError, "symbol"),
        ("themes", 'role = "named"', 'role = "nmed"', ThemeError, "Did you mean 'named'"),
        ("calendar", '["lng"]', '["lgn"]', CalendarError, "event a: 'lgn' is not a theme.*Did you mean 'lng'"),
        ("calendar", "10:00:00Z", "10:00:00", CalendarError, "offset"),
        ("calendar", 'occurs = "2025-06-17"', 'occurs = "soon"', CalendarError, "soon"),
    ],
)
def test_what_a_study_points_to_is_checked_with_it(folder: Path, file, old, new, error, words) -> None:
    path = folder / f"{file}.toml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(error, match=words):
        load(folder)


@pytest.mark.parametrize("name", ["calendar", "themes"])
def test_a_file_that_a_study_points_to_and_is_not_there_is_refused(folder: Path, name: str) -> None:
    (folder / f"{name}.toml").unlink()
    with pytest.raises(InputError, match=rf"{name}\.toml: there is no such"):
        load(folder)


def test_an_unknown_benchmark_is_refused_with_the_nearest(folder: Path) -> None:
    with pytest.raises(SecurityError, match=r"'ACWX' is not a known security\. Did you mean 'ACWI'"):
        load(folder, ('"ACWI"', '"ACWX"'))


def test_every_refusal_is_the_user_s_to_mend() -> None:
    assert issubclass(StudyError, InputError)


# --- options of the command line ----------------------------------------------------------------------------------


def test_options_change_what_they_name_and_nothing_else(folder: Path) -> None:
    study = load(folder)
    assert study.with_options() == study
    changed = study.with_options(start=date(2025, 1, 2), end=date(2025, 2, 3), cash=5.0, themes=("infrastructure",))
    assert (changed.start, changed.end, changed.account.cash) == (date(2025, 1, 2), date(2025, 2, 3), 5.0)
    assert (changed.account.currency, changed.account.cash_rate) == ("KRW", 0.02)
    assert (changed.themes.names, changed.all_themes.names) == (("infrastructure",), ("lng", "infrastructure"))
    assert (changed.strategies, changed.source, changed.calendar) == (study.strategies, study.source, study.calendar)


def test_a_price_folder_given_as_an_option_is_relative_to_the_working_folder(folder: Path, monkeypatch) -> None:
    (folder / "elsewhere").mkdir()
    monkeypatch.chdir(folder / "elsewhere")
    study = load_study(folder / "study.toml")
    assert study.with_options(source="mine").source == str(folder / "elsewhere" / "mine")
    assert study.with_options(source="sample").source == "sample"


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"start": date(2026, 4, 1)}, StudyError, r"ends \(2026-03-31\) before it starts \(2026-04-01\)"),
        ({"end": date(2024, 6, 2)}, StudyError, r"ends \(2024-06-02\) before it starts \(2024-06-03\)"),
        ({"cash": -1.0}, StudyError, "--cash: cash -1.0 should be greater than 0"),
        ({"cash": float("nan")}, StudyError, "--cash"),
        ({"source": ""}, StudyError, "--data is empty"),
        ({"themes": ("lgn",)}, ThemeError, "'lgn' is not a theme of the study. Did you mean 'lng'"),
        (
            {"strategies": (StrategyEntry(name="a.py:X"), StrategyEntry(name="b.py:X"))},
            StudyError,
            "Two strategies are labelled 'X'",
        ),
    ],
)
def test_options_are_checked_like_the_file(folder: Path, options, error, words) -> None:
    with pytest.raises(error, match=words):
        load(folder).with_options(**options)


def test_a_window_of_one_day_is_a_window(folder: Path) -> None:
    assert load(folder, ("end = 2026-03-31", "end = 2024-06-03")).end == date(2024, 6, 3)


# --- kinds of events ----------------------------------------------------------------------------------------------


def test_kinds_narrow_the_calendar_as_though_it_held_no_others() -> None:
    study = load_study(STUDY)
    kinds = {event.kind for event in study.calendar.events}
    kind = study.calendar.events[0].kind
    narrowed = study.with_options(kinds=(kind,))
    kept = tuple(event for event in study.calendar.events if event.kind == kind)
    assert 0 < len(kept) < len(study.calendar.events)
    assert (narrowed.calendar.events, narrowed.kinds) == (kept, (kind,))
    assert narrowed.calendar.sha256 != study.calendar.sha256  # other events, another calendar
    assert study.with_options(kinds=tuple(kinds)) == study
    other = next(one for one in sorted(kinds) if one != kind)
    both, again = (study.with_options(kinds=pair) for pair in ((kind, other), (other, kind)))
    assert both == again
    assert both.with_options(kinds=(kind,)) == narrowed


def test_a_kind_that_the_calendar_does_not_have_is_refused_with_the_nearest(folder: Path) -> None:
    kind = load(folder).calendar.events[0].kind
    with pytest.raises(StudyError, match=f"'{kind}s' is no kind of event of the calendar.*'{kind}'"):
        load(folder).with_options(kinds=(f"{kind}s",))
    with pytest.raises(StudyError, match="is no kind of event of the calendar"):
        load(folder, ('benchmark = "ACWI"', 'benchmark = "ACWI"\nkinds = ["nothing"]'))
    study = load_study(STUDY)
    kinds = sorted({event.kind for event in study.calendar.events})
    with pytest.raises(StudyError, match="is no kind of event"):
        study.with_options(kinds=(kinds[0],)).with_options(kinds=(kinds[1],))  # it is left out already


# --- ends of listings ---------------------------------------------------------------------------------------------

ENDING = """
schema = 1
[[security]]
symbol = "MP"
name = "MP Materials"
exchange = "XNYS"
currency = "USD"
lot = 1
[security.end]
on = 2025-03-14
cash = 12.5
"""


def _ends(folder: Path, end: str, how: str = '"last"') -> Path:
    (folder / "own-securities.toml").write_text(ENDING)
    (folder / "own-calendar.toml").write_text(
        'schema = 1\nname = "c"\n[article]\ntitle = "A"\npublished = 2023-12-01T09:00:00-05:00\n'
    )
    (folder / "own-themes.toml").write_text(
        'schema = 1\n[[theme]]\nname = "t"\ntitle = "T"\nwhy = "w"\n[[theme.member]]\nsymbol = "MP"\nrole = "named"\n'
    )
    study = folder / "ending.toml"
    study.write_text(
        'schema = 1\nname = "s"\ncalendar = "own-calendar.toml"\nthemes = "own-themes.toml"\n'
        f'securities = "own-securities.toml"\nstart = 2025-01-02\nend = {end}\n'
        f'data = {{ source = "sample" }}\nvanished = {how}\n[[strategy]]\nname = "buy-and-hold"\n'
    )
    return study


def test_a_study_may_outlive_a_listing(tmp_path: Path) -> None:
    study = load_study(_ends(tmp_path, "2025-03-14"))
    assert (study.securities["MP"].end, study.vanished, study.successors) == (
        End(on=date(2025, 3, 14), cash=12.5),
        None,
        (),
    )


def test_what_a_listing_turns_into_by_the_end_stands_beside_what_is_traded(tmp_path: Path) -> None:
    path = _ends(tmp_path, "2025-03-14")
    chain = ENDING.replace("cash = 12.5", 'into = "LYC.AX"\nratio = 0.5')
    more = '[[security]]\nsymbol = "LYC.AX"\nname = "L"\nlot = 1\n'
    more += '[security.end]\non = 2025-03-17\ninto = "REMX"\nratio = 2\n'
    (tmp_path / "own-securities.toml").write_text(chain + more)
    study = load_study(path)
    assert (study.symbols, study.successors) == (("MP",), ("LYC.AX",))
    assert study.with_options(end=date(2025, 3, 17)).successors == ("LYC.AX", "REMX")
    assert study.with_options(end=date(2025, 3, 13)).successors == ()


@pytest.mark.parametrize("how", ["0.2", "-1.5", '"first"', "true"])
def test_a_vanished_listing_keeps_its_last_close_or_loses_a_fraction_of_it(tmp_path: Path, how: str) -> None:
    with pytest.raises(StudyError, match="vanished"):
        load_study(_ends(tmp_path, "2025-03-13", how))
    told = {given: load_study(_ends(tmp_path, "2025-03-13", given)).vanished for given in ("-0.3", "0", "-1", '"last"')}
    assert told == {"-0.3": -0.3, "0": 0.0, "-1": -1.0, '"last"': None}


# --- events taken out by hand -------------------------------------------------------------------------------------


def test_events_taken_out_by_hand_are_as_though_the_calendar_did_not_hold_them() -> None:
    study = load_study(STUDY)
    first, second, *rest = study.calendar.events
    thinner = study.with_options(without=(second.id, first.id))
    assert (thinner.calendar.events, thinner.without) == (tuple(rest), tuple(sorted((first.id, second.id))))
    assert thinner == study.with_options(without=(first.id, second.id, first.id))  # in whatever order, each once
    hashes = [one.calendar.sha256 for one in (study, thinner, study.with_options(without=(first.id,)))]
    assert len(set(hashes)) == 3
    assert thinner.with_options(without=()) == study
    assert thinner.with_options(source="sample").without == thinner.without
    assert study.with_options(without=()).calendar.sha256 == study.calendar.sha256


def test_kinds_and_events_taken_out_narrow_a_calendar_together() -> None:
    study = load_study(STUDY)
    kind, gone = study.calendar.events[0].kind, study.calendar.events[0].id
    both = study.with_options(kinds=(kind,)).with_options(without=(gone,))
    assert both == study.with_options(without=(gone,)).with_options(kinds=(kind,))
    assert [event.id for event in both.calendar.events] == [
        event.id for event in study.calendar.events if event.kind == kind and event.id != gone
    ]
    alone = (study.with_options(kinds=(kind,)), study.with_options(without=(gone,)))
    assert both.calendar.sha256 not in [one.calendar.sha256 for one in alone]


def test_an_event_to_take_out_that_is_not_there_is_refused_with_the_nearest(folder: Path) -> None:
    event = load(folder).calendar.events[0].id
    with pytest.raises(StudyError, match=f"has no event '{event}x' to take out.*'{event}'"):
        load(folder).with_options(without=(f"{event}x",))
    with pytest.raises(StudyError, match="has no event 'nothing' to take out"):
        load(folder, ('benchmark = "ACWI"', 'benchmark = "ACWI"\nwithout = ["nothing"]'))
