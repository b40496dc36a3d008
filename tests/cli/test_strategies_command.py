"""eventfolio strategies: list, show, new."""

from __future__ import annotations

import json

from eventfolio.strategies.loader import SHIPPED


def test_all_shipped_strategies_are_listed(cli):
    listed = json.loads(cli("strategies", "list", "--json").stdout)
    assert [one["name"] for one in listed] == list(SHIPPED)
    table = cli("strategies", "list").stdout
    assert all(name in table for name in SHIPPED)


def test_show_tells_idea_parameters_and_file(cli):
    shown = json.loads(cli("strategies", "show", "kogas-lng", "--json").stdout)
    assert shown["class"] == "KogasLng"
    assert shown["themes"] == ["lng"]
    assert shown["trigger"] == "announcement"
    assert shown["params"]["stop"] == 0.08
    words = cli("strategies", "show", "kogas-lng").stdout
    assert "0.08" in words
    assert "strategies/kogas_lng.py" in words


def test_a_users_file_can_be_shown(cli):
    cli("strategies", "new", "my_idea")
    shown = json.loads(cli("strategies", "show", "my_idea.py:MyIdea", "--json").stdout)
    assert shown["hooks"] == ["on_trigger", "should_exit"]


def test_a_new_strategy_runs_unchanged(cli, study, tmp_path):
    made = json.loads(cli("strategies", "new", "my-idea", "--json").stdout)
    assert made == {"path": "my-idea.py", "class": "MyIdea"}
    result = cli("run", study, "--no-tearsheet", "-s", "my-idea.py:MyIdea", "--json")
    assert result.exit_code == 0, result.output
    (run,) = json.loads(result.stdout)["runs"]
    assert run["strategy"]["label"] == "MyIdea"
    assert run["metrics"]["trades"] == 2  # both events have the strength it asks for
    assert "eventfolio run -s my-idea.py:MyIdea" in (tmp_path / "my-idea.py").read_text()


def test_the_parameters_of_a_new_strategy_can_be_changed(cli, study):
    cli("strategies", "new", "mine")
    document = cli("run", study, "--no-tearsheet", "-s", "mine.py:Mine", "-p", "least=1.1", "--json")
    assert json.loads(document.stdout)["runs"][0]["metrics"]["trades"] == 0


def test_an_existing_file_is_never_overwritten(cli, tmp_path):
    (tmp_path / "mine.py").write_text("precious")
    result = cli("strategies", "new", "mine")
    assert result.exit_code == 2
    assert "mine.py" in result.stderr
    assert (tmp_path / "mine.py").read_text() == "precious"
