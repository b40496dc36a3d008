"""From an article to a draft calendar: reading its text, the names and dates in it, and what it says happens."""
