"""Plans for the rules about who is trusted and what is allowed."""

import json

from oneup.plan import Json, JsonMap, Resource
from oneup.plan.resource_types.identity import MANAGED_POLICY_SIZE, TRUST_POLICY_SIZE

from .plans import Case, made

SESSION: dict[str, Json] = {
    "eks-cluster-arn": "arn:aws:eks:eu-central-1:1:cluster/oneup-test",
    "kubernetes-namespace": "dns",
    "kubernetes-service-account": ["dns"],
}
ISSUER = "oidc.eks.eu-central-1.amazonaws.com/id/0"
CLAIMS: dict[str, Json] = {"sub": "system:serviceaccount:dns:dns", "aud": "sts.amazonaws.com"}


def policy(*clauses: JsonMap) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(clauses)})


def serving(**tags: Json) -> tuple[Resource]:
    clause = {
        "Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {"StringEquals": {f"aws:RequestTag/{tag}": value for tag, value in tags.items()}},
    }
    return (made("aws:iam/role:Role", "dns", {"assumeRolePolicy": policy(clause)}),)


def trusting(claims: dict[str, Json], operator: str = "StringEquals") -> tuple[Resource]:
    clause = {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::1:oidc-provider/{ISSUER}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {operator: {f"{ISSUER}:{claim}": value for claim, value in claims.items()}},
    }
    return (made("aws:iam/role:Role", "dns", {"assumeRolePolicy": policy(clause)}),)


def trusted(principal: Json) -> tuple[Resource]:
    clause = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return (made("aws:iam/role:Role", "nodes", {"assumeRolePolicy": policy(clause)}),)


def working(subject: Json, operator: str = "StringEquals") -> tuple[Resource]:
    issuer = "token.actions.githubusercontent.com"
    clause = {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::1:oidc-provider/{issuer}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {operator: {f"{issuer}:sub": subject}},
    }
    return (made("aws:iam/role:Role", "deploy", {"assumeRolePolicy": policy(clause)}),)


def granting(action: str, resource: str, tags: dict[str, Json] | None = None) -> tuple[Resource, ...]:
    role = made("aws:iam/role:Role", "dns", {"tags": tags or {}})
    clause = {"Sid": "List", "Effect": "Allow", "Action": [action], "Resource": [resource]}
    return (
        role,
        made("aws:iam/rolePolicy:RolePolicy", "dns", {"policy": policy(clause)}, through={"role": role}),
    )


def sized(characters: int, key: str, token: str, name: str = "a") -> Resource:
    """A policy of so many characters, whitespace apart."""
    clause: JsonMap = {"Effect": "Deny", "Action": "s3:ListBucket", "Principal": {"Service": "x"}}
    short = policy({**clause, "Sid": ""})
    text = policy({**clause, "Sid": "s" * (characters - len("".join(short.split())))})
    return made(token, name, {key: text, "role": "r"})


def queue(**clause: Json) -> tuple[Resource]:
    allow: JsonMap = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "q", **clause}
    return (made("aws:sqs/queuePolicy:QueuePolicy", "q", {"policy": policy(allow)}),)


INLINE = "aws:iam/rolePolicy:RolePolicy"
OWN: JsonMap = {"StringEquals": {"aws:SourceAccount": "111122223333"}}
OWN_FLOW_LOGS: JsonMap = {
    **OWN,
    "ArnLike": {"aws:SourceArn": "arn:aws:ec2:eu-central-1:111122223333:vpc-flow-log/*"},
}
LOGS = {"Service": "delivery.logs.amazonaws.com"}
ACCOUNT = {"AWS": "arn:aws:iam::111122223333:root"}
NODE: JsonMap = {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/node"}}
POLICY = {
    "bucket": "aws:s3/bucketPolicy:BucketPolicy",
    "images": "aws:ecr/repositoryPolicy:RepositoryPolicy",
    "key": "aws:kms/key:Key",
}


def admitting(
    principal: Json, condition: Json = None, resource: str = "*", of: str = "bucket"
) -> tuple[Resource]:
    clause: JsonMap = {"Sid": "Them", "Effect": "Allow", "Principal": principal, "Resource": resource}
    document = policy({**clause, "Condition": condition} if condition else clause)
    return (made(POLICY[of], "it", {"policy": document}),)


def log_policy(condition: Json) -> tuple[Resource]:
    clause: JsonMap = {"Sid": "Them", "Effect": "Allow", "Principal": LOGS, "Condition": condition}
    kind = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"
    return (made(kind, "it", {"policyDocument": policy(clause)}),)


def acting(service: str, condition: Json) -> tuple[Resource]:
    clause: JsonMap = {"Effect": "Allow", "Principal": {"Service": service}, "Condition": condition}
    return (made("aws:iam/role:Role", "it", {"assumeRolePolicy": policy(clause)}),)


CASES = (
    Case(
        rule="services-bound-to-account",
        good=admitting(LOGS, OWN),
        bad=admitting(LOGS, {"ArnLike": {"aws:SourceArn": "arn:aws:logs:eu-central-1:*:*"}}),
        says="add a condition on aws:SourceArn or aws:SourceAccount",
    ),
    Case(
        rule="services-bound-to-account",
        good=admitting(LOGS, resource="arn:aws:s3:::b/AWSLogs/111122223333/*"),
        bad=admitting(LOGS, resource="arn:aws:s3:::b/*"),
        says="statement Them serves every account's use",
    ),
    Case(
        rule="services-bound-to-account",
        good=admitting({"Service": ["events.amazonaws.com", "sqs.amazonaws.com"]}),
        bad=admitting({"Service": ["events.amazonaws.com", "budgets.amazonaws.com"]}, of="key"),
        says="every account's use of the service",
    ),
    Case(
        rule="services-bound-to-account",
        good=log_policy(OWN),
        bad=log_policy({"StringEquals": {"aws:SourceAccount": "*"}}),
        says="every account's use of the service",
    ),
    Case(
        rule="services-bound-to-account",
        good=(*admitting(ACCOUNT, NODE, of="images"), *admitting(ACCOUNT, of="key")),
        bad=admitting(ACCOUNT, of="images"),
        says="admits every role of the account",
    ),
    Case(
        rule="services-bound-to-account",
        good=(
            *acting("s3.amazonaws.com", OWN),
            *trusted({"Service": "ec2.amazonaws.com"}),
            *serving(**SESSION),
        ),
        bad=acting("s3.amazonaws.com", {"StringEquals": {"aws:SourceAccount": "*"}}),
        says="assume it for another account",
    ),
    Case(
        rule="services-bound-to-account",
        good=acting("vpc-flow-logs.amazonaws.com", OWN_FLOW_LOGS),
        bad=acting("vpc-flow-logs.amazonaws.com", OWN),
        says="aws:SourceArn of its flow logs",
    ),
    Case(
        rule="github-actions-role-restricted",
        good=working("repo:example/oneup:environment:production"),
        bad=working("repo:example/oneup:ref:refs/heads/main"),
        says="environment:ENVIRONMENT",
    ),
    Case(
        rule="github-actions-role-restricted",
        good=trusting(CLAIMS),
        bad=working("repo:example/*:environment:production"),
        says="any branch",
    ),
    Case(
        rule="github-actions-role-restricted",
        good=(),
        bad=working("repo:example/oneup:environment:production", "StringLike"),
        says="pull request",
    ),
    Case(
        rule="iam-role-trust-specific",
        good=trusted({"Service": "ec2.amazonaws.com"}),
        bad=trusted({"AWS": "*"}),
        says="anyone can assume it",
    ),
    Case(
        rule="iam-role-trust-specific",
        good=trusting(CLAIMS),
        bad=trusting({"sub": CLAIMS["sub"]}),
        says="does not check the aud claim",
    ),
    Case(
        rule="iam-role-trust-specific",
        good=trusting(CLAIMS),
        bad=trusting({**CLAIMS, "sub": "system:serviceaccount:dns:*"}),
        says="does not check the sub claim",
    ),
    Case(
        rule="iam-role-trust-specific",
        good=serving(**SESSION),
        bad=serving(**{**SESSION, "kubernetes-service-account": ["dns", "web"]}),
        says="add StringEquals on aws:RequestTag/kubernetes-service-account",
    ),
    Case(
        rule="resource-policies-not-public",
        good=queue(Principal="*", Condition={"ArnEquals": {"aws:SourceArn": "arn:aws:events:::rule/r"}}),
        bad=queue(Principal={"AWS": ["*"]}),
        says="its policy (None) allows everyone",
    ),
    Case(
        rule="iam-no-full-access",
        good=granting("route53:ListHostedZones", "*"),
        bad=granting("route53:*", "*"),
        says="allows route53:*",
    ),
    Case(
        rule="iam-no-full-access",
        good=(made("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "a", {"policyArn": "arn/ReadOnly"}),),
        bad=(
            made(
                "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
                "a",
                {"policyArn": "x/AdministratorAccess"},
            ),
        ),
        says="AdministratorAccess",
    ),
    Case(
        rule="iam-policy-sizes",
        good=(sized(TRUST_POLICY_SIZE, "assumeRolePolicy", "aws:iam/role:Role"),),
        bad=(sized(TRUST_POLICY_SIZE + 1, "assumeRolePolicy", "aws:iam/role:Role"),),
        says="2049 characters, and IAM allows 2048",
    ),
    Case(
        rule="iam-policy-sizes",
        good=(sized(MANAGED_POLICY_SIZE, "policy", "aws:iam/policy:Policy"),),
        bad=(sized(MANAGED_POLICY_SIZE + 1, "policy", "aws:iam/policy:Policy"),),
        says="6145 characters, and IAM allows 6144",
    ),
    Case(
        rule="iam-policy-sizes",
        good=(sized(5_120, "policy", INLINE, "a"), sized(5_120, "policy", INLINE, "b")),
        bad=(sized(5_120, "policy", INLINE, "a"), sized(5_121, "policy", INLINE, "b")),
        says="10241 characters, and IAM allows 10240",
    ),
    Case(
        rule="iam-resource-wildcards-explained",
        good=granting("route53:ListHostedZones", "*", {"wildcard/List": "It has no resources."}),
        bad=granting("route53:ListHostedZones", "*", {"wildcard/Other": "It has no resources."}),
        says="every resource",
    ),
)
