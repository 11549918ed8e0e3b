"""The data model of an addon: chart, values, namespace and dependencies."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType, Protocol

from oneup.addonkit.alert import Alert
from oneup.addonkit.flow import NetworkFlow, PodSelector
from oneup.foundation.cluster_reference import Stage
from oneup.foundation.facts import deferred_outputs
from oneup.foundation.iam import Identity
from oneup.settings.existing import NodeRole
from oneup.settings.model import AwsSettings, ExistingSettings, Settings
from oneup.values import FoundationOutput, Value, Values
from oneup.workspace.manifest import Manifest
from oneup.workspace.namespace import Namespace

__all__ = [
    "Addon",
    "AddonContext",
    "AddonModule",
    "AddonName",
    "Capability",
    "Chart",
    "Manifest",
    "ResourceRequests",
]

AddonName = NewType("AddonName", str)


class Capability(StrEnum):
    """A capability that an addon provides, so that others can depend on it without naming the addon."""

    LOAD_BALANCERS = "load-balancers"
    DNS_RECORDS = "dns-records"
    CERTIFICATES = "certificates"
    SECRETS = "secrets"
    VOLUMES = "volumes"
    """Volumes if the cluster has no CSI driver of its own; a dependency if ``stage`` requires it."""

    OBJECT_STORE = "object-store"
    """Buckets if there is no S3."""

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
    """Whether its folder ``crds`` is applied; false if another addon installs and upgrades these CRDs."""

    leaves: tuple[str, ...] = ()
    """API groups whose definitions stay when the release goes: Helm never removes what is in the folder
    ``crds`` or marked to be kept. The value ``crds.keep: false``, where a chart has it, lets them go."""


@dataclass(frozen=True, kw_only=True)
class ResourceRequests:
    """Resource requests of an addon, summed over its pods; DaemonSets separately."""

    pods: int = 0
    cpu_millis: int = 0
    memory_mib: int = 0
    daemon_pods: int = 0
    """Pods on every node."""

    daemon_cpu_millis: int = 0
    daemon_memory_mib: int = 0
    largest_pod_cpu_millis: int = 0
    """CPU of the largest pod: at least one node must have it free."""

    largest_pod_memory_mib: int = 0

    def __add__(self, other: "ResourceRequests") -> "ResourceRequests":
        """Both together."""
        return ResourceRequests(
            pods=self.pods + other.pods,
            cpu_millis=self.cpu_millis + other.cpu_millis,
            memory_mib=self.memory_mib + other.memory_mib,
            daemon_pods=self.daemon_pods + other.daemon_pods,
            daemon_cpu_millis=self.daemon_cpu_millis + other.daemon_cpu_millis,
            daemon_memory_mib=self.daemon_memory_mib + other.daemon_memory_mib,
            largest_pod_cpu_millis=max(self.largest_pod_cpu_millis, other.largest_pod_cpu_millis),
            largest_pod_memory_mib=max(self.largest_pod_memory_mib, other.largest_pod_memory_mib),
        )


@dataclass(frozen=True, kw_only=True)
class Addon:
    """One addon."""

    name: AddonName
    namespace: Namespace
    chart: Chart | None = None
    """None for an addon of plain manifests."""

    values: Values = field(default_factory=dict[str, Value])
    """The chart's values. None is not allowed: it does not reach Helm, so it cannot remove a chart's default."""

    requires: tuple[AddonName, ...] = ()
    """Addons that must be enabled, and ready before this one's release and custom resources."""

    soft_dependencies: tuple[AddonName, ...] = ()
    """Addons that must be enabled but need not be ready: this addon retries until they are."""

    conflicts: tuple[AddonName, ...] = ()
    """Addons that must not be enabled together with this one."""

    reads_settings_of: tuple[AddonName, ...] = ()
    """Optional addons that change this addon's inputs if enabled."""

    provides: tuple[Capability, ...] = ()
    """Capabilities that it provides. The root Application waits for every addon that provides one."""

    uses: tuple[Capability, ...] = ()
    """Capabilities that it uses if an enabled addon provides them; that addon is installed first."""

    has_services: bool = True
    """Whether the release contains Services or Ingresses: it then uses ``LOAD_BALANCERS``, whose controller
    has a webhook for both and must still run to delete a load balancer."""

    identity: Identity | None = None
    """Its IAM role. The stack creates the service account; disable it in the chart's values."""

    timeout_seconds: int = 300
    prerequisite_manifests: tuple[Manifest, ...] = ()
    """Manifests that the release needs (config maps, ExternalSecrets)."""

    post_install_manifests: tuple[Manifest, ...] = ()
    """Manifests that need the release: custom resources and other objects its controller reconciles."""

    alerts: tuple[Alert, ...] = ()
    """Alerts, installed if the stack has monitoring."""

    requests: ResourceRequests = ResourceRequests()
    pod_selectors: tuple[PodSelector, ...] = ()
    """Selectors of its workloads on the pod network, including hooks: each gets a network policy."""

    network_flows: tuple[NetworkFlow, ...] = ()
    """Connections of its pods; a connection declared on neither side is denied."""

    owns_external_resources: bool = False
    """Whether it creates load balancers, volumes, DNS records or nodes: it is then uninstalled on destroy.

    Helm keeps the PersistentVolumeClaims of a StatefulSet; set the chart's values to delete them
    (``persistentVolumeClaimRetentionPolicy``). The storage class decides whether the volume is deleted.
    """

    stage: Stage = Stage.NODES
    """The earliest state of the cluster in which the release can become ready."""

    node_role: NodeRole = NodeRole.WORKER
    """The node role its pods run on in an existing cluster, except DaemonSets."""

    def deferred_outputs(self) -> Iterator[FoundationOutput]:
        """The foundation outputs that the addon needs."""
        yield from deferred_outputs(self.values)
        for manifest in (*self.prerequisite_manifests, *self.post_install_manifests):
            yield from deferred_outputs(manifest.metadata)
            yield from deferred_outputs(manifest.body)
        for statement in self.identity.statements if self.identity else ():
            yield from deferred_outputs(statement.resources)


@dataclass(frozen=True)
class AddonContext:
    """The input of an addon's ``build`` function."""

    settings: Settings
    enabled: frozenset[AddonName]
    """Every addon of this stack."""

    @property
    def aws(self) -> AwsSettings:
        """The settings of a stack on AWS. Raises ``TypeError`` for any other stack."""
        if isinstance(self.settings, AwsSettings):
            return self.settings
        raise TypeError(f"stack {self.settings.stack} is not on AWS")

    @property
    def existing(self) -> ExistingSettings:
        """The settings of a stack on an existing cluster. Raises ``TypeError`` for any other stack."""
        if isinstance(self.settings, ExistingSettings):
            return self.settings
        raise TypeError(f"stack {self.settings.stack} creates its own cluster")

    @property
    def has_monitoring(self) -> bool:
        """Whether the stack has the CRDs ServiceMonitor, PodMonitor, Probe and PrometheusRule."""
        return self.settings.addons.prometheus_operator_crds.enabled

    @property
    def cluster_name(self) -> str:
        """The cluster's name, which is known before it exists."""
        return f"oneup-{self.settings.stack}"


class AddonModule(Protocol):
    """Protocol of every addon module."""

    NAME: AddonName

    def addon(self, context: AddonContext) -> Addon:
        """The addon for this stack."""
        ...
