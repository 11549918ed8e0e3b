"""Network flows of Argo CD's components."""

from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from oneup.addonkit import ingress
from oneup.addonkit.flow import NetworkFlow, Peer, PodSelector, allow_egress, network_flow
from oneup.addons.argo_cd import commit_status
from oneup.addons.argo_cd.notifications import channels
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.settings.addons.argo_cd import RemoteCluster
from oneup.settings.model import Settings
from oneup.workspace.namespace import ARGO_CD


def _part(name: str) -> PodSelector:
    return PodSelector(f"argocd-{name}", ARGO_CD, {"app.kubernetes.io/name": f"argocd-{name}"})


SERVER: Final = _part("server")
CONTROLLER: Final = _part("application-controller")
REPO_SERVER: Final = _part("repo-server")
APPLICATION_SET_CONTROLLER: Final = _part("applicationset-controller")
NOTIFICATIONS: Final = _part("notifications-controller")
REDIS_SECRET_JOB: Final = _part("redis-secret-init")
"""The pre-install job that creates Redis' password."""

REDIS: Final = _part("redis")
PROXY: Final = PodSelector("redis-ha-haproxy", ARGO_CD, {"app": "redis-ha-haproxy"})
REPLICAS: Final = PodSelector("redis-ha", ARGO_CD, {"app": "redis-ha"})

_METRICS: Final = (
    (SERVER, 8083),
    (CONTROLLER, 8082),
    (REPO_SERVER, 8084),
    (APPLICATION_SET_CONTROLLER, 8080),
    (NOTIFICATIONS, 9001),
)


def pod_selectors(*, high: bool) -> tuple[PodSelector, ...]:
    """All workloads; ``high`` if Redis has three replicas behind a proxy."""
    cache = (PROXY, REPLICAS) if high else (REDIS,)
    return (
        SERVER,
        CONTROLLER,
        REPO_SERVER,
        APPLICATION_SET_CONTROLLER,
        NOTIFICATIONS,
        REDIS_SECRET_JOB,
        *cache,
    )


def network_flows(settings: Settings, *, high: bool) -> tuple[NetworkFlow, ...]:
    """Of all components; only the repo server reads repositories, and it does not use the API."""
    signed_in = (Peer.INTERNET,) if settings.addons.argo_cd.oidc else ()
    askers = (SERVER, CONTROLLER, APPLICATION_SET_CONTROLLER, NOTIFICATIONS)
    return (
        *allow_egress(SERVER, *signed_in),
        *(
            each
            for part in (CONTROLLER, APPLICATION_SET_CONTROLLER, NOTIFICATIONS, REPO_SERVER)
            for each in allow_egress(part)
        ),
        *(each for part in (*askers, REDIS_SECRET_JOB) for each in allow_egress(part, Peer.API_SERVER)),
        *(network_flow(part, REPO_SERVER, 8081) for part in askers),
        network_flow(REPO_SERVER, Peer.INTERNET, _port(settings.gitops.repository)),
        *_notification_flows(settings),
        *_redis_flows(high=high),
        *_remote_cluster_flows(settings.addons.argo_cd.clusters),
        *((network_flow(Peer.LOAD_BALANCERS, SERVER, 8080),) if ingress.uses_load_balancer(settings) else ()),
        *(prometheus.allow_scraping(part, port) for part, port in _METRICS),
    )


def _notification_flows(settings: Settings) -> Iterator[NetworkFlow]:
    """Notification targets: HTTPS, GitLab's port, and the SMTP server's."""
    knobs = settings.addons.argo_cd.notifications
    if not any(channels(settings)):
        return
    ports = {443}
    if knobs.gitlab is not None:
        ports.add(urlsplit(commit_status.gitlab_url(settings, knobs.gitlab)).port or 443)
    if knobs.email:
        ports.add(knobs.email.port)
    yield network_flow(NOTIFICATIONS, Peer.INTERNET, *sorted(ports))


def _remote_cluster_flows(clusters: Sequence[RemoteCluster]) -> Iterator[NetworkFlow]:
    """The API servers of additional clusters, and AWS for their tokens."""
    ports = sorted({urlsplit(cluster.server).port or 443 for cluster in clusters})
    for part in (SERVER, CONTROLLER) if ports else ():
        yield network_flow(part, Peer.INTERNET, *ports)
        if any(cluster.role_arn for cluster in clusters):
            yield from allow_egress(part, Peer.AWS)


def _redis_flows(*, high: bool) -> Iterator[NetworkFlow]:
    """Redis at 6379, and its Sentinels, which elect the primary, at 26379."""
    for part in (SERVER, CONTROLLER, REPO_SERVER):
        yield network_flow(part, PROXY if high else REDIS, 6379)
    if high:
        yield from (*allow_egress(PROXY), *allow_egress(REPLICAS))
        yield network_flow(PROXY, REPLICAS, 6379, 26379)
        yield network_flow(REPLICAS, REPLICAS, 6379, 26379)


def _port(repository: str) -> int:
    """The Git server's port: SSH unless the URL is HTTPS."""
    parts = urlsplit(repository)
    return parts.port if "//" in repository and parts.port else 443 if parts.scheme == "https" else 22
