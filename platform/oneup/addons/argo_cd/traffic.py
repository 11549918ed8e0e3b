"""Network flows of Argo CD's components."""

from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from oneup.addonkit import ingress
from oneup.addonkit.flow import Flow, Place, Pods, flow, reaches
from oneup.addons.argo_cd import commit_status
from oneup.addons.argo_cd.notifications import channels
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.settings.addons.argo_cd import Cluster
from oneup.settings.model import Settings
from oneup.workspace.namespace import ARGO_CD


def _part(name: str) -> Pods:
    return Pods(f"argocd-{name}", ARGO_CD, {"app.kubernetes.io/name": f"argocd-{name}"})


SERVER: Final = _part("server")
CONTROLLER: Final = _part("application-controller")
REPOSITORIES: Final = _part("repo-server")
SETS: Final = _part("applicationset-controller")
NOTIFICATIONS: Final = _part("notifications-controller")
PASSWORD: Final = _part("redis-secret-init")
"""The pre-install job that creates Redis' password."""

REDIS: Final = _part("redis")
PROXY: Final = Pods("redis-ha-haproxy", ARGO_CD, {"app": "redis-ha-haproxy"})
REPLICAS: Final = Pods("redis-ha", ARGO_CD, {"app": "redis-ha"})

_METRICS: Final = (
    (SERVER, 8083),
    (CONTROLLER, 8082),
    (REPOSITORIES, 8084),
    (SETS, 8080),
    (NOTIFICATIONS, 9001),
)


def pods(*, high: bool) -> tuple[Pods, ...]:
    """All workloads; ``high`` if Redis has three replicas behind a proxy."""
    cache = (PROXY, REPLICAS) if high else (REDIS,)
    return (SERVER, CONTROLLER, REPOSITORIES, SETS, NOTIFICATIONS, PASSWORD, *cache)


def flows(settings: Settings, *, high: bool) -> tuple[Flow, ...]:
    """Of all components; only the repo server reads repositories, and it does not use the API."""
    signed_in = (Place.INTERNET,) if settings.addons.argo_cd.oidc else ()
    askers = (SERVER, CONTROLLER, SETS, NOTIFICATIONS)
    return (
        *reaches(SERVER, *signed_in),
        *(each for part in (CONTROLLER, SETS, NOTIFICATIONS, REPOSITORIES) for each in reaches(part)),
        *(each for part in (*askers, PASSWORD) for each in reaches(part, Place.API_SERVER)),
        *(flow(part, REPOSITORIES, 8081) for part in askers),
        flow(REPOSITORIES, Place.INTERNET, _port(settings.gitops.repository)),
        *_told(settings),
        *_cached(high=high),
        *_entered(settings.addons.argo_cd.clusters),
        *((flow(Place.BALANCERS, SERVER, 8080),) if ingress.balanced(settings) else ()),
        *(prometheus.scrapes(part, port) for part, port in _METRICS),
    )


def _told(settings: Settings) -> Iterator[Flow]:
    """Notification targets: HTTPS, GitLab's port, and the SMTP server's."""
    knobs = settings.addons.argo_cd.notifications
    if not any(channels(settings)):
        return
    ports = {443}
    if knobs.gitlab is not None:
        ports.add(urlsplit(commit_status.gitlab_url(settings, knobs.gitlab)).port or 443)
    if knobs.email:
        ports.add(knobs.email.port)
    yield flow(NOTIFICATIONS, Place.INTERNET, *sorted(ports))


def _entered(clusters: Sequence[Cluster]) -> Iterator[Flow]:
    """The API servers of additional clusters, and AWS for their tokens."""
    ports = sorted({urlsplit(cluster.server).port or 443 for cluster in clusters})
    for part in (SERVER, CONTROLLER) if ports else ():
        yield flow(part, Place.INTERNET, *ports)
        if any(cluster.role_arn for cluster in clusters):
            yield from reaches(part, Place.AWS)


def _cached(*, high: bool) -> Iterator[Flow]:
    """Redis at 6379, and its Sentinels, which elect the primary, at 26379."""
    for part in (SERVER, CONTROLLER, REPOSITORIES):
        yield flow(part, PROXY if high else REDIS, 6379)
    if high:
        yield from (*reaches(PROXY), *reaches(REPLICAS))
        yield flow(PROXY, REPLICAS, 6379, 26379)
        yield flow(REPLICAS, REPLICAS, 6379, 26379)


def _port(repository: str) -> int:
    """The Git server's port: SSH unless the URL is HTTPS."""
    parts = urlsplit(repository)
    return parts.port if "//" in repository and parts.port else 443 if parts.scheme == "https" else 22
