"""Prices, sessions, exchange rates, limits and market rules, laid out as one tape."""
