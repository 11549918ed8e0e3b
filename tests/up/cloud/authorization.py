"""Who may do what: moto finds whoever signed a request and his policies; here they are held to it.

moto itself knows the action alone. Here an action of IAM is asked on the role or issuer that it is about, and
what else AWS asks for is asked, too: to pass a role, to make a service's own, to use a key, and to tag what is
made with tags. An action of another
service is judged on ``*``, but for S3's, which is asked on the bucket. Signatures are taken for right: of a
request without a body moto does not sign what was signed.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, cast
from urllib.parse import unquote_plus

from moto.iam.access_control import IAMRequestBase
from moto.iam.models import Policy, iam_backends

from oneup.plan import Json

SIGNED_AS: Final = {"monitoring": "cloudwatch"}
"""Services whose requests are signed under another name than IAM's."""

PASSING: Final = {
    "cloudtrail:CreateTrail": "cloudtrail.amazonaws.com",
    "ec2:CreateFlowLogs": "vpc-flow-logs.amazonaws.com",
    "eks:CreateAddon": "eks.amazonaws.com",
    "eks:CreateCluster": "eks.amazonaws.com",
    "eks:CreateNodegroup": "eks.amazonaws.com",
    "eks:CreatePodIdentityAssociation": "pods.eks.amazonaws.com",
    "eks:UpdateAddon": "eks.amazonaws.com",
    "eks:UpdatePodIdentityAssociation": "pods.eks.amazonaws.com",
    "events:PutTargets": "events.amazonaws.com",
    "s3:PutReplicationConfiguration": "s3.amazonaws.com",
}
"""Actions that give a role to a service of AWS's, and the service."""

LINKED: Final = {
    "eks:CreateCluster": "eks.amazonaws.com",
    "eks:CreateNodegroup": "eks-nodegroup.amazonaws.com",
    "guardduty:CreateDetector": "guardduty.amazonaws.com",
    "wafv2:PutLoggingConfiguration": "wafv2.amazonaws.com",
}
"""Actions that make a service's own role where it is not there yet, and the service."""

ALSO: Final = {
    "ecr:CreateRepository": ("kms:CreateGrant", "kms:RetireGrant"),
    "ecr:DeleteRepository": ("kms:RetireGrant",),
    "eks:CreateCluster": ("kms:CreateGrant",),
    "eks:CreateNodegroup": ("ec2:RunInstances",),
}
"""What AWS asks for in addition, of repositories and clusters under a key, and of nodes by a launch template."""

NAMED: Final = {
    "budgets:CreateBudget": "budgets:ModifyBudget",
    "budgets:DeleteBudget": "budgets:ModifyBudget",
    "budgets:UpdateBudget": "budgets:ModifyBudget",
    "s3:DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "s3:DeleteBucketOwnershipControls": "s3:PutBucketOwnershipControls",
    "s3:DeleteBucketReplication": "s3:PutReplicationConfiguration",
    "s3:DeleteBucketTagging": "s3:PutBucketTagging",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "s3:PutBucketReplication": "s3:PutReplicationConfiguration",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
}
"""Operations whose action IAM names otherwise."""

TAGGING: Final = {
    "acm": "acm:AddTagsToCertificate",
    "cloudtrail": "cloudtrail:AddTags",
    "ec2": "ec2:CreateTags",
    "sqs": "sqs:TagQueue",
    "iam:CreateOpenIDConnectProvider": "iam:TagOpenIDConnectProvider",
    "iam:CreateRole": "iam:TagRole",
}
"""What tags are asked for by, at their creation, where it is not ``TagResource``."""

MAKING: Final = re.compile(
    r"\w+:(Create(?!Tags|OrUpdateTags)|Request|Put(Rule|MetricAlarm)|Allocate|AuthorizeSecurityGroup)"
)
TAGGED: Final = re.compile(
    r'"(tags|Tags|TagsList|TagList|ResourceTags)": ?[\[{] ?[^\]} ]|(?:^|&)Tag(s|Specification)\.'
)

BUCKET: Final = {
    "encryption": "EncryptionConfiguration",
    "lifecycle": "LifecycleConfiguration",
    "ownershipControls": "BucketOwnershipControls",
    "policy": "BucketPolicy",
    "publicAccessBlock": "BucketPublicAccessBlock",
    "replication": "ReplicationConfiguration",
    "tagging": "BucketTagging",
    "versioning": "BucketVersioning",
}
"""What is set on a bucket, as IAM's actions end; to remove it is to put it, but for a policy."""

BY_NAME: Final = {"RoleName": "role", "InstanceProfileName": "instance-profile", "PolicyName": "policy"}
ROLE: Final = re.compile(r"arn:[\w-]+:iam::\d{12}:role/[\w+=,.@/-]+")
IF_EXISTS: Final = "IfExists"
PARTITION: Final = "aws"


@dataclass(frozen=True)
class Statement:
    """One statement of a policy."""

    allows: bool
    actions: re.Pattern[str]
    excepted: bool
    resources: re.Pattern[str]
    conditions: Mapping[str, Mapping[str, Json]]

    def concerns(self, action: str, resource: str, facts: Mapping[str, str]) -> bool:
        """Whether it speaks of an action on a resource."""
        named = self.actions.fullmatch(action) is not None
        return named != self.excepted and bool(self.resources.fullmatch(resource)) and self._holds(facts)

    def _holds(self, facts: Mapping[str, str]) -> bool:
        """Whether its conditions hold; of a fact that is not known, only those that do not insist on it."""
        for operator, wanted in self.conditions.items():
            for key, values in wanted.items():
                known = facts.get(key)
                if known is None and not operator.endswith(IF_EXISTS):
                    return False
                if known is not None and not _pattern(values).fullmatch(known):
                    return False
        return True


@cache
def statements(document: str) -> tuple[Statement, ...]:
    """The statements of a policy."""
    found = cast("Mapping[str, Json]", json.loads(document))["Statement"]
    listed = cast("list[Mapping[str, Json]]", found if isinstance(found, list) else [found])
    return tuple(
        Statement(
            allows=one["Effect"] == "Allow",
            actions=_pattern(one.get("Action", one.get("NotAction"))),
            excepted="NotAction" in one,
            resources=_pattern(one.get("Resource", "*")),
            conditions=cast("Mapping[str, Mapping[str, Json]]", one.get("Condition", {})),
        )
        for one in listed
    )


def _pattern(values: Json) -> re.Pattern[str]:
    """Texts with ``*`` and ``?`` as one expression; IAM knows no case in an action."""
    given = [values] if isinstance(values, str) else cast("Sequence[str]", values)
    parts = (re.escape(value).replace(r"\*", ".*").replace(r"\?", ".") for value in given)
    return re.compile("|".join(parts), re.IGNORECASE)


def permitted(documents: Sequence[str], action: str, resource: str, facts: Mapping[str, str]) -> bool:
    """Whether some statement allows an action on a resource, and none denies it."""
    concerned = [
        statement
        for document in documents
        for statement in statements(document)
        if statement.concerns(action, resource, facts)
    ]
    return bool(concerned) and all(statement.allows for statement in concerned)


class Judge(IAMRequestBase):
    """Moto's request, judged."""

    def check_signature(self) -> None:
        """Taken for right."""

    def check_action_permitted(self, resource: str) -> None:
        """Refuse what no policy of the signer's allows, or one denies."""
        if self._action == "sts:GetCallerIdentity":
            return
        documents = [_document(policy) for policy in self._access_key.collect_policies()]
        for action, about, facts in self._asked(resource):
            if not permitted(documents, action, about, facts):
                self._action = action
                self._raise_access_denied()

    def _asked(self, resource: str) -> Iterator[tuple[str, str, Mapping[str, str]]]:
        """Each action that the request takes, on what, and what conditions may ask of it."""
        service = SIGNED_AS.get(self._service, self._service)
        action = f"{service}:{self._action.partition(':')[2]}"
        about = self._about() if service in ("iam", "sts") else resource
        if service == "s3":
            action = self._bucket_action()
        action = NAMED.get(action, action)
        yield action, about, self._facts(about)
        yield from ((also, "*", {}) for also in ALSO.get(action, ()))
        body = self._said()
        if action in PASSING:
            passed = {"iam:PassedToService": PASSING[action]}
            yield from (("iam:PassRole", arn, passed) for arn in sorted(set(ROLE.findall(body))))
        if action in LINKED:
            role = f"arn:aws:iam::{self.account_id}:role/aws-service-role/{LINKED[action]}/own"
            yield "iam:CreateServiceLinkedRole", role, {"iam:AWSServiceName": LINKED[action]}
        if MAKING.match(action) and TAGGED.search(body):
            yield TAGGING.get(action) or TAGGING.get(service) or f"{service}:TagResource", about, {}

    def _bucket_action(self) -> str:
        """The action of a request to S3 as IAM names it, which moto names otherwise, or not at all."""
        parts = re.split(r"[&=]", self._path.partition("?")[2])
        setting = next((BUCKET[part] for part in parts if part in BUCKET), None)
        if setting is None:
            return self._action
        verb = {"GET": "Get", "PUT": "Put"}.get(self._method, "Put")
        if self._method == "DELETE" and setting == "BucketPolicy":
            verb = "Delete"
        return f"s3:{verb}{setting}"

    def _said(self) -> str:
        """The parameters of a request: its body, or what moto has read of it as a form."""
        form = "&".join(f"{key}={value}" for key, value in self._given().items())
        return unquote_plus((self._body or b"").decode("utf-8", "replace")) or form

    def _given(self) -> dict[str, str]:
        """The parameters of a request that is a form."""
        data = cast("Mapping[str, list[str] | str]", self._data)
        return {key: value[0] for key, value in data.items() if isinstance(value, list)}

    def _facts(self, about: str) -> dict[str, str]:
        """What conditions may ask of: the boundary that a role is given, or has."""
        boundary = self._given().get("PermissionsBoundary")
        name = about.rpartition(":role/")[2]
        roles = iam_backends[self.account_id][PARTITION].roles.values()
        boundary = boundary or next(
            (role.permissions_boundary_arn for role in roles if role.name == name), None
        )
        return {"iam:PermissionsBoundary": boundary} if boundary else {}

    def _about(self) -> str:
        """The ARN of what an action of IAM is about."""
        given = self._given()
        prefix = f"arn:aws:iam::{self.account_id}:"
        for key, kind in BY_NAME.items():
            if key in given:
                return f"{prefix}{kind}/{given[key]}"
        if "RoleArn" in given:
            return given["RoleArn"]
        if "Url" in given:
            return f"{prefix}oidc-provider/{given['Url'].removeprefix('https://')}"
        return given.get("OpenIDConnectProviderArn") or given.get("PolicyArn") or "*"


def _document(policy: object) -> str:
    """The text of what moto keeps as a policy, in one of three ways."""
    if isinstance(policy, Policy):
        return next(version.document for version in policy.versions if version.is_default)
    return policy if isinstance(policy, str) else cast("Mapping[str, str]", policy)["policy_document"]


def install() -> None:
    """Have moto judge so. Installing twice changes nothing."""
    for name, method in vars(Judge).items():
        if callable(method):
            setattr(IAMRequestBase, name, method)
