"""Argo CD as a hub: the clusters beside its own that it delivers to."""

import json
from typing import Final

from oneup.addonkit.addon import Manifest
from oneup.foundation.iam import Identity, Statement
from oneup.settings.addons.argo_cd import Cluster
from oneup.settings.model import Settings
from oneup.values import Value, Values
from oneup.workspace.namespace import ARGO_CD

PATH: Final = "oneup.dev/path"
"""The annotation that says which folder of the repository a cluster gets."""

HUB: Final = "oneup.dev/hub"
"""The label of the clusters that the stack names."""

_ACCOUNT: Final = "argocd-hub"


def clusters(settings: Settings) -> tuple[Manifest, ...]:
    """A Secret for each cluster, as Argo CD looks for them; what is secret in one, the stack never sees."""
    return tuple(_cluster(each) for each in settings.addons.argo_cd.clusters)


def _cluster(cluster: Cluster) -> Manifest:
    data: dict[str, Value] = {"name": cluster.name, "server": cluster.server}
    if cluster.role_arn:
        data["config"] = json.dumps(_sign_in(cluster))
    return Manifest(
        api_version="v1",
        kind="Secret",
        name=cluster.credentials_secret or f"cluster-{cluster.name}",
        namespace=ARGO_CD.name,
        labels={"argocd.argoproj.io/secret-type": "cluster", HUB: "true"},
        annotations={PATH: cluster.path},
        body={"stringData": data},
    )


def _sign_in(cluster: Cluster) -> Values:
    """By a role: a token is made anew for each call, and lies nowhere."""
    authority: Values = {"caData": cluster.certificate_authority} if cluster.certificate_authority else {}
    return {
        "awsAuthConfig": {"clusterName": cluster.eks_name, "roleARN": cluster.role_arn},
        "tlsClientConfig": {"insecure": False, **authority},
    }


def identity(settings: Settings) -> Identity | None:
    """The right to become the roles that the clusters let in; none where there is no such cluster."""
    roles = tuple(sorted({each.role_arn for each in settings.addons.argo_cd.clusters if each.role_arn}))
    if not roles:
        return None
    become = Statement(sid="EnterClusters", actions=("sts:AssumeRole",), resources=roles)
    return Identity(service_account=_ACCOUNT, statements=(become,))


def account(settings: Settings) -> Values:
    """The one service account of controller and server where they need the role: both speak to clusters."""
    if identity(settings) is None:
        return {}
    return {"serviceAccount": {"create": False, "name": _ACCOUNT}}
