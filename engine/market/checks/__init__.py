"""Checks of prices for what is implausible."""
