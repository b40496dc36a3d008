"""What is wrong with events of listings, their imports and the strategies that act on them is said in words."""

from __future__ import annotations

from pathlib import Path

import pytest

EVENT = """[[event]]
id = "{id}"
title = "T"
kind = "earnings"
status = "occurred"
occurs = "2024-03-05"
known_at = 2024-03-05T21:05:00Z
zone = "America/New_York"
{more}
"""


def calendar(*more: str) -> str:
    events = "".join(EVENT.format(id=f"e{number}", more=one) for number, one in enumerate(more))
    return f'schema = 1\nname = "c"\n{events}'


def flat(text: str) -> str:
    return " ".join(text.split())


EVENTS = {
    "a number for a listing": ("listings = [5]", "listings 5 is not text"),
    "a path for a listing": ('listings = ["A/B"]', "listings 'A/B' may hold letters, digits"),
    "an empty listing": ('listings = [""]', "listings ''"),
    "a listing without brackets": (
        'listings = "MP"',
        "'MP' is not a list. Write listings = [\"MP\"], names with commas",
    ),
    "a listing twice": ('listings = ["MP", "MP"]', "lists 'MP' twice"),
    "the key of one listing": ('listing = ["MP"]', "Did you mean 'listings'"),
    "the key of one fact": ('listings = ["MP"]\nfact = { a = 1 }', "Did you mean 'facts'"),
    "a list of facts": ('listings = ["MP"]\nfacts = [1]', "facts [1] is not a table"),
    "facts in facts": ('listings = ["MP"]\nfacts = { a = { b = 1 } }', "should be a number, text, true or false"),
    "no number": ('listings = ["MP"]\nfacts = { a = nan }', "nan is not a number to compare with"),
    "a number without end": ('listings = ["MP"]\nfacts = { a = 1e400 }', "inf is not a number to compare with"),
    "a date for a fact": ('listings = ["MP"]\nfacts = { a = 2024-01-01 }', "should be a number, text, true or false"),
    "a blank in a fact's name": ('listings = ["MP"]\nfacts = { "a b" = 1 }', "'a b' is not a name"),
    "another precision": ('listings = ["MP"]\nknown_precision = "guess"', "known_precision 'guess' should be assumed"),
    "a revision of nothing": (
        'listings = ["MP"]\n[[event.revision]]\nknown_at = 2024-03-06\nfacts = {}',
        "a revision gives occurs, status, or facts",
    ),
}


@pytest.mark.parametrize(("more", "words"), EVENTS.values(), ids=EVENTS.keys())
def test_a_bad_event_of_listings_is_refused_in_words(cli, tmp_path, more, words):
    (tmp_path / "c.toml").write_text(calendar(more))
    refused = cli("calendar", "check", "c.toml")
    assert refused.exit_code == 2, refused.stdout
    assert words in flat(refused.stderr)
    assert "event 1 (e0)" in flat(refused.stderr)


def test_a_fact_that_is_a_number_here_and_text_there_is_doubted(cli, tmp_path):
    (tmp_path / "c.toml").write_text(
        calendar('listings = ["MP"]\nfacts = { a = 1 }', 'listings = ["REMX"]\nfacts = { a = "x" }')
    )
    assert "Fact a is of several types: a number (e0), text (e1)" in flat(cli("calendar", "check", "c.toml").stdout)


HEAD = "id,title,kind,status,occurs,known_at,zone,listings,{fact}\n"
ROW = "e,T,k,occurred,2024-03-05,2024-03-05,UTC,{listings},1\n"
TABLES = {
    "a fact without a name": ("fact.", "MP", "'' is not a name"),
    "a fact of two words": ("fact.a b", "MP", "'a b' is not a name"),
    "a fact twice": ("fact.a,fact.a", "MP", "the column 'fact.a' is there twice. Keep one"),
    "listings with semicolons": ("fact.a", "MP;REMX", "listings 'MP;REMX' may hold letters"),
}


@pytest.mark.parametrize(("fact", "listings", "words"), TABLES.values(), ids=TABLES.keys())
def test_a_bad_table_of_events_of_listings_is_refused_in_words(cli, tmp_path, fact, listings, words):
    (tmp_path / "c.csv").write_text(HEAD.format(fact=fact) + ROW.format(listings=listings))
    refused = cli("calendar", "check", "c.csv")
    assert refused.exit_code == 2, refused.stdout
    assert words in flat(refused.stderr)


DATED = ("--map", "Datum=date", "--zone", "UTC")
IMPORTS = {
    "a map to nothing": (["--map", "Datum"], "maps nothing. Write it as column=field"),
    "a map of nothing": (["--map", "=date"], "maps nothing"),
    "a map to an unknown field": (["--map", "Datum=dates"], "'dates' is not a field. Did you mean 'date'"),
    "a map of an unknown column": (["--map", "Date=date"], "has no column 'Date'. Did you mean 'Datum'"),
    "a field twice": (["--map", "Datum=date", "--map", "Titel=date"], "gives the field 'date' twice"),
    "a column twice": (["--map", "Datum=date", "--map", "Datum=title"], "names the column 'Datum' twice"),
    "a fact of two words": ([*DATED, "--map", "Wert=fact.a b"], "'a b' is not a name"),
    "a fact without a name": ([*DATED, "--map", "Wert=fact."], "'fact.' is not a field"),
    "words for dates": (["--map", "Titel=date", "--zone", "UTC"], "line 2: 'x' is not a date"),
    "no such zone": (["--map", "Datum=date", "--zone", "Mars/Base"], "'Mars/Base' is not a time zone"),
    "a lead in words": ([*DATED, "--lead", "soon"], "is not a number of days"),
    "a lead backwards": ([*DATED, "--lead", "-3d"], "is not a number of days"),
    "a list of the future": ([*DATED, "--known", "2099-01-01"], "lies in the future"),
    "an hour that is none": ([*DATED, "--session-time", "AMC=25:00"], "is not read. Write it as AMC=16:05"),
    "a vendor for a kind": (["--from", "nasdaq"], "is not a kind of file"),
    "columns of no vendor": (["--from", "earnings"], "are not those of Nasdaq, FMP, EODHD or yfinance"),
    "a kind of two lines": ([*DATED, "--kind", "a\nb"], "is no word"),
    "a clock for a table": ([*DATED, "--clock", "utc"], "--clock is of no use for csv"),
    "no securities": ([*DATED, "--securities", "no.toml"], "there is no such securities file"),
}


@pytest.mark.parametrize(("options", "words"), IMPORTS.values(), ids=IMPORTS.keys())
def test_a_bad_import_is_refused_in_words_and_writes_nothing(cli, tmp_path, options, words):
    (tmp_path / "list.csv").write_text("Datum,Titel,Wert\n2024-03-05,x,1\n")
    refused = cli("calendar", "import", "list.csv", "-o", "out.toml", *options)
    assert refused.exit_code == 2, refused.stdout
    assert words in flat(refused.stderr)
    assert not (tmp_path / "out.toml").exists()


def test_a_list_published_after_its_dates_is_said_to_schedule_nothing(cli, tmp_path):
    (tmp_path / "list.csv").write_text("Datum,Titel\n2024-03-05,x\n2024-07-01,y\n")
    done = cli("calendar", "import", "list.csv", "-o", "out.toml", *DATED, "--known", "2024-06-01")
    assert "1 row: dated before the list was published (--known): occurred, no more." in flat(done.stdout)


STRATEGIES = {
    "no slots": (
        'size = Slots("weight", "slots")\n    params = dict(weight=0.9, slots=0)',
        "slots = 0 cannot be; give lots, a whole number from 1",
    ),
    "half a slot": (
        'size = Slots("weight", "slots")\n    params = dict(weight=0.9, slots=2.5)',
        "slots = 2.5 cannot be",
    ),
    "slots without their parameter": (
        'size = Slots("weight", "slots")\n    params = dict(weight=0.9)',
        "names the parameter 'slots', which params does not have. Add it: params = dict(slots=…)",
    ),
    "a number for a parameter's name": (
        'size = Slots("weight", 5)\n    params = dict(weight=0.9)',
        "a part holds 5 where it names a parameter. Write a name",
    ),
    "one condition without brackets": (
        'only = Where("a", ">=", "least")\n    params = dict(least=0.0)',
        "only is a tuple of conditions",
    ),
    "an operator that is none": (
        'only = (Where("a", "=>", "least"),)\n    params = dict(least=0.0)',
        "an operator is one of < <= = != >= >",
    ),
    "a number in a condition": ('only = (Where("a", ">=", 0.1),)', "a part holds 0.1 where it names a parameter"),
    "words in order": (
        'only = (Where("a", ">=", "least"),)\n    params = dict(least="big")',
        "least = 'big' is no number, and >= needs one",
    ),
    "truth in order": (
        'only = (Where("a", ">=", "least"),)\n    params = dict(least=True)',
        "least = True is no number",
    ),
    "a name for a condition": ('only = ("a",)', "only is a tuple of conditions"),
    "kinds as a word": ('kinds = "earnings"', 'is a word; write kinds = ("earnings",)'),
    "no kinds": ("kinds = ()", "kinds = () leaves nothing to trade; leave it out for all of them"),
    "no themes": ("themes = ()", "themes = () leaves nothing to trade"),
    "a part without brackets": ("trigger = Release", "not Release without brackets"),
    "through without its parameter": (
        'trigger = RunUp("lead", "through")\n    params = dict(lead=3)',
        "names the parameter 'through'",
    ),
    "through a day before": (
        'trigger = RunUp("lead", "through")\n    params = dict(lead=3, through=-1)',
        "through = -1 cannot be",
    ),
}


@pytest.mark.parametrize(("body", "words"), STRATEGIES.values(), ids=STRATEGIES.keys())
def test_a_bad_strategy_of_events_is_refused_in_words(cli, study: Path, tmp_path, body, words):
    imports = "from eventfolio import EventStrategy, Release, RunUp, Slots, Where\n"
    (tmp_path / "mine.py").write_text(f"{imports}\n\nclass Mine(EventStrategy):\n    {body}\n")
    refused = cli("run", study, "-s", "mine.py:Mine", "--no-tearsheet")
    assert refused.exit_code == 2, refused.stdout
    assert words in flat(refused.stderr)
    assert not (tmp_path / "results").exists()


def test_a_theme_asked_of_a_study_without_any_is_refused_in_words(cli, study, tmp_path):
    study.write_text(study.read_text().replace('themes = "themes.toml"\n', ""))
    path = study.parent / "calendar.toml"
    path.write_text(path.read_text().replace('themes = ["metals"]', 'listings = ["MP"]'))
    refused = cli("run", study, "--theme", "metals", "--no-tearsheet")
    assert "'metals' is not a theme of the study. It has none: its events name listings" in flat(refused.stderr)
    (tmp_path / "mine.py").write_text(
        'from eventfolio import EventStrategy\n\n\nclass Mine(EventStrategy):\n    themes = ("gas",)\n'
    )
    refused = cli("run", study, "-s", "mine.py:Mine", "--no-tearsheet")
    assert "which the study does not have. It has none: leave themes out of the class" in flat(refused.stderr)
