"""cloudflared: a Cloudflare tunnel that receives requests over outgoing connections."""

import json
from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Manifest
from oneup.addonkit.alert import Alert
from oneup.addonkit.flow import ANY_PORT, NetworkFlow, Peer, PodSelector, Port, allow_egress, network_flow
from oneup.addonkit.pods import (
    RESTRICTED_CONTEXT,
    ContainerRequests,
    disruption_budget,
    pod_requests,
    topology_spread,
)
from oneup.addons import kong
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.settings.addons.networking import CloudflareTunnel, TunnelRule
from oneup.values import Value, Values
from oneup.workspace.namespace import TUNNEL
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("cloudflare-tunnel")

PODS: Final = PodSelector(NAME, TUNNEL, {"app.kubernetes.io/name": NAME})

SIZE: Final = ContainerRequests(50, 128)
IMAGE: Final = "docker.io/cloudflare/cloudflared:2026.1.2"
METRICS: Final = 2000

_LABELS: Final = {"app.kubernetes.io/name": NAME}
_POD_LABELS: Final = {**_LABELS, "app.kubernetes.io/part-of": "oneup"}
_CONFIGURATION: Final = "/etc/cloudflared/config"
_CREDENTIALS: Final = "/etc/cloudflared/credentials"

ALERTS: Final = (
    Alert(
        name="TunnelDown",
        expr="(sum(cloudflared_tunnel_ha_connections) or vector(0)) == 0",
        minutes=3,
        severity="critical",
        summary="The tunnel is not connected to Cloudflare: its hosts return errors",
        runbook="tunnel-down",
    ),
    Alert(
        name="TunnelErrors",
        expr=(
            "sum(rate(cloudflared_tunnel_request_errors[5m]))"
            " / sum(rate(cloudflared_tunnel_total_requests[5m])) > 0.05"
        ),
        minutes=10,
        summary="{{ $value | humanizePercentage }} of the tunnel's requests fail to reach their Service",
        runbook="tunnel-errors",
    ),
)


def addon(context: AddonContext) -> Addon:
    """Plain manifests in their own namespace: two pods with four connections each."""
    knobs = context.existing.addons.cloudflare_tunnel
    replicas = 2
    watched = (_monitor(),) if context.has_monitoring else ()
    return Addon(
        name=NAME,
        namespace=TUNNEL,
        prerequisite_manifests=(_configuration(knobs),),
        post_install_manifests=(
            _deployment(knobs, replicas),
            disruption_budget(NAME, TUNNEL, _LABELS, {"maxUnavailable": 1}),
            _service(),
            *watched,
        ),
        uses=(Capability.MONITORS,),
        has_services=False,
        alerts=ALERTS,
        pod_selectors=(PODS,),
        network_flows=_flows(),
        requests=pod_requests((SIZE, replicas)),
    )


def _flows() -> tuple[NetworkFlow, ...]:
    """Egress to Cloudflare (QUIC or TCP), and to Kong or an application."""
    return (
        *allow_egress(PODS, Peer.INTERNET),
        network_flow(PODS, Peer.INTERNET, 7844, Port(7844, "UDP")),
        network_flow(PODS, kong.PODS, 8000, 8443),
        network_flow(PODS, Peer.APPLICATIONS, ANY_PORT),
        prometheus.allow_scraping(PODS, METRICS),
    )


def configuration(knobs: CloudflareTunnel) -> Values:
    """Cloudflared's configuration; the last rule answers 404 for everything else."""
    rules: list[Value] = [*map(_rule, knobs.rules), {"service": "http_status:404"}]
    return {
        "tunnel": knobs.tunnel or "",
        "credentials-file": f"{_CREDENTIALS}/credentials.json",
        "protocol": knobs.protocol,
        "metrics": f"0.0.0.0:{METRICS}",
        "no-autoupdate": True,
        "ingress": rules,
    }


def _rule(rule: TunnelRule) -> Values:
    narrowed: Values = {"path": rule.path} if rule.path else {}
    unverified: Values = {} if rule.verify else {"originRequest": {"noTLSVerify": True}}
    return {"hostname": rule.hostname, **narrowed, "service": rule.service, **unverified}


def _text(knobs: CloudflareTunnel) -> str:
    """As JSON (a subset of YAML), deterministic."""
    return json.dumps(configuration(knobs), indent=2, sort_keys=True)


def _configuration(knobs: CloudflareTunnel) -> Manifest:
    return Manifest(
        api_version="v1",
        kind="ConfigMap",
        name=NAME,
        namespace=TUNNEL.name,
        body={"data": {"config.yaml": _text(knobs)}},
    )


def _deployment(knobs: CloudflareTunnel, replicas: int) -> Manifest:
    """The Deployment; a checksum annotation restarts the pods when the rules change."""
    settings = json.dumps(configuration(knobs), sort_keys=True, separators=(",", ":"))
    template: Values = {
        "metadata": {"labels": _POD_LABELS, "annotations": {"oneup.dev/configuration": settings}},
        "spec": {
            "automountServiceAccountToken": False,
            "priorityClassName": CRITICAL.name,
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": 65532,
                "runAsGroup": 65532,
                "fsGroup": 65532,
            },
            "topologySpreadConstraints": topology_spread(_LABELS),
            # Longer than cloudflared's graceful shutdown.
            "terminationGracePeriodSeconds": 45,
            "containers": [_container()],
            "volumes": [
                {"name": "configuration", "configMap": {"name": NAME}},
                {"name": "credentials", "secret": {"secretName": knobs.secret, "defaultMode": 0o440}},
            ],
        },
    }
    return Manifest(
        api_version="apps/v1",
        kind="Deployment",
        name=NAME,
        namespace=TUNNEL.name,
        labels=_LABELS,
        body={
            "spec": {
                "replicas": replicas,
                "selector": {"matchLabels": _LABELS},
                "strategy": {"rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}},
                "template": template,
            }
        },
    )


def _container() -> Values:
    """Ready while connected to Cloudflare; alive as long as it responds."""
    return {
        "name": "cloudflared",
        "image": IMAGE,
        "args": ["tunnel", "--config", f"{_CONFIGURATION}/config.yaml", "--grace-period", "30s", "run"],
        "ports": [{"name": "metrics", "containerPort": METRICS}],
        "readinessProbe": {"httpGet": {"path": "/ready", "port": "metrics"}, "periodSeconds": 10},
        "livenessProbe": {
            "httpGet": {"path": "/metrics", "port": "metrics"},
            "initialDelaySeconds": 15,
            "periodSeconds": 20,
        },
        "resources": SIZE.resources,
        "securityContext": RESTRICTED_CONTEXT,
        "volumeMounts": [
            {"name": "configuration", "mountPath": _CONFIGURATION, "readOnly": True},
            {"name": "credentials", "mountPath": _CREDENTIALS, "readOnly": True},
        ],
    }


def _service() -> Manifest:
    """A Service for metrics only."""
    port: Values = {"name": "metrics", "port": METRICS, "targetPort": "metrics"}
    return Manifest(
        api_version="v1",
        kind="Service",
        name=NAME,
        namespace=TUNNEL.name,
        labels=_LABELS,
        body={"spec": {"selector": _LABELS, "ports": [port]}},
    )


def _monitor() -> Manifest:
    return Manifest(
        api_version="monitoring.coreos.com/v1",
        kind="ServiceMonitor",
        name=NAME,
        namespace=TUNNEL.name,
        body={"spec": {"selector": {"matchLabels": _LABELS}, "endpoints": [{"port": "metrics"}]}},
    )
