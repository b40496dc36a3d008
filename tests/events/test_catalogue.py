"""The catalogue of listings: every row stands the checks of a file's, and names lead to the listings they should."""

from __future__ import annotations

import subprocess
import sys

import pytest

from eventfolio.events import SecurityError, packaged_securities
from eventfolio.events.catalogue import _file, _members, _own, find_listings, listing, warnings_about
from eventfolio.events.exchanges import EXCHANGES, exchange_of_symbol
from eventfolio.events.securities import HOME_INDEX, Securities, Security


def test_every_listing_is_one_that_a_securities_file_could_hold():
    for entries in (_own(), _members()):
        for symbol, (security, source) in entries.items():
            checked = Security.model_validate(security.model_dump())
            assert checked == security
            assert security.symbol == symbol
            assert source
            named = exchange_of_symbol(symbol)
            assert named is None or named.mic == security.exchange


def test_the_catalogue_holds_a_few_thousand_listings_of_every_part_of_the_world():
    exchanges = {security.exchange for entries in (_own(), _members()) for security, _ in entries.values()}
    assert 1500 < len(_own() | _members()) < 4000
    assert {"XKRX", "XHKG", "XSHG", "XTAI", "XNSE", "XASX", "XTSE", "XNYS", "XNAS", "XETR", "XPAR", "XLON"} <= exchanges
    assert {"XTKS", "XSTO", "XHEL", "XSWX", "XMAD", "XMIL", "XAMS", "XBRU"} <= exchanges


def test_every_row_of_our_file_is_dated_and_sourced_once():
    symbols = [row[0] for market in _file()["market"] for row in market["rows"]]
    assert len(symbols) == len(set(symbols))
    for market in _file()["market"]:
        assert market["seen"].year >= 2026
        assert market["source"]
    for row in _file()["alias"]:
        assert listing(row["symbol"]) is not None
    for symbol in _file()["issuers"]:
        assert exchange_of_symbol(symbol) is not None


@pytest.mark.parametrize(
    ("symbol", "exchange", "currency", "lot", "benchmark"),
    [
        ("RHM.DE", "XETR", "EUR", 1, "^GDAXI"),
        ("HSBA.L", "XLON", "GBP", 1, "^FTSE"),
        ("7203.T", "XTKS", "JPY", 100, "^N225"),
        ("AAPL", "XNAS", "USD", 1, "SPY"),
        ("JPM", "XNYS", "USD", 1, "SPY"),
        ("BRK-B", "XNYS", "USD", 1, "SPY"),
        ("2330.TW", "XTAI", "TWD", 1000, "^TWII"),
        ("0700.HK", "XHKG", "HKD", 100, "^HSI"),
        ("005930.KS", "XKRX", "KRW", 1, "069500.KS"),
        ("BHP.AX", "XASX", "AUD", 1, "^AXJO"),
        ("VOLV-B.ST", "XSTO", "SEK", 1, "^OMX"),
    ],
)
def test_a_symbol_that_no_file_declares_is_looked_up(symbol, exchange, currency, lot, benchmark):
    security = packaged_securities()[symbol]
    assert (security.exchange, security.currency, security.lot) == (exchange, currency, lot)
    assert security.benchmark == benchmark


def test_a_declared_security_wins_over_the_catalogue_s():
    own = Security(symbol="RHM.DE", name="Mine", exchange="XFRA", currency="EUR", lot=7)
    both = packaged_securities().with_more(Securities([own]))
    assert (both["RHM.DE"].name, both["RHM.DE"].lot, both["RHM.DE"].benchmark) == ("Mine", 7, "^GDAXI")
    assert both["SAP.DE"].exchange == "XETR"


def test_what_is_nowhere_is_refused():
    with pytest.raises(SecurityError, match=r"'RHMX\.DE' is not a known security"):
        packaged_securities()["RHMX.DE"]
    assert "KRW=X" not in packaged_securities()


def test_the_home_index_of_an_exchange_is_a_known_one_in_its_money():
    known = packaged_securities()
    for exchange, symbol in HOME_INDEX.items():
        assert known[symbol].currency == EXCHANGES[exchange].currency
        assert EXCHANGES[known[symbol].exchange].country == EXCHANGES[exchange].country


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Rheinmetall", "RHM.DE"),
        ("rheinmetall", "RHM.DE"),
        ("RHM.DE", "RHM.DE"),
        ("nestle", "NESN.SW"),  # without the accent
        ("TSMC", "2330.TW"),
        ("Facebook", "META"),
        ("Samsung", "028260.KS"),
        ("KOGAS", "036460.KS"),
        ("loreal", "OR.PA"),
    ],
)
def test_a_name_leads_to_its_listings(name, first):
    found = [one.security.symbol for one in find_listings(name)]
    assert first in found[:3]


def test_a_name_that_the_library_has_of_another_company_is_mended():
    assert packaged_securities()["STMPA.PA"].name == "STMicroelectronics"
    assert packaged_securities()["SMIN.L"].name == "Smiths Group"
    assert packaged_securities()["AIR.DE"].name == "Airbus"
    assert all(symbol.count(".") <= 1 for symbol in _members())


@pytest.mark.parametrize("symbol", ["AIR.PA", "STLAM.MI", "MTS.MC", "GLEN.L"])
def test_a_company_of_foreign_seat_is_not_taxed_by_its_exchange_s_country(symbol):
    assert packaged_securities()[symbol].taxed_by in ("NL", "LU", "JE")


@pytest.mark.parametrize("name", ["", "   ", "no such company"])
def test_a_name_that_nobody_has_leads_nowhere(name):
    assert find_listings(name) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"symbol": "7203.T", "lot": 1}, ["lot 1: the listing known by this symbol (Toyota) has 100", "lots of 100"]),
        (
            {"symbol": "RHM.DE", "currency": "USD"},
            [
                "currency USD: the listing",
                "no liquidity: the listing known by this symbol (Rheinmetall) has LB5",
                "most listings on XETR are in EUR",
            ],
        ),
        ({"symbol": "XX.PA", "currency": "USD"}, ["most listings on XPAR are in EUR"]),
        ({"symbol": "AAPL", "exchange": "XNYS"}, []),  # the same sessions and rules as Nasdaq
        ({"symbol": "RACE.MI"}, ["tax None: the listing known by this symbol (Ferrari) has NL", "no liquidity"]),
        ({"symbol": "DCC.L", "liquidity": "LB5"}, ["tax None: the listing known by this symbol (DCC plc) has IE"]),
        ({"symbol": "WPP.L"}, ["no tax: the company of this symbol has its seat in JE"]),
    ],
)
def test_a_declared_security_is_held_against_what_is_known(given, words):
    security = Security.model_validate({"name": "A", "lot": 1, **given})
    found = warnings_about(security)
    assert len(found) == len(words)
    assert all(word in line for word, line in zip(words, found, strict=True))


def test_the_members_are_loaded_only_where_a_symbol_needs_them():
    code = (
        "import sys; from eventfolio.events import packaged_securities as p; p()['MP'], p()['^GDAXI'];"
        "assert 'pytickersymbols' not in sys.modules; p()['SAP.DE']; assert 'pytickersymbols' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
