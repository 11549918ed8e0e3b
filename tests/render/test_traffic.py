"""What addons declare of their traffic is what their charts' objects ask for: nothing less, nothing more."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Final, TypeAlias

import pytest

from oneup.addonkit.flow import NetworkFlow, Peer, PodSelector
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.installation.network_policy import unique_flows
from tests.render.subjects import SUBJECTS, RenderedOf, addons
from tests.render.traffic import Heard, Traffic
from tests.support.variants import Variant

TrafficOf: TypeAlias = Callable[[Variant], Traffic]

MADE_LATER: Final[Mapping[str, str]] = {
    "acme-solver": "cert-manager makes one for each challenge",
    "alertmanager": "by the operator, of the Alertmanager",
    "cephfs-controller": "by the operator of the drivers",
    "consul-gossip": "a job of the chart where it has no key yet",
    "elasticsearch": "by the operator, of the Elasticsearch",
    "kibana": "by the operator, of the Kibana",
    "kong-database": "by CloudNativePG, of the Cluster",
    "prometheus": "by the operator, of the Prometheus",
    "rbd-controller": "by the operator of the drivers",
    "rook-ceph-crashcollector": "by Rook, of the CephCluster",
    "rook-ceph-detect-version": "by Rook, before it makes the rest",
    "rook-ceph-exporter": "by Rook, of the CephCluster",
    "rook-ceph-mds": "by Rook, of the CephFilesystem",
    "rook-ceph-mgr": "by Rook, of the CephCluster",
    "rook-ceph-mon": "by Rook, of the CephCluster",
    "rook-ceph-osd": "by Rook, for each disk",
    "rook-ceph-osd-prepare": "by Rook, for each node",
    "rook-ceph-rgw": "by Rook, of the CephObjectStore",
    "trivy-scans": "by the operator, for each image",
}
"""Workloads that no chart and no addon renders."""

CALLED_LATER: Final[Mapping[tuple[str, int], str]] = {
    ("kyverno-admission", 9443): "it registers its webhooks itself, as its policies ask for them",
    ("sealed-secrets", 8080): "kubeseal fetches the key through the API server's proxy",
}
"""Calls of the API server that no rendered object configures."""

SCRAPED_OTHERWISE: Final[Mapping[tuple[str, int], str]] = {
    ("kube-dns", 53): "DNS is not scraped, but asked for names",
    ("kube-dns", 9153): "the pods are EKS' or the cluster's own",
    ("nodes", 10250): "the operator keeps the kubelets' endpoints",
    ("applications", 1): "what they measure, their own monitors in `apps/` say",
    ("proxies", 15090): "the mesh puts them beside the applications' pods, with the label of its monitor",
    ("istio-gateway", 15090): "istiod gives its pods the label that its monitor selects by",
    ("blackbox-exporter", 9115): "by Probes",
    **{
        ("nodes", port): "parts of the control plane, which are the cluster's own"
        for port in prometheus.CONTROL_PLANE
    },
    ("internet", 443): "copies of the figures go out, where the stack keeps some elsewhere",
}
"""Prometheus targets in addition to those of monitors."""

JOB: Final = re.compile(r'\bjob=~?"([^"]+)"')

SILENT: Final[Mapping[str, str]] = {
    "argo-cd-redis-ha-haproxy": "its right to see endpoints is of no use to its configuration",
    "argocd-repo-server": "it has rights for plug-ins, of which there are none",
    "falco-falcosidekick": "it has rights for an output that is off",
    "istio-gateway": "what it may read, istiod sends it",
    **dict.fromkeys(
        (f"kong-kong-{job}-migrations" for job in ("init", "pre-upgrade", "post-upgrade")),
        "they have Kong's account, and work on its database",
    ),
    "loki": "it has rights for a container beside it that is off",
}
"""Workloads whose account has rights in the cluster, and who never ask the API server."""

WITHOUT_RIGHTS: Final[Mapping[str, str]] = {
    "external-secrets-webhook": "it asks which kinds there are, as anybody may",
    "flux-flux-check": "it asks for the version, as anybody may",
}
"""Workloads that ask the API server without rights of their own."""

UNGUARDED: Final[Mapping[str, str]] = {
    "secrets-store-csi-driver-keep-crds": "a job without labels, where nothing is refused by default",
    "secrets-store-csi-driver-upgrade-crds": "a job without labels, where nothing is refused by default",
}
"""Workloads under no policy of their own."""

each_subject = pytest.mark.parametrize(
    "subject",
    [pytest.param(each, id=str(each), marks=pytest.mark.xdist_group(str(each))) for each in SUBJECTS],
)


@pytest.fixture(scope="session")
def traffic_of(rendered_of: RenderedOf) -> TrafficOf:
    """What a subject's objects say of their traffic."""

    @cache
    def traffic_of(subject: Variant) -> Traffic:
        own = addons(subject)
        rendered = rendered_of(subject)
        return Traffic(own, {name: rendered.objects(name) for name in own})

    return traffic_of


def flows(subject: Variant) -> Sequence[NetworkFlow]:
    return tuple(unique_flows(list(addons(subject).values())))


def opened(subject: Variant, source: PodSelector | Peer) -> frozenset[Heard]:
    """Whom flows let this end ask, at the ports' beginnings."""
    mine = [each for each in flows(subject) if each.source == source]
    return frozenset(
        (each.destination, port.number) for each in mine for port in each.ports if port.protocol == "TCP"
    )


def passes(subject: Variant, source: PodSelector | Peer, heard: Heard) -> bool:
    target, number = heard
    mine = [each for each in flows(subject) if (each.source, each.destination) == (source, target)]
    return any(port.number <= number <= (port.last or port.number) for each in mine for port in each.ports)


def said(heard: Heard) -> tuple[str, int]:
    target, port = heard
    return (target.name if isinstance(target, PodSelector) else target.value), port


@each_subject
def test_every_pod_is_under_the_policy_of_one_workload(subject: Variant, traffic_of: TrafficOf) -> None:
    traffic = traffic_of(subject)
    guards = {each.name: traffic.declared(each) for each in traffic.workloads if not each.on_node}
    wrong = {name: len(found) for name, found in guards.items() if len(found) != 1}
    assert wrong == dict.fromkeys(UNGUARDED.keys() & guards.keys(), 0)


@each_subject
def test_every_declared_workload_is_there(subject: Variant, traffic_of: TrafficOf) -> None:
    traffic = traffic_of(subject)
    there = {
        pods.identity for each in traffic.workloads if not each.on_node for pods in traffic.declared(each)
    }
    everyone = {pods.identity: pods for addon in addons(subject).values() for pods in addon.pod_selectors}
    missing = {pods.name for key, pods in everyone.items() if key not in there}
    assert missing == MADE_LATER.keys() & {pods.name for pods in everyone.values()}


@each_subject
def test_the_api_server_calls_whom_it_may_and_nobody_else(subject: Variant, traffic_of: TrafficOf) -> None:
    calls = list(traffic_of(subject).called())
    assert [
        what
        for what, heard in calls
        if heard[0] != Peer.NODES and not passes(subject, Peer.API_SERVER, heard)
    ] == []
    extra = {said(each) for each in opened(subject, Peer.API_SERVER) - {heard for _, heard in calls}}
    assert extra == CALLED_LATER.keys() & {said(each) for each in opened(subject, Peer.API_SERVER)}


@each_subject
def test_prometheus_asks_whom_it_may_and_nobody_else(subject: Variant, traffic_of: TrafficOf) -> None:
    scrapes = list(traffic_of(subject).scraped())
    refused = [(what, said(heard)) for what, heard in scrapes if not passes(subject, prometheus.PODS, heard)]
    assert refused == []
    may = {each for each in opened(subject, prometheus.PODS) if said(each)[0] not in MADE_LATER}
    extra = {said(each) for each in may - {heard for _, heard in scrapes}}
    assert extra == SCRAPED_OTHERWISE.keys() & {said(each) for each in may}


@each_subject
def test_an_alert_on_a_job_names_one_that_prometheus_has(subject: Variant, traffic_of: TrafficOf) -> None:
    """Otherwise the alert would always or never fire."""
    there = traffic_of(subject).jobs
    wanted = {
        (alert.name, pattern)
        for addon in addons(subject).values()
        for alert in addon.alerts
        for pattern in JOB.findall(alert.expr)
    }
    assert wanted
    assert [each for each in sorted(wanted) if not any(re.fullmatch(each[1], job) for job in there)] == []


@each_subject
def test_an_address_in_the_configuration_is_one_that_may_be_asked(
    subject: Variant, traffic_of: TrafficOf
) -> None:
    traffic = traffic_of(subject)
    asked = [each for each in traffic.asked() if not each[0].on_node]
    # Shippers of logs or spans have the target's address.
    assert asked or not {"alloy", "promtail", "opentelemetry-collector"} & addons(subject).keys()
    refused = [
        (workload.name, address)
        for workload, address, heard in asked
        if (source := traffic.end(workload)) and source != heard[0] and not passes(subject, source, heard)
    ]
    assert refused == []


@each_subject
def test_who_has_rights_in_the_cluster_reaches_the_api_server(
    subject: Variant, traffic_of: TrafficOf
) -> None:
    traffic = traffic_of(subject)
    guarded = [each for each in traffic.workloads if not each.on_node and traffic.declared(each)]
    may = {each.source for each in flows(subject) if each.destination == Peer.API_SERVER}
    entitled = {each.name for each in guarded if each.has_token and each.account in traffic.bound}
    asking = {each.name for each in guarded if traffic.end(each) in may}
    names = {each.name for each in guarded}
    assert entitled - asking == SILENT.keys() & names
    assert asking - entitled == WITHOUT_RIGHTS.keys() & names


@each_subject
def test_a_flow_leads_to_where_somebody_listens(subject: Variant, traffic_of: TrafficOf) -> None:
    traffic = traffic_of(subject)
    deaf = {
        (each.destination.name, port.number)
        for each in flows(subject)
        if isinstance(each.destination, PodSelector) and (listening := traffic.listening(each.destination))
        for port in each.ports
        if port.number not in listening
    }
    assert deaf == set()


@each_subject
def test_services_select_by_the_labels_of_those_whom_pods_ask(
    subject: Variant, traffic_of: TrafficOf
) -> None:
    """The VPC CNI lets a call of a Service pass where the policy's labels are among the Service's."""
    traffic = traffic_of(subject)
    asked = {
        each.destination
        for each in flows(subject)
        if isinstance(each.destination, PodSelector)
        and isinstance(each.source, PodSelector)
        and each.source != prometheus.PODS
    }
    wrong = [
        (name, pods.name)
        for pods in asked
        for name, selector in traffic.selectors(pods)
        if not pods.labels.items() <= selector.items()
    ]
    assert wrong == []
