"""What the stack tells its user."""

import pulumi

from oneup.foundation.handle import Handle
from oneup.settings.model import Settings


def export(settings: Settings, cluster: Handle) -> None:
    """Export the cluster's name, the command for its kubeconfig, and the platform's addresses."""
    pulumi.export("environment", settings.environment)
    pulumi.export("cluster", cluster.name)
