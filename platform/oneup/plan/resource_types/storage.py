"""Buckets, image repositories, secrets, databases, volumes."""

from typing import Final

from oneup.plan.inputs import is_true, value_at
from oneup.plan.resource_types.resource_type import Encryption, ResourceType, by_flag, by_key
from oneup.plan.resource_types.simulated import Outputs, SimulatedResource

BUCKET: Final = "aws:s3/bucket:Bucket"
BUCKET_V2: Final = "aws:s3/bucketV2:BucketV2"
BUCKETS: Final = (BUCKET, BUCKET_V2)
BUCKET_ACL: Final = "aws:s3/bucketAcl:BucketAcl"
BUCKET_ENCRYPTION: Final = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
)
BUCKET_LIFECYCLE: Final = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
BUCKET_LOGGING: Final = "aws:s3/bucketLogging:BucketLogging"
BUCKET_NOTIFICATION: Final = "aws:s3/bucketNotification:BucketNotification"
BUCKET_OWNERSHIP: Final = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
BUCKET_POLICY: Final = "aws:s3/bucketPolicy:BucketPolicy"
BUCKET_REPLICATION: Final = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
BUCKET_VERSIONING: Final = "aws:s3/bucketVersioning:BucketVersioning"
PUBLIC_ACCESS_BLOCK: Final = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"

REPOSITORY: Final = "aws:ecr/repository:Repository"
REPOSITORY_LIFECYCLE: Final = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
REPOSITORY_POLICY: Final = "aws:ecr/repositoryPolicy:RepositoryPolicy"

SECRET: Final = "aws:secretsmanager/secret:Secret"
SECRET_POLICY: Final = "aws:secretsmanager/secretPolicy:SecretPolicy"
SECRET_VERSION: Final = "aws:secretsmanager/secretVersion:SecretVersion"


def _bucket(made: SimulatedResource) -> Outputs:
    own = made.text("bucket", made.name)
    return {
        "id": own,
        "bucket": own,
        "arn": f"arn:aws:s3:::{own}",
        "bucketDomainName": f"{own}.s3.amazonaws.com",
        "bucketRegionalDomainName": f"{own}.s3.{made.region}.amazonaws.com",
    }


def _repository(made: SimulatedResource) -> Outputs:
    own = made.text("name", made.name)
    url = f"{made.account}.dkr.ecr.{made.region}.amazonaws.com/{own}"
    return {"id": own, "name": own, "arn": made.arn("ecr", f"repository/{own}"), "repositoryUrl": url}


_TABLE_ENCRYPTION: Final = Encryption(
    lambda inputs: is_true(value_at(inputs, "serverSideEncryption", "enabled")),
    "serverSideEncryption.enabled",
)

TYPES: Final = (
    ResourceType(
        BUCKET,
        actions=(
            "s3:CreateBucket",
            "s3:DeleteBucket",
            "s3:DeleteObject",
            "s3:DeleteObjectVersion",
            "s3:GetBucketLocation",
            "s3:ListBucket",
            "s3:ListBucketVersions",
            "s3:PutBucketTagging",
            "s3:TagResource",
            "s3:UntagResource",
        ),
        seconds=3,
        simulate=_bucket,
        replaces=("bucket", "objectLockEnabled"),
    ),
    ResourceType(BUCKET_V2),
    ResourceType(BUCKET_ACL, taggable=False),
    ResourceType(
        BUCKET_ENCRYPTION,
        actions=("s3:GetEncryptionConfiguration", "s3:PutEncryptionConfiguration"),
        taggable=False,
        replaces=("bucket",),
    ),
    ResourceType(
        BUCKET_LIFECYCLE,
        actions=("s3:GetLifecycleConfiguration", "s3:PutLifecycleConfiguration"),
        taggable=False,
        replaces=("bucket",),
    ),
    ResourceType(BUCKET_LOGGING, taggable=False),
    ResourceType(BUCKET_NOTIFICATION, taggable=False),
    ResourceType(
        BUCKET_OWNERSHIP,
        actions=("s3:GetBucketOwnershipControls", "s3:PutBucketOwnershipControls"),
        taggable=False,
        replaces=("bucket",),
    ),
    ResourceType(
        BUCKET_POLICY,
        cloudformation="AWS::S3::BucketPolicy",
        taggable=False,
        has_resource_policy=True,
        replaces=("bucket",),
    ),
    ResourceType(
        BUCKET_REPLICATION,
        actions=("s3:GetReplicationConfiguration", "s3:PutReplicationConfiguration", "iam:PassRole"),
        passes_roles_to=("s3.amazonaws.com",),
        taggable=False,
        replaces=("bucket",),
    ),
    ResourceType(
        BUCKET_VERSIONING,
        actions=("s3:GetBucketVersioning", "s3:PutBucketVersioning"),
        taggable=False,
        replaces=("bucket",),
    ),
    ResourceType(
        PUBLIC_ACCESS_BLOCK,
        actions=("s3:GetBucketPublicAccessBlock", "s3:PutBucketPublicAccessBlock"),
        taggable=False,
        replaces=("bucket",),
    ),
    ResourceType(
        REPOSITORY,
        cloudformation="AWS::ECR::Repository",
        encryption=by_key("encryptionConfigurations"),
        simulate=_repository,
        replaces=("name", "encryptionConfigurations"),
    ),
    ResourceType(
        REPOSITORY_LIFECYCLE,
        actions=("ecr:DeleteLifecyclePolicy", "ecr:GetLifecyclePolicy", "ecr:PutLifecyclePolicy"),
        taggable=False,
        replaces=("repository", "policy"),
    ),
    ResourceType(
        REPOSITORY_POLICY,
        actions=("ecr:DeleteRepositoryPolicy", "ecr:GetRepositoryPolicy", "ecr:SetRepositoryPolicy"),
        taggable=False,
        has_resource_policy=True,
        replaces=("repository",),
    ),
    ResourceType(SECRET, encryption=by_key("kmsKeyId")),
    ResourceType(SECRET_POLICY, taggable=False, has_resource_policy=True),
    ResourceType(SECRET_VERSION, taggable=False),
    ResourceType("aws:backup/vault:Vault", encryption=by_key("kmsKeyArn")),
    ResourceType("aws:dynamodb/table:Table", encryption=_TABLE_ENCRYPTION),
    ResourceType("aws:ebs/volume:Volume", encryption=by_flag("encrypted")),
    ResourceType("aws:efs/fileSystem:FileSystem", encryption=by_flag("encrypted")),
    ResourceType("aws:rds/cluster:Cluster", encryption=by_flag("storageEncrypted")),
    ResourceType("aws:rds/instance:Instance", encryption=by_flag("storageEncrypted")),
)
