"""EKS: moto has clusters and node groups in outline, and neither addons, access entries nor associations.

What is ours keeps its state in moto's own cluster, and goes with it.
"""

import json
import re
from typing import Final, cast
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

ADDONS: Final = "moto has no addons of EKS"
ENTRIES: Final = "moto has no access entries of EKS"
ASSOCIATIONS: Final = "moto has no pod identity associations"
CLUSTER: Final = "moto's cluster has no security group, no interfaces, no access configuration, no protection"
NODES: Final = "moto's node group has no scaling group, and asks for neither role nor subnet"
CHANGES: Final = "moto changes no version"
TAGS: Final = "moto tags only what it has"

ADDON: Final = "addon"
ENTRY: Final = "access entry"
ASSOCIATION: Final = "association"

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
_moto_tag: Final = EKSResponse.tag_resource
_moto_untag: Final = EKSResponse.untag_resource


class Eks(EKSResponse):
    """EKS with what moto leaves out."""

    def _own_entries(self, kind: str) -> dict[str, Entry]:
        """The cluster's entries of one kind, by name."""
        return cast("dict[str, Entry]", vars(self._own_cluster()).setdefault(f"own_{kind}", {}))

    def _own_cluster(self) -> Cluster:
        return self.eks_backend.describe_cluster(
            unquote(str(self._own_path("name") or self._own_path("clusterName")))
        )

    def _own_path(self, key: str) -> str:
        """A parameter of the path, whatever the body says under the same name."""
        found = self.uri_match.get(key)
        return unquote(str(found)) if found else str(self._get_param(key) or "")

    def _own_entry(self, kind: str, name: str) -> Entry:
        entries = self._own_entries(kind)
        if name not in entries:
            raise ResourceNotFoundException(
                message=f"No {kind} found for {name} in {self._own_cluster().name}"
            )
        return entries[name]

    def _own_new(self, kind: str, name: str, entry: Entry) -> Entry:
        entries = self._own_entries(kind)
        if name in entries:
            raise ResourceInUseException(
                message=f"{kind} {name} already exists in {self._own_cluster().name}"
            )
        entries[name] = entry
        return entry

    def _own_arn(self, kind: str, name: str) -> str:
        return f"arn:aws:eks:{self.region}:{self.current_account}:{kind}/{self._own_cluster().name}/{name}"

    def _own_ec2(self) -> EC2Backend:
        return ec2_backends[self.current_account][self.region]

    def _own_role_exists(self, arn: str) -> None:
        roles = iam_backends[self.current_account]["aws"].roles.values()
        if arn not in {role.arn for role in roles}:
            raise InvalidParameterException(message=f"Role with arn: {arn} does not exist")

    def _own_zones(self, subnets: list[str]) -> set[str]:
        """The zones of subnets; refuses one that is not there."""
        known = {subnet.id: subnet for subnet in self._own_ec2().describe_subnets()}
        for identifier in subnets:
            if identifier not in known:
                raise InvalidParameterException(message=f"The subnet ID '{identifier}' does not exist")
        return {known[identifier].availability_zone for identifier in subnets}

    @simulated(CLUSTER)
    def create_cluster(self) -> ActionResult:
        """Moto's cluster, with what AWS puts beside it: a security group, and interfaces in its subnets."""
        self._own_role_exists(self._get_param("roleArn"))
        network = self._get_param("resourcesVpcConfig")
        if len(self._own_zones(network["subnetIds"])) < 2:
            raise InvalidParameterException(message="Subnets specified must be in at least two different AZs")
        result = _make_cluster(self)
        cluster = cast("dict[str, Cluster]", result.result)["cluster"]
        ec2 = self._own_ec2()
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
        cluster.identity = {
            "oidc": {"issuer": f"https://oidc.eks.{self.region}.amazonaws.com/id/{identifier}"}
        }
        if local_api:
            cluster.endpoint = local_api["endpoint"]
            cluster.certificate_authority = {"data": local_api["certificate"]}
        return result

    @simulated(CLUSTER)
    def delete_cluster(self) -> ActionResult:
        """Refused under protection; takes its interfaces and its security group along."""
        cluster = self._own_cluster()
        if vars(cluster).get("deletion_protection"):
            raise InvalidRequestException(message=f"{cluster.name} has deletion protection enabled")
        result = _delete_cluster(self)
        ec2 = self._own_ec2()
        for interface in vars(cluster)["own_interfaces"]:
            ec2.delete_network_interface(interface)
        ec2.delete_security_group(group_id=cluster.resources_vpc_config["clusterSecurityGroupId"])
        return result

    @simulated(CLUSTER)
    def update_cluster_config(self) -> ActionResult:
        """One kind of change, as EKS takes it."""
        cluster = self._own_cluster()
        kinds = ("resourcesVpcConfig", "logging", "kubernetesNetworkConfig", *KEPT)
        given = {key: self._get_param(key) for key in kinds if self._get_param(key) is not None}
        automatic = {"computeConfig", "storageConfig", "kubernetesNetworkConfig"}
        if len(given) > 1 and not given.keys() <= automatic:
            raise InvalidParameterException(message="Only one type of update can be allowed.")
        for key, value in given.items():
            old = vars(cluster).get(_snake(key))
            if isinstance(old, dict) and isinstance(value, dict):
                value = {**cast("Entry", old), **cast("Entry", value)}
            setattr(cluster, _snake(key), value)
        return _done("ConfigUpdate")

    @simulated(CHANGES)
    def update_cluster_version(self) -> ActionResult:
        """Up by one minor version, and never down."""
        cluster, wanted = self._own_cluster(), str(self._get_param("version"))
        minor, next_minor = (int(version.split(".")[1]) for version in (cluster.version, wanted))
        if next_minor != minor + 1:
            raise InvalidParameterException(
                message=f"Unsupported Kubernetes minor version update from {cluster.version} to {wanted}"
            )
        cluster.version = wanted
        return _done("VersionUpdate")

    @simulated(NODES)
    def create_nodegroup(self) -> ActionResult:
        """Moto's node group, with its scaling group, which is empty: no machine is simulated."""
        self._own_role_exists(self._get_param("nodeRole"))
        self._own_zones(self._get_param("subnets"))
        template = self._get_param("launchTemplate")
        found = self._own_ec2().get_launch_template(template["id"])
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

    @simulated(NODES)
    def delete_nodegroup(self) -> ActionResult:
        """Takes its scaling group along."""
        result = _delete_nodes(self)
        group = cast("dict[str, object]", result.result)["nodegroup"]
        scaling = autoscaling_backends[self.current_account][self.region]
        for one in vars(group)["resources"]["autoScalingGroups"]:
            scaling.delete_auto_scaling_group(one["name"])
        return result

    @simulated(CHANGES)
    def update_nodegroup_version(self) -> ActionResult:
        """Another version of Kubernetes, or of the launch template."""
        group = self.eks_backend.describe_nodegroup(self._own_path("name"), self._own_path("nodegroupName"))
        if version := self._get_param("version"):
            group.version = version
        if template := self._get_param("launchTemplate"):
            group.launch_template = {**(group.launch_template or {}), **template}
        return _done("VersionUpdate")

    @simulated(ADDONS)
    def create_addon(self) -> ActionResult:
        """An addon, active at once."""
        name = str(self._get_param("addonName"))
        self._own_judge_addon()
        entry: Entry = {
            "addonName": name,
            "clusterName": self._own_cluster().name,
            "status": "ACTIVE",
            "addonVersion": self._get_param("addonVersion"),
            "addonArn": self._own_arn("addon", f"{name}/{mock_random.uuid4()}"),
            "createdAt": utcnow().isoformat(),
            "modifiedAt": utcnow().isoformat(),
            "tags": self._get_param("tags") or {},
            "serviceAccountRoleArn": self._get_param("serviceAccountRoleArn"),
            "configurationValues": self._get_param("configurationValues"),
        }
        return ActionResult({"addon": self._own_new(ADDON, name, entry)})

    def _own_judge_addon(self) -> None:
        if role := self._get_param("serviceAccountRoleArn"):
            self._own_role_exists(role)
        for association in cast("list[dict[str, str]]", self._get_param("podIdentityAssociations") or []):
            self._own_role_exists(association["roleArn"])
        if text := self._get_param("configurationValues"):
            try:
                json.loads(text)
            except ValueError:
                raise InvalidParameterException(message="ConfigurationValue is not in JSON") from None

    @simulated(ADDONS)
    def describe_addon(self) -> ActionResult:
        """An addon."""
        return ActionResult({"addon": self._own_entry(ADDON, self._own_path("addonName"))})

    @simulated(ADDONS)
    def list_addons(self) -> ActionResult:
        """The addons of a cluster."""
        return ActionResult({"addons": sorted(self._own_entries(ADDON))})

    @simulated(ADDONS)
    def update_addon(self) -> ActionResult:
        """Another version, role or configuration."""
        entry = self._own_entry(ADDON, self._own_path("addonName"))
        self._own_judge_addon()
        for key in ("addonVersion", "serviceAccountRoleArn", "configurationValues"):
            if (given := self._get_param(key)) is not None:
                entry[key] = given
        return _done("AddonUpdate")

    @simulated(ADDONS)
    def delete_addon(self) -> ActionResult:
        """Without the addon."""
        entry = self._own_entry(ADDON, self._own_path("addonName"))
        del self._own_entries(ADDON)[self._own_path("addonName")]
        return ActionResult({"addon": entry})

    @simulated(ENTRIES)
    def create_access_entry(self) -> ActionResult:
        """An entry, for a principal that IAM knows."""
        principal = str(self._get_param("principalArn"))
        self._own_role_exists(principal)
        entry: Entry = {
            "clusterName": self._own_cluster().name,
            "principalArn": principal,
            "kubernetesGroups": self._get_param("kubernetesGroups") or [],
            "accessEntryArn": self._own_arn(
                "access-entry", f"{principal.rpartition('/')[2]}/{mock_random.uuid4()}"
            ),
            "createdAt": utcnow().isoformat(),
            "modifiedAt": utcnow().isoformat(),
            "tags": self._get_param("tags") or {},
            "username": self._get_param("username") or principal,
            "type": self._get_param("type") or "STANDARD",
            "policies": [],
        }
        return ActionResult({"accessEntry": self._own_new(ENTRY, principal, entry)})

    @simulated(ENTRIES)
    def describe_access_entry(self) -> ActionResult:
        """An entry."""
        return ActionResult({"accessEntry": self._own_entry(ENTRY, self._own_path("principalArn"))})

    @simulated(ENTRIES)
    def list_access_entries(self) -> ActionResult:
        """Who may enter."""
        return ActionResult({"accessEntries": sorted(self._own_entries(ENTRY))})

    @simulated(ENTRIES)
    def update_access_entry(self) -> ActionResult:
        """Other groups."""
        entry = self._own_entry(ENTRY, self._own_path("principalArn"))
        entry["kubernetesGroups"] = self._get_param("kubernetesGroups") or []
        return ActionResult({"accessEntry": entry})

    @simulated(ENTRIES)
    def delete_access_entry(self) -> ActionResult:
        """Without the entry, and what it was given."""
        self._own_entry(ENTRY, self._own_path("principalArn"))
        del self._own_entries(ENTRY)[self._own_path("principalArn")]
        return EmptyResult()

    def _own_given(self) -> list[Entry]:
        return cast("list[Entry]", self._own_entry(ENTRY, self._own_path("principalArn"))["policies"])

    @simulated(ENTRIES)
    def associate_access_policy(self) -> ActionResult:
        """Give an entry one of AWS's policies, or another scope of it."""
        arn = str(self._get_param("policyArn"))
        if not re.fullmatch(r"arn:aws[\w-]*:eks::aws:cluster-access-policy/AmazonEKS\w+Policy", arn):
            raise InvalidParameterException(message=f"The policyArn {arn} is invalid")
        policies = self._own_given()
        policies[:] = [one for one in policies if one["policyArn"] != arn]
        given: Entry = {
            "policyArn": arn,
            "accessScope": self._get_param("accessScope"),
            "associatedAt": utcnow().isoformat(),
            "modifiedAt": utcnow().isoformat(),
        }
        policies.append(given)
        answer = {"clusterName": self._own_cluster().name, "principalArn": self._own_path("principalArn")}
        return ActionResult({**answer, "associatedAccessPolicy": given})

    @simulated(ENTRIES)
    def list_associated_access_policies(self) -> ActionResult:
        """What an entry was given."""
        return ActionResult({"associatedAccessPolicies": self._own_given()})

    @simulated(ENTRIES)
    def disassociate_access_policy(self) -> ActionResult:
        """Take one of them away."""
        policies = self._own_given()
        policies[:] = [one for one in policies if one["policyArn"] != self._own_path("policyArn")]
        return EmptyResult()

    @simulated(ASSOCIATIONS)
    def create_pod_identity_association(self) -> ActionResult:
        """Tie a service account to a role; one association each."""
        self._own_role_exists(self._get_param("roleArn"))
        namespace, account = self._get_param("namespace"), self._get_param("serviceAccount")
        for one in self._own_entries(ASSOCIATION).values():
            if (one["namespace"], one["serviceAccount"]) == (namespace, account):
                raise ResourceInUseException(message=f"Association already exists: {one['associationId']}")
        identifier = f"a-{mock_random.get_random_hex(17)}"
        entry: Entry = {
            "clusterName": self._own_cluster().name,
            "namespace": namespace,
            "serviceAccount": account,
            "roleArn": self._get_param("roleArn"),
            "associationArn": self._own_arn("podidentityassociation", identifier),
            "associationId": identifier,
            "tags": self._get_param("tags") or {},
            "createdAt": utcnow().isoformat(),
            "modifiedAt": utcnow().isoformat(),
        }
        return ActionResult({"association": self._own_new(ASSOCIATION, identifier, entry)})

    @simulated(ASSOCIATIONS)
    def describe_pod_identity_association(self) -> ActionResult:
        """An association."""
        return ActionResult({"association": self._own_entry(ASSOCIATION, self._own_path("associationId"))})

    @simulated(ASSOCIATIONS)
    def update_pod_identity_association(self) -> ActionResult:
        """Another role."""
        self._own_role_exists(self._get_param("roleArn"))
        entry = self._own_entry(ASSOCIATION, self._own_path("associationId"))
        entry["roleArn"] = self._get_param("roleArn")
        return ActionResult({"association": entry})

    @simulated(ASSOCIATIONS)
    def delete_pod_identity_association(self) -> ActionResult:
        """Untie the two."""
        entry = self._own_entry(ASSOCIATION, self._own_path("associationId"))
        del self._own_entries(ASSOCIATION)[self._own_path("associationId")]
        return ActionResult({"association": entry})

    @simulated(TAGS)
    def tag_resource(self) -> ActionResult:
        """Tag what is ours, and leave the rest to moto."""
        tags = self._own_tags()
        if tags is None:
            return _moto_tag(self)
        tags.update(self._get_param("tags"))
        return EmptyResult()

    @simulated(TAGS)
    def untag_resource(self) -> ActionResult:
        """Take tags off what is ours, and leave the rest to moto."""
        tags = self._own_tags()
        if tags is None:
            return _moto_untag(self)
        for key in self.querystring.get("tagKeys", []):
            tags.pop(key, None)
        return EmptyResult()

    def _own_tags(self) -> dict[str, Json] | None:
        """The tags of one of ours; None for what moto tags."""
        arn = unquote(self.path).partition("/tags/")[2]
        for cluster in self.eks_backend.clusters.values():
            for kind in (ADDON, ENTRY, ASSOCIATION):
                entries = cast("dict[str, Entry]", vars(cluster).get(f"own_{kind}", {}))
                for entry in entries.values():
                    if arn in entry.values():
                        return cast("dict[str, Json]", entry["tags"])
        return None


def _done(kind: str) -> ActionResult:
    """The update that EKS answers a change with, done already."""
    update = {"id": str(mock_random.uuid4()), "status": "Successful", "type": kind, "createdAt": utcnow()}
    return ActionResult({"update": update})


def _snake(key: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower()
