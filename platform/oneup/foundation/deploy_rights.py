"""What the deploy role may do: the actions that the program's resource types need, and no way to more.

Reading is left to the managed policy ReadOnlyAccess. The role changes neither itself nor the other delivery
roles: an administrator does, with the first ``up`` and whenever they change.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from oneup.foundation.account import Account
from oneup.plan.resource_types import RESOURCE_TYPES
from oneup.plan.resource_types.actions import write_actions
from oneup.settings.delivery import GithubActions
from oneup.values import Value

PASS_ROLE: Final = "iam:PassRole"
SERVICE_LINKED_ROLE: Final = "iam:CreateServiceLinkedRole"
BOUNDED_ACTIONS: Final = frozenset(
    {
        "iam:AttachRolePolicy",
        "iam:CreateRole",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
        "iam:UpdateAssumeRolePolicy",
    }
)
"""The actions that decide what a role may do and who may assume it."""

TAG_ACTIONS: Final = frozenset({"iam:TagRole", "iam:UntagRole"})
BOUNDARY_ACTIONS: Final = (
    *("iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion"),
    "iam:SetDefaultPolicyVersion",
)
"""The actions that would change what a permissions boundary allows."""


def deploy_statements(
    account: Account, delivery: GithubActions, delivery_roles: Iterable[str]
) -> tuple[Mapping[str, Value], ...]:
    """The statements of the deploy role; ``delivery_roles`` are out of its reach."""
    actions = write_actions(RESOURCE_TYPES.values())
    return (
        _allow(
            "OwnServices",
            [action for action in actions if not action.startswith(("iam:", "s3:"))],
            "*",
        ),
        _allow("OwnBuckets", [action for action in actions if action.startswith("s3:")], _buckets(account)),
        *_roles(account, [action for action in actions if action.startswith("iam:")]),
        _unreachable(account, actions, delivery_roles),
        *_assumed(account),
        _allow(
            "WriteState",
            ["s3:DeleteObject", "s3:PutObject"],
            f"arn:{account.aws.partition}:s3:::{delivery.state_bucket}/*",
        ),
        *secrets_key(delivery, "kms:Encrypt", "kms:Decrypt"),
    )


def secrets_key(delivery: GithubActions, *actions: str) -> tuple[Mapping[str, Value], ...]:
    """The use of the key that encrypts the state's secrets, if KMS has it."""
    if delivery.secrets_key is None:
        return ()
    return (_allow("StateSecrets", list(actions), delivery.secrets_key),)


def _roles(account: Account, actions: list[str]) -> tuple[Mapping[str, Value], ...]:
    """The stack's own roles and OIDC providers, and roles that AWS makes for its services."""
    issuers = [action for action in actions if "OpenIDConnectProvider" in action]
    special = {PASS_ROLE, SERVICE_LINKED_ROLE, *issuers}
    own = [account.aws.global_arn("iam", f"{kind}/{account.name}-*") for kind in ("role", "instance-profile")]
    boundary = account.aws.permissions_boundary
    bounded = {"StringEquals": {"iam:PermissionsBoundary": boundary}} if boundary else {}
    return (
        _allow("OwnRoles", [action for action in actions if action not in special | BOUNDED_ACTIONS], own),
        _allow("OwnBoundedRoles", sorted(BOUNDED_ACTIONS), own, bounded),
        _allow(
            "PassOwnRoles",
            [PASS_ROLE],
            own[0],
            {"StringEquals": {"iam:PassedToService": passed_to_services()}},
        ),
        _allow(
            "ServiceLinkedRoles",
            [SERVICE_LINKED_ROLE],
            account.aws.global_arn("iam", "role/aws-service-role/*"),
            {"StringEquals": {"iam:AWSServiceName": linked_services()}},
        ),
        _allow("OwnIssuers", issuers, account.aws.global_arn("iam", "oidc-provider/oidc.eks.*")),
    )


def _unreachable(
    account: Account, actions: Iterable[str], delivery_roles: Iterable[str]
) -> Mapping[str, Value]:
    """The delivery roles and the boundary, whatever else is attached to the role."""
    roles = [account.aws.global_arn("iam", f"role/{account.role_name(role)}") for role in delivery_roles]
    boundary = account.aws.permissions_boundary
    writes = [action for action in actions if "Role" in action and action.startswith("iam:")]
    denied = [action for action in writes if action not in {*TAG_ACTIONS, SERVICE_LINKED_ROLE}]
    return {
        "Sid": "NoDelivery",
        "Effect": "Deny",
        "Action": [*denied, *(BOUNDARY_ACTIONS if boundary else ())],
        "Resource": [*roles, *((boundary,) if boundary else ())],
    }


def _assumed(account: Account) -> tuple[Mapping[str, Value], ...]:
    """The role that the AWS provider assumes, if the settings name one."""
    role = account.aws.role_arn
    return (_allow("AssumeProvider", ["sts:AssumeRole"], role),) if role else ()


def _buckets(account: Account) -> list[str]:
    own = f"arn:{account.aws.partition}:s3:::{account.name}-*"
    return [own, f"{own}/*"]


def passed_to_services() -> list[str]:
    """The services that the program's resources hand roles to."""
    return sorted({service for entry in RESOURCE_TYPES.values() for service in entry.passes_roles_to})


def linked_services() -> list[str]:
    """The services whose service-linked roles AWS creates for the program's resources."""
    return sorted({service for entry in RESOURCE_TYPES.values() for service in entry.service_linked_roles})


def _allow(
    sid: str, actions: list[str], resource: Value, condition: Mapping[str, Value] | None = None
) -> Mapping[str, Value]:
    clause: dict[str, Value] = {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}
    return {**clause, "Condition": condition} if condition else clause
