"""The mesh, rollouts and experiments: what holds, where they act, and what they do not open."""

from collections.abc import Mapping, Sequence
from typing import cast

from oneup.addonkit.addon import AddonContext
from oneup.addons import argo_rollouts, istio_base, istio_gateway, istiod, opentelemetry_collector
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.installation import select
from oneup.installation.network_policy import MESH_POLICY, network_policies
from oneup.plan import Json
from oneup.workspace.manifest import Manifest
from oneup.workspace.prepare import application_namespaces
from tests.support.stacks import settings

ON: dict[str, Json] = {
    "istioBase": {"enabled": True},
    "istiod": {"enabled": True, "namespaces": ["staging"], "tracedPercent": 5},
    "istioGateway": {"enabled": True},
}


def meshed(*enabled: str) -> dict[str, Manifest]:
    context = AddonContext(settings("staging", addons=ON), frozenset(map(istiod.AddonName, enabled)))
    return {manifest.kind: manifest for manifest in istiod.addon(context).post_install_manifests}


def test_mutual_tls_is_strict_in_the_whole_mesh() -> None:
    strict = meshed()["PeerAuthentication"]
    assert strict.namespace == "istio-system"
    assert strict.body == {"spec": {"mtls": {"mode": "STRICT"}}}


def test_traces_go_to_the_collector_where_there_is_one() -> None:
    context = AddonContext(settings("staging", addons=ON), frozenset({opentelemetry_collector.NAME}))
    addon = istiod.addon(context)
    assert addon.values["meshConfig"] == {
        "enableTracing": True,
        "extensionProviders": [
            {
                "name": istiod.TRACER,
                "opentelemetry": {"service": opentelemetry_collector.HOST, "port": 4317},
            }
        ],
    }
    assert meshed(opentelemetry_collector.NAME)["Telemetry"].body["spec"] == {
        "metrics": [{"providers": [{"name": "prometheus"}]}],
        "tracing": [{"providers": [{"name": istiod.TRACER}], "randomSamplingPercentage": 5.0}],
    }


def test_without_a_collector_there_are_metrics_alone() -> None:
    assert meshed()["Telemetry"].body["spec"] == {"metrics": [{"providers": [{"name": "prometheus"}]}]}


def test_the_gateway_has_no_address_outside() -> None:
    addon = istio_gateway.addon(AddonContext(settings("production"), frozenset()))
    assert addon.values["service"] == {"type": "ClusterIP"}


def test_the_three_charts_are_one_release_of_istio() -> None:
    context = AddonContext(settings("staging", addons=ON), frozenset())
    charts = [module.addon(context).chart for module in (istio_base, istiod, istio_gateway)]
    assert {chart.version for chart in charts if chart} == {istio_base.VERSION}


def test_each_waits_for_what_it_needs() -> None:
    chosen = select(settings("staging", addons=ON, **ROOM))
    order = [addon.name for addon in chosen.addons]
    assert order.index(istio_base.NAME) < order.index(istiod.NAME) < order.index(istio_gateway.NAME)


ROOM: dict[str, Json] = {
    "nodeGroups": [
        {"name": "all", "instanceTypes": ["m6i.2xlarge"], "minSize": 3, "desiredSize": 3, "maxSize": 9}
    ]
}


def test_only_the_meshs_namespaces_get_proxies_and_what_those_need() -> None:
    spaces = {space.name: space for space in application_namespaces(settings("staging", addons=ON))}
    assert spaces["staging"].labels["istio-injection"] == "enabled"
    assert (spaces["staging"].pod_security, spaces["application"].pod_security) == (
        "privileged",
        "restricted",
    )
    assert spaces["staging"].reason
    assert "istio-injection" not in spaces["application"].labels


def test_without_the_mesh_applications_are_restricted() -> None:
    off: dict[str, Json] = {"istiod": {"enabled": False, "namespaces": ["staging"]}}
    assert {space.pod_security for space in application_namespaces(settings("staging", addons=off))} == {
        "restricted"
    }


def test_experiments_reach_the_applications_namespaces_alone() -> None:
    spaces = application_namespaces(settings("staging", addons={"chaosMesh": {"enabled": True}}))
    assert all(space.annotations == {"chaos-mesh.org/inject": "enabled"} for space in spaces)
    assert not any(
        space.annotations
        for space in application_namespaces(settings("staging", addons={"chaosMesh": {"enabled": False}}))
    )


def test_rollouts_have_rights_on_no_way_of_routing_that_the_stack_lacks() -> None:
    values = argo_rollouts.addon(AddonContext(settings("baremetal"), frozenset())).values
    rights = values["providerRBAC"]
    assert isinstance(rights, dict)
    providers = rights["providers"]
    assert isinstance(providers, dict)
    assert not any(providers.values())


def test_prometheus_asks_the_proxies_which_applications_own_policies_do_not_know() -> None:
    stack = settings("staging", addons=ON)
    policies = network_policies(stack, select(stack).addons)
    (mesh,) = (policy for policy in policies if policy.name == MESH_POLICY)
    assert mesh.namespace == "staging"
    spec = cast("Mapping[str, Json]", mesh.body["spec"])
    assert spec["podSelector"] == {"matchLabels": {"security.istio.io/tlsMode": "istio"}}
    assert spec["policyTypes"] == ["Ingress"]
    (rule,) = cast("Sequence[Mapping[str, Sequence[Json]]]", spec["ingress"])
    assert rule["ports"] == [{"protocol": "TCP", "port": 15090}]
    (asker,) = cast("Sequence[Mapping[str, Json]]", rule["from"])
    assert asker["podSelector"] == {"matchLabels": prometheus.PODS.labels}


def test_without_namespaces_of_the_mesh_nothing_is_opened() -> None:
    alone: dict[str, Json] = {**ON, "istiod": {"enabled": True}}
    stack = settings("staging", addons=alone)
    policies = network_policies(stack, select(stack).addons)
    assert not [policy for policy in policies if policy.name == MESH_POLICY]
