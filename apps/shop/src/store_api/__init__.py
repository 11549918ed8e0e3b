"""The one door to the shop: what the page talks to."""
