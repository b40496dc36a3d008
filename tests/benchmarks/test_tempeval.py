"""The score of dates found, on an article of our own, worked by hand."""

from __future__ import annotations

import sys
from datetime import date

from support.places import TESTS

sys.path.append(str(TESTS / "benchmarks"))

import tempeval

from eventfolio.events.article.mentions import dates_in

ARTICLE = """<?xml version="1.0" ?>
<TimeML><DCT><TIMEX3 tid="t0" type="DATE" value="2025-06-17">June 17</TIMEX3></DCT>
<TEXT>The mill shut on <TIMEX3 tid="t1" type="DATE" value="2025-06-13">Friday</TIMEX3>.
It lost money in <TIMEX3 tid="t2" type="DATE" value="2025-Q1">the first quarter</TIMEX3>.
It was shut for <TIMEX3 tid="t3" type="DURATION" value="P3W">three weeks</TIMEX3>.
Sales fell over <TIMEX3 tid="t4" type="DURATION" value="P3M">the past three months</TIMEX3>.
It will open by <TIMEX3 tid="t5" type="DATE" value="2026">2027</TIMEX3>.
<TIMEX3 tid="t6" type="DATE" value="PAST_REF">Formerly</TIMEX3> it was a bank, built in 1950.</TEXT></TimeML>
"""


def test_found_missed_and_values_are_counted(tmp_path, capsys):
    (tmp_path / "one.tml").write_text(ARTICLE)
    tempeval.main([str(tmp_path)])
    first, second = capsys.readouterr().out.splitlines()
    assert first == "found 5, missed 1, none there 1; wrong values by type: {'DATE': 1}"
    # 5 of 6 that are drafted, 5 of 6 that are there; 4 values of 5
    assert second == "precision 0.833  recall 0.833  relaxed F1 0.833  value 0.800"


def test_both_ends_of_a_range_are_marked_as_timeml_does():
    on = date(2025, 6, 17)

    def marks(text: str) -> list[tuple[str, str]]:
        found = [one for mention in dates_in(text, on) for one in tempeval.timexes_of(mention, on)]
        return [(text[low:high], value) for low, high, value in found]

    assert marks("It was shut from May 3 to June 5.") == [("from May 3", "2025-05-03"), ("June 5", "2025-06-05")]
    assert marks("It was shut between 2021 and 2023.") == [("between 2021", "2021"), ("2023", "2023")]
    assert marks("It was shut from May 3 to 5.") == [("from May 3", "2025-05-03"), ("5", "2025-05-05")]
    assert marks("It lost money in the quarter ended March 31.") == [
        ("in the quarter", "2025-Q1"),
        ("March 31", "2025-03-31"),
    ]
    assert marks("It opens by 2027.") == [("by 2027", "2027")]
