"""Further clusters of Argo CD."""

from collections.abc import Iterator

from oneup.settings.addons.argo_cd import Cluster
from oneup.settings.checks.surviving import repeated
from oneup.settings.errors import Problem, path
from oneup.settings.model import AwsSettings, Settings

_KEY = ("addons", "argoCd", "clusters")


def clusters(settings: Settings) -> Iterator[Problem]:
    """Each has a name, an address and a folder of its own, and one way to sign in."""
    argo = settings.addons.argo_cd
    for index, cluster in enumerate(argo.clusters):
        here = (*_KEY, index)
        yield from _sign_in(settings, cluster, path(here))
        if cluster.name == "in-cluster":
            yield Problem(path((*here, "name")), "in-cluster is Argo CD's own cluster; choose another name")
        if not cluster.namespaces:
            yield Problem(path((*here, "namespaces")), "is empty, so nothing may go there; name one")
        inside = cluster.path == settings.gitops.path or cluster.path.startswith(f"{settings.gitops.path}/")
        if inside:
            text = f"{cluster.path} is delivered to this cluster already (gitops.path); choose another folder"
            yield Problem(path((*here, "path")), text)
    yield from repeated(_KEY, [each.name for each in argo.clusters])
    yield from repeated(_KEY, [each.server for each in argo.clusters])
    yield from repeated(_KEY, [each.credentials_secret or f"cluster-{each.name}" for each in argo.clusters])
    if argo.clusters and not argo.enabled:
        yield Problem(path(_KEY), "are named, and Argo CD is off; turn it on, or remove them")


def _sign_in(settings: Settings, cluster: Cluster, here: str) -> Iterator[Problem]:
    if (cluster.role_arn is None) == (cluster.credentials_secret is None):
        yield Problem(here, "is entered by a role or by a Secret; give one of roleArn and credentialsSecret")
    elif cluster.role_arn and not isinstance(settings, AwsSettings):
        text = "a role needs an AWS identity, which this foundation does not give; name a credentialsSecret"
        yield Problem(f"{here}.roleArn", text)
    elif cluster.role_arn and not cluster.eks_name:
        yield Problem(f"{here}.eksName", "is missing; give the name that EKS knows the cluster by")
