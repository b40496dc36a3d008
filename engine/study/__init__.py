"""The study file, its strategies, and what a command line overrides."""
