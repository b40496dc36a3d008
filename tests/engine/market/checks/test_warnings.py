"""Doubts told together: a line a kind, the first named and the rest counted."""

from __future__ import annotations

from eventfolio.engine.market.checks.warnings import PriceWarning, folded, in_full


def test_a_line_names_the_first_places_and_counts_the_rest() -> None:
    warning = PriceWarning(
        "no bar", "AAA", ("2025-06-02", "2025-06-03", "2025-06-04", "2025-06-05", "2025-06-06"), "So."
    )
    assert folded([warning]) == ["No bar: AAA 2025-06-02, 2025-06-03, 2025-06-04 and 2 more. So."]
    assert in_full([warning]) == ["no bar: 2025-06-02; 2025-06-03; 2025-06-04; 2025-06-05; 2025-06-06"]


def test_five_hundred_listings_are_one_line_a_kind() -> None:
    warnings = [PriceWarning("no bar", f"S{n:03}", ("2025-06-02",)) for n in range(500)]
    warnings += [PriceWarning("a jump", f"S{n:03}", ("2025-06-02",)) for n in range(500)]
    first, second = folded(warnings)
    assert first == (
        "No bar: S000 2025-06-02; S001 2025-06-02; S002 2025-06-02; S003 2025-06-02; S004 2025-06-02; and 495 more."
    )
    assert second.startswith("A jump: S000 2025-06-02; ")


def test_symbols_without_a_place_are_listed_to_a_dozen() -> None:
    (line,) = folded(PriceWarning("adjusted", f"S{n:02}") for n in range(14))
    assert line == "Adjusted: S00, S01, S02, S03, S04, S05, S06, S07, S08, S09, S10, S11, and 2 more."


def test_what_is_doubted_twice_of_one_symbol_stands_once() -> None:
    assert folded([PriceWarning("a jump", "AAA", ("one",)), PriceWarning("a jump", "AAA", ("two",))]) == [
        "A jump: AAA one, two."
    ]


def test_kinds_with_another_consequence_are_apart() -> None:
    assert folded([PriceWarning("end", "A", ("x",), "One."), PriceWarning("end", "B", ("x",), "Two.")]) == [
        "End: A x. One.",
        "End: B x. Two.",
    ]
