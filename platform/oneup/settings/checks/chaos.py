"""Chaos Mesh in production: only where two settings say so."""

from collections.abc import Iterator

from oneup.settings.errors import Problem
from oneup.settings.model import Settings


def in_production(settings: Settings) -> Iterator[Problem]:
    """One setting may be copied from another stack by mistake; the stack's own name is not."""
    knobs = settings.addons.chaos_mesh
    if settings.environment != "production" or not knobs.enabled:
        return
    if not (knobs.in_production and knobs.confirm_stack == settings.stack):
        twice = f"addons.chaosMesh.inProduction: true and addons.chaosMesh.confirmStack: {settings.stack}"
        text = f"true breaks things on purpose, and this is production; set it to false, or set both {twice}"
        yield Problem("addons.chaosMesh.enabled", text)


def unused_confirmation(settings: Settings) -> Iterator[Problem]:
    """A confirmation that names another stack is a copy of its file."""
    name = settings.addons.chaos_mesh.confirm_stack
    if name is not None and name != settings.stack:
        yield Problem(
            "addons.chaosMesh.confirmStack", f"{name} is not this stack, {settings.stack}; correct it"
        )
