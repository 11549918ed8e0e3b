"""Shared ingress settings, and Kong's plugins: limits for all routes, authentication on request."""

from typing import Final

from oneup.addonkit.addon import Manifest
from oneup.addons.cert_manager.issuers import PRODUCTION
from oneup.settings.addons.networking import Kong
from oneup.settings.existing import NODE_ROLE_KEY, NodeRole
from oneup.settings.model import ExistingSettings
from oneup.values import Value, Values
from oneup.workspace.namespace import INGRESS

INGRESS_CLASS: Final = "kong"


def node_placement(settings: ExistingSettings) -> Values:
    """On gateway nodes if the stack has any, otherwise anywhere."""
    if not settings.existing.nodes_with_role(NodeRole.GATEWAY):
        return {}
    role = NodeRole.GATEWAY.value
    taint: Values = {"key": NODE_ROLE_KEY, "operator": "Equal", "value": role, "effect": "NoSchedule"}
    return {"nodeSelector": {NODE_ROLE_KEY: role}, "tolerations": [taint]}


def kong_plugins(knobs: Kong) -> tuple[Manifest, ...]:
    """Metrics, rate and size limits for every route; ``key-auth`` and ``jwt`` for Ingresses that reference them.

    Each Kong pod counts rates separately: shared counters would write to the database on each request.
    """
    limits: Values = {
        "minute": knobs.requests_per_minute,
        "limit_by": "ip",
        "policy": "local",
        "fault_tolerant": True,
    }
    size: Values = {"allowed_payload_size": knobs.request_megabytes, "size_unit": "megabytes"}
    figures: Values = {"status_code_metrics": True, "latency_metrics": True, "bandwidth_metrics": True}
    key: Values = {"key_names": ["apikey"], "hide_credentials": True}
    token: Values = {"claims_to_verify": ["exp"], "header_names": ["authorization"]}
    return (
        _plugin("rate-limit", "rate-limiting", limits, for_all=True),
        _plugin("request-size-limit", "request-size-limiting", size, for_all=True),
        _plugin("prometheus", "prometheus", figures, for_all=True),
        _plugin("key-auth", "key-auth", key, for_all=False),
        _plugin("jwt", "jwt", token, for_all=False),
    )


def public_gateway(knobs: Kong) -> tuple[Manifest, ...]:
    """The Gateway that routes of every namespace may attach to, and its certificates."""
    kong: Values = {"controllerName": "konghq.com/kic-gateway-controller"}
    all_routes: Values = {"namespaces": {"from": "All"}}
    plain: Values = {"name": "http", "protocol": "HTTP", "port": 80, "allowedRoutes": all_routes}
    listeners: list[Value] = [plain, *(_listener(host, all_routes) for host in knobs.hosts)]
    api = "gateway.networking.k8s.io/v1"
    return (
        Manifest(
            api_version=api,
            kind="GatewayClass",
            name=INGRESS_CLASS,
            # The stack runs Kong; its controller does not create proxies for a Gateway.
            annotations={"konghq.com/gatewayclass-unmanaged": "true"},
            body={"spec": kong},
        ),
        Manifest(
            api_version=api,
            kind="Gateway",
            name="public",
            namespace=INGRESS.name,
            body={"spec": {"gatewayClassName": INGRESS_CLASS, "listeners": listeners}},
        ),
        *(_certificate(host) for host in knobs.hosts),
    )


def _listener(host: str, routes: Values) -> Values:
    kept: Values = {"kind": "Secret", "name": _secret(host)}
    return {
        "name": host.replace(".", "-"),
        "protocol": "HTTPS",
        "port": 443,
        "hostname": host,
        "tls": {"mode": "Terminate", "certificateRefs": [kept]},
        "allowedRoutes": routes,
    }


def _certificate(host: str) -> Manifest:
    """By Let's Encrypt, with an HTTP01 challenge served through Kong."""
    issuer: Values = {"kind": "ClusterIssuer", "name": PRODUCTION}
    return Manifest(
        api_version="cert-manager.io/v1",
        kind="Certificate",
        name=_secret(host),
        namespace=INGRESS.name,
        body={"spec": {"secretName": _secret(host), "dnsNames": [host], "issuerRef": issuer}},
    )


def _secret(host: str) -> str:
    return f"{host}-tls"


def _plugin(name: str, plugin: str, config: Values, *, for_all: bool) -> Manifest:
    return Manifest(
        api_version="configuration.konghq.com/v1",
        kind="KongClusterPlugin",
        name=name,
        labels={"global": "true"} if for_all else {},
        annotations={"kubernetes.io/ingress.class": INGRESS_CLASS},
        body={"plugin": plugin, "config": config},
    )
