"""The semantics of a date, written once: run by Python under backtrader, and compiled by numba as they stand.

A run goes from date to date (`dates.play_dates`). On each date, at each instant of regular open, in order of time:

    delisting.py  before all else: listings that end on the date are paid for, or become another
    decide.py     revisions, waits that end, confirmations, triggers, exits by time, decaying shares  -> orders
    trade.py      sizing.py: new orders are sized together;  exits, then entries, fill;  levels.py: levels are judged
    books.py      splits and dividends before the first trade; at the end of the date the books are struck

What these rules read (`inputs.py`: the market, the plan, the triggers) and keep (`records.py`: the book of a run, its
positions, lots and orders, made, listed and ended by `positions.py`, `lots.py`, `confirmations.py` and `orders.py`) are
typed records (`forms.py`).
`trading_conditions.py` says what a market asks of a trade, and `eventfolio.engine.execution.rules` is the arithmetic of
a fill, on plain numbers.

Each rule names its section of docs/semantics.md in brackets. A listing is a row, a date a column; records refer to each
other by their number, -1 for none; NaN stands for a number that is unknown or not given. "Each lot of a listing" and
its like are generators: `for lot in lots_of(state, row)`. A record may leave its list while the loop looks at it.

`calls.py` holds the points at which a strategy's own Python and backtrader have a say. The compiled form has none.
"""
