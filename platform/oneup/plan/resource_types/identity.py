"""IAM roles and policies, OIDC providers, KMS keys."""

from typing import Final

from oneup.plan.resource_types.resource_type import ResourceType
from oneup.plan.resource_types.simulated import Outputs, SimulatedResource, named_resource

ROLE: Final = "aws:iam/role:Role"
POLICY: Final = "aws:iam/policy:Policy"
ROLE_POLICY: Final = "aws:iam/rolePolicy:RolePolicy"
ROLE_POLICY_ATTACHMENT: Final = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
OIDC_PROVIDER: Final = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
KMS_KEY: Final = "aws:kms/key:Key"
KMS_KEY_POLICY: Final = "aws:kms/keyPolicy:KeyPolicy"
KMS_ALIAS: Final = "aws:kms/alias:Alias"
KMS_GRANT: Final = "aws:kms/grant:Grant"

INLINE_POLICIES_SIZE: Final = 10_240
"""Characters that IAM allows in a role's inline policies together, without whitespace."""

MANAGED_POLICY_SIZE: Final = 6_144
"""Characters that IAM allows in a managed policy, without whitespace."""

TRUST_POLICY_SIZE: Final = 2_048
"""IAM's default quota of characters in a role's trust policy."""


def _attachment(made: SimulatedResource) -> Outputs:
    return {"id": f"{made.text('role')}-{made.identifier('attachment')}"}


def _inline_policy(made: SimulatedResource) -> Outputs:
    own = made.text("name", made.name)
    return {"id": f"{made.text('role')}:{own}", "name": own}


def _policy(made: SimulatedResource) -> Outputs:
    own = made.text("name", made.name)
    found = made.arn("iam", f"policy/{own}", regional=False)
    return {"id": found, "arn": found, "name": own, "policyId": made.identifier("ANPA")}


def _oidc_provider(made: SimulatedResource) -> Outputs:
    found = made.arn("iam", f"oidc-provider/{made.text('url').removeprefix('https://')}", regional=False)
    return {"id": found, "arn": found}


def _key(made: SimulatedResource) -> Outputs:
    own = made.identifier("key").removeprefix("key-")
    return {"id": own, "keyId": own, "arn": made.arn("kms", f"key/{own}")}


TYPES: Final = (
    ResourceType(
        ROLE,
        cloudformation="AWS::IAM::Role",
        actions=("iam:ListInstanceProfilesForRole",),
        unneeded=("iam:DeleteRolePermissionsBoundary",),
        seconds=3,
        simulate=named_resource("iam", "role/", regional=False, uniqueId="AROAEXAMPLE"),
        replaces=("name", "path"),
    ),
    ResourceType(POLICY, seconds=3, simulate=_policy),
    ResourceType(
        ROLE_POLICY,
        cloudformation="AWS::IAM::RolePolicy",
        taggable=False,
        seconds=3,
        simulate=_inline_policy,
        replaces=("role", "name"),
    ),
    ResourceType(
        ROLE_POLICY_ATTACHMENT,
        actions=("iam:AttachRolePolicy", "iam:DetachRolePolicy", "iam:ListAttachedRolePolicies"),
        taggable=False,
        seconds=3,
        simulate=_attachment,
        replaces=("role", "policyArn"),
    ),
    ResourceType(
        OIDC_PROVIDER, cloudformation="AWS::IAM::OIDCProvider", simulate=_oidc_provider, replaces=("url",)
    ),
    ResourceType(
        KMS_KEY,
        cloudformation="AWS::KMS::Key",
        has_resource_policy=True,
        simulate=_key,
        replaces=("keyUsage", "customerMasterKeySpec", "multiRegion"),
    ),
    ResourceType(KMS_KEY_POLICY, taggable=False, has_resource_policy=True),
    ResourceType(KMS_ALIAS, cloudformation="AWS::KMS::Alias", taggable=False, replaces=("name",)),
    ResourceType(KMS_GRANT, taggable=False),
)
