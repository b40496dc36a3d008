"""Intervals and verdicts on a run's figures, and statistics of overfitting."""
