"""S3: a bucket, and what is set on it, each a resource of its own."""

from tests.up.cloud.kind import TOP, Call, Kind, Refusal, Tagging

BUCKET = {"Bucket": "$bucket"}

BUCKETS = Kind(
    token="aws:s3/bucket:Bucket",
    service="s3",
    create=Call(
        "CreateBucket",
        {
            "Bucket": "$bucket",
            "ObjectLockEnabledForBucket": "$objectLockEnabled",
            "CreateBucketConfiguration": "$region != 'us-east-1' && {LocationConstraint: region} || `null`",
        },
    ),
    id="bucket",
    reads=(Call("HeadBucket", {"Bucket": "$id"}, "{Bucket: id}"),),
    refusals=(
        Refusal(
            "BucketNotEmpty",
            Call(
                "ListObjectVersions",
                {"Bucket": "$id", "MaxKeys": 1},
                "(!forceDestroy && (Versions[].Key || DeleteMarkers[].Key)) || `null`",
            ),
        ),
    ),
    delete=(
        Call(
            "ListObjectVersions",
            {"Bucket": "$id"},
            "{Objects: [Versions[].{Key: Key, VersionId: VersionId},"
            " DeleteMarkers[].{Key: Key, VersionId: VersionId}][]}",
        ),
        Call("DeleteObjects", {"Bucket": "$id", "Delete": {"Objects": "$Objects[]"}}, when="Objects[]|[0]"),
        Call("DeleteBucket", {"Bucket": "$id"}),
    ),
    finds={
        "arn": "join('', ['arn:', partition, ':s3:::', id])",
        "bucketDomainName": "join('', [id, '.s3.amazonaws.com'])",
        "bucketRegionalDomainName": "join('', [id, '.s3.', region, '.amazonaws.com'])",
        "bucketRegion": "region",
    },
    local=("forceDestroy",),
    autoname="bucket",
    tagging=Tagging(
        Call("PutBucketTagging", {"Bucket": "$id", "Tagging": {"TagSet": "$tags"}}),
        Call("DeleteBucketTagging", {"Bucket": "$id"}),
        read=Call("GetBucketTagging", {"Bucket": "$id"}, optional=True),
    ),
    listing=Call("ListBuckets", {"BucketRegion": "$region"}, "Buckets[].Name"),
)

PUBLIC_ACCESS = Kind(
    token="aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    service="s3",
    create=Call("PutPublicAccessBlock", BUCKET, inputs="PublicAccessBlockConfiguration"),
    id="bucket",
    reads=(Call("GetPublicAccessBlock", {"Bucket": "$id"}, "PublicAccessBlockConfiguration"),),
    delete=(Call("DeletePublicAccessBlock", {"Bucket": "$id"}),),
    update=(Call("PutPublicAccessBlock", {"Bucket": "$bucket"}, inputs="PublicAccessBlockConfiguration"),),
    finds={"bucket": "id"},
)

OWNERSHIP = Kind(
    token="aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    service="s3",
    create=Call("PutBucketOwnershipControls", {**BUCKET, "OwnershipControls": {"Rules": "$rule"}}),
    id="bucket",
    reads=(Call("GetBucketOwnershipControls", {"Bucket": "$id"}, "OwnershipControls"),),
    delete=(Call("DeleteBucketOwnershipControls", {"Bucket": "$id"}),),
    update=(Call("PutBucketOwnershipControls", {**BUCKET, "OwnershipControls": {"Rules": "$rule"}}),),
    finds={"bucket": "id"},
)

_ENCRYPTION = {**BUCKET, "ServerSideEncryptionConfiguration": {"Rules": "$rules"}}

ENCRYPTION = Kind(
    token="aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    service="s3",
    create=Call("PutBucketEncryption", _ENCRYPTION),
    id="bucket",
    reads=(Call("GetBucketEncryption", {"Bucket": "$id"}, "ServerSideEncryptionConfiguration"),),
    delete=(Call("DeleteBucketEncryption", {"Bucket": "$id"}),),
    update=(Call("PutBucketEncryption", _ENCRYPTION),),
    names={"kmsMasterKeyId": "KMSMasterKeyID"},
    finds={"bucket": "id"},
)

_VERSIONING = {**BUCKET, "VersioningConfiguration": "$versioningConfiguration"}

VERSIONING = Kind(
    token="aws:s3/bucketVersioning:BucketVersioning",
    service="s3",
    create=Call("PutBucketVersioning", _VERSIONING),
    id="bucket",
    reads=(
        Call(
            "GetBucketVersioning", {"Bucket": "$id"}, "Status && {versioningConfiguration: {Status: Status}}"
        ),
    ),
    # Versions are never switched off again: the provider suspends them.
    delete=(
        Call("PutBucketVersioning", {"Bucket": "$id", "VersioningConfiguration": {"Status": "Suspended"}}),
    ),
    update=(Call("PutBucketVersioning", _VERSIONING),),
    finds={"bucket": "id"},
)

_LIFECYCLE = {**BUCKET, "LifecycleConfiguration": {"Rules": "$rules"}}

LIFECYCLE = Kind(
    token="aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    service="s3",
    create=Call("PutBucketLifecycleConfiguration", _LIFECYCLE),
    id="bucket",
    reads=(Call("GetBucketLifecycleConfiguration", {"Bucket": "$id"}),),
    delete=(Call("DeleteBucketLifecycle", {"Bucket": "$id"}),),
    update=(Call("PutBucketLifecycleConfiguration", _LIFECYCLE),),
    finds={"bucket": "id"},
)

POLICY = Kind(
    token="aws:s3/bucketPolicy:BucketPolicy",
    service="s3",
    create=Call("PutBucketPolicy", inputs=TOP),
    id="bucket",
    reads=(Call("GetBucketPolicy", {"Bucket": "$id"}),),
    delete=(Call("DeleteBucketPolicy", {"Bucket": "$id"}),),
    update=(Call("PutBucketPolicy", BUCKET, inputs=TOP),),
    finds={"bucket": "id"},
)

_REPLICATION = {**BUCKET, "ReplicationConfiguration": {"Role": "$role", "Rules": "$rules"}}

REPLICATION = Kind(
    token="aws:s3/bucketReplicationConfig:BucketReplicationConfig",
    service="s3",
    create=Call("PutBucketReplication", _REPLICATION),
    id="bucket",
    reads=(Call("GetBucketReplication", {"Bucket": "$id"}, "ReplicationConfiguration"),),
    delete=(Call("DeleteBucketReplication", {"Bucket": "$id"}),),
    update=(Call("PutBucketReplication", _REPLICATION),),
    names={"replicaKmsKeyId": "ReplicaKmsKeyID"},
    finds={"bucket": "id"},
    # moto forgets it.
    unread=("rules.sourceSelectionCriteria",),
)

KINDS = (
    BUCKETS,
    PUBLIC_ACCESS,
    OWNERSHIP,
    ENCRYPTION,
    VERSIONING,
    LIFECYCLE,
    POLICY,
    REPLICATION,
)
