"""Where an addon keeps objects, and what it takes to reach them: S3, or Ceph where there is no S3."""

import json
from dataclasses import dataclass
from typing import Final

from oneup.addonkit.addon import AddonName, Manifest
from oneup.addonkit.flow import Flow, Place, Pods, flow, reaches
from oneup.foundation.iam import Identity, Statement
from oneup.settings.model import AwsSettings, ExistingSettings, Settings
from oneup.settings.names import Purpose
from oneup.values import Fact, Late, Value
from oneup.workspace.namespace import ROOK_CEPH, Namespace

CEPH: Final = AddonName("rook-ceph-cluster")
"""What makes buckets where there is no S3."""

CEPH_STORE: Final = "objects"
CEPH_BUCKET_CLASS: Final = "rook-ceph-bucket"

_CEPH_HOST: Final = f"rook-ceph-rgw-{CEPH_STORE}.{ROOK_CEPH.name}.svc.cluster.local"
"""Rook's Service of the object store, at port 80."""

CEPH_GATEWAYS: Final = Pods(
    "rook-ceph-rgw", ROOK_CEPH, {"app": "rook-ceph-rgw", "rook_cluster": ROOK_CEPH.name}
)
"""The pods behind it."""

KEYS: Final = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
"""What Ceph writes into the Secret of a claim, and every S3 client reads from its environment."""


@dataclass(frozen=True, kw_only=True)
class ObjectStore:
    """A bucket as its users see it; all that follows from where it is stands here."""

    bucket: str
    region: str
    endpoint: str
    """Host of the S3 API, with its port where that is not 443; without a scheme."""

    retention_days: int
    """After so many days the bucket drops an object: its user must have let it go by then."""

    statements: tuple[Statement, ...] = ()
    """The rights on the bucket and its key; none where it is not on AWS."""

    claim: str = ""
    """Where it is claimed of Ceph: name of the claim, and of the Secret with the keys; empty on AWS."""

    @property
    def insecure(self) -> bool:
        """Whether the API speaks HTTP, as Ceph's does inside the cluster."""
        return bool(self.claim)

    @property
    def url(self) -> str:
        """The S3 API with its scheme."""
        return f"{'http' if self.insecure else 'https'}://{self.endpoint}"

    @property
    def requires(self) -> tuple[AddonName, ...]:
        """What must be installed for the bucket to be there."""
        return (CEPH,) if self.claim else ()

    def used_by(self, pods: Pods) -> tuple[Flow, ...]:
        """The way from these pods to the bucket: out to S3, or to Ceph's gateways."""
        if self.claim:
            return (*reaches(pods), flow(pods, CEPH_GATEWAYS, 8080))
        return reaches(pods, Place.AWS)

    @property
    def environment(self) -> list[Value]:
        """Variables from which a pod knows its keys; none where it has a role."""
        return [
            {"name": key, "valueFrom": {"secretKeyRef": {"name": self.claim, "key": key}}}
            for key in KEYS
            if self.claim
        ]

    def identity(self, service_account: str) -> Identity | None:
        """The role with the rights on the bucket; none where keys give them."""
        if not self.statements:
            return None
        return Identity(service_account=service_account, statements=self.statements)

    def claims(self, namespace: Namespace) -> tuple[Manifest, ...]:
        """What a user of the bucket makes in its own namespace, and waits for until the keys are there."""
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


def bucket_of(settings: Settings, purpose: Purpose, owner: str = "") -> ObjectStore:
    """The stack's bucket for a purpose, for one that reads, writes and deletes in it.

    In Ceph a bucket has one user: where several have the same purpose, each but one names itself as
    ``owner``, and gets one of its own.
    """
    match settings:
        case AwsSettings():
            return _in_s3(settings, purpose)
        case ExistingSettings():
            return _in_ceph(settings, purpose, f"-{owner}" if owner else "")


def _in_ceph(settings: ExistingSettings, purpose: Purpose, suffix: str) -> ObjectStore:
    """A bucket of Ceph's object gateway, which has one region under a name that clients expect."""
    return ObjectStore(
        bucket=f"oneup-{settings.stack}-{purpose}{suffix}",
        region="us-east-1",
        endpoint=f"{_CEPH_HOST}:80",
        retention_days=settings.existing.retention.days(purpose),
        claim=f"bucket-{purpose}{suffix}",
    )


def _in_s3(settings: AwsSettings, purpose: Purpose) -> ObjectStore:
    """A bucket of the stack's own, reached with a role."""
    arn = settings.bucket_arn(purpose)
    region = settings.aws.region
    return ObjectStore(
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
                resources=(Late(Fact.KMS_KEY_ARN),),
            ),
        ),
    )


def adding(settings: AwsSettings, purpose: Purpose, prefix: str) -> tuple[Statement, ...]:
    """The rights of one that adds objects below ``prefix``: it can read none, and delete none."""
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
            resources=(Late(Fact.KMS_KEY_ARN),),
        ),
    )
