"""Dates as news writes them, and as events store them."""
