"""Run folders on disk: written, read, listed, removed."""
