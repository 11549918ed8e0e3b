"""The buckets for logs, metrics, traces and backups: private, encrypted, with copies in a second region."""

from dataclasses import replace

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account, aws_provider
from oneup.foundation.bucket import BucketSpec, PrivateBucket
from oneup.foundation.encryption import create_key, replica_key_policy
from oneup.foundation.iam import policy_document, service_trust
from oneup.settings.addons.enabled import bucket_purposes
from oneup.settings.names import Purpose
from oneup.values import Value

REPLICA = "copy"


class Buckets(pulumi.ComponentResource):
    """One bucket per purpose that the settings or an addon need."""

    ready: tuple[pulumi.Resource, ...]
    """What writers depend on."""

    def __init__(self, account: Account, key: pulumi.Output[str]) -> None:
        """Create the buckets, encrypted with the stack's key."""
        super().__init__(
            "oneup:platform:Storage",
            "storage",
            None,
            pulumi.ResourceOptions(providers={"aws": account.provider}),
        )
        self._account = account
        self._child = pulumi.ResourceOptions(parent=self)
        stores: dict[Purpose, PrivateBucket] = {
            purpose: self._bucket(account, purpose, key) for purpose in bucket_purposes(account.settings)
        }
        self.ready = tuple(resource for store in stores.values() for resource in store.ready)
        storage = account.settings.storage
        if storage.copy_region:
            copied: dict[Purpose, PrivateBucket] = {name: stores[name] for name in storage.copied}
            self._copy(in_region(account, storage.copy_region), copied, key)
        self.register_outputs({})

    def _bucket(self, account: Account, purpose: Purpose, key: pulumi.Output[str]) -> PrivateBucket:
        """A bucket; backups and replicated buckets are versioned."""
        storage = account.settings.storage
        contents = BucketSpec(
            purpose=purpose,
            retention_days=storage.days(purpose),
            key=key,
            versioned=purpose == "backups" or storage.is_replicated(purpose),
            retained=storage.on_destroy == "Retain",
        )
        return PrivateBucket(account, contents, self._child)

    def _copy(self, there: Account, stores: dict[Purpose, PrivateBucket], key: pulumi.Output[str]) -> None:
        """Replicate new objects to a bucket in the other region, encrypted with a key of that region."""
        place = pulumi.ResourceOptions(parent=self, provider=there.provider)
        far_key = create_key(there, REPLICA, replica_key_policy(there), place)
        storage = there.settings.storage
        targets = {
            purpose: PrivateBucket(
                there,
                BucketSpec(
                    purpose=f"{purpose}-{REPLICA}",
                    retention_days=storage.days(purpose),
                    key=far_key,
                    versioned=True,
                    retained=storage.on_destroy == "Retain",
                ),
                pulumi.ResourceOptions(parent=self, providers={"aws": there.provider}),
            )
            for purpose in stores
        }
        role, rights = self._copier([(stores[name].arn, targets[name].arn) for name in stores], key, far_key)
        for purpose, store in stores.items():
            target = targets[purpose]
            aws.s3.BucketReplicationConfig(
                purpose,
                bucket=store.name,
                role=role.arn,
                rules=[
                    {
                        "id": REPLICA,
                        "status": "Enabled",
                        "filter": {"prefix": ""},
                        "delete_marker_replication": {"status": "Disabled"},
                        "source_selection_criteria": {"sse_kms_encrypted_objects": {"status": "Enabled"}},
                        "destination": {
                            "bucket": target.arn,
                            "storage_class": "INTELLIGENT_TIERING",
                            "encryption_configuration": {"replica_kms_key_id": far_key},
                        },
                    }
                ],
                opts=pulumi.ResourceOptions(
                    parent=self,
                    depends_on=[rights, *store.versioning, *target.versioning, *target.ready],
                ),
            )

    def _copier(
        self, pairs: list[tuple[str, str]], key: pulumi.Output[str], far_key: pulumi.Output[str]
    ) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
        """The replication role: reads the sources and writes the replicas, with their keys."""
        account = self._account
        role = aws.iam.Role(
            REPLICA,
            name=account.role_name("bucket-copy"),
            description=f"Copies buckets of {account.name} to another region",
            assume_role_policy=service_trust(
                "s3.amazonaws.com", {"StringEquals": {"aws:SourceAccount": account.aws.account}}
            ),
            permissions_boundary=account.aws.permissions_boundary,
            opts=self._child,
        )
        keys = pulumi.Output.all(key, far_key)
        policy = aws.iam.RolePolicy(
            REPLICA,
            name=REPLICA,
            role=role.name,
            policy=keys.apply(
                lambda both: policy_document(
                    *replication_statements(pairs), *replication_key_statements(both[0], both[1])
                )
            ),
            opts=self._child,
        )
        return role, policy


def in_region(account: Account, region: str) -> Account:
    """The account in another region, with its own provider."""
    place = account.aws.model_copy(update={"region": region})
    settings = account.settings.model_copy(update={"aws": place})
    return replace(account, settings=settings, provider=aws_provider(settings, f"aws-{region}"))


def replication_statements(pairs: list[tuple[str, str]]) -> tuple[dict[str, Value], ...]:
    """Statements to read the first bucket of each pair and replicate to the second."""
    return (
        {
            "Sid": "FindObjects",
            "Effect": "Allow",
            "Action": ["s3:GetReplicationConfiguration", "s3:ListBucket"],
            "Resource": [source for source, _ in pairs],
        },
        {
            "Sid": "ReadObjects",
            "Effect": "Allow",
            "Action": [
                "s3:GetObjectVersionAcl",
                "s3:GetObjectVersionForReplication",
                "s3:GetObjectVersionTagging",
            ],
            "Resource": [f"{source}/*" for source, _ in pairs],
        },
        {
            "Sid": "WriteCopies",
            "Effect": "Allow",
            "Action": ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"],
            "Resource": [f"{target}/*" for _, target in pairs],
        },
    )


def replication_key_statements(key: str, far_key: str) -> tuple[dict[str, Value], ...]:
    """Statements to decrypt with the source key and encrypt with the replica key."""
    return (
        {"Sid": "DecryptObjects", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": key},
        {"Sid": "EncryptCopies", "Effect": "Allow", "Action": "kms:Encrypt", "Resource": far_key},
    )
