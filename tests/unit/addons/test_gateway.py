"""The ways in on a cluster that exists already: Kong with its database, or ingress-nginx, and the tunnel."""

import json
from collections.abc import Mapping
from typing import Final, cast

import pytest

from oneup.addonkit.addon import Addon, Manifest
from oneup.addons.cert_manager import issuers
from oneup.installation import select
from oneup.installation.choose import SelectionError
from oneup.plan import Json, Plan
from oneup.plan.inputs import as_mapping, value_at
from oneup.settings.errors import SettingsError
from oneup.settings.existing import NodeRole
from oneup.settings.model import Settings
from tests.support.stacks import settings
from tests.unit.foundation.graph import direct, earlier, find

NGINX: Final[Mapping[str, Json]] = {"kong": {"enabled": False}, "ingressNginx": {"enabled": True}}
PLACE: Final = {"key": "node.role", "operator": "Equal", "value": "gateway", "effect": "NoSchedule"}


def addon(name: str, **changes: Json) -> Addon:
    return next(one for one in select(settings("baremetal", **changes)).addons if one.name == name)


def values(name: str, **changes: Json) -> Mapping[str, Json]:
    return cast(Mapping[str, Json], addon(name, **changes).values)


def of(user: Addon, kind: str) -> dict[str, Manifest]:
    return {
        one.name: one
        for one in (*user.prerequisite_manifests, *user.post_install_manifests)
        if one.kind == kind
    }


def spec(manifest: Manifest) -> Mapping[str, Json]:
    return cast(Mapping[str, Json], manifest.body["spec"])


def test_three_kongs_run_on_the_gateway_nodes_and_grow_under_load() -> None:
    kong = values("kong")
    assert kong["replicaCount"] == 3
    assert kong["autoscaling"] == {"enabled": True, "minReplicas": 3, "maxReplicas": 6}
    assert kong["nodeSelector"] == {"node.role": "gateway"}
    assert kong["tolerations"] == [PLACE]
    assert addon("kong").node_role is NodeRole.GATEWAY


def test_where_no_nodes_are_named_kong_runs_anywhere() -> None:
    changes: dict[str, Json] = {
        "existing": {"context": "kind-oneup", "nodes": []},
        "availability": "single",
        "addons": {name: {"enabled": False} for name in ("rookCephCluster", "loki", "tempo", "velero")}
        | {name: {"enabled": False} for name in ("alloy", "opentelemetryCollector", "opentelemetryOperator")}
        | {name: {"enabled": False} for name in ("vault", "vaultConfiguration", "vaultSnapshots")}
        | {"kong": {"enabled": True, "backups": False}},
    }
    kong = values("kong", **changes)
    assert "nodeSelector" not in kong
    assert kong["replicaCount"] == 1
    # Without Ceph its database is kept nowhere else.
    assert not of(addon("kong", **changes), "ScheduledBackup")


def test_nobody_but_its_controller_administers_kong() -> None:
    kong = values("kong")
    assert [value_at(kong, part, "enabled") for part in ("admin", "manager", "portal", "portalapi")] == [
        False
    ] * 4
    assert "admin_listen" not in as_mapping(kong["env"])


def test_every_request_is_limited_and_counted() -> None:
    changes: Json = {"kong": {"enabled": True, "requestsPerMinute": 30, "requestMegabytes": 4}}
    plugins = of(addon("kong", addons=changes), "KongClusterPlugin")
    for_all = {name for name, one in plugins.items() if one.labels.get("global") == "true"}
    assert for_all == {"rate-limit", "request-size-limit", "prometheus"}
    assert value_at(cast(Json, plugins["rate-limit"].body), "config", "minute") == 30
    # A database that is down must not take every route with it.
    assert value_at(cast(Json, plugins["rate-limit"].body), "config", "fault_tolerant") is True
    assert value_at(cast(Json, plugins["rate-limit"].body), "config", "limit_by") == "ip"
    assert value_at(cast(Json, plugins["request-size-limit"].body), "config", "allowed_payload_size") == 4


def test_keys_and_tokens_are_asked_of_those_that_name_them() -> None:
    plugins = of(addon("kong"), "KongClusterPlugin")
    for name in ("key-auth", "jwt"):
        assert not plugins[name].labels
        assert plugins[name].body["plugin"] == name


def test_kongs_database_has_three_instances_and_a_backup_each_night() -> None:
    kong = addon("kong")
    (database,) = of(kong, "Cluster").values()
    assert spec(database)["instances"] == 3
    store = value_at(spec(database), "backup", "barmanObjectStore")
    (claim,) = of(kong, "ObjectBucketClaim").values()
    assert value_at(store, "destinationPath") == f"s3://{spec(claim)['bucketName']}/"
    assert value_at(store, "s3Credentials", "accessKeyId", "name") == claim.name
    (nightly,) = of(kong, "ScheduledBackup").values()
    assert value_at(spec(nightly), "cluster", "name") == database.name


def test_kong_knows_its_database_by_the_secret_that_the_operator_makes() -> None:
    (database,) = of(addon("kong"), "Cluster").values()
    environment = as_mapping(values("kong")["env"])
    assert environment["pg_host"] == f"{database.name}-rw.ingress-system.svc.cluster.local"
    for name, key in (("pg_user", "username"), ("pg_password", "password")):
        assert value_at(environment[name], "valueFrom", "secretKeyRef") == {
            "name": f"{database.name}-app",
            "key": key,
        }


def test_no_two_databases_or_addons_share_a_bucket(baremetal: Plan) -> None:
    claims = baremetal.of_type("kubernetes:objectbucket.io/v1alpha1:ObjectBucketClaim")
    names = [str(value_at(claim.inputs, "spec", "bucketName")) for claim in claims]
    assert len(names) == len(set(names)) == 5


def test_kong_waits_for_its_database_which_waits_for_operator_and_bucket(baremetal: Plan) -> None:
    needs = direct(baremetal, find(baremetal, "Release", "kong"))
    assert "Cluster kong/kong-database" in needs
    database = find(baremetal, "Cluster", "kong/kong-database")
    assert "Release cloudnative-pg" in direct(baremetal, database)
    assert "CephObjectStore rook-ceph-cluster/objects" in earlier(baremetal, database)


def test_the_gateway_api_has_a_class_a_gateway_and_a_certificate_for_each_host(baremetal: Plan) -> None:
    hosts: Json = ["www.example.com", "shop.example.com"]
    kong = addon("kong", addons={"kong": {"enabled": True, "gateway": True, "hosts": hosts}})
    (made,) = of(kong, "GatewayClass").values()
    assert spec(made)["controllerName"] == "konghq.com/kic-gateway-controller"
    (public,) = of(kong, "Gateway").values()
    assert spec(public)["gatewayClassName"] == made.name
    listeners = cast("list[Mapping[str, Json]]", spec(public)["listeners"])
    assert [one.get("hostname") for one in listeners] == [None, "www.example.com", "shop.example.com"]
    named = {_secret(one) for one in listeners[1:]}
    assert named == {str(spec(one)["secretName"]) for one in of(kong, "Certificate").values()}
    needs = earlier(baremetal, find(baremetal, "Gateway", "kong/public"))
    assert "CustomResourceDefinition gateway-api/gateways.gateway.networking.k8s.io" in needs


def _secret(listener: Mapping[str, Json]) -> str:
    (reference,) = cast("list[Json]", value_at(listener, "tls", "certificateRefs"))
    return str(value_at(reference, "name"))


def test_there_is_no_gateway_unless_the_stack_says_so() -> None:
    kong = addon("kong", addons={"kong": {"enabled": True, "gateway": False}})
    assert not of(kong, "GatewayClass") | of(kong, "Gateway") | of(kong, "Certificate")


@pytest.mark.parametrize("missing", ["gatewayApi", "certManager", "rookCephCluster", "cloudnativePg"])
def test_what_kong_needs_is_named_where_it_is_off(missing: str) -> None:
    name = {"cloudnativePg": "cloudnative-pg", "rookCephCluster": "rook-ceph-cluster"}.get(missing)
    needed = name or {"gatewayApi": "gateway-api", "certManager": "cert-manager"}[missing]
    with pytest.raises(SelectionError, match=f"kong requires {needed}, which is not enabled"):
        select(settings("baremetal", addons={missing: {"enabled": False}}))


def test_kong_and_nginx_do_not_stand_side_by_side() -> None:
    with pytest.raises(SelectionError, match="ingress-nginx conflicts with kong"):
        select(settings("baremetal", addons={"ingressNginx": {"enabled": True}}))


def solver(stack: Settings) -> Json:
    first = next(one for one in issuers(stack) if one.name == "letsencrypt-prod")
    (http,) = cast("list[Json]", value_at(cast(Json, first.body), "spec", "acme", "solvers"))
    return value_at(http, "http01", "ingress", "ingressClassName")


def test_challenges_are_answered_behind_the_way_in_that_is_installed() -> None:
    assert solver(settings("baremetal")) == "kong"
    assert solver(settings("baremetal", addons=NGINX)) == "nginx"
    chosen: Json = {**NGINX, "certManager": {"httpClass": "istio"}}
    assert solver(settings("baremetal", addons=chosen)) == "istio"


def test_nginx_limits_by_address_and_takes_no_snippets() -> None:
    limits: Json = {
        **NGINX,
        "ingressNginx": {"enabled": True, "requestsPerSecond": 7, "allowedCidrs": ["203.0.113.0/24"]},
    }
    controller = values("ingress-nginx", addons=limits)["controller"]
    assert "rate=7r/s" in str(value_at(controller, "config", "http-snippet"))
    assert value_at(controller, "service", "loadBalancerSourceRanges") == ["203.0.113.0/24"]
    assert value_at(controller, "allowSnippetAnnotations") is False
    assert value_at(controller, "nodeSelector") == {"node.role": "gateway"}


def tunnel(**knobs: Json) -> Addon:
    base: dict[str, Json] = {
        "enabled": True,
        "tunnel": "6ff42ae2-765d-4adf-8112-31c55c1551ef",
        "rules": RULES,
    }
    return addon("cloudflare-tunnel", addons={"cloudflareTunnel": {**base, **knobs}})


RULES: Final[Json] = [
    {
        "hostname": "shop.example.com",
        "path": "/api/.*",
        "service": "http://order.production.svc.cluster.local:8080",
    },
    {"hostname": "shop.example.com", "service": "https://web.production.svc.cluster.local", "verify": False},
]


def written(made: Addon) -> Mapping[str, Json]:
    (configuration,) = of(made, "ConfigMap").values()
    return json.loads(str(value_at(cast(Json, configuration.body), "data", "config.yaml")))


def test_the_tunnels_rules_are_the_settings_and_all_else_is_not_found() -> None:
    assert written(tunnel())["ingress"] == [
        {
            "hostname": "shop.example.com",
            "path": "/api/.*",
            "service": "http://order.production.svc.cluster.local:8080",
        },
        {
            "hostname": "shop.example.com",
            "service": "https://web.production.svc.cluster.local",
            "originRequest": {"noTLSVerify": True},
        },
        {"service": "http_status:404"},
    ]


def pod(made: Addon) -> Mapping[str, Json]:
    (deployment,) = of(made, "Deployment").values()
    return as_mapping(value_at(spec(deployment), "template"))


def test_the_tunnels_credentials_come_of_a_secret_and_are_where_its_configuration_says() -> None:
    made = tunnel(secret="tunnel-of-mine")
    (mounted,) = [
        one for one in cast("list[Json]", value_at(pod(made), "spec", "volumes")) if value_at(one, "secret")
    ]
    assert value_at(mounted, "secret", "secretName") == "tunnel-of-mine"
    (container,) = cast("list[Json]", value_at(pod(made), "spec", "containers"))
    places = {
        str(value_at(one, "name")): str(value_at(one, "mountPath"))
        for one in cast("list[Json]", value_at(container, "volumeMounts"))
    }
    assert written(made)["credentials-file"] == f"{places['credentials']}/credentials.json"
    assert not of(made, "Secret")


def test_the_tunnel_outlives_a_node_and_its_own_update() -> None:
    made = tunnel()
    (deployment,) = of(made, "Deployment").values()
    assert spec(deployment)["replicas"] == 2
    assert value_at(spec(deployment), "strategy", "rollingUpdate", "maxUnavailable") == 0
    (budget,) = of(made, "PodDisruptionBudget").values()
    assert spec(budget)["maxUnavailable"] == 1
    assert value_at(pod(made), "spec", "topologySpreadConstraints")


def test_a_change_of_rules_rolls_the_tunnel_out() -> None:
    before, after = tunnel(), tunnel(protocol="http2")
    assert value_at(pod(before), "metadata", "annotations") != value_at(pod(after), "metadata", "annotations")
    assert value_at(pod(before), "metadata", "annotations") == value_at(
        pod(tunnel()), "metadata", "annotations"
    )


@pytest.mark.parametrize("switch", ["kong", "ingressNginx", "cloudflareTunnel"])
def test_aws_refuses_it(switch: str) -> None:
    with pytest.raises(
        SettingsError, match=f"{switch}.enabled: true is only supported with foundation: existing"
    ):
        settings("staging", addons={switch: {"enabled": True}})
