"""eventfolio study new --calendar: a calendar and a folder of prices become a study that runs, and what was assumed."""

from __future__ import annotations

import json
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from eventfolio.engine.study.study import load_study

REPORTS = "symbol,date,time,title\nAAA,2024-03-05,16:10,A reports\nBBB,2024-04-05,07:10,B reports\n"
MEETINGS = "date,title,kind\n2024-03-20,The committee meets,rates\n2024-05-01,The committee meets,rates\n"
IN_NEW_YORK = ("--zone", "America/New_York")


def prices(folder: Path, *symbols: str, level: float = 50.0) -> Path:
    """A price that climbs by a thousandth a weekday of 2024."""
    folder.mkdir(exist_ok=True)
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(365)]
    for symbol in symbols:
        rows, close = ["date,open,high,low,close,volume"], level
        for day in (day for day in days if day.weekday() < 5):
            close *= 1.001
            rows.append(f"{day},{close:.2f},{close * 1.01:.2f},{close * 0.99:.2f},{close:.2f},1000000")
        (folder / f"{symbol}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    prices(tmp_path / "prices", "AAA", "BBB", "SPY")
    for name, text in (("reports.csv", REPORTS), ("meetings.csv", MEETINGS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def made(cli, *options: str) -> list[str]:
    """What was assumed, once the study has been made and has run."""
    done = cli("study", "new", "mine", *options, "--json")
    assert done.exit_code == 0, done.stderr
    run = cli("run", "mine/study.toml", "--no-tearsheet")
    assert run.exit_code == 0, run.stderr
    checked = cli("calendar", "check", "mine/calendar.toml")
    assert checked.exit_code == 0, checked.stderr
    return json.loads(done.stdout)["notes"]


def flat(text: str) -> str:
    return " ".join(text.split())


def test_events_of_listings_become_a_study_without_themes(cli, folder):
    notes = made(cli, "--calendar", "reports.csv", *IN_NEW_YORK, "--prices", "prices")
    study = load_study(folder / "mine" / "study.toml")
    assert {path.name for path in (folder / "mine").iterdir()} == {
        "study.toml",
        "calendar.toml",
        "securities.toml",
        "my_strategy.py",
    }
    assert (study.themes.names, study.symbols, study.benchmark) == ((), ("AAA", "BBB"), "SPY")
    assert [(one.exchange, one.currency, one.lot) for one in map(study.securities.get, study.symbols)] == [
        ("XNYS", "USD", 1)
    ] * 2
    # a month before 2024-03-05 to three months after 2024-04-05
    assert (study.start, study.end) == (date(2024, 2, 4), date(2024, 7, 4))
    assert [strategy.label for strategy in study.strategies] == ["announcement-drift", "MyStrategy", "buy-and-hold"]
    said = "\n".join(notes)
    assert "Clock, 2 rows: its time, in America/New_York" in said
    assert "2 listings that no security here knows, shares on XNYS in USD, lots of 1" in said
    assert "The benchmark is SPY" in said
    head = (folder / "mine" / "study.toml").read_text(encoding="utf-8").split("schema")[0]
    assert "2 listings that no security here knows" in flat(head.replace("#", ""))  # it stays with the study


def test_a_report_known_ahead_is_acted_on_as_a_release_and_held_through(cli, folder):
    (folder / "earnings.csv").write_text(
        "symbol,date,time,epsEstimated,eps\nAAA,2024-03-05,amc,1.00,1.10\nBBB,2024-04-05,bmo,1.00,0.90\n"
    )
    notes = made(cli, "--calendar", "earnings.csv", "--lead", "21d", "--prices", "prices")
    study = load_study(folder / "mine" / "study.toml")
    assert [strategy.label for strategy in study.strategies] == [
        "release-drift",
        "through-the-event",
        "MyStrategy",
        "buy-and-hold",
    ]
    assert any("it buys as release-drift does, where surprise is 0 or more" in note for note in notes)
    run = next((folder / "results" / "runs").glob("mine-*"))
    lots = {label: len(pd.read_parquet(run / label / "trades.parquet")) for label in ("release-drift", "MyStrategy")}
    assert lots == {"release-drift": 2, "MyStrategy": 1}  # one of two reports was no good surprise


def test_events_that_name_nothing_are_news_of_all_that_has_prices(cli, folder):
    notes = made(cli, "--calendar", "meetings.csv", *IN_NEW_YORK, "--known", "2023-12-01", "--prices", "prices")
    study = load_study(folder / "mine" / "study.toml")
    assert study.themes.names == ("market",)
    assert study.themes.symbols == ("AAA", "BBB", "SPY")
    assert {event.themes for event in study.calendar.events} == {("market",)}
    assert any("each is taken for news of all 3 listings of the prices" in note for note in notes)
    assert not any("outside the prices" in note for note in notes)  # they were known before, and happen in them


def test_events_without_a_subject_beside_others_stay_without(cli, folder):
    (folder / "mixed.csv").write_text("symbol,date,title\nAAA,2024-03-05,A\n,2024-04-05,Nobody\n")
    notes = made(cli, "--calendar", "mixed.csv", *IN_NEW_YORK, "--prices", "prices")
    assert any("1 event of 2 name neither theme nor listing: shown, and never traded" in note for note in notes)
    assert any("Prices of 1 listing that no event names, left out: BBB" in note for note in notes)
    assert load_study(folder / "mine" / "study.toml").themes.names == ()


def test_suffixes_say_exchange_money_and_lots_and_an_account_without_rates_is_in_their_money(cli, folder):
    prices(folder / "asia", "990010.KS", "990020.KQ", level=40_000)
    (folder / "asia.csv").write_text("symbol,date\n990010.KS,2024-03-05\n990020.KQ,2024-04-05\n")
    notes = made(cli, "--calendar", "asia.csv", "--prices", "asia")
    study = load_study(folder / "mine" / "study.toml")
    assert [study.securities[symbol].exchange for symbol in study.symbols] == ["XKRX", "XKOS"]
    assert (study.account.currency, study.account.cash) == ("KRW", 1e9)
    assert any("no rate KRW=X is there: the account is in KRW" in note for note in notes)
    assert any("069500.KS, the home index of most listings, has no prices there" in note for note in notes)
    prices(folder / "tokyo", "9990.T", level=2_000)
    prices(folder / "tokyo", "JPY=X", level=150)
    (folder / "tokyo.csv").write_text("symbol,date\n9990.T,2024-03-05\n")
    done = cli("study", "new", "tokyos", "--calendar", "tokyo.csv", "--prices", "tokyo", "--json")
    assert "shares on XTKS in JPY, lots of 100 (by the suffix): 9990.T" in done.stdout
    assert load_study(folder / "tokyos" / "study.toml").account.currency == "USD"  # the rate is there


def test_ones_own_securities_and_themes_are_taken(cli, folder):
    (folder / "own.toml").write_text('schema = 1\n[[security]]\nsymbol = "AAA"\nname = "A fund"\nexchange = "ARCX"\n'
                                     'lot = 1\nkind = "fund"\n')  # fmt: skip
    (folder / "themes.toml").write_text(
        'schema = 1\n[[theme]]\nname = "rates"\ntitle = "Rates"\nwhy = "w"\n[[theme.member]]\nsymbol = "AAA"\n'
        'role = "named"\n[[theme.member]]\nsymbol = "ZZZ"\nrole = "named"\nnote = "gone"\n'
    )
    (folder / "c.toml").write_text(
        '# mine\nschema = 1\nname = "c"\n[[event]]\nid = "one"\ntitle = "One"\nkind = "k"\nstatus = "occurred"\n'
        'occurs = "2024-03-05"\nknown_at = 2024-03-05T12:00:00Z\nzone = "UTC"\nthemes = ["rates"]\n'
    )
    options = ("--calendar", "c.toml", "--prices", "prices", "--securities", "own.toml", "--themes", "themes.toml")
    notes = made(cli, *options)
    study = load_study(folder / "mine" / "study.toml")
    assert study.themes.symbols == ("AAA",)
    assert (study.securities["AAA"].kind, study.securities["AAA"].exchange) == ("fund", "ARCX")
    assert any("Left out of the themes for want of prices: ZZZ" in note for note in notes)
    assert (folder / "mine" / "calendar.toml").read_text().startswith("# mine\n")  # as it was
    table = tomllib.loads((folder / "mine" / "securities.toml").read_text())
    assert [one["symbol"] for one in table["security"]] == ["AAA", "ZZZ"]


FOUR = "symbol,date\nAAA,2024-03-05\nBBB,2024-04-05\nCCC,2024-04-08\nDDD,2024-04-09\n"


def measured_by(**homes: str) -> str:
    """A securities file in which each listing has a home index, and of which EWG is one in euros."""
    blocks = ["schema = 1", '[[security]]\nsymbol = "EWG"\nname = "An index"\nexchange = "XETR"\ncurrency = "EUR"\n'
              'kind = "index"\nlot = 1']  # fmt: skip
    for symbol, home in homes.items():
        blocks.append(f'[[security]]\nsymbol = "{symbol}"\nname = "{symbol}"\nexchange = "XNYS"\nlot = 1\n'
                      f'benchmark = "{home}"')  # fmt: skip
    return "\n".join(blocks) + "\n"


@pytest.mark.parametrize(
    ("homes", "priced", "benchmark", "words"),
    [
        # one in four has it, and of the others' there are no prices
        ("069500.KS 069500.KS SPY EWG", "AAA BBB CCC DDD SPY", "SPY", "the home index of 1 of 4 listings"),
        ("SPY SPY SPY 069500.KS", "AAA BBB CCC DDD SPY", "SPY", "the home index of most listings"),
        # half is not most
        ("SPY SPY 069500.KS 069500.KS", "AAA BBB CCC DDD SPY", "SPY", "the home index of 2 of 4 listings"),
        ("EWG EWG EWG EWG", "AAA BBB CCC DDD EWG EUR=X", "EWG", "the home index of most listings"),
        # what cannot be traded does not count
        ("069500.KS 069500.KS 069500.KS SPY", "DDD SPY 069500.KS", "SPY", "the home index of most listings"),
    ],
)
def test_the_benchmark_is_one_that_can_be_had_and_whose_home_index_it_is_is_said(
    cli, tmp_path, homes, priced, benchmark, words
):
    prices(tmp_path / "prices", *priced.split())
    (tmp_path / "four.csv").write_text(FOUR)
    (tmp_path / "own.toml").write_text(
        measured_by(**dict(zip(("AAA", "BBB", "CCC", "DDD"), homes.split(), strict=True)))
    )
    notes = made(
        cli,
        "--calendar",
        "four.csv",
        *IN_NEW_YORK,
        "--known",
        "2024-01-01",
        "--prices",
        "prices",
        "--securities",
        "own.toml",
    )
    assert load_study(tmp_path / "mine" / "study.toml").benchmark == benchmark
    (said,) = (note for note in notes if "enchmark" in note)
    assert words in said


def test_a_home_index_without_a_rate_is_refused_before_anything_is_written(cli, tmp_path):
    prices(tmp_path / "prices", "AAA", "BBB", "CCC", "DDD", "EWG")
    (tmp_path / "four.csv").write_text(FOUR)
    (tmp_path / "own.toml").write_text(measured_by(AAA="EWG", BBB="EWG", CCC="EWG", DDD="EWG"))
    options = ("--calendar", "four.csv", *IN_NEW_YORK, "--prices", "prices", "--securities", "own.toml")
    done = cli("study", "new", "mine", *options)
    assert done.exit_code == 2
    assert "EWG (no rate EUR=X), the home index of most listings: add that rate" in flat(done.stderr)
    assert not (tmp_path / "mine").exists()


def test_rows_of_symbols_that_the_given_securities_do_not_hold_are_left_out_and_counted(cli, folder):
    (folder / "own.toml").write_text(
        'schema = 1\n[[security]]\nsymbol = "AAA"\nname = "A"\nexchange = "XNYS"\nlot = 1\n'
    )
    options = ("reports.csv", *IN_NEW_YORK, "--securities", "own.toml")
    imported = cli("calendar", "import", *options, "--out", "there.toml", "--json")
    assert imported.exit_code == 0, imported.stderr
    notes = made(cli, "--calendar", *options, "--prices", "prices")
    study = load_study(folder / "mine" / "study.toml")
    assert study.symbols == ("AAA",)
    assert (folder / "mine" / "calendar.toml").read_text() == (folder / "there.toml").read_text()
    assert "1 symbol of no known security, left out: BBB." in notes


def test_themes_that_nothing_gives_members_hold_all_that_has_prices(cli, folder):
    (folder / "themed.csv").write_text("date,title,themes\n2024-03-05,One,gas\n2024-04-05,Other,coal gas\n")
    notes = made(cli, "--calendar", "themed.csv", *IN_NEW_YORK, "--prices", "prices")
    assert any("Nothing says which listings the themes gas, coal hold: all 3 listings" in note for note in notes)
    study = load_study(folder / "mine" / "study.toml")
    assert study.themes.names == ("gas", "coal")
    assert study.strategies[0].params["weight"] == 0.45  # of each of two themes


def test_without_prices_they_are_yahoos(cli, folder):
    done = cli("study", "new", "mine", "--calendar", "reports.csv", *IN_NEW_YORK)
    assert done.exit_code == 0, done.stderr
    assert "Prices are Yahoo's, by the symbols AAA, BBB: the first run fetches them" in flat(done.stdout)
    study = load_study(folder / "mine" / "study.toml")
    assert (study.source, study.benchmark) == ("yahoo", "SPY")
    done = cli("study", "new", "macro", "--calendar", "meetings.csv", *IN_NEW_YORK, "--known", "2024-01-01")
    assert load_study(folder / "macro" / "study.toml").themes.symbols == ("SPY",)
    assert "news of SPY as a stand-in" in flat(done.stdout)


def test_a_calendar_and_other_files_among_the_prices_are_no_listings(cli, folder):
    (folder / "prices" / "meetings.csv").write_text(MEETINGS)
    (folder / "prices" / "what it is.csv").write_text("notes\n")
    made(cli, "--calendar", "prices/meetings.csv", *IN_NEW_YORK, "--prices", "prices")
    assert load_study(folder / "mine" / "study.toml").themes.symbols == ("AAA", "BBB", "SPY")


def test_a_calendar_of_ours_in_any_format_is_taken_as_it_is(cli, folder):
    made(cli, "--calendar", "reports.csv", *IN_NEW_YORK, "--prices", "prices")
    for ending in ("csv", "ics"):
        exported = cli("calendar", "export", "mine/calendar.toml", "--to", ending, "-o", f"c.{ending}")
        assert exported.exit_code == 0, exported.stderr
        done = cli("study", "new", ending, "--calendar", f"c.{ending}", "--prices", "prices")
        assert done.exit_code == 0, done.stderr
        same = cli("calendar", "diff", "mine/calendar.toml", f"{ending}/calendar.toml")
        assert "Nothing changed" in same.stdout


ZONED = (*IN_NEW_YORK, "--prices")
REFUSED = {
    "neither": ([], "Give --article FILE"),
    "both": (["--article", "a.txt", "--calendar", "reports.csv"], "not both"),
    "no such calendar": (["--calendar", "report.csv"], "Did you mean 'reports.csv'"),
    "no clock": (["--calendar", "reports.csv", "--prices", "prices"], "has no time zone"),
    "an option of articles": (
        ["--calendar", "reports.csv", "--published", "2024-01-01"],
        "--published is for an article",
    ),
    "an option of calendars": (["--article", "a.txt", "--lead", "21d"], "--lead is for a calendar"),
    "no folder of prices": (["--calendar", "reports.csv", *ZONED, "nowhere"], "does not exist"),
    "a file for prices": (["--calendar", "reports.csv", *ZONED, "reports.csv"], "is not a folder"),
    "no prices": (["--calendar", "reports.csv", *ZONED, "empty"], "has prices in empty, which has none"),
    "no prices of any": (["--calendar", "meetings.csv", *ZONED, "empty"], "holds no prices of a listing"),
    "rates alone": (["--calendar", "meetings.csv", *ZONED, "rates"], "holds no prices of a listing"),
    "small letters": (["--calendar", "small.csv", *ZONED, "prices"], "AAA is there: small and capital"),
    "other listings": (["--calendar", "other.csv", *ZONED, "prices"], "the events call the listing: QQQQ.csv"),
    "years before": (["--calendar", "early.csv", *ZONED, "prices"], "none can be traded"),
    "two files of a symbol": (["--calendar", "twice.csv", *ZONED, "twice"], "CCC has two files"),
    "no unit": (["--calendar", "london.csv", "--prices", "london"], 'unit = "GBp"'),
    "two currencies and no rate": (["--calendar", "money.csv", "--prices", "money"], "Add the rate of each currency"),
    "no row": (["--calendar", "norow.csv", "--prices", "prices"], "no event is left"),
    "no event": (["--calendar", "none.toml", "--prices", "prices"], "holds no event"),
    "unknown theme": (["--calendar", "themed.csv", *IN_NEW_YORK, "--themes", "themes.toml"], "'gass' is not a theme"),
    "options for a calendar of ours": (["--calendar", "none.toml", "--zone", "UTC"], "says its clocks itself"),
    "a price file that is none": (["--calendar", "spoiled.csv", *ZONED, "spoiled"], "DDD.csv"),
}


@pytest.mark.parametrize(("options", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_a_study_is_said_and_nothing_is_left(cli, folder, options, words):
    (folder / "empty").mkdir()
    prices(folder / "rates", "EUR=X")
    prices(folder / "twice", "CCC")
    (folder / "twice" / "CCC.parquet").write_bytes(b"")
    prices(folder / "london", "XYZW.L")
    prices(folder / "money", "990010.KS", "9990.T")
    (folder / "spoiled").mkdir()
    (folder / "spoiled" / "DDD.csv").write_text("date,close\n2024-01-02,much\n")
    for name, symbol, day in (
        ("small", "aaa", "2024-03-05"),
        ("other", "QQQQ", "2024-03-05"),
        ("early", "AAA", "2014-03-05"),
        ("twice", "CCC", "2024-03-05"),
        ("london", "XYZW.L", "2024-03-05"),
        ("money", "990010.KS 9990.T", "2024-03-05"),
        ("spoiled", "DDD", "2024-03-05"),
    ):
        (folder / f"{name}.csv").write_text(f"symbol,date\n{symbol},{day}\n")
    (folder / "norow.csv").write_text("symbol,date\n")
    (folder / "none.toml").write_text('schema = 1\nname = "none"\n')
    (folder / "themed.csv").write_text("date,title,themes\n2024-03-05,One,gass\n")
    (folder / "themes.toml").write_text(
        'schema = 1\n[[theme]]\nname = "gas"\ntitle = "G"\nwhy = "w"\n[[theme.member]]\nsymbol = "AAA"\n'
        'role = "named"\n'
    )
    refused = cli("study", "new", "mine", *options)
    assert refused.exit_code == 2, refused.stdout
    assert words in flat(refused.stderr)
    assert not (folder / "mine").exists()


def test_a_folder_that_holds_a_file_of_it_is_left_as_it_is(cli, folder):
    (folder / "mine").mkdir()
    (folder / "mine" / "my_strategy.py").write_text("mine")
    refused = cli("study", "new", "mine", "--calendar", "reports.csv", *IN_NEW_YORK, "--prices", "prices")
    assert refused.exit_code == 2
    assert "is there already, and is left as it is" in flat(refused.stderr)
    assert [path.name for path in (folder / "mine").iterdir()] == ["my_strategy.py"]


def test_explain_tells_what_was_believed_later_and_the_facts_that_came_with_it(cli, folder):
    (folder / "earnings.csv").write_text("symbol,date,time,epsEstimated,eps\nAAA,2024-03-05,amc,1.00,1.10\n")
    made(cli, "--calendar", "earnings.csv", "--lead", "21d", "--prices", "prices")
    told = flat(cli("explain", "latest", "AAA-2024-03-05").stdout)
    assert "known 2024-02-14 05:00 UTC (2024-02-14 00:00 America/New_York), a time that a rule gave" in told
    assert "from 2024-03-05 21:05 UTC (2024-03-05 16:05 America/New_York), a time that a rule gave: occurred" in told
    assert "occurred, 2024-03-05; eps 1.1, eps_estimate 1.0, surprise 0.1" in told


def test_a_folder_of_one_listing_says_which_it_is(cli, folder):
    prices(folder / "one", "AAA")
    notes = made(cli, "--calendar", "meetings.csv", *IN_NEW_YORK, "--prices", "one")
    assert any("each is taken for news of the one listing AAA of the prices" in note for note in notes)
