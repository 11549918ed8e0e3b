"""EKS: moto has clusters and node groups in outline, and neither addons, access entries nor associations.

What is ours keeps its state in moto's own cluster, and goes with it.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Final, TypeVar, cast
from urllib.parse import unquote

from moto.autoscaling.models import autoscaling_backends
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.ec2.models import EC2Backend, ec2_backends
from moto.eks.exceptions import (
    InvalidParameterException,
    InvalidRequestException,
    ResourceInUseException,
    ResourceNotFoundException,
)
from moto.eks.models import Cluster
from moto.eks.responses import EKSResponse
from moto.eks.urls import response, url_paths
from moto.iam.models import iam_backends
from moto.moto_api._internal import mock_random

from oneup.plan import Json
from tests.up.cloud.simulated.registry import simulated

Entry = dict[str, Json]
Made = TypeVar("Made")

ADDONS: Final = "moto has no addons of EKS"
ENTRIES: Final = "moto has no access entries of EKS"
ASSOCIATIONS: Final = "moto has no pod identity associations"
CLUSTER: Final = "moto's cluster has no security group, no interfaces, no access configuration, no protection"
NODES: Final = "moto's node group has no scaling group, and asks for neither role nor subnet"
CHANGES: Final = "moto changes no version"

KEPT: Final = ("accessConfig", "upgradePolicy", "deletionProtection", "computeConfig", "storageConfig")
"""What moto drops of a cluster that is made."""

# Every path under a cluster, and not only those that moto knows.
url_paths["{0}/clusters/(?P<name>[^/]+)/(?P<rest>.+)$"] = response.dispatch

local_api: dict[str, str] = {}
"""``endpoint`` and ``certificate`` of the API server that every cluster has, in place of AWS's."""

_make_cluster: Final = EKSResponse.create_cluster
_delete_cluster: Final = EKSResponse.delete_cluster
_make_nodes: Final = EKSResponse.create_nodegroup
_delete_nodes: Final = EKSResponse.delete_nodegroup


def _entries(self: EKSResponse, kind: str) -> dict[str, Entry]:
    """The cluster's entries of one kind, by name."""
    return cast("dict[str, Entry]", vars(_cluster(self)).setdefault(f"own_{kind}", {}))


def _cluster(self: EKSResponse) -> Cluster:
    return self.eks_backend.describe_cluster(unquote(str(_path(self, "name") or _path(self, "clusterName"))))


def _path(self: EKSResponse, key: str) -> str:
    """A parameter of the path, whatever the body says under the same name."""
    found = self.uri_match.get(key)
    return unquote(str(found)) if found else str(self._get_param(key) or "")


def _entry(self: EKSResponse, kind: str, name: str) -> Entry:
    entries = _entries(self, kind)
    if name not in entries:
        raise ResourceNotFoundException(message=f"No {kind} found for {name} in {_cluster(self).name}")
    return entries[name]


def _new(self: EKSResponse, kind: str, name: str, entry: Entry) -> Entry:
    entries = _entries(self, kind)
    if name in entries:
        raise ResourceInUseException(message=f"{kind} {name} already exists in {_cluster(self).name}")
    entries[name] = entry
    return entry


def _arn(self: EKSResponse, kind: str, name: str) -> str:
    return f"arn:aws:eks:{self.region}:{self.current_account}:{kind}/{_cluster(self).name}/{name}"


def _ec2(self: EKSResponse) -> EC2Backend:
    return ec2_backends[self.current_account][self.region]


def _role_exists(self: EKSResponse, arn: str) -> None:
    roles = iam_backends[self.current_account]["aws"].roles.values()
    if arn not in {role.arn for role in roles}:
        raise InvalidParameterException(message=f"Role with arn: {arn} does not exist")


def _zones(self: EKSResponse, subnets: list[str]) -> set[str]:
    """The zones of subnets; refuses one that is not there."""
    known = {subnet.id: subnet for subnet in _ec2(self).describe_subnets()}
    for identifier in subnets:
        if identifier not in known:
            raise InvalidParameterException(message=f"The subnet ID '{identifier}' does not exist")
    return {known[identifier].availability_zone for identifier in subnets}


def _done(kind: str) -> ActionResult:
    """The update that EKS answers a change with, done already."""
    update = {"id": str(mock_random.uuid4()), "status": "Successful", "type": kind, "createdAt": utcnow()}
    return ActionResult({"update": update})


@simulated(EKSResponse, "eks", CLUSTER)
def create_cluster(self: EKSResponse) -> ActionResult:
    """Moto's cluster, with what AWS puts beside it: a security group, and interfaces in its subnets."""
    _role_exists(self, self._get_param("roleArn"))
    network = self._get_param("resourcesVpcConfig")
    if len(_zones(self, network["subnetIds"])) < 2:
        raise InvalidParameterException(message="Subnets specified must be in at least two different AZs")
    result = _make_cluster(self)
    cluster = cast("dict[str, Cluster]", result.result)["cluster"]
    ec2 = _ec2(self)
    subnets = [ec2.get_subnet(one) for one in network["subnetIds"]]
    group = ec2.create_security_group(
        f"eks-cluster-sg-{cluster.name}-{mock_random.get_random_hex(8)}",
        "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes",
        subnets[0].vpc_id,
        tags={f"kubernetes.io/cluster/{cluster.name}": "owned"},
    )
    interfaces = [ec2.create_network_interface(subnet, [], group_ids=[group.id]) for subnet in subnets]
    vars(cluster)["own_interfaces"] = [interface.id for interface in interfaces]
    cluster.resources_vpc_config |= {"clusterSecurityGroupId": group.id, "vpcId": subnets[0].vpc_id}
    for key in KEPT:
        if (given := self._get_param(key)) is not None:
            vars(cluster)[_snake(key)] = given
    # Two clusters of one account have two issuers.
    identifier = mock_random.get_random_hex(32).upper()
    cluster.identity = {"oidc": {"issuer": f"https://oidc.eks.{self.region}.amazonaws.com/id/{identifier}"}}
    if local_api:
        cluster.endpoint = local_api["endpoint"]
        cluster.certificate_authority = {"data": local_api["certificate"]}
    return result


def _snake(key: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower()


@simulated(EKSResponse, "eks", CLUSTER)
def delete_cluster(self: EKSResponse) -> ActionResult:
    """Refused under protection; takes its interfaces and its security group along."""
    cluster = _cluster(self)
    if vars(cluster).get("deletion_protection"):
        raise InvalidRequestException(message=f"{cluster.name} has deletion protection enabled")
    result = _delete_cluster(self)
    ec2 = _ec2(self)
    for interface in vars(cluster)["own_interfaces"]:
        ec2.delete_network_interface(interface)
    ec2.delete_security_group(group_id=cluster.resources_vpc_config["clusterSecurityGroupId"])
    return result


@simulated(EKSResponse, "eks", CLUSTER)
def update_cluster_config(self: EKSResponse) -> ActionResult:
    """One kind of change, as EKS takes it."""
    cluster = _cluster(self)
    kinds = ("resourcesVpcConfig", "logging", "kubernetesNetworkConfig", *KEPT)
    given = {key: self._get_param(key) for key in kinds if self._get_param(key) is not None}
    automatic = {"computeConfig", "storageConfig", "kubernetesNetworkConfig"}
    if len(given) > 1 and not given.keys() <= automatic:
        raise InvalidParameterException(message="Only one type of update can be allowed.")
    for key, value in given.items():
        old = vars(cluster).get(_snake(key))
        merged = {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value
        setattr(cluster, _snake(key), merged)
    return _done("ConfigUpdate")


@simulated(EKSResponse, "eks", CHANGES)
def update_cluster_version(self: EKSResponse) -> ActionResult:
    """Up by one minor version, and never down."""
    cluster, wanted = _cluster(self), str(self._get_param("version"))
    minor, next_minor = (int(version.split(".")[1]) for version in (cluster.version, wanted))
    if next_minor != minor + 1:
        raise InvalidParameterException(
            message=f"Unsupported Kubernetes minor version update from {cluster.version} to {wanted}"
        )
    cluster.version = wanted
    return _done("VersionUpdate")


@simulated(EKSResponse, "eks", NODES)
def create_nodegroup(self: EKSResponse) -> ActionResult:
    """Moto's node group, with its scaling group, which is empty: no machine is simulated."""
    _role_exists(self, self._get_param("nodeRole"))
    _zones(self, self._get_param("subnets"))
    template = self._get_param("launchTemplate")
    found = _ec2(self).get_launch_template(template["id"])
    if int(template["version"]) > len(found.versions):
        raise InvalidRequestException(message=f"{template['id']} has no version {template['version']}")
    result = _make_nodes(self)
    group = cast("dict[str, object]", result.result)["nodegroup"]
    scaling = f"eks-{self._get_param('nodegroupName')}-{mock_random.uuid4()}"
    autoscaling_backends[self.current_account][self.region].create_auto_scaling_group(
        name=scaling,
        availability_zones=[],
        desired_capacity=0,
        max_size=self._get_param("scalingConfig")["maxSize"],
        min_size=0,
        launch_config_name="",
        launch_template={"LaunchTemplateId": template["id"], "Version": template["version"]},
        vpc_zone_identifier=",".join(self._get_param("subnets")),
        default_cooldown=None,
        health_check_period=None,
        health_check_type=None,
        load_balancers=[],
        target_group_arns=[],
        placement_group=None,
        termination_policies=[],
        tags=[],
    )
    vars(group)["resources"] = {"autoScalingGroups": [{"name": scaling}]}
    for key in ("updateConfig", "nodeRepairConfig"):
        vars(group)[_snake(key)] = self._get_param(key)
    return result


@simulated(EKSResponse, "eks", NODES)
def delete_nodegroup(self: EKSResponse) -> ActionResult:
    """Takes its scaling group along."""
    result = _delete_nodes(self)
    group = cast("dict[str, object]", result.result)["nodegroup"]
    # moto counts its groups, and forgets to count down.
    scaling = autoscaling_backends[self.current_account][self.region]
    for one in vars(group)["resources"]["autoScalingGroups"]:
        scaling.delete_auto_scaling_group(one["name"])
    return result


@simulated(EKSResponse, "eks", CHANGES)
def update_nodegroup_version(self: EKSResponse) -> ActionResult:
    """Another version of Kubernetes, or of the launch template."""
    group = self.eks_backend.describe_nodegroup(_path(self, "name"), _path(self, "nodegroupName"))
    if version := self._get_param("version"):
        group.version = version
    if template := self._get_param("launchTemplate"):
        group.launch_template = {**(group.launch_template or {}), **template}
    return _done("VersionUpdate")


@simulated(EKSResponse, "eks", ADDONS)
def create_addon(self: EKSResponse) -> ActionResult:
    """An addon, active at once."""
    name = str(self._get_param("addonName"))
    _judge_addon(self)
    entry: Entry = {
        "addonName": name,
        "clusterName": _cluster(self).name,
        "status": "ACTIVE",
        "addonVersion": self._get_param("addonVersion"),
        "addonArn": _arn(self, "addon", f"{name}/{mock_random.uuid4()}"),
        "createdAt": utcnow().isoformat(),
        "modifiedAt": utcnow().isoformat(),
        "tags": self._get_param("tags") or {},
        "serviceAccountRoleArn": self._get_param("serviceAccountRoleArn"),
        "configurationValues": self._get_param("configurationValues"),
    }
    return ActionResult({"addon": _new(self, "addon", name, entry)})


def _judge_addon(self: EKSResponse) -> None:
    if role := self._get_param("serviceAccountRoleArn"):
        _role_exists(self, role)
    for association in self._get_param("podIdentityAssociations") or []:
        _role_exists(self, association["roleArn"])
    if text := self._get_param("configurationValues"):
        try:
            json.loads(text)
        except ValueError:
            raise InvalidParameterException(message="ConfigurationValue is not in JSON") from None


@simulated(EKSResponse, "eks", ADDONS)
def describe_addon(self: EKSResponse) -> ActionResult:
    """An addon."""
    return ActionResult({"addon": _entry(self, "addon", _path(self, "addonName"))})


@simulated(EKSResponse, "eks", ADDONS)
def list_addons(self: EKSResponse) -> ActionResult:
    """The addons of a cluster."""
    return ActionResult({"addons": sorted(_entries(self, "addon"))})


@simulated(EKSResponse, "eks", ADDONS)
def update_addon(self: EKSResponse) -> ActionResult:
    """Another version, role or configuration."""
    entry = _entry(self, "addon", _path(self, "addonName"))
    _judge_addon(self)
    for key in ("addonVersion", "serviceAccountRoleArn", "configurationValues"):
        if (given := self._get_param(key)) is not None:
            entry[key] = given
    return _done("AddonUpdate")


@simulated(EKSResponse, "eks", ADDONS)
def delete_addon(self: EKSResponse) -> ActionResult:
    """Without the addon."""
    entry = _entry(self, "addon", _path(self, "addonName"))
    del _entries(self, "addon")[_path(self, "addonName")]
    return ActionResult({"addon": entry})


@simulated(EKSResponse, "eks", ENTRIES)
def create_access_entry(self: EKSResponse) -> ActionResult:
    """An entry, for a principal that IAM knows."""
    principal = str(self._get_param("principalArn"))
    _role_exists(self, principal)
    entry: Entry = {
        "clusterName": _cluster(self).name,
        "principalArn": principal,
        "kubernetesGroups": self._get_param("kubernetesGroups") or [],
        "accessEntryArn": _arn(self, "access-entry", f"{principal.rpartition('/')[2]}/{mock_random.uuid4()}"),
        "createdAt": utcnow().isoformat(),
        "modifiedAt": utcnow().isoformat(),
        "tags": self._get_param("tags") or {},
        "username": self._get_param("username") or principal,
        "type": self._get_param("type") or "STANDARD",
        "policies": [],
    }
    return ActionResult({"accessEntry": _new(self, "access entry", principal, entry)})


@simulated(EKSResponse, "eks", ENTRIES)
def describe_access_entry(self: EKSResponse) -> ActionResult:
    """An entry."""
    return ActionResult({"accessEntry": _entry(self, "access entry", _path(self, "principalArn"))})


@simulated(EKSResponse, "eks", ENTRIES)
def list_access_entries(self: EKSResponse) -> ActionResult:
    """Who may enter."""
    return ActionResult({"accessEntries": sorted(_entries(self, "access entry"))})


@simulated(EKSResponse, "eks", ENTRIES)
def update_access_entry(self: EKSResponse) -> ActionResult:
    """Other groups."""
    entry = _entry(self, "access entry", _path(self, "principalArn"))
    entry["kubernetesGroups"] = self._get_param("kubernetesGroups") or []
    return ActionResult({"accessEntry": entry})


@simulated(EKSResponse, "eks", ENTRIES)
def delete_access_entry(self: EKSResponse) -> ActionResult:
    """Without the entry, and what it was given."""
    _entry(self, "access entry", _path(self, "principalArn"))
    del _entries(self, "access entry")[_path(self, "principalArn")]
    return EmptyResult()


def _given(self: EKSResponse) -> list[Entry]:
    return cast("list[Entry]", _entry(self, "access entry", _path(self, "principalArn"))["policies"])


@simulated(EKSResponse, "eks", ENTRIES)
def associate_access_policy(self: EKSResponse) -> ActionResult:
    """Give an entry one of AWS's policies, or another scope of it."""
    arn = str(self._get_param("policyArn"))
    if not re.fullmatch(r"arn:aws[\w-]*:eks::aws:cluster-access-policy/AmazonEKS\w+Policy", arn):
        raise InvalidParameterException(message=f"The policyArn {arn} is invalid")
    policies = _given(self)
    policies[:] = [one for one in policies if one["policyArn"] != arn]
    given: Entry = {
        "policyArn": arn,
        "accessScope": self._get_param("accessScope"),
        "associatedAt": utcnow().isoformat(),
        "modifiedAt": utcnow().isoformat(),
    }
    policies.append(given)
    answer = {"clusterName": _cluster(self).name, "principalArn": _path(self, "principalArn")}
    return ActionResult({**answer, "associatedAccessPolicy": given})


@simulated(EKSResponse, "eks", ENTRIES)
def list_associated_access_policies(self: EKSResponse) -> ActionResult:
    """What an entry was given."""
    return ActionResult({"associatedAccessPolicies": _given(self)})


@simulated(EKSResponse, "eks", ENTRIES)
def disassociate_access_policy(self: EKSResponse) -> ActionResult:
    """Take one of them away."""
    policies = _given(self)
    policies[:] = [one for one in policies if one["policyArn"] != _path(self, "policyArn")]
    return EmptyResult()


@simulated(EKSResponse, "eks", ASSOCIATIONS)
def create_pod_identity_association(self: EKSResponse) -> ActionResult:
    """Tie a service account to a role; one association each."""
    _role_exists(self, self._get_param("roleArn"))
    namespace, account = self._get_param("namespace"), self._get_param("serviceAccount")
    for one in _entries(self, "association").values():
        if (one["namespace"], one["serviceAccount"]) == (namespace, account):
            raise ResourceInUseException(message=f"Association already exists: {one['associationId']}")
    identifier = f"a-{mock_random.get_random_hex(17)}"
    entry: Entry = {
        "clusterName": _cluster(self).name,
        "namespace": namespace,
        "serviceAccount": account,
        "roleArn": self._get_param("roleArn"),
        "associationArn": _arn(self, "podidentityassociation", identifier),
        "associationId": identifier,
        "tags": self._get_param("tags") or {},
        "createdAt": utcnow().isoformat(),
        "modifiedAt": utcnow().isoformat(),
    }
    return ActionResult({"association": _new(self, "association", identifier, entry)})


@simulated(EKSResponse, "eks", ASSOCIATIONS)
def describe_pod_identity_association(self: EKSResponse) -> ActionResult:
    """An association."""
    return ActionResult({"association": _entry(self, "association", _path(self, "associationId"))})


@simulated(EKSResponse, "eks", ASSOCIATIONS)
def update_pod_identity_association(self: EKSResponse) -> ActionResult:
    """Another role."""
    _role_exists(self, self._get_param("roleArn"))
    entry = _entry(self, "association", _path(self, "associationId"))
    entry["roleArn"] = self._get_param("roleArn")
    return ActionResult({"association": entry})


@simulated(EKSResponse, "eks", ASSOCIATIONS)
def delete_pod_identity_association(self: EKSResponse) -> ActionResult:
    """Untie the two."""
    entry = _entry(self, "association", _path(self, "associationId"))
    del _entries(self, "association")[_path(self, "associationId")]
    return ActionResult({"association": entry})


def _tags(self: EKSResponse, arn: str) -> dict[str, Json] | None:
    """The tags of one of ours; None for what moto tags."""
    for cluster in self.eks_backend.clusters.values():
        for kind in ("addon", "access entry", "association"):
            for entry in cast("Mapping[str, Entry]", vars(cluster).get(f"own_{kind}", {})).values():
                if arn in entry.values():
                    return cast("dict[str, Json]", entry["tags"])
    return None


def _or_moto(
    ours: Callable[[EKSResponse, dict[str, Json]], None], motos: Callable[[EKSResponse], ActionResult]
) -> Callable[[EKSResponse], ActionResult]:
    def tag(self: EKSResponse) -> ActionResult:
        tags = _tags(self, unquote(self.path).partition("/tags/")[2])
        if tags is None:
            return motos(self)
        ours(self, tags)
        return EmptyResult()

    return tag


_moto_tag: Final = EKSResponse.tag_resource
_moto_untag: Final = EKSResponse.untag_resource


@simulated(EKSResponse, "eks", "moto tags only what it has")
def tag_resource(self: EKSResponse) -> ActionResult:
    """Tag what is ours, and leave the rest to moto."""
    return _or_moto(lambda one, tags: tags.update(one._get_param("tags")), _moto_tag)(self)


@simulated(EKSResponse, "eks", "moto tags only what it has")
def untag_resource(self: EKSResponse) -> ActionResult:
    """Take tags off what is ours, and leave the rest to moto."""

    def remove(one: EKSResponse, tags: dict[str, Json]) -> None:
        for key in one.querystring.get("tagKeys", []):
            tags.pop(key, None)

    return _or_moto(remove, _moto_untag)(self)
