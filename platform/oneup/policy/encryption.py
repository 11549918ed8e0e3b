"""Data is encrypted at rest."""

from collections.abc import Iterator
from typing import Final

from oneup.plan import Json, Resource
from oneup.plan.graph import DependencyGraph
from oneup.plan.inputs import as_list, as_mapping, is_true, value_at
from oneup.plan.query import buckets_lacking, is_node_class
from oneup.plan.resource_types import RESOURCE_TYPES
from oneup.plan.resource_types.cluster import LAUNCH_TEMPLATE
from oneup.plan.resource_types.identity import KMS_KEY
from oneup.plan.resource_types.storage import BUCKET_ENCRYPTION
from oneup.policy.rule import PlanRule, ResourceRule
from oneup.policy.storage import ZONAL_PROVISIONERS


def _in_the_clear(resource: Resource) -> Iterator[str]:
    entry = RESOURCE_TYPES.get(resource.type)
    if entry and entry.encryption and not entry.encryption.is_on(resource.inputs):
        yield f"it is not encrypted with a KMS key of the account; set {entry.encryption.inputs}"


def _clear_volumes(resource: Resource) -> Iterator[str]:
    if resource.type == LAUNCH_TEMPLATE:
        devices = as_list(resource.inputs.get("blockDeviceMappings"))
    elif is_node_class(resource):
        devices = as_list(value_at(resource.inputs, "spec", "blockDeviceMappings"))
    else:
        return
    if not devices:
        yield "its nodes use the AMI's volumes unencrypted; map the root volume with ebs.encrypted"
    for device in devices:
        if not is_true(value_at(device, "ebs", "encrypted")):
            yield f"volume {value_at(device, 'deviceName')} is not encrypted; set ebs.encrypted"


def _clear_claims(resource: Resource) -> Iterator[str]:
    if not resource.type.endswith(":StorageClass"):
        return
    on_ebs = resource.inputs.get("provisioner") in ZONAL_PROVISIONERS
    if on_ebs and not is_true(value_at(resource.inputs, "parameters", "encrypted")):
        yield 'its volumes are not encrypted; set parameters.encrypted to "true"'


def _clear_buckets(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    for bucket in buckets_lacking(graph, BUCKET_ENCRYPTION, _encrypts):
        yield bucket, "it has no server-side encryption configuration; add one"


def _encrypts(configuration: Resource) -> bool:
    return all(_algorithm(rule) for rule in as_list(configuration.inputs.get("rules")))


def _algorithm(rule: Json) -> bool:
    return bool(value_at(rule, "applyServerSideEncryptionByDefault", "sseAlgorithm"))


def _stale_keys(resource: Resource) -> Iterator[str]:
    symmetric = as_mapping(resource.inputs).get("customerMasterKeySpec") in (None, "SYMMETRIC_DEFAULT")
    if resource.type == KMS_KEY and symmetric and not is_true(resource.inputs.get("enableKeyRotation")):
        yield "the key is not rotated; set enableKeyRotation"


RULES: Final = (
    ResourceRule(
        id="encryption-at-rest",
        controls=(
            "CIS EKS 5.3.1",
            "AWS FSBP EKS.3",
            "AWS FSBP CloudTrail.2",
            "AWS FSBP SQS.1",
            "AWS FSBP EFS.8",
            "AWS FSBP RDS.3",
            "AWS FSBP RDS.27",
            "AWS Security Hub SNS.1",
        ),
        description="Logs, queues, topics, tables, images, secrets and file systems are encrypted at rest.",
        check=_in_the_clear,
    ),
    ResourceRule(
        id="node-volumes-encrypted",
        controls=(
            "AWS FSBP EC2.181",
            "AWS FSBP EC2.3",
        ),
        description="The volumes of every node are encrypted.",
        check=_clear_volumes,
    ),
    ResourceRule(
        id="storage-class-encrypted",
        controls=("AWS FSBP EC2.3",),
        description="Every EBS storage class creates encrypted volumes.",
        check=_clear_claims,
    ),
    PlanRule(
        id="s3-default-encryption",
        controls=("AWS Security Hub S3.17",),
        description="Every bucket has a server-side encryption configuration.",
        check=_clear_buckets,
    ),
    ResourceRule(
        id="kms-key-rotation",
        controls=("AWS Security Hub KMS.4",),
        description="Every symmetric KMS key is rotated.",
        check=_stale_keys,
    ),
)
