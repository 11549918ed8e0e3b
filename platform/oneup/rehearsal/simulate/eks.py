"""Outputs of the pulumi-eks components, which are created by a remote provider."""

import json
from collections.abc import Mapping
from typing import Final

from oneup.plan import Json
from oneup.rehearsal.simulate.account import Outputs, SimulatedResource, Simulator


def _cluster(made: SimulatedResource) -> Outputs:
    own = made.text("name", made.name)
    issuer = f"oidc.eks.{made.region}.amazonaws.com/id/{made.identifier('oidc')[5:].upper()}"
    endpoint = f"https://{made.identifier('api')[4:].upper()}.gr7.{made.region}.eks.amazonaws.com"
    exec_auth: Json = {"apiVersion": "client.authentication.k8s.io/v1", "command": "aws"}
    api: Json = {"server": endpoint, "certificate-authority-data": "c2ltdWxhdGVk"}
    kubeconfig: dict[str, Json] = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": own, "cluster": api}],
        "users": [{"name": own, "user": {"exec": exec_auth}}],
    }
    return {
        "oidcIssuer": issuer,
        "oidcProviderUrl": f"https://{issuer}",
        "oidcProviderArn": f"arn:aws:iam::{made.account}:oidc-provider/{issuer}",
        "clusterSecurityGroupId": made.identifier("sg", "/cluster"),
        "nodeSecurityGroupId": made.identifier("sg", "/nodes"),
        "clusterIngressRuleId": made.identifier("sgr"),
        "kubeconfig": kubeconfig,
        "kubeconfigJson": json.dumps(kubeconfig, sort_keys=True),
    }


SIMULATORS: Final[Mapping[str, Simulator]] = {"eks:index:Cluster": _cluster}
