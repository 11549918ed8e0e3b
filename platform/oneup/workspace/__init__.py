"""What belongs to the cluster itself: namespaces, access, network policies, storage classes, priorities."""

from oneup.workspace.prepare import Workspace, prepare

__all__ = ["Workspace", "prepare"]
