"""The pulumi-eks components, which its own provider makes: only their outputs are seen here."""

import json
from collections.abc import Mapping
from typing import Final

from oneup.plan import Json, JsonMap
from oneup.rehearsal.simulate.account import ACCOUNT, REGION, Simulator, arn, identifier, text


def _cluster(name: str, inputs: JsonMap) -> dict[str, Json]:
    own = text(inputs.get("name"), name)
    issuer = f"oidc.eks.{REGION}.amazonaws.com/id/{identifier('oidc', name)[5:].upper()}"
    endpoint = f"https://{identifier('api', name)[4:].upper()}.gr7.{REGION}.eks.amazonaws.com"
    exec_auth: Json = {"apiVersion": "client.authentication.k8s.io/v1", "command": "aws"}
    kubeconfig: dict[str, Json] = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": own, "cluster": {"server": endpoint, "certificate-authority-data": "c2ltdWxhdGVk"}}],
        "users": [{"name": own, "user": {"exec": exec_auth}}],
    }
    return {
        "oidcIssuer": issuer,
        "oidcProviderUrl": f"https://{issuer}",
        "oidcProviderArn": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{issuer}",
        "clusterSecurityGroupId": identifier("sg", f"{name}/cluster"),
        "nodeSecurityGroupId": identifier("sg", f"{name}/nodes"),
        "clusterIngressRuleId": identifier("sgr", name),
        "kubeconfig": kubeconfig,
        "kubeconfigJson": json.dumps(kubeconfig, sort_keys=True),
    }


SIMULATORS: Final[Mapping[str, Simulator]] = {"eks:index:Cluster": _cluster}
