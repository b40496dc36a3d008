"""Prices from Yahoo Finance: asked for, checked, kept, and read by a study."""
