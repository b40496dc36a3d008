"""`from eventfolio import backtest`: one call, and a record that shows itself."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from eventfolio import EventStrategy, backtest, load_study
from eventfolio.engine.errors import StudyError
from eventfolio.events.dprk_russia import STUDY
from eventfolio.strategies.parts import StrategyError


@pytest.fixture(scope="module")
def done():
    return backtest(None, "kogas-lng", "buy-and-hold", hold=30)


def test_every_public_name_is_there_and_no_other():
    import eventfolio

    assert all(getattr(eventfolio, name) is not None for name in eventfolio.__all__)
    assert dir(eventfolio) == eventfolio.__all__
    assert eventfolio.backtest is backtest
    with pytest.raises(AttributeError, match="no attribute 'backtset'"):
        _ = eventfolio.backtset  # type: ignore[attr-defined]


def test_the_record_is_the_command_line_s(done):
    assert done.facts["study"] == "dprk-russia"
    assert list(done) == ["kogas-lng", "buy-and-hold"]
    assert done["kogas-lng"] is done[0]
    assert done["kogas-lng"].facts["strategy"]["params"]["hold"] == 30
    assert done.metrics.loc["kogas-lng", "sharpe"] == done[0].facts["metrics"]["sharpe"]
    with pytest.raises(KeyError, match="there are kogas-lng, buy-and-hold"):
        done["kogas"]


def test_in_a_terminal_it_is_a_table_of_eighty_columns(done):
    lines = repr(done).splitlines()
    assert "SIMULATED" in lines[0]
    assert lines[2].startswith("kogas-lng")
    assert f"{done[0].facts['metrics']['total_return']:.2%}" in lines[2]
    assert max(map(len, lines)) <= 80


def test_in_a_notebook_it_is_a_small_page_that_asks_nobody_for_anything(done):
    page = done._repr_html_()
    assert len(page) < 100_000
    tags: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: tags.append(tag)  # type: ignore[method-assign]
    parser.feed(page)
    assert tags.count("polyline") == 2
    assert not {"script", "img", "link", "iframe"} & set(tags)


def test_a_loaded_study_and_options_are_taken_and_mistakes_refused_in_words():
    study = load_study(STUDY)
    assert backtest(study, "kogas-lng", stop=None, point_in_time=True)[0].facts["window"]["start"] == "2025-06-17"
    with pytest.raises(StudyError, match="Did you mean"):
        backtest(study, "kogas-lng", hodl=3)
    with pytest.raises(StrategyError, match="Did you mean"):
        backtest(study, "kogas-lgn")
    with pytest.raises(StrategyError, match=r"is not a strategy.*file\.py:Class.*derives from EventStrategy"):
        backtest(study, EventStrategy)
