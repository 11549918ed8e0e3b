"""Carts, and orders from the click to the parcel."""
