"""Formats of single values: types for settings models, each with its error message."""
