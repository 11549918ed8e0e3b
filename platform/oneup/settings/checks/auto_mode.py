"""What EKS Auto Mode does by itself, and nobody else may do beside it."""

from collections.abc import Iterator
from typing import Final

from oneup.settings.addons.places import catalogue
from oneup.settings.cluster import AddonVersions
from oneup.settings.errors import Problem, path
from oneup.settings.model import AwsSettings

INCLUDED: Final = (
    *("vpc_cni", "kube_proxy", "coredns", "ebs_csi"),
    *("pod_identity_agent", "node_monitoring_agent"),
)
"""The EKS addons whose work Auto Mode does."""

TOGETHER: Final = "cluster.autoMode"


def _refused(settings: AwsSettings, key: str, text: str) -> Iterator[Problem]:
    if settings.cluster.auto_mode:
        yield Problem(key, text, text)


def nodes(settings: AwsSettings) -> Iterator[Problem]:
    """The nodes are made by AWS or by us."""
    if settings.node_groups:
        names = ", ".join(group.name for group in settings.node_groups)
        text = f"names {names}, and {TOGETHER} makes the nodes itself; remove one of the two"
        yield from _refused(settings, "nodeGroups", text)
    if "prefix_delegation" in settings.cluster.model_fields_set:
        text = f"is decided by {TOGETHER} itself; remove one of the two"
        yield from _refused(settings, "cluster.prefixDelegation", text)


def pools(settings: AwsSettings) -> Iterator[Problem]:
    """The system pool takes only what tolerates its taint."""
    mode = settings.cluster.auto_mode
    if mode and "general-purpose" not in mode.node_pools:
        text = "has no pool for ordinary pods; add general-purpose"
        yield Problem("cluster.autoMode.nodePools", text)


def addons(settings: AwsSettings) -> Iterator[Problem]:
    """No second controller for the same work."""
    for field, knobs in catalogue(settings):
        if knobs.enabled and "enabled" in knobs.model_fields_set and not knobs.in_auto_mode:
            alias = type(settings.addons).model_fields[field].alias or field
            text = f"true does what {TOGETHER} does; remove one of the two"
            yield from _refused(settings, path(("addons", alias, "enabled")), text)
    pinned = settings.cluster.addon_versions
    for field in INCLUDED:
        if getattr(pinned, field):
            alias = AddonVersions.model_fields[field].alias or field
            text = f"pins what {TOGETHER} brings and updates itself; remove one of the two"
            yield from _refused(settings, path(("cluster", "addonVersions", alias)), text)


def balancers(settings: AwsSettings) -> Iterator[Problem]:
    """Auto Mode's load balancers know less than the controller's."""
    if settings.edge.shield:
        text = f"true is not known to the load balancers of {TOGETHER}; remove one of the two"
        yield from _refused(settings, "edge.shield", text)
    alertmanager = settings.addons.kube_prometheus_stack.alertmanager
    if alertmanager.allowed_cidrs:
        text = (
            f"asks for a condition on the source, which the load balancers of {TOGETHER} do not know; "
            "remove one of the two"
        )
        yield from _refused(settings, "addons.kubePrometheusStack.alertmanager.allowedCidrs", text)


def own_ingresses(settings: AwsSettings) -> Iterator[Problem]:
    """TLS policy and firewall are said by an Ingress, where no class can."""
    text = (
        "has no ingress class that says TLS policy and firewall: the platform's Ingresses say both, and an "
        "Ingress in a group of its own must as well"
    )
    yield from _refused(settings, TOGETHER, text)
