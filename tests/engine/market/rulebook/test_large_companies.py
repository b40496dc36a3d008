"""France, Spain and Italy tax large companies alone: by the lists of a year, what a file declares, else as assumed."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from eventfolio.engine.market.rulebook import TAXES, rules_of, told_of
from eventfolio.engine.market.rulebook.costs import CostRow
from eventfolio.engine.market.rulebook.large_companies import size_lists, sizes_assumed, standing, untaxed_spans
from eventfolio.events import Security
from eventfolio.events.catalogue import listing, name_key
from eventfolio.events.exchanges import EXCHANGES
from eventfolio.events.securities import TAXES_BY_SIZE


def share(symbol: str, **more) -> Security:
    return Security.model_validate({"symbol": symbol, "name": symbol, "lot": 1, **more})


def known(symbol: str) -> Security:
    found = listing(symbol)
    assert found is not None
    return found


def by(security: Security, year: int) -> tuple[bool, str]:
    found = standing(security, year)
    assert found is not None
    return found.is_taxed, found.by


def test_every_list_that_stands_there_whole_has_as_many_companies_as_were_published() -> None:
    for lists in size_lists().values():
        for year, published in lists.years.items():
            named = [company.name for company in lists.taxed if company.first <= year <= company.last]
            assert len(named) == len(set(named))
            assert published.companies in (None, len(named))
            assert published.source


def test_a_company_has_a_row_a_stretch_a_symbol_one_company_and_nobody_is_taxed_and_free_at_once() -> None:
    for lists in size_lists().values():
        names: dict[str, str] = {}
        for company in (*lists.taxed, *lists.free):
            assert company.first <= company.last
            assert company.symbols
            for symbol in company.symbols:
                assert names.setdefault(symbol, name_key(company.name)) == name_key(company.name)
        for free in lists.free:
            for taxed in lists.taxed:
                apart = free.last < taxed.first or taxed.last < free.first
                assert apart or not set(free.symbols) & set(taxed.symbols)
        rows = [year for company in (*lists.taxed, *lists.free) for year in range(company.first, company.last + 1)]
        assert set(rows) <= set(lists.years)  # every year that a row speaks of has a source


def test_the_countries_that_tax_by_size_are_those_whose_securities_may_declare_it() -> None:
    assert set(size_lists()) == TAXES_BY_SIZE <= set(TAXES)
    assert {country: lists.home for country, lists in size_lists().items()} == {
        EXCHANGES[lists.home].country: lists.home for lists in size_lists().values()
    }


@pytest.mark.parametrize(
    ("symbol", "year", "expected"),
    [
        ("MC.PA", 2025, (True, "list")),
        ("MC.PA", 2024, (True, "assumed")),  # the list of 2024 was not seen whole
        ("MAU.PA", 2024, (True, "list")),  # but that it took Maurel & Prom in
        ("MAU.PA", 2023, (True, "assumed")),
        ("ATO.PA", 2023, (True, "list")),
        ("ATO.PA", 2024, (False, "list")),
        ("ATO.PA", 2025, (False, "list")),  # missing in a whole list, and a company the lists know
        ("VK.PA", 2021, (False, "list")),
        ("VK.PA", 2025, (True, "list")),
        ("PHM.MC", 2023, (True, "list")),
        ("PHM.MC", 2024, (False, "list")),
        ("PHM.MC", 2025, (True, "list")),
        ("PHM.MC", 2026, (True, "assumed")),  # no list of 2026 at hand
        ("FAE.MC", 2022, (False, "list")),
        ("FER.MC", 2023, (True, "list")),
        ("FER.MC", 2024, (False, "list")),
        ("FER.MC", 2026, (False, "list")),  # Dutch for good
        ("AEF.MI", 2022, (False, "list")),
        ("AEF.MI", 2023, (True, "assumed")),
    ],
)
def test_a_share_is_taxed_in_the_years_whose_list_has_it(symbol, year, expected) -> None:
    assert by(share(symbol), year) == expected


def test_a_listing_elsewhere_is_told_by_its_company_s_name_and_one_that_nobody_knows_is_not_taken_for_small() -> None:
    assert by(share("MOH.DE", name="LVMH S.A.", tax="FR"), 2025) == (True, "list")
    assert by(share("EDPR.LS", tax="ES"), 2024) == (True, "list")
    assert by(share("XYZ.PA"), 2025) == (True, "assumed")  # perhaps one of the 121 under another symbol
    assert by(share("XYZ", exchange="XPAR"), 2025) == (True, "assumed")  # and not New York's XYZ
    assert by(share("XYZ.DE", tax="FR"), 2025) == (True, "assumed")
    assert standing(share("XYZ.DE"), 2025) is None
    assert standing(share("XYZ.PA", tax="none"), 2025) is None
    assert standing(share("XYZ.PA", kind="fund"), 2025) is None


def test_what_a_file_declares_counts_where_the_lists_are_silent_and_only_there() -> None:
    small = share("XYZ.PA", large_cap=False)
    assert [by(small, year) for year in (2021, 2025)] == [(False, "declared")] * 2
    grown = share("XYZ.PA", large_cap={"2022": False, "2023": True})
    assert [by(grown, year) for year in (2021, 2022, 2023)] == [
        (True, "assumed"),
        (False, "declared"),
        (True, "declared"),
    ]
    assert by(share("MC.PA", large_cap=False), 2025) == (True, "list")
    assert by(share("ATO.PA", large_cap=True), 2024) == (False, "list")


def test_ferrovial_is_free_from_the_day_it_moved_on() -> None:
    assert untaxed_spans(known("FER.MC"), 2022, 2023) == (
        (date(2023, 6, 16), date(2023, 12, 31)),
        (date(2024, 1, 1), date(2024, 12, 31)),  # in which purchases of 2023 settle
    )
    days = np.array(["2023-06-15", "2023-06-16", "2024-06-03"], "datetime64[D]")
    columns = rules_of("XMAD", days, days, None, untaxed=untaxed_spans(known("FER.MC"), 2022, 2024))
    assert columns["buy_tax_bps"].tolist() == [20.0, 0.0, 0.0]
    assert columns["commission_bps"].tolist() == [10.0, 10.0, 10.0]


def test_a_tax_that_a_study_sets_is_due_all_the_same() -> None:
    days = np.array(["2024-06-03"], "datetime64[D]")
    free = ((date(2024, 1, 1), date(2024, 12, 31)),)
    own = {"XMAD": CostRow(buy_tax_bps=7.0)}
    assert rules_of("XMAD", days, days, own, untaxed=free)["buy_tax_bps"].tolist() == [7.0]
    assert rules_of("XETR", days, days, None, tax="ES", untaxed=free)["buy_tax_bps"].tolist() == [0.0]
    assert rules_of("XETR", days, days, None, tax="ES")["buy_tax_bps"].tolist() == [20.0]


def test_what_is_assumed_is_told_with_its_years_and_nothing_else() -> None:
    shares = [share("XYZ.PA"), share("MC.PA"), share("ABC.PA", large_cap={"2024": True}), share("SAP.DE")]
    assert sizes_assumed(shares, 2023, 2025) == [
        "France: the lists at hand do not settle whether these were worth a billion euros on 1 December of the year "
        "before; they are taken for it, and taxed: ABC.PA (2023, 2025), MC.PA (2023 to 2024), XYZ.PA (2023 to 2025). "
        "large_cap in the securities file says otherwise."
    ]
    assert sizes_assumed(shares[1:2], 2025, 2025) == []
    first, last = date(2024, 3, 1), date(2024, 9, 1)
    assert len(told_of(shares, None, first, last)) == 1
    assert told_of(shares, {"XPAR": CostRow(buy_tax_bps=3.0)}, first, last) == []
    assert told_of(shares, "none", first, last) == []
