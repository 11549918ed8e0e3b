"""An addon is a value: what is installed, where, with what, and what it needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NewType, Protocol

from oneup.foundation.handle import Stage
from oneup.foundation.statement import Identity
from oneup.settings.model import Settings
from oneup.values import Value, Values
from oneup.workspace.namespace import Namespace

AddonName = NewType("AddonName", str)


@dataclass(frozen=True)
class Chart:
    """A Helm chart at an exact version. An OCI repository starts with ``oci://``."""

    repository: str
    name: str
    version: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A plain Kubernetes object or custom resource: the fields beside metadata are ``body``."""

    api_version: str
    kind: str
    name: str
    namespace: str | None = None
    body: Values
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    annotations: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, kw_only=True)
class Footprint:
    """What an addon asks of the nodes, summed over its pods, DaemonSets apart."""

    pods: int = 0
    cpu_millis: int = 0
    memory_mib: int = 0
    daemon_pods: int = 0
    """Pods on every node."""

    daemon_cpu_millis: int = 0
    daemon_memory_mib: int = 0


@dataclass(frozen=True, kw_only=True)
class Addon:
    """One addon, ready to be installed, compared, printed or tested."""

    name: AddonName
    namespace: Namespace
    chart: Chart | None = None
    """None for an addon of plain manifests."""

    values: Values = field(default_factory=dict[str, Value])
    requires: tuple[AddonName, ...] = ()
    """Addons that must be installed before this one's release."""

    identity: Identity | None = None
    timeout_seconds: int = 300
    before: tuple[Manifest, ...] = ()
    """Objects that the release needs (config maps, secrets' references)."""

    after: tuple[Manifest, ...] = ()
    """Objects that need the release: its custom resources, and what its controller acts on."""

    footprint: Footprint = Footprint()
    owns_outside: bool = False
    """Whether it makes load balancers, volumes, records or nodes: then it is uninstalled on destroy."""

    stage: Stage = Stage.NODES
    """The earliest state of the cluster in which the release can become ready."""


@dataclass(frozen=True)
class Context:
    """What an addon may know when it is built."""

    settings: Settings
    enabled: frozenset[AddonName]
    """Every addon of this stack."""


class AddonModule(Protocol):
    """The shape of every module that the catalogue lists."""

    NAME: AddonName

    def addon(self, context: Context) -> Addon:
        """The addon for this stack."""
        ...
