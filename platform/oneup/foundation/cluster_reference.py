"""The cluster reference: all that the rest of the platform knows of its foundation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import pulumi
import pulumi_kubernetes as k8s

from oneup.foundation.iam import Identity
from oneup.values import Fact


class Stage(StrEnum):
    """How far a cluster has come up."""

    CONTROL_PLANE = "control-plane"
    """The API answers: namespaces, CRDs, RBAC and policies can go in."""

    NODES = "nodes"
    """Nodes with a network and DNS: pods can run."""

    VOLUMES = "volumes"
    """The CSI driver runs: claims can be bound."""


class IdentityProvider(Protocol):
    """Makes the AWS role of one service account."""

    def __call__(self, name: str, namespace: str, identity: Identity, parent: pulumi.Resource) -> "Role":
        """Make the role and all that its user must wait for."""
        ...


@dataclass(frozen=True)
class Role:
    """A role that a service account may assume."""

    arn: pulumi.Output[str]
    attachments: tuple[pulumi.Resource, ...]
    """What must exist before a pod uses the role: its policies, and what ties the service account to it."""

    annotations: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """What the service account must say of it."""


@dataclass(frozen=True, kw_only=True)
class ClusterReference:
    """A cluster, wherever it runs."""

    name: str
    provider: k8s.Provider
    stages: Mapping[Stage, tuple[pulumi.Resource, ...]]
    """What to wait for, for each stage; a later stage includes the earlier ones."""

    facts: Mapping[Fact, pulumi.Output[str]]
    identities: IdentityProvider | None
    """None where the cluster is not on AWS."""

    deleted_with: pulumi.Resource | None
    """Objects that own nothing outside the cluster go with this; None: they are deleted one by one."""
