"""The engine: studies in, audited records out."""
