"""Argo CD as a hub: how it enters further clusters, and what they may get."""

import json
from collections.abc import Mapping
from typing import cast

from oneup.addonkit.flow import Peer, PodSelector
from oneup.addons import argo_cd
from oneup.installation import select
from oneup.plan import Json, Plan
from tests.support.plans import RehearseWith
from tests.support.stacks import settings

EDGE: Mapping[str, Json] = {
    "name": "edge",
    "server": "https://ABCD.gr7.eu-central-1.eks.amazonaws.com",
    "path": "apps/edge",
    "namespaces": ["edge"],
    "roleArn": "arn:aws:iam::444455556666:role/hub",
    "eksName": "edge",
    "certificateAuthority": "Q0VSVA==",
}
SHED: Mapping[str, Json] = {
    "name": "shed",
    "server": "https://shed.example.com:6443",
    "path": "apps/shed",
    "namespaces": ["shed", "tools"],
    "credentialsSecret": "shed-cluster",
}
HUB: Mapping[str, Json] = {"argoCd": {"clusters": [EDGE, SHED]}}


def hub(rehearse_with: RehearseWith) -> Plan:
    return rehearse_with("staging", addons=HUB)


def spec(plan: Plan, kind: str, name: str = "clusters") -> Mapping[str, Json]:
    (found,) = (one for one in plan.of_type(f"kubernetes:argoproj.io/v1alpha1:{kind}") if one.name == name)
    return cast("Mapping[str, Json]", found.inputs["spec"])


def test_a_cluster_is_entered_by_a_role_that_the_hub_may_become() -> None:
    chosen = {addon.name: addon for addon in select(settings("staging", addons=HUB)).addons}[argo_cd.NAME]
    (edge,) = (one for one in chosen.prerequisite_manifests if one.name == "cluster-edge")
    data = cast("Mapping[str, str]", edge.body["stringData"])
    assert edge.labels["argocd.argoproj.io/secret-type"] == "cluster"
    assert json.loads(data["config"]) == {
        "awsAuthConfig": {"clusterName": "edge", "roleARN": EDGE["roleArn"]},
        "tlsClientConfig": {"insecure": False, "caData": "Q0VSVA=="},
    }
    assert chosen.identity
    (become,) = chosen.identity.statements
    assert (become.actions, become.resources) == (("sts:AssumeRole",), (EDGE["roleArn"],))
    for part in ("controller", "server"):
        account = cast("Mapping[str, Mapping[str, Json]]", chosen.values[part])["serviceAccount"]
        assert account == {"create": False, "name": chosen.identity.service_account}


def test_of_a_cluster_that_is_entered_otherwise_the_stack_writes_no_secret() -> None:
    chosen = {addon.name: addon for addon in select(settings("staging", addons=HUB)).addons}[argo_cd.NAME]
    (shed,) = (one for one in chosen.prerequisite_manifests if one.name == "shed-cluster")
    assert shed.body["stringData"] == {"name": "shed", "server": SHED["server"]}


def test_clusters_get_what_is_in_their_folder_within_their_namespaces(rehearse_with: RehearseWith) -> None:
    plan = hub(rehearse_with)
    bounds = spec(plan, "AppProject")
    assert bounds["destinations"] == [
        {"server": EDGE["server"], "namespace": "edge"},
        {"server": SHED["server"], "namespace": "shed"},
        {"server": SHED["server"], "namespace": "tools"},
    ]
    assert "clusterResourceWhitelist" not in bounds
    made = spec(plan, "ApplicationSet")
    assert made["goTemplateOptions"] == ["missingkey=error"]
    template = cast("Mapping[str, Mapping[str, Json]]", made["template"])["spec"]
    source = cast("Mapping[str, str]", template["source"])
    assert source["path"] == '{{ index .metadata.annotations "oneup.dev/path" }}'
    assert template["project"] == "clusters"
    secrets = [one for one in plan.resources if one.type == "kubernetes:core/v1:Secret"]
    paths = {
        str(cast("Mapping[str, Mapping[str, str]]", one.inputs["metadata"])["annotations"]["oneup.dev/path"])
        for one in secrets
        if "annotations" in cast("Mapping[str, Json]", one.inputs["metadata"])
    }
    assert paths == {"apps/edge", "apps/shed"}


def test_what_further_clusters_have_outlives_the_hub(rehearse_with: RehearseWith) -> None:
    made = spec(hub(rehearse_with), "ApplicationSet")
    assert made["syncPolicy"] == {"preserveResourcesOnDeletion": True}


def test_controller_and_server_reach_the_further_clusters_and_no_other_part_does() -> None:
    def ways(**changes: Json) -> set[tuple[str, int]]:
        chosen = {addon.name: addon for addon in select(settings("staging", **changes)).addons}[argo_cd.NAME]
        return {
            (flow.source.name, port.number)
            for flow in chosen.network_flows
            if isinstance(flow.source, PodSelector) and flow.destination == Peer.INTERNET
            for port in flow.ports
        }

    parts = ("argocd-server", "argocd-application-controller")
    expected = {(part, port) for part in parts for port in (443, 6443)}
    assert expected <= ways(addons=HUB)
    assert ways(addons=HUB) - ways() == expected - ways()
    assert not {port for _, port in ways()} & {6443}


def test_without_further_clusters_nothing_is_made_for_them(staging: Plan) -> None:
    assert staging.of_type("kubernetes:argoproj.io/v1alpha1:ApplicationSet") == ()
    argo = {addon.name: addon for addon in select(settings("staging")).addons}[argo_cd.NAME]
    assert argo.identity is None
