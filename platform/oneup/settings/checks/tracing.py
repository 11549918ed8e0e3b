"""Traces in memory: not in production."""

from collections.abc import Iterator

from oneup.settings.errors import Problem
from oneup.settings.model import Settings


def in_memory(settings: Settings) -> Iterator[Problem]:
    """Without Elasticsearch, each restart of Jaeger loses all that it has taken."""
    if settings.environment != "production" or not settings.addons.jaeger.enabled:
        return
    if not settings.addons.eck_operator.enabled:
        lost = "true keeps traces in memory alone, where a restart loses them, and this is production"
        kept = "set addons.eckOperator.enabled: true to keep them in Elasticsearch, or"
        tempo = "addons.tempo.enabled: true in place of it"
        yield Problem("addons.jaeger.enabled", f"{lost}; {kept} {tempo}")
