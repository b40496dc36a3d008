"""Event studies: abnormal returns around events, with tests."""
