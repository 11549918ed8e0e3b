"""Formats durations."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, NonNegativeFloat, ValidationError

from oneup.plan import Resource


def format_duration(seconds: float) -> str:
    """A readable duration: ``45 s``, ``12 min 30 s``."""
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


_TYPES: Final[Mapping[str, float]] = {
    "eks:index:Cluster": 570,
    "aws:eks/nodeGroup:NodeGroup": 150,
    "aws:ec2/natGateway:NatGateway": 110,
    "aws:ec2/vpcEndpoint:VpcEndpoint": 60,
    "aws:ec2/vpc:Vpc": 12,
    "aws:ec2/subnet:Subnet": 12,
    "aws:ec2/securityGroup:SecurityGroup": 5,
    "aws:ec2/internetGateway:InternetGateway": 3,
    "aws:ec2/route:Route": 2,
    "aws:ec2/routeTable:RouteTable": 2,
    "aws:ec2/routeTableAssociation:RouteTableAssociation": 2,
    "aws:iam/role:Role": 3,
    "aws:iam/policy:Policy": 3,
    "aws:iam/rolePolicy:RolePolicy": 3,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 3,
    "aws:s3/bucket:Bucket": 3,
    "aws:acm/certificateValidation:CertificateValidation": 90,
    "aws:wafv2/webAcl:WebAcl": 5,
}
_ADDONS: Final[Mapping[str, float]] = {
    "vpc-cni": 30,
    "kube-proxy": 20,
    "coredns": 30,
    "aws-ebs-csi-driver": 45,
    "eks-pod-identity-agent": 30,
    "snapshot-controller": 30,
    "eks-node-monitoring-agent": 30,
    "amazon-cloudwatch-observability": 45,
}
_RELEASES: Final[Mapping[str, float]] = {
    "argo-cd": 75,
    "kube-prometheus-stack": 120,
    "loki": 90,
    "vault": 60,
    "rook-ceph-cluster": 240,
}
_RELEASE: Final = 40.0
_ADDON: Final = 30.0
_OBJECT: Final = 1.0
_OTHER: Final = 2.0


@dataclass(frozen=True)
class Durations:
    """Seconds by resource type, by chart and by EKS addon."""

    types: Mapping[str, float]
    releases: Mapping[str, float]
    addons: Mapping[str, float]

    def of(self, resource: Resource) -> float:
        """Seconds to make one resource; components and providers take none."""
        if resource.type in self.types:
            return self.types[resource.type]
        if resource.type == "aws:eks/addon:Addon":
            return self.addons.get(str(resource.inputs.get("addonName")), _ADDON)
        if resource.type == "kubernetes:helm.sh/v3:Release":
            return self.releases.get(str(resource.inputs.get("chart")).rpartition("/")[2], _RELEASE)
        if not resource.custom or resource.type.startswith("pulumi:"):
            return 0
        return _OBJECT if resource.type.startswith("kubernetes:") else _OTHER


def durations(overrides: Path | None = None) -> Durations:
    """The typical durations, overridden by a file's values.

    Raises ``ValueError`` if the file is invalid.
    """
    typical = {"types": _TYPES, "releases": _RELEASES, "addons": _ADDONS}
    if overrides is None:
        return Durations(**typical)
    try:
        given = _Overrides.model_validate_json(overrides.read_bytes())
    except ValidationError as error:
        raise ValueError(f"{overrides}: {_first(error)}") from None
    return Durations(**{key: {**typical[key], **getattr(given, key)} for key in typical})


class _Overrides(BaseModel, extra="forbid"):
    """The file: seconds by type token, by chart and by EKS addon."""

    types: Mapping[str, NonNegativeFloat] = {}
    releases: Mapping[str, NonNegativeFloat] = {}
    addons: Mapping[str, NonNegativeFloat] = {}


def _first(error: ValidationError) -> str:
    problem = error.errors()[0]
    return f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
