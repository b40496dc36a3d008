"""Inference and presentation: event studies, significance, run folders, pages, tearsheets."""
