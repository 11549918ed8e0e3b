"""The cluster reference: all that the rest of the platform knows of its foundation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import pulumi
import pulumi_kubernetes as k8s

from oneup.foundation.iam import Identity
from oneup.values import FoundationOutput


class Stage(StrEnum):
    """The stages of a cluster's creation."""

    CONTROL_PLANE = "control-plane"
    """The API is available: namespaces, CRDs, RBAC and policies can be created."""

    NODES = "nodes"
    """Nodes with a network and DNS: pods can run."""

    VOLUMES = "volumes"
    """The CSI driver runs: claims can be bound."""


class RoleFactory(Protocol):
    """Creates the IAM role of a service account."""

    def __call__(
        self, name: str, namespace: str, identity: Identity, parent: pulumi.Resource
    ) -> "ServiceAccountRole":
        """Create the role and everything its user depends on."""
        ...


@dataclass(frozen=True)
class ServiceAccountRole:
    """An IAM role that a service account can assume."""

    arn: pulumi.Output[str]
    attachments: tuple[pulumi.Resource, ...]
    """What must exist before a pod uses the role: policies, and the link to the service account."""

    annotations: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Annotations that the service account needs."""


@dataclass(frozen=True, kw_only=True)
class ClusterReference:
    """A cluster on any foundation."""

    name: str
    provider: k8s.Provider
    stages: Mapping[Stage, tuple[pulumi.Resource, ...]]
    """The resources of each stage; a later stage includes the earlier ones."""

    facts: Mapping[FoundationOutput, pulumi.Output[str]]
    identities: RoleFactory | None
    """None outside AWS."""

    deleted_with: pulumi.Resource | None
    """Objects that own no external resources are deleted with this; None: they are deleted individually."""
