"""Themes files."""

from __future__ import annotations

import pytest

from eventfolio.events import ThemeError, read_themes

GOOD = """
schema = 1
[[theme]]
name = "lng"
title = "Gas"
why = "W"
[[theme.member]]
symbol = "036460.KS"
role = "named"
[[theme.member]]
symbol = "0883.HK"
role = "named"
since = 2024-07-01
[[theme]]
name = "rare-earths"
title = "Rare earths"
why = "W"
[[theme.member]]
symbol = "REMX"
role = "proxy"
stands_for = "RELR"
note = "N"
[[theme.untradable]]
name = "RELR"
why = "no such fund"
proxy = "REMX"
"""


REMX = GOOD[GOOD.index('[[theme.member]]\nsymbol = "REMX"') : GOOD.index("[[theme.untradable]]")]


def test_themes_are_read_in_the_order_of_the_file(write):
    themes = read_themes(write("themes.toml", GOOD))
    assert themes.names == ("lng", "rare-earths")
    assert themes.symbols == ("036460.KS", "0883.HK", "REMX")
    assert [gone.name for gone in themes.untradable] == ["RELR"]
    assert [str(member.since) for member in themes["lng"].members] == ["None", "2024-07-01"]
    assert themes["rare-earths"].members[0].stands_for == "RELR"


def test_themes_can_be_narrowed_and_an_unknown_one_is_refused_with_the_nearest(write):
    themes = read_themes(write("themes.toml", GOOD))
    assert themes.only(["rare-earths", "lng"]).names == ("lng", "rare-earths")
    assert themes.only(["lng"]).symbols == ("036460.KS", "0883.HK")
    with pytest.raises(ThemeError, match="Did you mean 'rare-earths'"):
        themes.only(["rare-earth"])
    with pytest.raises(ThemeError, match="Known: lng, rare-earths"):
        themes["shipping"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (GOOD, "", "themes.toml is empty."),
        ("schema = 1", "", "schema is missing."),
        ("schema = 1", "schema = ", "not TOML"),
        ('name = "rare-earths"', 'name = "lng"', "theme 2 (lng): this name is taken."),
        ('symbol = "0883.HK"', 'symbol = "036460.KS"', "theme 1 (lng): 036460.KS is a member twice."),
        ('role = "proxy"', 'role = "stand-in"', "member 1 (REMX): role 'stand-in' should be named or proxy."),
        ('stands_for = "RELR"', 'stand_for = "RELR"', "Did you mean 'stands_for'?"),
        ('title = "Gas"', "title = 3", "theme 1 (lng): title 3 is not text."),
        ('why = "no such fund"', "", "untradable 1 (RELR): why is missing."),
        ("since = 2024-07-01", 'since = "2024-07"', "since '2024-07' is not a date."),
        ('symbol = "REMX"', 'symbol = "../REMX"', "symbol '../REMX'"),
        ('symbol = "REMX"', 'symbol = ".."', "symbol '..'"),
        (REMX, "", "theme 2 (rare-earths): member is missing."),
    ],
)  # fmt: skip
def test_a_bad_themes_file_is_refused_with_its_place(write, old, new, words):
    assert old in GOOD
    with pytest.raises(ThemeError) as refusal:
        read_themes(write("themes.toml", GOOD.replace(old, new)))
    assert words in str(refusal.value)


def test_a_themes_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ThemeError, match="no such themes file"):
        read_themes(tmp_path / "themes.toml")


@pytest.mark.parametrize("text", ["schema = 1\n", "schema = 1\ntheme = []\n"])
def test_a_file_may_hold_no_theme_where_events_name_listings_alone(write, text):
    assert read_themes(write("themes.toml", text)).names == ()
