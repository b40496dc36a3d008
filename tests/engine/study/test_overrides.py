"""What -s, -p and --theme make of a study."""

from __future__ import annotations

from pathlib import Path

import pytest

from eventfolio.engine.errors import StudyError
from eventfolio.engine.study.overrides import override, parse_params
from eventfolio.engine.study.study import Study, load_study
from eventfolio.events.dprk_russia import STUDY
from eventfolio.events.errors import ThemeError
from eventfolio.strategies.errors import StrategyError


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study(STUDY)


def labels(study: Study) -> list[str]:
    return [entry.label for entry in study.strategies]


def test_without_overrides_the_study_stays_as_it_is(study):
    assert override(study) == (study, ())


def test_the_same_strategy_again_gets_a_number(study):
    chosen, _ = override(study, strategies=["kogas-lng", "buy-and-hold", "kogas-lng", "kogas-lng"])
    assert labels(chosen) == ["kogas-lng", "buy-and-hold", "kogas-lng-2", "kogas-lng-3"]


def test_a_file_s_strategy_is_labelled_by_its_class_or_its_stem(study, tmp_path: Path):
    text = "from eventfolio import EventStrategy\nclass Mine(EventStrategy):\n    pass\n"
    for name in ("my idea.py", "other.py"):
        (tmp_path / name).write_text(text)
    names = [f"{tmp_path}/my idea.py", f"{tmp_path}/my idea.py:Mine", f"{tmp_path}/other.py:Mine"]
    assert labels(override(study, strategies=names)[0]) == ["my-idea", "Mine", "Mine-2"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("30", 30),
        ("0.5", 0.5),
        ("1e2", 100.0),
        ("-3", -3),
        ("none", None),
        ("NULL", None),
        ("true", True),
        ("add", "add"),
    ],
)
def test_values_are_numbers_words_or_none(text, value):
    found = parse_params([f"hold={text}"])["hold"]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    "text", ["hold", "hold=", "=3", "", "hold=nan", "hold=-inf", "hold=1e999", "hold=" + "9" * 5000]
)
def test_what_is_no_key_and_value_is_refused(text):
    with pytest.raises(StudyError):
        parse_params([text])


def test_a_parameter_goes_only_to_those_that_have_it(study):
    chosen, _ = override(study, strategies=["scheduled-run-up", "announcement-drift"], params={"lead": 7})
    assert [one.entry.params for one in chosen.strategies] == [{"lead": 7}, {}]


def test_a_parameter_that_none_has_is_refused_with_the_nearest_name(study):
    with pytest.raises(StudyError, match="Did you mean 'half_life'"):
        override(study, params={"halflife": 3})


def test_strategies_of_other_themes_are_left_out_and_named(study):
    chosen, left_out = override(study, themes=["lng"])
    assert set(left_out) == {"ihi-infrastructure", "rare-earths", "bridge-run-up"}
    assert "kogas-lng" in labels(chosen)
    assert chosen.themes.names == ("lng",)


def test_a_theme_that_no_strategy_trades_is_refused(study):
    only, _ = override(study, strategies=["kogas-lng"])
    with pytest.raises(StudyError, match="No strategy of the study trades coal"):
        override(only, themes=["coal"])


def test_unknown_names_are_refused(study):
    with pytest.raises(ThemeError):
        override(study, themes=["lgn"])
    with pytest.raises(StrategyError):
        override(study, strategies=["kogas-lgn"], params={"hold": 3})
