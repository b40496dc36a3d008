"""Simulates the packaged sample of prices."""
