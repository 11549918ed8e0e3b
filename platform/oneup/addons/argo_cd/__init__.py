"""Argo CD: syncs ``apps/`` from Git to the cluster."""

import json
from typing import Final

from oneup.addonkit import ingress, required_secrets
from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart, Manifest
from oneup.addonkit.assets import read_text
from oneup.addonkit.pods import ContainerRequests, pod_requests, topology_spread
from oneup.addons import external_secrets
from oneup.addons.argo_cd import alerts, hub, notifications, traffic
from oneup.settings.addons.argo_cd import ArgoCdSettings
from oneup.settings.model import Settings
from oneup.values import Values
from oneup.workspace.namespace import ARGO_CD
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("argo-cd")

_HEALTH: Final = read_text("argo_cd/application.lua")
_CONTROLLER: Final = ContainerRequests(250, 1024)
_REPO_SERVER: Final = ContainerRequests(100, 512)
_SMALL: Final = ContainerRequests(50, 128)
_REDIS: Final = ContainerRequests(100, 128)


def addon(context: AddonContext) -> Addon:
    """The release in ``argocd``; with high availability, two replicas and a redundant Redis."""
    settings = context.settings
    replicas, high = settings.replicas, settings.replicas > 1
    brought = required_secrets.external_secret_manifests(context, ARGO_CD.name)
    # In addition to Redis, each of the three pods has a Sentinel and a split-brain check.
    redis = ((_REDIS + _SMALL + _SMALL, 3), (_SMALL, 3)) if high else ((_REDIS, 1),)
    return Addon(
        name=NAME,
        namespace=ARGO_CD,
        chart=Chart("https://argoproj.github.io/argo-helm", "argo-cd", "10.1.1", leaves=("argoproj.io",)),
        values={
            "fullnameOverride": "argocd",
            "global": {
                "domain": ingress.host(settings, "argocd") or "localhost",
                "priorityClassName": CRITICAL.name,
                "topologySpreadConstraints": topology_spread(),
                # The stack's network policies are stricter than the chart's.
                "networkPolicy": {"create": False},
            },
            "configs": _configuration(settings.addons.argo_cd),
            "dex": {"enabled": False},
            **_pods(replicas, context),
            **_redis(high),
            "server": {
                **_replicated(_SMALL, replicas, context),
                "ingress": _ingress(settings),
                **hub.account(settings),
            },
        },
        uses=(
            Capability.MONITORS,
            Capability.DNS_RECORDS,
            *((Capability.SECRETS,) if brought else ()),
        ),
        reads_settings_of=(external_secrets.NAME,),
        identity=hub.identity(settings),
        prerequisite_manifests=(*_credentials(settings), *hub.cluster_secrets(settings)),
        post_install_manifests=brought,
        alerts=alerts.ALERTS,
        timeout_seconds=600,
        pod_selectors=traffic.pod_selectors(high=high),
        network_flows=traffic.network_flows(settings, high=high),
        requests=pod_requests((_CONTROLLER, 1), (_REPO_SERVER, replicas), (_SMALL, 2 * replicas + 1), *redis),
        owns_external_resources=True,
    )


def _configuration(knobs: ArgoCdSettings) -> Values:
    """Argo CD's configuration: sign-in, roles, resource tracking and health checks."""
    oidc = knobs.oidc
    sign_in: Values = (
        {
            "oidc.config": json.dumps(
                {
                    "name": oidc.name,
                    "issuer": oidc.issuer,
                    "clientID": oidc.client_id,
                    # Argo CD reads the key from this Secret; the value is not in the stack.
                    "clientSecret": f"${oidc.client_secret}:{oidc.KEY}",
                    "requestedScopes": ["openid", "profile", "email", "groups"],
                }
            )
        }
        if oidc
        else {}
    )
    return {
        "cm": {
            "admin.enabled": oidc is None,
            # A controller may copy a label to child objects; the annotation identifies one object only.
            "application.resourceTrackingMethod": "annotation",
            "resource.customizations.health.argoproj.io_Application": _HEALTH,
            **sign_in,
        },
        # Server-side diff: the API server knows the defaults of a route's references or a
        # StatefulSet's claims, which would otherwise stay OutOfSync.
        "params": {"controller.diff.server.side": True},
        "rbac": {
            "policy.default": "role:readonly",
            "policy.csv": "".join(f"g, {group}, role:admin\n" for group in knobs.admin_groups),
        },
    }


def _metrics(context: AddonContext) -> Values:
    """A Service with the component's metrics, and its ServiceMonitor."""
    return {"metrics": {"enabled": True, "serviceMonitor": {"enabled": context.has_monitoring}}}


def _replicated(size: ContainerRequests, replicas: int, context: AddonContext) -> Values:
    """Values of every component that supports replicas."""
    return {
        "replicas": replicas,
        "resources": size.resources,
        "pdb": {"enabled": replicas > 1, "maxUnavailable": 1},
        **_metrics(context),
    }


def _pods(replicas: int, context: AddonContext) -> Values:
    """All components except server and Redis.

    Two have one replica even with high availability: the controller, whose replicas would be
    shards by cluster (there is one cluster), and the notifications controller, which has no leader election.
    """
    return {
        "controller": {
            "resources": _CONTROLLER.resources,
            **_metrics(context),
            **hub.account(context.settings),
        },
        "notifications": {
            "resources": _SMALL.resources,
            **_metrics(context),
            **notifications.values(context),
        },
        "redisSecretInit": {"resources": _SMALL.resources},
        "repoServer": _replicated(_REPO_SERVER, replicas, context),
        "applicationSet": _replicated(_SMALL, replicas, context),
    }


def _redis(high: bool) -> Values:
    """A cache without persistence: one Redis, or three behind HAProxy on different nodes."""
    if not high:
        return {"redis": {"resources": _REDIS.resources, "automountServiceAccountToken": False}}
    budget: Values = {"maxUnavailable": 1}
    return {
        "redis-ha": {
            "enabled": True,
            "redis": {"resources": _REDIS.resources},
            "sentinel": {"resources": _SMALL.resources},
            "splitBrainDetection": {"resources": _SMALL.resources},
            "init": {"resources": _SMALL.resources},
            "podDisruptionBudget": budget,
            "priorityClassName": CRITICAL.name,
            "haproxy": {
                "resources": _SMALL.resources,
                "init": {"resources": _SMALL.resources},
                "podDisruptionBudget": budget,
                "priorityClassName": CRITICAL.name,
            },
        }
    }


def _ingress(settings: Settings) -> Values:
    """Through the load balancer on AWS; elsewhere a ClusterIP Service, reached by port-forward."""
    if not ingress.uses_load_balancer(settings):
        return {"enabled": False}
    prefix = "alb.ingress.kubernetes.io"
    return {
        "enabled": True,
        # Also creates the second Service, which the CLI uses for gRPC.
        "controller": "aws",
        "ingressClassName": "alb",
        "annotations": {
            **ingress.annotations(settings, settings.addons.argo_cd.allowed_cidrs),
            # The server uses its own TLS: traffic inside the VPC is encrypted too.
            f"{prefix}/backend-protocol": "HTTPS",
            f"{prefix}/healthcheck-protocol": "HTTPS",
        },
        "aws": {"serviceType": "ClusterIP", "backendProtocolVersion": "GRPC"},
    }


def _credentials(settings: Settings) -> tuple[Manifest, ...]:
    """The Secret that Argo CD reads the repository's credentials from.

    The stack sets what is not secret: the URL and the label that Argo CD selects. The user (or
    External Secrets, with the policy Merge) adds ``username`` and ``password``, or ``sshPrivateKey``.
    """
    name = settings.gitops.credentials_secret
    if name is None:
        return ()
    return (
        Manifest(
            api_version="v1",
            kind="Secret",
            name=name,
            namespace=ARGO_CD.name,
            labels={"argocd.argoproj.io/secret-type": "repository"},
            body={"stringData": {"type": "git", "url": settings.gitops.repository}},
        ),
    )
