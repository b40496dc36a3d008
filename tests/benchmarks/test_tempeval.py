"""The score of dates found, on an article of our own, worked by hand."""

from __future__ import annotations

import sys

from support.places import TESTS

sys.path.append(str(TESTS / "benchmarks"))

import tempeval

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
