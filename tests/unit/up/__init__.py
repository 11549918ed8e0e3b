"""The providers that the engine's suite brings along, without the engine."""
