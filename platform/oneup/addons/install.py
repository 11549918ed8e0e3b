"""The one component that installs any addon."""

from collections.abc import Mapping

import pulumi

from oneup.addons.addon import AddonName
from oneup.addons.choose import Chosen
from oneup.foundation.handle import Handle
from oneup.workspace.prepare import Workspace


class Installed(pulumi.ComponentResource):
    """An addon in the cluster."""

    ready: tuple[pulumi.Resource, ...]
    """What others wait for: the release, or the last of its plain objects."""


def install(chosen: Chosen, cluster: Handle, workspace: Workspace) -> Mapping[AddonName, Installed]:
    """Install the chosen addons; each waits only for what it needs."""
    raise NotImplementedError(chosen, cluster, workspace)
