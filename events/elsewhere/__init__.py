"""Calendars from elsewhere: vendors' lists, filings, feeds and tables."""
