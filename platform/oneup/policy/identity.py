"""IAM: trust policies, resource policies and identity policies name principals, actions and resources."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from oneup.plan import UNKNOWN, Json, JsonMap, Resource
from oneup.plan.graph import DependencyGraph
from oneup.plan.inputs import as_list, as_mapping, as_strings, string_at, value_at
from oneup.plan.resource_types import RESOURCE_TYPES
from oneup.plan.resource_types.identity import (
    INLINE_POLICIES_SIZE,
    KMS_KEY,
    KMS_KEY_POLICY,
    MANAGED_POLICY_SIZE,
    POLICY,
    ROLE,
    ROLE_POLICY,
    ROLE_POLICY_ATTACHMENT,
    TRUST_POLICY_SIZE,
)
from oneup.plan.resource_types.monitoring import LOG_RESOURCE_POLICY
from oneup.policy.rule import PlanRule, ResourceRule

WILDCARD_TAG: Final = "wildcard/"
"""Prefix of the tags, on the role or the policy, that say why a statement's resource is ``*``."""

ADMIN_POLICIES: Final = ("AdministratorAccess", "PowerUserAccess", "IAMFullAccess")
SOURCE_CONDITIONS: Final = (
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:ResourceAccount",
    "aws:SourceAccount",
    "aws:SourceArn",
    "kms:CallerAccount",
)
"""Condition keys that limit ``*`` to known principals."""

KEY_POLICIES: Final = (KMS_KEY, KMS_KEY_POLICY)
ACCOUNT: Final = re.compile(r"(?<![0-9a-f-])\d{12}(?![0-9a-f-])")
CONDITIONLESS_SERVICES: Final = frozenset({"events.amazonaws.com", "sqs.amazonaws.com"})
"""EventBridge publishes to topics without conditions only (rule sns-events-without-condition); Karpenter's project
publishes its queue's policy without one, too."""

UNCONDITIONAL_SERVICES: Final = frozenset(
    {"ec2.amazonaws.com", "eks.amazonaws.com", "pods.eks.amazonaws.com"}
)
"""Services that assume only roles which the account itself passes to them; the last by session tags."""

FLOW_LOG_SERVICE: Final = "vpc-flow-logs.amazonaws.com"

GITHUB: Final = "token.actions.githubusercontent.com"
ENVIRONMENT: Final = re.compile(r"repo:[^/*?]+/[^:*?]+:environment:[^*?]+")
"""The subject of a workflow's job in one environment of one repository."""

POD_IDENTITY: Final = "pods.eks.amazonaws.com"
SESSION_TAGS: Final = tuple(
    f"aws:RequestTag/{tag}"
    for tag in ("eks-cluster-arn", "kubernetes-namespace", "kubernetes-service-account")
)
"""Session tags by which EKS Pod Identity identifies the pod."""


def policy_statements(document: Json) -> Iterator[JsonMap]:
    """The statements of a policy document, which may be a JSON text."""
    for clause in as_list(as_mapping(document).get("Statement")):
        yield as_mapping(clause)


def _allows(clause: JsonMap) -> bool:
    return clause.get("Effect") == "Allow"


def _principals(clause: JsonMap) -> tuple[str, ...]:
    principal = clause.get("Principal")
    if isinstance(principal, Mapping):
        return tuple(name for value in principal.values() for name in as_strings(value))
    return as_strings(principal)


def _conditions(clause: JsonMap) -> Iterator[tuple[str, str, Json]]:
    """Operator, key and value of each condition."""
    for operator, keys in as_mapping(clause.get("Condition")).items():
        for key, value in as_mapping(keys).items():
            yield operator, key, value


def _broad_trust(resource: Resource) -> Iterator[str]:
    if resource.type != ROLE:
        return
    for clause in filter(_allows, policy_statements(resource.inputs.get("assumeRolePolicy"))):
        if "*" in _principals(clause):
            yield "anyone can assume it; name the principal"
        exact = _exact(clause)
        if value_at(clause, "Principal", "Federated"):
            for claim in ("sub", "aud"):
                if not any(key.endswith(f":{claim}") for key in exact):
                    yield f"its trust policy does not check the {claim} claim; add StringEquals on :{claim}"
        if POD_IDENTITY in _principals(clause):
            for tag in SESSION_TAGS:
                if tag not in exact:
                    yield f"every pod in the account can get it; add StringEquals on {tag}"


def _broad_github_trust(resource: Resource) -> Iterator[str]:
    if resource.type != ROLE:
        return
    for clause in filter(_allows, policy_statements(resource.inputs.get("assumeRolePolicy"))):
        subjects = [
            subject
            for operator, key, value in _conditions(clause)
            if key == f"{GITHUB}:sub"
            for subject in (as_strings(value) if operator == "StringEquals" else ("",))
        ]
        if any(not ENVIRONMENT.fullmatch(subject) for subject in subjects):
            fix = "set the subject to repo:OWNER/NAME:environment:ENVIRONMENT"
            yield f"workflows of any branch or pull request can assume it; {fix}"


def _exact(clause: JsonMap) -> frozenset[str]:
    """The condition keys that a statement compares to exactly one value."""
    return frozenset(
        key
        for operator, key, value in _conditions(clause)
        if operator == "StringEquals" and len(as_strings(value)) == 1 and "*" not in as_strings(value)[0]
    )


def _public_policy(resource: Resource) -> Iterator[str]:
    for clause in filter(_allows, policy_statements(resource_policy(resource))):
        narrowed = any(key in SOURCE_CONDITIONS for _, key, _ in _conditions(clause))
        if "*" in _principals(clause) and not narrowed:
            yield f"its policy ({clause.get('Sid')}) allows everyone; name the principal, or its account"


def _unbounded_service(resource: Resource) -> Iterator[str]:
    """Services act for every account that asks them: what they may do here is bound to this account."""
    logs = resource.type == LOG_RESOURCE_POLICY
    document = resource.inputs.get("policyDocument") if logs else resource_policy(resource)
    for clause in filter(_allows, policy_statements(document)):
        if _is_service(clause) and not _names_account(clause):
            fix = "add a condition on aws:SourceArn or aws:SourceAccount"
            yield f"statement {clause.get('Sid')} serves every account's use of the service; {fix}"
        if _is_whole_account(clause) and resource.type not in KEY_POLICIES and not clause.get("Condition"):
            fix = "add a condition on aws:PrincipalArn"
            yield f"statement {clause.get('Sid')} admits every role of the account; {fix}"
    if resource.type == ROLE:
        for clause in filter(_allows, policy_statements(resource.inputs.get("assumeRolePolicy"))):
            services = set(as_strings(value_at(clause, "Principal", "Service")))
            if services - UNCONDITIONAL_SERVICES and not _names_account(clause):
                fix = "add a condition on aws:SourceAccount"
                yield f"the service may assume it for another account; {fix}"
            if FLOW_LOG_SERVICE in services and "aws:SourceArn" not in {
                key for _, key, _ in _conditions(clause)
            }:
                yield "anything of the service may assume it; add a condition on aws:SourceArn of its flow logs"


def _is_service(clause: JsonMap) -> bool:
    services = set(as_strings(value_at(clause, "Principal", "Service")))
    return bool(services) and not services <= CONDITIONLESS_SERVICES


def _is_whole_account(clause: JsonMap) -> bool:
    return any(name.endswith(":root") for name in as_strings(value_at(clause, "Principal", "AWS")))


def _names_account(clause: JsonMap) -> bool:
    """Whether its conditions, or the path of its resource, name one account; what is unknown may."""
    values = [text for _, _, value in _conditions(clause) for text in as_strings(value)]
    paths = [text for text in as_strings(clause.get("Resource")) if "/AWSLogs/" in text]
    return any(ACCOUNT.search(text) or UNKNOWN in text for text in (*values, *paths))


def identity_policy(resource: Resource) -> Json:
    """The document of what an identity may do; None for other resources."""
    return resource.inputs.get("policy") if resource.type in (ROLE_POLICY, POLICY) else None


def resource_policy(resource: Resource) -> Json:
    """The document of who may use a resource; None for types that have none."""
    entry = RESOURCE_TYPES.get(resource.type)
    return resource.inputs.get("policy") if entry and entry.has_resource_policy else None


def _full_access(resource: Resource) -> Iterator[str]:
    if resource.type == ROLE_POLICY_ATTACHMENT:
        policy = string_at(resource, "policyArn").rpartition("/")[2]
        if policy in ADMIN_POLICIES:
            yield f"it attaches {policy}; grant only the actions that are needed"
    for clause in filter(_allows, policy_statements(identity_policy(resource))):
        broad = [
            action for action in as_strings(clause.get("Action")) if action.partition(":")[2] in ("", "*")
        ]
        if broad:
            yield f"statement {clause.get('Sid')} allows {', '.join(broad)}; name the actions"
        if clause.get("NotAction") or clause.get("NotResource"):
            yield f"statement {clause.get('Sid')} uses NotAction or NotResource; name what is allowed"


def _unexplained_resource_wildcards(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    for resource in graph.plan.resources:
        for clause in filter(_allows, policy_statements(identity_policy(resource))):
            sid = clause.get("Sid")
            if "*" in as_strings(clause.get("Resource")) and sid not in wildcard_reasons(graph, resource):
                yield (
                    resource,
                    f"statement {sid} allows its actions on every resource; narrow it, or give the statement"
                    f" a reason (a tag {WILDCARD_TAG}{sid} on the role)",
                )


def _long_policies(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    """IAM counts the characters of a document without its whitespace, and of inline policies together."""
    inline: dict[str, int] = {}
    for resource in graph.plan.resources:
        size, limit = _document_size(resource.inputs.get("policy")), MANAGED_POLICY_SIZE
        if resource.type == ROLE:
            size, limit = _document_size(resource.inputs.get("assumeRolePolicy")), TRUST_POLICY_SIZE
        elif resource.type == ROLE_POLICY:
            role = string_at(resource, "role")
            size, limit = size + inline.get(role, 0), INLINE_POLICIES_SIZE
            inline[role] = size
        elif resource.type != POLICY:
            continue
        if size > limit:
            yield resource, f"its document has {size} characters, and IAM allows {limit}; split or shorten it"


def _document_size(document: Json) -> int:
    return len("".join(document.split())) if isinstance(document, str) else 0


def wildcard_reasons(graph: DependencyGraph, policy: Resource) -> frozenset[str]:
    """The statements of a policy whose ``*`` has a reason: tags of the policy, or of the role it is on."""
    roles = (role for role in graph.dependencies_of_input(policy, "role") if role.type == ROLE)
    return frozenset(
        key.removeprefix(WILDCARD_TAG)
        for bearer in (policy, *roles)
        for key, reason in as_mapping(bearer.inputs.get("tags")).items()
        if key.startswith(WILDCARD_TAG) and reason
    )


RULES: Final = (
    ResourceRule(
        id="iam-role-trust-specific",
        controls=("CIS EKS 5.2.1",),
        description="Every role names who can assume it; a role for pods names one service account of one cluster.",
        check=_broad_trust,
    ),
    ResourceRule(
        id="github-actions-role-restricted",
        description="A role for GitHub Actions is limited to one repository and one environment.",
        check=_broad_github_trust,
    ),
    ResourceRule(
        id="resource-policies-not-public",
        controls=(
            "AWS FSBP S3.2",
            "AWS FSBP S3.3",
            "AWS FSBP SNS.4",
            "AWS FSBP SQS.3",
            "AWS FSBP KMS.5",
        ),
        description="No resource policy of a bucket, key, queue, topic, secret or endpoint allows everyone.",
        check=_public_policy,
    ),
    ResourceRule(
        id="services-bound-to-account",
        description="A service that acts for many accounts does so here for this account only, and a policy that"
        " admits the account names the role.",
        check=_unbounded_service,
    ),
    ResourceRule(
        id="iam-no-full-access",
        controls=(
            "AWS FSBP IAM.1",
            "AWS FSBP IAM.21",
        ),
        description="No identity policy allows all actions, or all actions of a service.",
        check=_full_access,
    ),
    PlanRule(
        id="iam-policy-sizes",
        description="No policy is longer than IAM allows: trust, managed, and a role's inline policies together.",
        check=_long_policies,
    ),
    PlanRule(
        id="iam-resource-wildcards-explained",
        description="An identity policy that allows actions on every resource says why, in a tag.",
        check=_unexplained_resource_wildcards,
    ),
)
