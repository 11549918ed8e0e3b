"""No bucket is public."""

from collections.abc import Iterator
from typing import Final

from oneup.plan import UNKNOWN, Json, JsonMap, Resource
from oneup.plan.graph import DependencyGraph
from oneup.plan.inputs import as_list, as_mapping, as_strings, is_true, value_at
from oneup.plan.query import buckets_lacking
from oneup.plan.resource_types.storage import (
    BUCKET_ACL,
    BUCKET_LIFECYCLE,
    BUCKET_POLICY,
    BUCKETS,
    PUBLIC_ACCESS_BLOCK,
)
from oneup.policy.rule import PlanRule, ResourceRule

PUBLIC_ACCESS_SETTINGS: Final = (
    "blockPublicAcls",
    "blockPublicPolicy",
    "ignorePublicAcls",
    "restrictPublicBuckets",
)
PRIVATE_ACLS: Final = ("", "private", "log-delivery-write", UNKNOWN)


def _unblocked(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    for bucket in buckets_lacking(graph, PUBLIC_ACCESS_BLOCK, _closes):
        yield bucket, f"it can become public; block public access with {', '.join(PUBLIC_ACCESS_SETTINGS)}"


def _closes(block: Resource) -> bool:
    return all(is_true(block.inputs.get(gate)) for gate in PUBLIC_ACCESS_SETTINGS)


def _public_acl(resource: Resource) -> Iterator[str]:
    if resource.type in (*BUCKETS, BUCKET_ACL):
        acl = resource.inputs.get("acl") or ""
        if acl not in PRIVATE_ACLS:
            yield f"its ACL is {acl!r}; leave it private"


def _without_tls(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    for bucket in buckets_lacking(graph, BUCKET_POLICY, _refuses_plain_text):
        yield bucket, "it accepts requests without TLS; deny all actions where aws:SecureTransport is false"


def _refuses_plain_text(policy: Resource) -> bool:
    document = policy.inputs.get("policy")
    clauses = (as_mapping(clause) for clause in as_list(as_mapping(document).get("Statement")))
    return document == UNKNOWN or any(_denies_plain_text(clause) for clause in clauses)


def _denies_plain_text(clause: JsonMap) -> bool:
    insecure = value_at(clause, "Condition", "Bool", "aws:SecureTransport")
    return (
        clause.get("Effect") == "Deny"
        and insecure in ("false", False)
        and "s3:*" in as_strings(clause.get("Action"))
    )


def _without_expiration(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    for bucket in buckets_lacking(graph, BUCKET_LIFECYCLE, _expires):
        yield bucket, "its objects are never deleted; give it a lifecycle configuration that expires them"


def _expires(lifecycle: Resource) -> bool:
    return any(_ends(rule) for rule in as_list(lifecycle.inputs.get("rules")))


def _ends(rule: Json) -> bool:
    return value_at(rule, "status") == "Enabled" and bool(value_at(rule, "expiration", "days"))


RULES: Final = (
    PlanRule(
        id="s3-lifecycle-expiration",
        controls=("AWS FSBP S3.13",),
        description="Every bucket expires its objects.",
        check=_without_expiration,
    ),
    PlanRule(
        id="s3-block-public-access",
        controls=(
            "AWS FSBP S3.8",
            "AWS FSBP S3.2",
            "AWS FSBP S3.3",
        ),
        description="Every bucket has all four public access blocks.",
        check=_unblocked,
    ),
    ResourceRule(
        id="s3-acl-private",
        controls=(
            "AWS FSBP S3.12",
            "AWS FSBP S3.2",
            "AWS FSBP S3.3",
        ),
        description="No bucket has a public ACL.",
        check=_public_acl,
    ),
    PlanRule(
        id="s3-require-tls",
        controls=("AWS FSBP S3.5",),
        description="Every bucket rejects requests without TLS.",
        check=_without_tls,
    ),
)
