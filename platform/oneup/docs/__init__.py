"""The documentation that is generated from settings, addons and roles; ``oneup docs`` writes it."""
