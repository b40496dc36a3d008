"""The liquidity bands that a securities file may give, and those that were seen of large shares."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from eventfolio.engine.market.rulebook import MARKETS
from eventfolio.events import Security
from eventfolio.events.catalogue import _liquidity, listing
from eventfolio.events.liquidity import BY_LIQUIDITY, band_of, bands, described


def share(**more) -> Security:
    return Security.model_validate({"symbol": "XYZ.DE", "name": "A", "lot": 1, **more})


@pytest.mark.parametrize(
    ("trades", "band"),
    [
        (0, "LB1"),
        (9.99, "LB1"),
        (10, "LB2"),
        (79.9, "LB2"),
        (80, "LB3"),
        (599.9, "LB3"),
        (600, "LB4"),
        (1999.9, "LB4"),
        (2000, "LB5"),
        (8999.9, "LB5"),
        (9000, "LB6"),
        (1e6, "LB6"),
        ("LB2", "LB2"),
    ],
)
def test_a_band_goes_by_the_transactions_a_day(trades, band) -> None:
    assert band_of(trades) == band


def test_bands_by_date_stand_in_their_order_and_one_that_stays_stands_once() -> None:
    given = {"2025-04-07": 9100, "2023-04-01": "LB4", "2024-04-01": 1500}
    assert bands(share(liquidity=given).liquidity) == ((date(2023, 4, 1), "LB4"), (date(2025, 4, 7), "LB6"))
    assert described(share(liquidity=given).liquidity) == "LB4, LB6 from 2025-04-07"
    assert bands(share(liquidity=70).liquidity) == ((date.min, "LB2"),)
    assert bands(None) == ()


@pytest.mark.parametrize(
    "given",
    [
        True,
        "LB7",
        "lb4",
        "",
        -1,
        float("nan"),
        float("inf"),
        [3],
        {},
        {"2024-02-30": 3},
        {"20240401": 3},
        {"April": "LB4"},
        {"2024-04-01": True},
        {"2024-04-01": {"2024-04-01": 3}},
        {"2024-04-01T10:00": 3},
    ],
)
def test_what_is_no_band_and_no_number_is_refused_with_what_to_write(given) -> None:
    with pytest.raises(ValidationError, match=r'Write liquidity = "LB4", or 1850, or \{ 2024-04-01 = "LB4"'):
        share(liquidity=given)


@pytest.mark.parametrize("given", [1, "yes", {}, {"24": True}, {"2024": "no"}, {"x": True}, [True]])
def test_what_says_nothing_of_a_size_is_refused_with_what_to_write(given) -> None:
    with pytest.raises(ValidationError, match=r"Write large_cap = false, or \{ 2024 = false, 2025 = true \}"):
        share(large_cap=given, tax="FR")


def test_what_would_have_no_effect_is_refused() -> None:
    with pytest.raises(ValidationError, match="not those of a share on XNYS"):
        share(symbol="XYZ", exchange="XNYS", liquidity=3)
    with pytest.raises(ValidationError, match="not those of a fund on XETR"):
        share(kind="fund", liquidity=3)
    with pytest.raises(ValidationError, match="this one is taxed by DE"):
        share(large_cap=True)
    with pytest.raises(ValidationError, match="this one is no share"):
        share(symbol="XYZ.PA", kind="fund", large_cap=True)
    with pytest.raises(ValidationError, match="this one is taxed by none"):
        share(symbol="XYZ.PA", tax="none", large_cap=True)


def test_the_exchanges_whose_shares_have_a_band_are_those_with_steps_by_it() -> None:
    assert {market for market, rules in MARKETS.items() if rules.by_liquidity} == BY_LIQUIDITY


def test_every_band_that_was_seen_is_of_a_known_share_whose_steps_go_by_it() -> None:
    for symbol, rows in _liquidity().items():
        known = listing(symbol)
        assert known is not None, symbol
        assert (known.kind, known.exchange in BY_LIQUIDITY) == ("share", True)
        assert known.liquidity == rows
        assert set(rows) <= {date(2021, 4, 1), date(2025, 4, 7)}
        assert known.exchange not in ("XLON", "AIMX", "XSWX")  # they keep bands of their own
    assert bands(listing("ALV.DE").liquidity) == ((date(2021, 4, 1), "LB6"), (date(2025, 4, 7), "LB5"))  # type: ignore[union-attr]
    assert listing("HSBA.L").liquidity is None  # type: ignore[union-attr]
