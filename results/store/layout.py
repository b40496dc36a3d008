"""Names of a run folder's files. No heavy import, so that a thousand runs are listed at once."""

STUDY_FILE, RUN_FILE, SOURCE_FILE, INPUTS = "study.json", "run.json", "strategy.py", "inputs"
PAGE_FILE, SHEET_FILE = "index.html", "tearsheet.html"
EVENT_STUDY_FILE, PLACEBO_FILE = "event_study.json", "placebo.json"  # there only where they were made
LISTED = ("total_return", "sharpe", "max_drawdown", "mean_excess", "trades", "costs")  # metrics that study.json copies
