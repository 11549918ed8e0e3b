"""No bucket is public."""

from collections.abc import Iterator
from typing import Final

from oneup.plan import UNKNOWN, Json, JsonMap, Resource
from oneup.plan.graph import Graph
from oneup.plan.inputs import at, is_true, items, mapping, texts
from oneup.plan.query import BUCKETS, buckets_without
from oneup.policy.rule import PlanRule, ResourceRule

PUBLIC_ACCESS_BLOCK: Final = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
BUCKET_POLICY: Final = "aws:s3/bucketPolicy:BucketPolicy"
LIFECYCLE: Final = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
GATES: Final = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
PRIVATE_ACLS: Final = ("", "private", "log-delivery-write", UNKNOWN)


def _unblocked(graph: Graph) -> Iterator[tuple[Resource, str]]:
    for bucket in buckets_without(graph, PUBLIC_ACCESS_BLOCK, _closes):
        yield bucket, f"it can become public; block public access with {', '.join(GATES)}"


def _closes(block: Resource) -> bool:
    return all(is_true(block.inputs.get(gate)) for gate in GATES)


def _public_acl(resource: Resource) -> Iterator[str]:
    if resource.type in (*BUCKETS, "aws:s3/bucketAcl:BucketAcl"):
        acl = resource.inputs.get("acl") or ""
        if acl not in PRIVATE_ACLS:
            yield f"its ACL is {acl!r}; leave it private"


def _plain_text(graph: Graph) -> Iterator[tuple[Resource, str]]:
    for bucket in buckets_without(graph, BUCKET_POLICY, _refuses_plain_text):
        yield bucket, "it accepts requests without TLS; deny all actions where aws:SecureTransport is false"


def _refuses_plain_text(policy: Resource) -> bool:
    document = policy.inputs.get("policy")
    clauses = (mapping(clause) for clause in items(mapping(document).get("Statement")))
    return document == UNKNOWN or any(_denies_plain_text(clause) for clause in clauses)


def _denies_plain_text(clause: JsonMap) -> bool:
    insecure = at(clause, "Condition", "Bool", "aws:SecureTransport")
    return (
        clause.get("Effect") == "Deny"
        and insecure in ("false", False)
        and "s3:*" in texts(clause.get("Action"))
    )


def _endless(graph: Graph) -> Iterator[tuple[Resource, str]]:
    for bucket in buckets_without(graph, LIFECYCLE, _expires):
        yield bucket, "its objects are never deleted; give it a lifecycle configuration that expires them"


def _expires(lifecycle: Resource) -> bool:
    return any(_ends(rule) for rule in items(lifecycle.inputs.get("rules")))


def _ends(rule: Json) -> bool:
    return at(rule, "status") == "Enabled" and bool(at(rule, "expiration", "days"))


RULES: Final = (
    PlanRule(
        name="buckets-end",
        sentence="Every bucket expires its objects.",
        check=_endless,
    ),
    PlanRule(
        name="buckets-closed",
        sentence="Every bucket has all four public access blocks.",
        check=_unblocked,
    ),
    ResourceRule(
        name="buckets-private",
        sentence="No bucket has a public ACL.",
        check=_public_acl,
    ),
    PlanRule(
        name="buckets-tls",
        sentence="Every bucket rejects requests without TLS.",
        check=_plain_text,
    ),
)
