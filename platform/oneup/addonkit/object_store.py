"""Buckets of addons: S3, or Ceph if there is no S3."""

import json
from dataclasses import dataclass
from typing import Final

from oneup.addonkit.addon import AddonName, Manifest
from oneup.addonkit.flow import NetworkFlow, Peer, PodSelector, allow_egress, network_flow
from oneup.foundation.iam import Identity, Statement
from oneup.settings.model import AwsSettings, ExistingSettings, Settings
from oneup.settings.names import Purpose
from oneup.values import DeferredOutput, FoundationOutput, Value
from oneup.workspace.namespace import ROOK_CEPH, Namespace

CEPH_ADDON: Final = AddonName("rook-ceph-cluster")
"""The provider of buckets if there is no S3."""

CEPH_STORE: Final = "objects"
CEPH_BUCKET_CLASS: Final = "rook-ceph-bucket"

_CEPH_HOST: Final = f"rook-ceph-rgw-{CEPH_STORE}.{ROOK_CEPH.name}.svc.cluster.local"
"""Rook's Service of the object store, at port 80."""

CEPH_GATEWAYS: Final = PodSelector(
    "rook-ceph-rgw", ROOK_CEPH, {"app": "rook-ceph-rgw", "rook_cluster": ROOK_CEPH.name}
)
"""The pods behind it."""

CREDENTIAL_VARIABLES: Final = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
"""Keys of a bucket claim's Secret, which are also the environment variables of S3 clients."""


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """A bucket: endpoint, credentials and network flows."""

    bucket: str
    region: str
    endpoint: str
    """Host of the S3 API, with the port if not 443, without scheme."""

    retention_days: int
    """The bucket deletes objects after this number of days; users must have shorter retention."""

    statements: tuple[Statement, ...] = ()
    """IAM permissions on the bucket and its KMS key; None outside AWS."""

    claim: str = ""
    """Name of the Ceph bucket claim and of its Secret; empty on AWS."""

    @property
    def is_plain_http(self) -> bool:
        """Whether the API uses HTTP, as Ceph does inside the cluster."""
        return bool(self.claim)

    @property
    def url(self) -> str:
        """The S3 API with its scheme."""
        return f"{'http' if self.is_plain_http else 'https'}://{self.endpoint}"

    @property
    def requires(self) -> tuple[AddonName, ...]:
        """Addons that the bucket requires."""
        return (CEPH_ADDON,) if self.claim else ()

    def allow_egress_from(self, pods: PodSelector) -> tuple[NetworkFlow, ...]:
        """The flow from these pods to the bucket: S3 or Ceph's object gateway."""
        if self.claim:
            return (*allow_egress(pods), network_flow(pods, CEPH_GATEWAYS, 8080))
        return allow_egress(pods, Peer.AWS)

    @property
    def environment(self) -> list[Value]:
        """Environment variables with the access keys; empty with an IAM role."""
        return [
            {"name": key, "valueFrom": {"secretKeyRef": {"name": self.claim, "key": key}}}
            for key in CREDENTIAL_VARIABLES
            if self.claim
        ]

    def identity(self, service_account: str) -> Identity | None:
        """The IAM role for the bucket; None if access keys are used."""
        if not self.statements:
            return None
        return Identity(service_account=service_account, statements=self.statements)

    def claims(self, namespace: Namespace) -> tuple[Manifest, ...]:
        """The manifests that a user creates in its namespace; they are ready when the keys exist."""
        return (self._claim(namespace),) if self.claim else ()

    def _claim(self, namespace: Namespace) -> Manifest:
        rule = {
            "ID": "end",
            "Status": "Enabled",
            "Prefix": "",
            "Expiration": {"Days": self.retention_days},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        }
        return Manifest(
            api_version="objectbucket.io/v1alpha1",
            kind="ObjectBucketClaim",
            name=self.claim,
            namespace=namespace.name,
            annotations={
                "pulumi.com/waitFor": "jsonpath={.status.phase}=Bound",
                "pulumi.com/timeoutSeconds": "600",
            },
            body={
                "spec": {
                    "bucketName": self.bucket,
                    "storageClassName": CEPH_BUCKET_CLASS,
                    "additionalConfig": {"bucketLifecycle": json.dumps({"Rules": [rule]})},
                }
            },
        )


def bucket_for(settings: Settings, purpose: Purpose, owner: str = "") -> Bucket:
    """The stack's bucket for a purpose, with read, write and delete access.

    A Ceph bucket has one user: if several addons share a purpose, all but one set
    ``owner`` and get a separate bucket.
    """
    match settings:
        case AwsSettings():
            return _in_s3(settings, purpose)
        case ExistingSettings():
            return _in_ceph(settings, purpose, f"-{owner}" if owner else "")


def _in_ceph(settings: ExistingSettings, purpose: Purpose, suffix: str) -> Bucket:
    """A bucket of Ceph's object gateway, which has one region with a fixed name."""
    return Bucket(
        bucket=f"oneup-{settings.stack}-{purpose}{suffix}",
        region="us-east-1",
        endpoint=f"{_CEPH_HOST}:80",
        retention_days=settings.existing.retention.days(purpose),
        claim=f"bucket-{purpose}{suffix}",
    )


def _in_s3(settings: AwsSettings, purpose: Purpose) -> Bucket:
    """An S3 bucket of the stack, accessed with an IAM role."""
    arn = settings.bucket_arn(purpose)
    region = settings.aws.region
    return Bucket(
        bucket=settings.bucket(purpose),
        region=region,
        endpoint=f"s3.{region}.amazonaws.com",
        retention_days=settings.storage.days(purpose),
        statements=(
            Statement(
                sid="FindObjects",
                actions=("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"),
                resources=(arn,),
            ),
            Statement(
                sid="KeepObjects",
                actions=(
                    "s3:AbortMultipartUpload",
                    "s3:DeleteObject",
                    "s3:GetObject",
                    "s3:ListMultipartUploadParts",
                    "s3:PutObject",
                ),
                resources=(f"{arn}/*",),
            ),
            Statement(
                sid="UseTheKey",
                actions=("kms:Decrypt", "kms:GenerateDataKey"),
                resources=(DeferredOutput(FoundationOutput.KMS_KEY_ARN),),
            ),
        ),
    )


def write_only_statements(settings: AwsSettings, purpose: Purpose, prefix: str) -> tuple[Statement, ...]:
    """Write-only permissions under ``prefix``: no read, no delete."""
    arn = settings.bucket_arn(purpose)
    return (
        Statement(
            sid="FindObjects",
            actions=("s3:ListBucket",),
            resources=(arn,),
            conditions={"StringLike": {"s3:prefix": (prefix, f"{prefix}/*")}},
        ),
        Statement(
            sid="AddObjects",
            actions=("s3:AbortMultipartUpload", "s3:PutObject"),
            resources=(f"{arn}/{prefix}/*",),
        ),
        Statement(
            sid="UseTheKey",
            actions=("kms:Decrypt", "kms:GenerateDataKey"),
            resources=(DeferredOutput(FoundationOutput.KMS_KEY_ARN),),
        ),
    )
