"""The comparison page of runs."""
