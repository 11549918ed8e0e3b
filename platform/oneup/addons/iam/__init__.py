"""Policies of controllers that are too long to stand in their addon's module."""
