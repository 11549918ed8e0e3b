"""The shelf and what is held back from it."""
