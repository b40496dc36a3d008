"""The ledger of a run, and what is derived from it: audit, lots, tables, equity, outcomes of events."""
