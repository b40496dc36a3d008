"""The table of months, compounded by hand."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from eventfolio.results import write_run as store
from eventfolio.results.tearsheet import tearsheet
from eventfolio.results.tearsheet.months import months


def test_a_month_compounds_its_days_and_one_outside_the_window_is_empty():
    days = ["2024-01-30", "2024-01-31", "2024-02-01", "2025-02-03", "2025-03-03"]
    made = months(pd.Series([0.1, 0.1, -0.5, 0.2, 0.0], index=pd.DatetimeIndex(days)))
    assert made.years == (2024, 2025)
    assert [name for name, _ in made.rows][:3] == ["Jan", "Feb", "Mar"]
    assert [cells for _, cells in made.rows][:4] == [("21.00%", ""), ("-50.00%", "20.00%"), ("", "0.00%"), ("", "")]


def test_of_a_long_calendar_a_sheet_lists_what_led_to_its_lots(study, make_run, folder):
    first, *_ = events = study.facts.events
    many = (*(replace(first, id=f"event-{number}") for number in range(200)), *events)
    written = store.write_run(replace(study, facts=replace(study.facts, events=many)), [make_run()], folder, False)
    stored = store.load_run(written)
    text = tearsheet.render(stored.runs[0], stored.facts)
    assert text.count('<tr id="event-') == 2  # bridge-announced and article
    assert "202 more events led to no lot of this strategy" in text
