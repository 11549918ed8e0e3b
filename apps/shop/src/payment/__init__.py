"""Charging cards, once each, through a simulated gateway."""
