"""Files that a user starts from."""
