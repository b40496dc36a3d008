"""Securities: the packaged ones by hand-typed facts, and files of one's own."""

from __future__ import annotations

import re

import pytest

from eventfolio.events import SecurityError, packaged_securities, read_securities
from eventfolio.events.exchanges import MINOR_UNITS, exchange_of_symbol
from eventfolio.events.securities import HOME_INDEX, Securities, Security

GOOD = """
schema = 1
[[security]]
symbol = "9984.T"
name = "SoftBank Group"
aliases = [{ name = "SoftBank", since = 2015-07-01 }]
exchange = "XTKS"
currency = "JPY"
lot = 100
kind = "share"
benchmark = "^N225"
"""


@pytest.mark.parametrize(
    ("symbol", "exchange", "currency", "lot", "kind", "benchmark"),
    [
        ("036460.KS", "XKRX", "KRW", 1, "share", "069500.KS"),
        ("028260.KS", "XKRX", "KRW", 1, "share", "069500.KS"),
        ("034020.KS", "XKRX", "KRW", 1, "share", "069500.KS"),
        ("063080.KQ", "XKOS", "KRW", 1, "share", "069500.KS"),
        ("7013.T", "XTKS", "JPY", 100, "share", "^N225"),
        ("0883.HK", "XHKG", "HKD", 1000, "share", "^HSI"),
        ("1088.HK", "XHKG", "HKD", 500, "share", "^HSI"),
        ("600111.SS", "XSHG", "CNY", 100, "share", "000300.SS"),
        ("600938.SS", "XSHG", "CNY", 100, "share", "000300.SS"),
        ("002738.SZ", "XSHE", "CNY", 100, "share", "000300.SS"),
        ("REMX", "ARCX", "USD", 1, "fund", "SPY"),
        ("MP", "XNYS", "USD", 1, "share", "SPY"),
        ("SPY", "ARCX", "USD", 1, "fund", None),
        ("ACWI", "XNAS", "USD", 1, "fund", None),
        ("069500.KS", "XKRX", "KRW", 1, "fund", None),
        ("^N225", "XTKS", "JPY", 1, "index", None),
        ("^HSI", "XHKG", "HKD", 1, "index", None),
        ("^KS11", "XKRX", "KRW", 1, "index", None),
        ("^GSPC", "XNYS", "USD", 1, "index", None),
        ("000300.SS", "XSHG", "CNY", 1, "index", None),
    ],
)
def test_a_packaged_security_trades_where_and_how_it_does(symbol, exchange, currency, lot, kind, benchmark):
    security = packaged_securities()[symbol]
    assert (security.exchange, security.currency, security.lot) == (exchange, currency, lot)
    assert (security.kind, security.benchmark) == (kind, benchmark)


def test_the_index_of_an_exchange_is_that_of_the_packaged_securities_there():
    packaged = packaged_securities()
    for symbol in packaged:
        security = packaged[symbol]
        assert security.benchmark in (None, HOME_INDEX[security.exchange])
    assert all(index in packaged for index in HOME_INDEX.values())


def test_a_security_without_an_index_takes_its_exchanges():
    common = {"lot": 1, "currency": "USD", "exchange": "XNAS"}
    own = {
        "AAPL": Security(symbol="AAPL", name="A", **common),
        "OWN": Security(symbol="OWN", name="B", benchmark="ACWI", **common),
        "^X": Security(symbol="^X", name="C", kind="index", **common),
        "EURO": Security(symbol="EURO", name="D", **common | {"currency": "EUR"}),
        "SPY": Security(symbol="SPY", name="E", **common),
    }
    both = packaged_securities().with_more(Securities(own.values()))
    assert {symbol: both[symbol].benchmark for symbol in own} == {
        "AAPL": "SPY",
        "OWN": "ACWI",
        "^X": None,
        "EURO": None,  # quoted in other money than the index
        "SPY": None,  # the index itself
    }


def test_every_packaged_benchmark_is_itself_a_packaged_security():
    packaged = packaged_securities()
    assert all(packaged[symbol].benchmark in (None, *packaged) for symbol in packaged)


def test_a_renamed_company_keeps_its_old_name_until_the_day_before():
    doosan = packaged_securities()["034020.KS"]
    assert {(alias.name, str(alias.until)) for alias in doosan.aliases} >= {("Doosan Heavy", "2022-03-28")}


@pytest.mark.parametrize(
    ("symbol", "words"),
    [
        ("036460.KR", "Did you mean '036460.KS'"),
        ("remx", "Did you mean 'REMX'"),
        ("Doosan Heavy", "Doosan Heavy is 034020.KS"),
        ("KOGAS", "KOGAS is 036460.KS"),
        ("RELR", "'RELR' is not a known security. A study adds its own"),
        ("", "'' is not a known security."),
    ],
)
def test_an_unknown_symbol_is_refused_with_what_was_probably_meant(symbol, words):
    with pytest.raises(SecurityError) as refusal:
        packaged_securities()[symbol]
    assert words in str(refusal.value)


def test_ones_own_securities_join_the_packaged_and_win(write):
    mine = read_securities(write("securities.toml", GOOD))
    both = packaged_securities().with_more(mine)
    assert both["9984.T"].aliases[0].name == "SoftBank"
    assert both["7013.T"] == packaged_securities()["7013.T"]
    again = read_securities(write("more.toml", GOOD.replace("lot = 100", "lot = 1")))
    assert both.with_more(again)["9984.T"].lot == 1
    assert "9984.T" not in set(packaged_securities())


def test_a_benchmark_nobody_knows_is_refused(write):
    mine = read_securities(write("securities.toml", GOOD.replace("^N225", "^N226")))
    with pytest.raises(SecurityError, match=r"9984.T: its benchmark '\^N226' .* Did you mean '\^N225'"):
        packaged_securities().with_more(mine)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (GOOD, "", "securities.toml is empty."),
        (GOOD, "schema = 1\n", "security is missing."),
        (GOOD, GOOD + GOOD.replace("schema = 1", ""), "security 2 (9984.T): listed before."),
        ("schema = 1", "schema = x", "not TOML"),
        ("lot = 100", "lot = 0", "security 1 (9984.T): lot 0 should be greater than or equal to 1."),
        ("lot = 100", "lot = 1.5", "lot 1.5 should be a valid integer."),
        ("lot = 100", 'lot = "100"', "lot '100' should be a valid integer."),
        ("lot = 100", "lots = 100", "'lots' is not a key of this table. Did you mean 'lot'?"),
        ('"XTKS"', '"XTKX"', "Did you mean 'XTKS'?"),
        ('"JPY"', '"YEN"', "currency 'YEN' is not one of ISO 4217; XTKS mostly has JPY"),
        ('"share"', '"bond"', "kind 'bond' should be share, reit, fund or index."),
        ('"9984.T"', '"99/84"', "symbol '99/84'"),
        ("since = 2015-07-01", "since = 2015", "aliases 1 (SoftBank): since 2015 is not a date."),
    ],
)
def test_a_bad_securities_file_is_refused_with_its_place(write, old, new, words):
    assert old in GOOD
    with pytest.raises(SecurityError) as refusal:
        read_securities(write("securities.toml", GOOD.replace(old, new)))
    assert words in str(refusal.value)


def test_a_tokyo_share_says_by_its_steps_that_they_are_finer(write):
    assert packaged_securities()["7013.T"].steps == "TOPIX Mid400"
    mine = read_securities(write("securities.toml", GOOD.replace("lot = 100", 'lot = 100\nsteps = "TOPIX 100"')))
    assert (mine["9984.T"].steps, read_securities(write("plain.toml", GOOD))["9984.T"].steps) == ("TOPIX 100", None)


@pytest.mark.parametrize(
    ("exchange", "steps", "words"),
    [
        ("XHKG", "TOPIX 100", "security 1 (9984): steps 'TOPIX 100' are of XTKS, not of XHKG; leave it out"),
        ("XTKS", "TOPIX 10", "steps 'TOPIX 10' should be TOPIX 100 or TOPIX Mid400."),
    ],
)
def test_steps_that_the_exchange_does_not_have_are_refused(write, exchange, steps, words):
    text = GOOD.replace('"XTKS"', f'"{exchange}"').replace("lot = 100", f'lot = 100\nsteps = "{steps}"')
    with pytest.raises(SecurityError) as refusal:
        read_securities(write("securities.toml", text.replace("9984.T", "9984")))
    assert words in str(refusal.value)


def test_a_securities_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SecurityError, match="no such securities file"):
        read_securities(tmp_path / "securities.toml")


# --- where a symbol trades --------------------------------------------------------------------------------------------


def _one(**given: object) -> Security:
    return Security.model_validate({"name": "A", "lot": 1, **given})


@pytest.mark.parametrize(
    ("symbol", "exchange", "currency"),
    [
        ("RHM.DE", "XETR", "EUR"),
        ("AIR.PA", "XPAR", "EUR"),
        ("HSBA.L", "XLON", "GBP"),
        ("VOLV-B.ST", "XSTO", "SEK"),
        ("2330.TW", "XTAI", "TWD"),
        ("6488.TWO", "ROCO", "TWD"),
        ("RELIANCE.NS", "XNSE", "INR"),
        ("500325.BO", "XBOM", "INR"),
        ("BHP.AX", "XASX", "AUD"),
        ("SHOP.TO", "XTSE", "CAD"),
        ("TEVA.TA", "XTAE", "ILS"),
        ("NPN.JO", "XJSE", "ZAR"),
        ("2222.SR", "XSAU", "SAR"),
        ("430047.BJ", "BJSE", "CNY"),
        ("hsba.l", "XLON", "GBP"),
    ],
)
def test_a_suffix_says_exchange_and_currency_where_the_security_does_not(symbol, exchange, currency):
    security = _one(symbol=symbol)
    assert (security.exchange, security.currency) == (exchange, currency)


@pytest.mark.parametrize("symbol", ["BRK.B", "^GDAXI", "AAPL", "EUR=X", ".DE"])
def test_an_unlisted_suffix_an_index_and_a_plain_symbol_say_no_exchange(symbol):
    assert exchange_of_symbol(symbol) is None


def test_a_symbol_that_says_no_exchange_needs_one():
    with pytest.raises(ValueError, match="exchange"):
        _one(symbol="AAPL")


@pytest.mark.parametrize(
    ("symbol", "exchange", "own"),
    [("RHM.DE", "XNYS", "XETR"), ("7203.T", "XKRX", "XTKS"), ("HSBA.L", "XHKG", "XLON"), ("BHP.AX", "XNZE", "XASX")],
)
def test_a_suffix_of_an_exchange_with_other_sessions_is_refused(symbol, exchange, own):
    with pytest.raises(ValueError, match=rf"{re.escape(symbol)} on {exchange}.*trade on {own}"):
        _one(symbol=symbol, exchange=exchange, currency="EUR")


@pytest.mark.parametrize(
    ("symbol", "exchange"),
    [("RHM.DE", "XFRA"), ("600111.SS", "XSHE"), ("035720.KS", "XKOS"), ("INFY.NS", "XBOM"), ("JET2.L", "AIMX")],
)
def test_a_suffix_of_an_exchange_with_the_same_sessions_is_taken_as_declared(symbol, exchange):
    assert _one(symbol=symbol, exchange=exchange).exchange == exchange


@pytest.mark.parametrize("tax", ["UK", "XX", "fr", "France", "0.5", "None", ""])
def test_a_tax_of_no_country_is_refused_and_not_taken_for_none(tax):
    with pytest.raises(ValueError, match=f"tax '{tax}' is no country of two letters") as refusal:
        _one(symbol="XYZ.PA", tax=tax)
    assert ("is GB" in str(refusal.value)) == (tax == "UK")
    assert [_one(symbol="XYZ.PA", tax=known).tax for known in ("none", "GB", "JE")] == ["none", "GB", "JE"]


@pytest.mark.parametrize("unit", ["GBp", "GBX", "ILA", "ZAc", "ZAC"])
def test_a_minor_unit_is_no_currency_of_a_security(unit):
    with pytest.raises(ValueError, match=f"'{unit}' is a hundredth of {MINOR_UNITS[unit]}; write {MINOR_UNITS[unit]}"):
        _one(symbol="X", exchange="XLON", currency=unit)


# --- ends -------------------------------------------------------------------------------------------------------------

END = """
[security.end]
on = 2025-03-14
"""


@pytest.mark.parametrize(
    "how", ["cash = 12.5", 'into = "7203.T"\nratio = 0.62', 'into = "7203.T"\nratio = 0.62\ncash = 3', "worth = 0"]
)
def test_a_listing_ends_in_cash_in_shares_in_both_or_in_nothing(write, how):
    read = read_securities(write("securities.toml", GOOD + END + how))
    end = read["9984.T"].end
    assert end is not None
    assert end.on.isoformat() == "2025-03-14"


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("", "end: says nothing"),
        ('into = "7203.T"', "'into' and 'ratio' belong together"),
        ("ratio = 0.62", "'into' and 'ratio' belong together"),
        ("worth = 0\ncash = 1", "holders got nothing; leave 'cash'"),
        ("worth = 1", "worth 1 should be 0"),
        ("cash = 0", "cash 0 should be greater than 0"),
        ("cash = -1", "cash -1 should be greater than 0"),
        ('into = "7203.T"\nratio = 0', "ratio 0 should be greater than 0"),
        ("price = 3", "'price' is not a key of this table"),
    ],
)
def test_an_end_that_says_too_little_or_too_much_is_refused(write, how, words):
    with pytest.raises(SecurityError) as refusal:
        read_securities(write("securities.toml", GOOD + END + how))
    assert words in str(refusal.value)


@pytest.mark.parametrize(
    ("into", "words"),
    [("9984.T", "9984.T: ends into itself"), ("1.T", "ends into '1.T', which is not a known security")],
)
def test_an_end_into_itself_or_into_nobody_knows_what_is_refused(write, into, words):
    own = read_securities(write("securities.toml", GOOD + END + f'into = "{into}"\nratio = 1'))
    with pytest.raises(SecurityError) as refusal:
        packaged_securities().with_more(own)
    assert words in str(refusal.value)


def test_an_end_into_a_listing_that_has_ended_by_then_is_refused(write):
    other = GOOD.replace("schema = 1", "").replace("9984.T", "1301.T") + "[security.end]\non = 2025-03-14\nworth = 0\n"
    own = read_securities(write("securities.toml", GOOD + END + 'into = "1301.T"\nratio = 1\n' + other))
    with pytest.raises(SecurityError, match=r"into 1301\.T on 2025-03-14, which itself ended on 2025-03-14"):
        packaged_securities().with_more(own)
