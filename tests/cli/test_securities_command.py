"""eventfolio securities find and check, as typed."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from eventfolio.cli import app

FILE = """
schema = 1
[[security]]
symbol = "7203.T"
name = "Toyota"
lot = 1
[[security]]
symbol = "XYZ.PA"
name = "Small Company"
lot = 1
tax = "none"
[security.end]
on = 2025-03-14
cash = 12.5
"""


def run(*args: str):
    return CliRunner().invoke(app, ["securities", *args])


def test_find_prints_the_listings_of_a_name_and_their_source():
    outcome = run("find", "Rheinmetall", "--json")
    assert outcome.exit_code == 0
    (found,) = json.loads(outcome.stdout)
    assert (found["symbol"], found["exchange"], found["currency"]) == ("RHM.DE", "XETR", "EUR")
    assert (found["benchmark"], found["matched"]) == ("^GDAXI", "name")
    assert "pytickersymbols" in found["source"]


def test_find_prints_the_newest_liquidity_band_where_one_counts():
    rows = {line.split()[0]: line.split() for line in run("find", "Allianz").output.splitlines() if "ALV.DE" in line}
    assert "LB5" in rows["ALV.DE"]
    assert any("HSBA.L" in line and " ? " in line for line in run("find", "HSBA.L").output.splitlines())
    assert not any(" ? " in line for line in run("find", "AAPL").output.splitlines())


def test_find_of_nobody_is_refused():
    outcome = run("find", "no such company")
    assert outcome.exit_code == 2
    assert "No listing is known by 'no such company'" in outcome.output


def test_check_says_what_each_security_is_and_where_it_differs(tmp_path):
    path = tmp_path / "securities.toml"
    path.write_text(FILE)
    outcome = run("check", str(path), "--json")
    assert outcome.exit_code == 0
    toyota, small = json.loads(outcome.stdout)
    assert any("lot 1: the listing known by this symbol" in line for line in toyota["warnings"])
    assert (small["exchange"], small["tax"], small["end"]["cash"]) == ("XPAR", "none", 12.5)
    text = " ".join(run("check", str(path)).output.split())
    assert "share on XPAR in EUR, lots of 1, measured against ^FCHI" in text
    assert "ends on 2025-03-14" in text


def test_check_refuses_a_file_that_cannot_be_used(tmp_path):
    path = tmp_path / "securities.toml"
    path.write_text(FILE.replace("XYZ.PA", 'XYZ.PA"\nexchange = "XNYS'))
    outcome = run("check", str(path))
    assert outcome.exit_code == 2
    assert "symbols that end in .PA trade on XPAR, which keeps other sessions than XNYS" in " ".join(
        outcome.output.split()
    )


def test_check_says_what_is_assumed_of_price_steps_and_of_taxes_by_size(tmp_path):
    path = tmp_path / "securities.toml"
    one = '[[security]]\nsymbol = "{}"\nname = "A"\nlot = 1\n{}\n'
    shares = [
        one.format("XYZ.PA", 'liquidity = { 2024-04-01 = "LB4", 2025-04-07 = 2310 }\nlarge_cap = { 2024 = false }'),
        one.format("XYZ.DE", ""),
        one.format("FAE.MC", "liquidity = 50\nlarge_cap = true"),
    ]
    path.write_text("schema = 1\n" + "".join(shares))
    outcome = run("check", str(path), "--json")
    assert outcome.exit_code == 0, outcome.output
    paris, xetra, madrid = (row["warnings"] for row in json.loads(outcome.stdout))
    assert paris == [
        "France's tax on large companies: assumed in 2021 to 2023, 2025 to 2026; not due as declared in 2024"
    ]
    assert len(xetra) == 1
    assert xetra[0].startswith("the price steps of the most liquid band (LB6, MiFID II) are assumed.")
    assert madrid == [
        "Spain's tax on large companies: due by the lists in 2021, 2023 to 2025; not due by the lists in 2022; "
        "due as declared in 2026",
        'large_cap: the lists of 2022 say other, and count; tax = "none" frees a share',
    ]
    text = " ".join(run("check", str(path)).output.split())
    assert "lots of 1, price steps of LB4, LB5 from 2025-04-07, measured against ^FCHI" in text
    assert "price steps of LB2" in text
