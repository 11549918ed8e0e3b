"""An addon is a value: what is installed, where, with what, and what it needs."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType, Protocol

from oneup.addonkit.alert import Alert
from oneup.addonkit.flow import Flow, Pods
from oneup.foundation.cluster_reference import Stage
from oneup.foundation.facts import needed
from oneup.foundation.iam import Identity
from oneup.settings.existing import NodeRole
from oneup.settings.model import AwsSettings, ExistingSettings, Settings
from oneup.values import Fact, Value, Values
from oneup.workspace.manifest import Manifest
from oneup.workspace.namespace import Namespace

__all__ = ["Addon", "AddonModule", "AddonName", "Capability", "Chart", "Context", "Footprint", "Manifest"]

AddonName = NewType("AddonName", str)


class Capability(StrEnum):
    """What an addon does for others, so that they can wait for it without naming it."""

    LOAD_BALANCERS = "load-balancers"
    DNS_RECORDS = "dns-records"
    CERTIFICATES = "certificates"
    SECRETS = "secrets"
    VOLUMES = "volumes"
    """Volumes where the cluster brings no driver of its own; waited for where ``stage`` says so."""

    OBJECT_STORE = "object-store"
    """Buckets where there is no S3."""

    MONITORS = "monitors"
    """The kinds ServiceMonitor, PodMonitor, Probe and PrometheusRule."""

    POLICIES = "policies"
    GATEWAYS = "gateways"
    DATABASES = "databases"
    """PostgreSQL clusters, by CloudNativePG."""

    SCALING = "scaling"


@dataclass(frozen=True)
class Chart:
    """A Helm chart at an exact version. An OCI repository starts with ``oci://``."""

    repository: str
    name: str
    version: str
    crds: bool = True
    """Whether its folder ``crds`` is applied; not where another addon brings these kinds, and renews them."""


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
    largest_cpu_millis: int = 0
    """CPU of the pod that asks for most: some node must have it free."""

    largest_memory_mib: int = 0

    def __add__(self, other: "Footprint") -> "Footprint":
        """Both together."""
        return Footprint(
            pods=self.pods + other.pods,
            cpu_millis=self.cpu_millis + other.cpu_millis,
            memory_mib=self.memory_mib + other.memory_mib,
            daemon_pods=self.daemon_pods + other.daemon_pods,
            daemon_cpu_millis=self.daemon_cpu_millis + other.daemon_cpu_millis,
            daemon_memory_mib=self.daemon_memory_mib + other.daemon_memory_mib,
            largest_cpu_millis=max(self.largest_cpu_millis, other.largest_cpu_millis),
            largest_memory_mib=max(self.largest_memory_mib, other.largest_memory_mib),
        )


@dataclass(frozen=True, kw_only=True)
class Addon:
    """One addon, ready to be installed, compared, printed or tested."""

    name: AddonName
    namespace: Namespace
    chart: Chart | None = None
    """None for an addon of plain manifests."""

    values: Values = field(default_factory=dict[str, Value])
    """The chart's values. No None: it may not reach Helm, and so cannot remove a chart's default."""

    requires: tuple[AddonName, ...] = ()
    """Addons that must be enabled, and ready before this one's release and custom resources."""

    expects: tuple[AddonName, ...] = ()
    """Addons that must be enabled, and that it does not wait for: it asks them until they answer."""

    conflicts: tuple[AddonName, ...] = ()
    """Addons that must not be enabled beside this one."""

    regards: tuple[AddonName, ...] = ()
    """Addons that it looks at without needing them: with one of them on or off, its own inputs are others."""

    provides: tuple[Capability, ...] = ()
    """What it does for others. The root Application waits for every addon that provides anything."""

    uses: tuple[Capability, ...] = ()
    """What it makes use of where an enabled addon provides it: that one is installed first."""

    services: bool = True
    """Whether the release has Services or Ingresses: it then uses ``LOAD_BALANCERS``, whose controller
    judges both, and must still be there to take a balancer down."""

    identity: Identity | None = None
    """Its AWS identity. The stack makes the service account; the chart must be told not to."""

    timeout_seconds: int = 300
    before: tuple[Manifest, ...] = ()
    """Objects that the release needs (config maps, secrets' references)."""

    after: tuple[Manifest, ...] = ()
    """Objects that need the release: its custom resources, and what its controller acts on."""

    alerts: tuple[Alert, ...] = ()
    """What somebody should know of it; they go in where the stack has monitoring."""

    footprint: Footprint = Footprint()
    pods: tuple[Pods, ...] = ()
    """Its workloads on the cluster's network, those of hooks as well: each gets a network policy."""

    flows: tuple[Flow, ...] = ()
    """All that its pods say and hear; what is not here, nor at the other end, is refused."""

    owns_outside: bool = False
    """Whether it makes load balancers, volumes, records or nodes: then it is uninstalled on destroy.

    Helm leaves the claims of a StatefulSet behind; its chart is told to delete them with it
    (``persistentVolumeClaimRetentionPolicy``), and the storage class decides what becomes of the volume.
    """

    stage: Stage = Stage.NODES
    """The earliest state of the cluster in which the release can become ready."""

    nodes: NodeRole = NodeRole.WORKER
    """Which nodes of a cluster that exists already its pods run on, DaemonSets apart."""

    def facts(self) -> Iterator[Fact]:
        """The foundation's facts that the addon waits for."""
        yield from needed(self.values)
        for manifest in (*self.before, *self.after):
            yield from needed(manifest.metadata)
            yield from needed(manifest.body)
        for statement in self.identity.statements if self.identity else ():
            yield from needed(statement.resources)


@dataclass(frozen=True)
class Context:
    """What an addon may know when it is built."""

    settings: Settings
    enabled: frozenset[AddonName]
    """Every addon of this stack."""

    @property
    def aws(self) -> AwsSettings:
        """The settings of a stack on AWS. Raises ``TypeError`` where it is not."""
        if isinstance(self.settings, AwsSettings):
            return self.settings
        raise TypeError(f"stack {self.settings.stack} is not on AWS")

    @property
    def existing(self) -> ExistingSettings:
        """The settings of a stack on a cluster that exists. Raises ``TypeError`` where it does not."""
        if isinstance(self.settings, ExistingSettings):
            return self.settings
        raise TypeError(f"stack {self.settings.stack} makes its own cluster")

    @property
    def monitored(self) -> bool:
        """Whether the stack has the kinds ServiceMonitor, PodMonitor, Probe and PrometheusRule."""
        return self.settings.addons.prometheus_operator_crds.enabled

    @property
    def cluster_name(self) -> str:
        """The cluster's name, which is known before it exists."""
        return f"oneup-{self.settings.stack}"


class AddonModule(Protocol):
    """The shape of every module that the catalogue lists."""

    NAME: AddonName

    def addon(self, context: Context) -> Addon:
        """The addon for this stack."""
        ...
