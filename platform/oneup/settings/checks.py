"""Every check over several settings at once: what is refused, and what is only warned of."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Final, TypeAlias, TypeVar

from oneup.settings import (
    access,
    applications,
    audit,
    aws,
    cluster,
    edge,
    existing,
    gitops,
    network,
    nodes,
    registry,
    storage,
)
from oneup.settings.addons import enabled, monitoring, networking, secrets, security, tracing
from oneup.settings.addons import storage as ceph
from oneup.settings.errors import Problem, after_invalid_values, display, path
from oneup.settings.model import AwsSettings, ExistingSettings, Settings
from oneup.settings.network import Nat

_FITS: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?")
"""Clusters, buckets and hosts carry the name: buckets allow no capitals, labels 63 characters."""


def name_of_the_stack(settings: Settings) -> Iterator[Problem]:
    """Pulumi allows stack names that AWS and Kubernetes do not."""
    if not _FITS.fullmatch(settings.stack):
        text = (
            f"{display(settings.stack)} cannot be in a cluster's name; use lower-case letters, digits and -, "
            "at most 50"
        )
        yield Problem("(the stack's name)", text, text)


def spot_only(settings: AwsSettings) -> Iterator[Problem]:
    """The platform's controllers need nodes that are not interrupted."""
    if settings.node_groups and all(group.capacity == "SPOT" for group in settings.node_groups):
        text = "are all SPOT, and AWS can interrupt all of them at once; add a group with capacity: ON_DEMAND"
        yield Problem("nodeGroups", text)


def single_replicas(settings: Settings) -> Iterator[Problem]:
    """One replica of each controller does not survive its node."""
    if settings.environment == "production" and settings.availability == "single":
        text = "single runs one replica of each controller in production; high runs two or more"
        yield Problem("availability", text)


def single_nat_gateway(settings: AwsSettings) -> Iterator[Problem]:
    """A single NAT gateway fails with its zone."""
    if settings.availability == "high" and settings.network.nat is Nat.SINGLE:
        text = "single means that all zones lose egress if the NAT gateway's zone fails; use per-zone"
        yield Problem("network.nat", text)


def no_deletion_protection(settings: AwsSettings) -> Iterator[Problem]:
    """Deletion protection is only off right before a destroy."""
    if settings.environment == "production" and not settings.cluster.deletion_protection:
        yield Problem("cluster.deletionProtection", "is off, so a mistake can delete the production cluster")


def single_spot_type(settings: AwsSettings) -> Iterator[Problem]:
    """Spot capacity of a single instance type is interrupted more often."""
    for index, group in enumerate(settings.node_groups):
        if group.capacity == "SPOT" and len(group.instance_types) == 1:
            only = group.instance_types[0]
            text = f"{only} alone is interrupted more often; list several types of the same size"
            yield Problem(path(("nodeGroups", index, "instanceTypes")), text)


S = TypeVar("S", AwsSettings, ExistingSettings, Settings)
Checks: TypeAlias = tuple[Callable[[S], Iterator[Problem]], ...]

ERROR_CHECKS: Final[Checks[Settings]] = (
    name_of_the_stack,
    gitops.repository_credentials,
    enabled.unsupported_foundation,
    storage.backup_copies,
    security.chaos_in_production,
    security.unused_chaos_confirmation,
    gitops.idle_sync_windows,
    gitops.status_of_another_git_host,
    networking.mesh_namespaces,
    tracing.traces_in_memory,
    secrets.vault_databases,
    gitops.flux_sync_windows,
    gitops.hub_clusters,
    applications.within_quotas,
)
ERROR_CHECKS_ON_EXISTING: Final[Checks[ExistingSettings]] = (
    network.pods_and_services_apart,
    networking.metallb_pools,
    existing.node_names,
    existing.enough_of_each_role,
    monitoring.topics_on_aws_only,
    existing.storage_disks,
    ceph.ceph_nodes,
    ceph.ceph_disks,
    networking.tunnel_routes,
    edge.zones_on_aws_only,
)
ERROR_CHECKS_ON_AWS: Final[Checks[AwsSettings]] = (
    aws.account_of_roles,
    aws.account_of_the_key,
    aws.tags_aws_takes,
    network.vpc_holds_the_zones,
    network.service_block,
    network.zones_of_the_region,
    network.enough_zones,
    network.zones_of_node_groups,
    network.duplicate_endpoints,
    network.endpoints_without_nat,
    audit.retention_of_flow_logs,
    audit.retention_of_control_plane_logs,
    audit.retention_of_container_logs,
    cluster.endpoint_reachable,
    cluster.endpoint_closed_to_nodes,
    cluster.endpoint_allow_list,
    access.deployment_role_is_admin,
    access.one_level_per_principal,
    cluster.auto_mode_nodes,
    cluster.auto_mode_pools,
    cluster.auto_mode_addons,
    cluster.auto_mode_load_balancers,
    nodes.group_names,
    nodes.group_sizes,
    nodes.instance_types,
    nodes.group_taints,
    nodes.pods_per_node,
    access.pod_identity_supported,
    network.ipv6_combinations,
    access.pushed_keys_identity,
    registry.repeated_repositories,
    edge.dns_zones,
    edge.repeated_zones,
    edge.private_zone,
    edge.one_zone_source,
    edge.certificate,
    edge.request_limit,
    edge.firewall_logs,
    edge.access_logs,
    storage.repeated_purposes,
    storage.retention_ends,
    storage.copy_region,
    storage.snapshot_copies,
    audit.alarm_recipients,
    audit.budget_thresholds,
    audit.budget_currency,
    audit.trail_storage,
    audit.guardduty_detector,
)
PRODUCTION_ERROR_CHECKS_ON_AWS: Final[Checks[AwsSettings]] = (
    cluster.endpoint_open_to_all,
    access.no_root_user,
    spot_only,
)
WARNING_CHECKS: Final[Checks[Settings]] = (
    single_replicas,
    enabled.deprecated,
    secrets.unused_consul,
    monitoring.alerts_without_receivers,
)
WARNING_CHECKS_ON_EXISTING: Final[Checks[ExistingSettings]] = (
    ceph.ceph_wiped_disks,
    ceph.ceph_without_snapshots,
)
WARNING_CHECKS_ON_AWS: Final[Checks[AwsSettings]] = (
    access.principals_of_other_accounts,
    single_nat_gateway,
    no_deletion_protection,
    single_spot_type,
    nodes.unknown_instance_types,
    network.images_without_nat,
    access.mounted_secrets_identity,
    edge.no_waf,
    audit.alarms_without_recipients,
    monitoring.grafana_open_to_all,
    audit.given_key_policy,
    cluster.auto_mode_ingresses,
)


def find_errors(settings: Settings, today: date) -> Iterator[Problem]:
    """The errors in these settings."""
    yield from _run(ERROR_CHECKS, settings)
    if isinstance(settings, ExistingSettings):
        yield from _run(ERROR_CHECKS_ON_EXISTING, settings)
    else:
        yield from _run(ERROR_CHECKS_ON_AWS, settings)
        yield from after_invalid_values(cluster.version_supported(settings, today))
        yield from _run(PRODUCTION_ERROR_CHECKS_ON_AWS if _is_production(settings) else (), settings)


def find_warnings(settings: Settings, today: date) -> Iterator[Problem]:
    """The warnings about these settings."""
    yield from _run(WARNING_CHECKS, settings)
    if isinstance(settings, ExistingSettings):
        yield from _run(WARNING_CHECKS_ON_EXISTING, settings)
    if isinstance(settings, AwsSettings):
        yield from _run(() if _is_production(settings) else PRODUCTION_ERROR_CHECKS_ON_AWS, settings)
        yield from _run(WARNING_CHECKS_ON_AWS, settings)
        yield from after_invalid_values(cluster.support_ending(settings, today))


def _run(checks: Iterable[Callable[[S], Iterator[Problem]]], settings: S) -> Iterator[Problem]:
    for check in checks:
        yield from after_invalid_values(check(settings))


def _is_production(settings: Settings) -> bool:
    return getattr(settings, "environment", None) == "production"
