"""Chooses a stack's addons: pure values, checked before anything is made."""

from collections.abc import Sequence
from dataclasses import dataclass

from oneup.addons.addon import Addon
from oneup.settings.model import Settings
from oneup.workspace.namespace import Namespace


@dataclass(frozen=True)
class Chosen:
    """The addons of one stack, each after all that it requires."""

    addons: tuple[Addon, ...]

    @property
    def namespaces(self) -> Sequence[Namespace]:
        """The namespaces that they live in, each once, by name."""
        return sorted({addon.namespace for addon in self.addons}, key=lambda space: space.name)


def choose(settings: Settings) -> Chosen:
    """Build every enabled addon of the catalogue and order them; refuse unmet requirements by name."""
    raise NotImplementedError(settings)
