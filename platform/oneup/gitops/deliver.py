"""Hands ``apps/`` to Argo CD: its projects and the root Application."""

from collections.abc import Mapping

import pulumi

from oneup.addons.addon import AddonName
from oneup.addons.install import Installed
from oneup.foundation.handle import Handle
from oneup.settings.model import Settings


def deliver(
    settings: Settings, cluster: Handle, installed: Mapping[AddonName, Installed]
) -> pulumi.Resource | None:
    """Make the AppProjects and the root Application; it waits for all whose work its objects need."""
    raise NotImplementedError(settings, cluster, installed)
