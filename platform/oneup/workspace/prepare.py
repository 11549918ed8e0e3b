"""Makes what belongs to the cluster itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from oneup.foundation.handle import Handle
from oneup.settings.model import Settings
from oneup.workspace.namespace import Namespace


@dataclass(frozen=True)
class Workspace:
    """The cluster's own objects that others wait for."""

    namespaces: Mapping[str, pulumi.Resource]
    """By name; a namespace that Kubernetes makes is not among them."""


def prepare(settings: Settings, cluster: Handle, namespaces: Sequence[Namespace]) -> Workspace:
    """Make the namespaces (each once), as soon as the control plane answers."""
    raise NotImplementedError(settings, cluster, namespaces)
