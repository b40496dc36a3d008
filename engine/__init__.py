"""The backtesting engine: studies in, audited records of their runs out."""
