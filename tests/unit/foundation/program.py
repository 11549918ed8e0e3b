"""A program of the foundation alone."""

from oneup import foundation, settings

foundation.build(settings.load())
