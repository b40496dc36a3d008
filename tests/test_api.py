"""`from eventfolio import backtest`: one call, and a record that shows itself."""

from __future__ import annotations

import json
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from eventfolio import EventStrategy, backtest, compare, event_study, load_run, load_study, placebo, sweep
from eventfolio.cli import app
from eventfolio.engine.backtest import backtest as run_study
from eventfolio.engine.errors import StudyError
from eventfolio.events.dprk_russia import STUDY
from eventfolio.events.errors import InputError
from eventfolio.strategies.errors import StrategyError


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
    assert done.facts.study == "dprk-russia"
    assert list(done) == ["kogas-lng", "buy-and-hold"]
    assert done["kogas-lng"] is done[0]
    assert done["kogas-lng"].facts.strategy.params["hold"] == 30
    assert done.metrics.loc["kogas-lng", "sharpe"] == done[0].facts.metrics["sharpe"]
    with pytest.raises(KeyError, match="there are kogas-lng, buy-and-hold"):
        done["kogas"]


def test_in_a_terminal_it_is_a_table_of_eighty_columns(done):
    lines = repr(done).splitlines()
    assert "SIMULATED" in lines[0]
    assert lines[2].startswith("kogas-lng")
    assert f"{done[0].facts.metrics['total_return']:.2%}" in lines[2]
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
    assert backtest(study, "kogas-lng", stop=None, point_in_time=True)[0].facts.window.start == "2025-06-17"
    with pytest.raises(StudyError, match="Did you mean"):
        backtest(study, "kogas-lng", hodl=3)
    with pytest.raises(StrategyError, match="Did you mean"):
        backtest(study, "kogas-lgn")
    with pytest.raises(StrategyError, match=r"is not a strategy.*file\.py:Class.*derives from EventStrategy"):
        backtest(study, EventStrategy)


HOOKED = """from eventfolio import EventStrategy
from helpers import LEAST


class Mine(EventStrategy):
    themes = ("lng",)
    params = dict(hold=10)

    def on_trigger(self, trigger):
        if trigger.event.strength >= LEAST:
            self.go_long(trigger)
"""


def test_tables_hold_every_strategy_and_agree_with_each_one_s_own(done):
    for name in ("trades", "orders", "triggers"):
        table = getattr(done, name)
        assert table.columns[0] == "strategy"
        for label in done:
            own = getattr(done[label], name)
            part = table[table["strategy"] == label].drop(columns="strategy").reset_index(drop=True)
            assert part.astype(object).equals(own.reset_index(drop=True).astype(object)), (name, label)
    assert list(done.equity) == list(done.returns) == ["kogas-lng", "buy-and-hold"]
    cash = done.facts.account.cash
    grown = cash * (1.0 + done.returns).cumprod()
    pd.testing.assert_frame_equal(grown, done.equity, rtol=1e-9)
    assert isinstance(done.equity.index, pd.DatetimeIndex)


def test_one_theme_or_kind_is_given_as_a_word_and_dates_as_text():
    one = backtest(None, "announcement-drift", themes="lng", start="2025-01-06", end="2025-12-31", cash=50_000)
    same = backtest(
        None, "announcement-drift", themes=["lng"], start=date(2025, 1, 6), end=date(2025, 12, 31), cash=5e4
    )
    assert one.metrics.equals(same.metrics)
    assert set(one.trades["theme"]) == {"lng"}
    assert (one.facts.window.start, one.facts.window.end) == ("2025-01-06", "2025-12-31")
    assert one.equity.iloc[0, 0] == 50_000
    assert "kogas-lng" in backtest(None, themes="lng", end="2024-08-30")
    assert "rare-earths" in backtest(None, themes="lng", end="2024-08-30").left_out


def test_what_is_saved_comes_back_and_plays_the_same_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    class Parts(EventStrategy):
        """Hold a week."""

        params = dict(hold=5)

    kind = load_study(STUDY).calendar.events[0].kind
    done = backtest(None, Parts, "kogas-lng", kinds=kind, out="runs")
    assert done.folder is not None
    assert (done.folder / "index.html").is_file()
    assert (done.folder / "Parts" / "tearsheet.html").is_file()
    again = load_run(out="runs")
    assert again.metrics.equals(done.metrics)
    assert {event.kind for event in again.facts.events} == {kind}
    assert any(f"Only events of the kind {kind} count" in note for note in again.facts.notes)
    _, runs = run_study(again.study)
    assert [run.facts.metrics for run in runs] == [run.facts.metrics for run in done._runs]
    assert runs[0].facts.calendar == done[0].facts.calendar
    assert again.tearsheet("Parts").html == (done.folder / "Parts" / "tearsheet.html").read_text(encoding="utf-8")
    assert again.save("elsewhere") == again.folder  # it is saved as it is


def test_a_class_with_code_typed_in_a_cell_runs_and_says_that_its_run_cannot_be_repeated(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    least = 0.5

    class Hooked(EventStrategy):
        themes = ("lng",)
        params = dict(hold=10)

        def on_trigger(self, trigger):
            if trigger.event.strength >= least:
                self.go_long(trigger)

    done = backtest(None, Hooked)
    assert done[0].facts.look_ahead.cut_at
    done.save("runs", tearsheets=False)
    again = load_run(out="runs")
    assert "class Hooked" in again[0].source
    with pytest.raises(StrategyError, match=r"Hooked was typed in a Python session, and only the text.*file\.py:Class"):
        run_study(again.study)
    found = done.placebo(draws=3)
    assert found.real["total_return"] == done[0].facts.metrics["total_return"]
    tried = done.sweep(hold=[10, 15])
    assert tried.trials.set_index("hold").loc[10, "total_return"] == done[0].facts.metrics["total_return"]


def test_a_run_keeps_the_modules_beside_its_strategy_and_verify_sees_a_change(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "mine.py").write_text(HOOKED)
    (tmp_path / "there" / "helpers.py").write_text("LEAST = 0.5\n")
    monkeypatch.chdir(tmp_path / "here")
    folder = backtest(None, "../there/mine.py:Mine", end="2025-03-31").save("runs", tearsheets=False)
    assert (folder / "Mine" / "helpers.py").read_text() == "LEAST = 0.5\n"
    cli = CliRunner()
    verified = cli.invoke(app, ["runs", "verify", "latest", "--out", "runs"])
    assert verified.exit_code == 0, verified.output
    (tmp_path / "there" / "helpers.py").write_text("1 / 0\n")  # the run has its own
    assert cli.invoke(app, ["runs", "verify", "latest", "--out", "runs"]).exit_code == 0
    for changed in ("LEAST = 0.4\n", "LEAST = 0.5  # the same number\n"):
        (folder / "Mine" / "helpers.py").write_text(changed)
        refused = cli.invoke(app, ["runs", "verify", "latest", "--out", "runs"])
        assert refused.exit_code == 2
        assert "is not the file that was run" in " ".join(refused.output.split())
    trusted = cli.invoke(app, ["runs", "verify", "latest", "--out", "runs", "--trust"])
    assert trusted.exit_code == 1
    assert "code changed: Mine" in " ".join(trusted.output.split())
    (folder / "Mine" / "helpers.py").write_text("LEAST = 0.5\n")
    (folder / "Mine" / "added.py").write_text("")  # any code beside it may be imported by it
    assert cli.invoke(app, ["runs", "verify", "latest", "--out", "runs"]).exit_code == 2


def test_what_was_made_point_in_time_is_swept_so_and_has_no_placebo():
    done = backtest(None, "kogas-lng", point_in_time=True)
    tried = done.sweep(hold=[20])
    assert tried.trials.loc[0, "total_return"] == done.metrics.loc["kogas-lng", "total_return"]
    whole = backtest(None, "kogas-lng").metrics.loc["kogas-lng", "total_return"]
    assert tried.trials.loc[0, "total_return"] != whole
    with pytest.raises(InputError, match="A placebo plays the whole window"):
        done.placebo()


def test_runs_are_compared_saved_or_not(tmp_path, done):
    both = compare(done, backtest(None, "kogas-lng"))
    assert list(both.metrics.index) == [(1, "kogas-lng"), (1, "buy-and-hold"), (2, "kogas-lng")]
    assert both.metrics.loc[(1, "kogas-lng"), "sharpe"] == done[0].facts.metrics["sharpe"]
    page = both.save(tmp_path / "compare.html")
    assert "kogas-lng" in page.read_text(encoding="utf-8")
    assert both._repr_html_().count("<polyline") == 3
    with pytest.raises(InputError, match="Nothing to compare"):
        compare()


def test_a_sweep_is_the_command_line_s_and_its_trials_are_counted(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tried = sweep(None, "kogas-lng", hold=range(5, 20, 5), stop=[None, 0.1])
    cli = CliRunner().invoke(app, ["sweep", "kogas-lng", "-p", "hold=5:15:5", "-p", "stop=none,0.1", "--json"])
    said = json.loads(cli.stdout)
    assert said["trials"] == tried.document["trials"]
    assert tried.best == said["trials"][0]["params"]
    assert tried.save() == Path(said["folder"])  # the same sweep, so the same folder
    assert tried.document["trials_seen"] == 6
    assert sweep(None, "kogas-lng", hold="5:15:5", stop="none,0.1").document["trials"] == said["trials"]
    assert tried.plot("swept.png").is_file()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: backtest(3), "3 is no study"),
        (lambda: backtest("nowhere.toml"), r"nowhere\.toml: there is no such"),
        (lambda: backtest(start="June"), "start = 'June' is not a date. Write it as '2025-06-17'"),
        (lambda: backtest(start=5), "start = 5 is not a date"),
        (lambda: backtest(themes="lgn"), "Did you mean 'lng'"),
        (lambda: backtest(kinds="contracts"), "'contracts' is no kind of event"),
        (lambda: backtest(hold=[3]), r"hold = \[3\] cannot be"),
        (lambda: backtest(hold=float("nan")), "hold = nan cannot be"),
        (lambda: backtest(None, 5), "5 is not a strategy"),
        (lambda: backtest(None, "kogas-lng").tearsheet("kogas"), "there are kogas-lng"),
        (lambda: backtest(None, "kogas-lng", "buy-and-hold").placebo(), "There are 2 strategies; name one"),
        (lambda: sweep(None, "kogas-lng", hold=[]), "hold = .* cannot be swept"),
        (lambda: placebo(None, "kogas-lng", method="shuffle"), "'shuffle' is not one"),
        (lambda: event_study(model="markte"), "market"),
        (lambda: load_run("nowhere", out="nothing"), "nothing|nowhere"),
    ],
)
def test_what_is_wrong_is_refused_in_words(call, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((InputError, KeyError), match=words):
        call()
