"""Writes the documentation that is generated from settings, addons and roles: ``make docs``."""
