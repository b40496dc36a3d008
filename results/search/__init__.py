"""Documents, tables and verdicts of sweeps and placebo tests."""
