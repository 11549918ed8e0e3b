"""The real charts, rendered with the platform's values: ``make render``."""
