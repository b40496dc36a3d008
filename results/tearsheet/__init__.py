"""Tearsheets, drawn with quantstats."""
