"""What no single value can tell: checks over several settings at once.

A check is a function from the settings to problems; a new one is one line in a list below.
``IMPOSSIBLE`` never works, ``UNWISE`` is refused in production and a warning elsewhere, ``NOTABLE`` is
always a warning.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Final, TypeAlias, TypeVar

from oneup.settings.checks import (
    access,
    account,
    addresses,
    api_endpoint,
    audit,
    auto_mode,
    availability,
    capacity,
    ceph,
    chaos,
    deliveries,
    delivery,
    dns,
    edge,
    egress,
    flux,
    gateway,
    hub,
    identity,
    ipv6,
    kubernetes_version,
    mesh,
    metallb,
    monitoring,
    names,
    node_groups,
    nodes,
    places,
    registry,
    retention,
    storage,
    tracing,
    vault,
    workload,
    zones,
)
from oneup.settings.checks.surviving import surviving
from oneup.settings.errors import Problem
from oneup.settings.model import AwsSettings, ExistingSettings, Settings

S = TypeVar("S", AwsSettings, ExistingSettings, Settings)
Checks: TypeAlias = tuple[Callable[[S], Iterator[Problem]], ...]

IMPOSSIBLE: Final[Checks[Settings]] = (
    names.of_the_stack,
    delivery.credentials,
    places.wrong_foundation,
    storage.backups,
    chaos.in_production,
    chaos.unused_confirmation,
    deliveries.windows_for_nobody,
    deliveries.another_forge,
    mesh.namespaces,
    tracing.in_memory,
    vault.databases,
    flux.windows,
    hub.clusters,
    workload.within_quotas,
)
IMPOSSIBLE_ON_EXISTING: Final[Checks[ExistingSettings]] = (
    addresses.pods_and_services,
    metallb.pools,
    nodes.repeated,
    nodes.enough,
    monitoring.no_topics,
    nodes.disks,
    ceph.nodes,
    ceph.disks,
    gateway.tunnel,
    dns.of_aws,
)
IMPOSSIBLE_ON_AWS: Final[Checks[AwsSettings]] = (
    account.roles,
    account.key,
    account.tags,
    addresses.room_for_zones,
    addresses.services,
    zones.of_the_region,
    zones.enough,
    zones.of_the_groups,
    egress.repeated_endpoints,
    egress.without_nat,
    retention.of_flow_logs,
    retention.of_control_plane,
    retention.of_container_logs,
    api_endpoint.reachable,
    api_endpoint.closed_to_nodes,
    api_endpoint.allow_list,
    access.deployment,
    access.one_level_each,
    auto_mode.nodes,
    auto_mode.pools,
    auto_mode.addons,
    auto_mode.balancers,
    node_groups.names,
    node_groups.sizes,
    node_groups.instances,
    node_groups.taints,
    capacity.pods,
    identity.too_old,
    ipv6.combined,
    identity.pushed_keys,
    registry.repositories,
    dns.zones,
    dns.repeated,
    dns.private,
    edge.one_zone,
    edge.certificate,
    edge.request_limit,
    edge.firewall_logs,
    edge.access_logs,
    storage.repeated,
    storage.ends,
    storage.copies,
    storage.snapshots,
    audit.recipients,
    audit.thresholds,
    audit.budget,
    audit.trail,
    audit.detector,
)
UNWISE_ON_AWS: Final[Checks[AwsSettings]] = (
    api_endpoint.open_to_all,
    access.people,
    availability.interruptible_only,
)
NOTABLE: Final[Checks[Settings]] = (
    availability.single_replicas,
    places.cautioned,
    vault.idle_consul,
    monitoring.unheard,
)
NOTABLE_ON_EXISTING: Final[Checks[ExistingSettings]] = (ceph.wiped, ceph.unsnapshotted)
NOTABLE_ON_AWS: Final[Checks[AwsSettings]] = (
    access.other_accounts,
    availability.one_way_out,
    availability.unprotected,
    availability.few_spot_types,
    capacity.not_counted,
    egress.images_from_elsewhere,
    identity.mounted_secrets,
    edge.unguarded,
    audit.unheard,
    monitoring.page_for_everybody,
    audit.given_key,
    auto_mode.own_ingresses,
)


def refusals(settings: Settings, today: date) -> Iterator[Problem]:
    """Why these settings cannot be used."""
    yield from _found(IMPOSSIBLE, settings)
    if isinstance(settings, ExistingSettings):
        yield from _found(IMPOSSIBLE_ON_EXISTING, settings)
    else:
        yield from _found(IMPOSSIBLE_ON_AWS, settings)
        yield from surviving(kubernetes_version.supported(settings, today))
        yield from _found(UNWISE_ON_AWS if _is_production(settings) else (), settings)


def advice(settings: Settings, today: date) -> Iterator[Problem]:
    """What works and is unwise."""
    yield from _found(NOTABLE, settings)
    if isinstance(settings, ExistingSettings):
        yield from _found(NOTABLE_ON_EXISTING, settings)
    if isinstance(settings, AwsSettings):
        yield from _found(() if _is_production(settings) else UNWISE_ON_AWS, settings)
        yield from _found(NOTABLE_ON_AWS, settings)
        yield from surviving(kubernetes_version.ending(settings, today))


def _found(checks: Iterable[Callable[[S], Iterator[Problem]]], settings: S) -> Iterator[Problem]:
    for check in checks:
        yield from surviving(check(settings))


def _is_production(settings: Settings) -> bool:
    return getattr(settings, "environment", None) == "production"
