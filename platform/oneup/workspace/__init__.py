"""Cluster-level objects: namespaces, RBAC, network policies, storage classes, priority classes."""

from oneup.workspace.prepare import Workspace, prepare

__all__ = ["Workspace", "prepare"]
