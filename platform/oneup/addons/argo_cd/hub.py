"""Argo CD as a hub: additional clusters that it deploys to."""

import json
from typing import Final

from oneup.addonkit.addon import Manifest
from oneup.foundation.iam import Identity, Statement
from oneup.settings.addons.argo_cd import RemoteCluster
from oneup.settings.model import Settings
from oneup.values import Value, Values
from oneup.workspace.namespace import ARGO_CD

PATH_ANNOTATION: Final = "oneup.dev/path"
"""The annotation with a cluster's folder in the repository."""

HUB_LABEL: Final = "oneup.dev/hub"
"""The label of the clusters in the stack's settings."""

_ACCOUNT: Final = "argocd-hub"


def cluster_secrets(settings: Settings) -> tuple[Manifest, ...]:
    """A cluster Secret for each cluster; credentials are never in the stack."""
    return tuple(_cluster(each) for each in settings.addons.argo_cd.clusters)


def _cluster(cluster: RemoteCluster) -> Manifest:
    data: dict[str, Value] = {"name": cluster.name, "server": cluster.server}
    if cluster.role_arn:
        data["config"] = json.dumps(_sign_in(cluster))
    return Manifest(
        api_version="v1",
        kind="Secret",
        name=cluster.credentials_secret or f"cluster-{cluster.name}",
        namespace=ARGO_CD.name,
        labels={"argocd.argoproj.io/secret-type": "cluster", HUB_LABEL: "true"},
        annotations={PATH_ANNOTATION: cluster.path},
        body={"stringData": data},
    )


def _sign_in(cluster: RemoteCluster) -> Values:
    """By an IAM role: tokens are generated for each call and not stored."""
    authority: Values = {"caData": cluster.certificate_authority} if cluster.certificate_authority else {}
    return {
        "awsAuthConfig": {"clusterName": cluster.eks_name, "roleARN": cluster.role_arn},
        "tlsClientConfig": {"insecure": False, **authority},
    }


def identity(settings: Settings) -> Identity | None:
    """Permission to assume the clusters' roles; None without such a cluster."""
    roles = tuple(sorted({each.role_arn for each in settings.addons.argo_cd.clusters if each.role_arn}))
    if not roles:
        return None
    become = Statement(sid="EnterClusters", actions=("sts:AssumeRole",), resources=roles)
    return Identity(service_account=_ACCOUNT, statements=(become,))


def account(settings: Settings) -> Values:
    """Controller and server share a service account if they need the role: both connect to clusters."""
    if identity(settings) is None:
        return {}
    return {"serviceAccount": {"create": False, "name": _ACCOUNT}}
