"""Sweeps and placebo tests: many backtests of one study."""
