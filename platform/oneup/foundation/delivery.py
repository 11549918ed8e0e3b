"""IAM roles for GitHub Actions: preview, deploy, push images."""

from collections.abc import Mapping, Sequence
from typing import Final

import pulumi
import pulumi_aws as aws

from oneup.foundation.access import AccessGrant, AccessLevel, create_access_entry
from oneup.foundation.account import Account
from oneup.foundation.deploy_rights import deploy_statements, secrets_key
from oneup.foundation.iam import policy_document, web_identity_trust
from oneup.foundation.identity import attach_managed_policies
from oneup.settings.delivery import GithubActions
from oneup.values import Value

ISSUER: Final = "token.actions.githubusercontent.com"

PREVIEW_ROLE: Final = "delivery-preview"
DEPLOY_ROLE: Final = "delivery-deploy"
IMAGE_PUSH_ROLE: Final = "delivery-images"
DELIVERY_ROLES: Final = (PREVIEW_ROLE, DEPLOY_ROLE, IMAGE_PUSH_ROLE)

PUSH_ACTIONS: Final = (
    *("BatchCheckLayerAvailability", "InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload"),
    *("PutImage", "BatchGetImage", "GetDownloadUrlForLayer", "DescribeImages"),
)
"""ECR actions to push an image, and to read it for signing."""

WILDCARD_REASONS: Final = {
    DEPLOY_ROLE: {"wildcard/OwnServices": "resources of the stack have no ARN before creation"},
    IMAGE_PUSH_ROLE: {"wildcard/SignIn": "GetAuthorizationToken supports no resource"},
}
"""Why a statement allows ``*``."""

MAX_SESSION_SECONDS: Final = 3600
"""A deployment takes less than the default session of one hour."""


class GithubActionsRoles(pulumi.ComponentResource):
    """The OIDC provider and the roles."""

    arns: dict[str, pulumi.Output[str]]
    """The roles' ARNs by purpose."""

    def __init__(self, account: Account, delivery: GithubActions, cluster: pulumi.Resource) -> None:
        """Create the OIDC provider if the account has none, the roles, and access entries for two of them."""
        options = pulumi.ResourceOptions(providers={"aws": account.provider})
        super().__init__("oneup:platform:DeliveryRoles", "delivery", None, options)
        self._account = account
        self._delivery = delivery
        self._child = pulumi.ResourceOptions(parent=self)
        self._cluster = cluster
        self._trusted = self._issuer()
        stack = account.settings.stack
        preview = self._role(PREVIEW_ROLE, f"{stack}-preview", preview_statements(account, delivery))
        deploy = self._role(DEPLOY_ROLE, stack, deploy_statements(account, delivery, DELIVERY_ROLES))
        for purpose, role, level in (
            (PREVIEW_ROLE, preview, AccessLevel.PREVIEW),
            (DEPLOY_ROLE, deploy, AccessLevel.ADMIN),
        ):
            attach_managed_policies(purpose, role, (account.managed_policy("ReadOnlyAccess"),), self._child)
            self._admit(role, purpose, level)
        self.arns = {PREVIEW_ROLE: preview.arn, DEPLOY_ROLE: deploy.arn}
        if account.settings.registry.repositories:
            self.arns |= {
                IMAGE_PUSH_ROLE: self._role(IMAGE_PUSH_ROLE, f"{stack}-images", push_statements(account)).arn
            }
        self.register_outputs({})

    def _issuer(self) -> pulumi.Input[str]:
        if not self._delivery.make_provider:
            return self._account.aws.global_arn("iam", f"oidc-provider/{ISSUER}")
        provider = aws.iam.OpenIdConnectProvider(
            "github",
            url=f"https://{ISSUER}",
            client_id_lists=["sts.amazonaws.com"],
            opts=self._child,
        )
        return provider.arn

    def _admit(self, role: aws.iam.Role, purpose: str, level: AccessLevel) -> None:
        """The role's access entry, which EKS only accepts once the role exists."""
        account = self._account
        arn = account.aws.global_arn("iam", f"role/{account.role_name(purpose)}")
        create_access_entry(account, AccessGrant(arn, level), self, [self._cluster, role])

    def _role(self, purpose: str, environment: str, clauses: Sequence[Mapping[str, Value]]) -> aws.iam.Role:
        account = self._account
        subject = f"repo:{self._delivery.repository}:environment:{environment}"
        role = aws.iam.Role(
            purpose,
            name=account.role_name(purpose),
            description=f"GitHub Actions, {subject}",
            assume_role_policy=pulumi.Output.from_input(self._trusted).apply(
                lambda provider: web_identity_trust(provider, ISSUER, subject)
            ),
            max_session_duration=MAX_SESSION_SECONDS,
            tags=WILDCARD_REASONS.get(purpose, {}),
            permissions_boundary=account.aws.permissions_boundary,
            opts=self._child,
        )
        aws.iam.RolePolicy(
            purpose, name=purpose, role=role.name, policy=policy_document(*clauses), opts=self._child
        )
        return role


def preview_statements(account: Account, delivery: GithubActions) -> tuple[Mapping[str, Value], ...]:
    """Read, decrypt and lock the state; deny reading secrets."""
    locks = f"arn:{account.aws.partition}:s3:::{delivery.state_bucket}/.pulumi/locks/*"
    return (
        {
            "Sid": "LockState",
            "Effect": "Allow",
            "Action": ["s3:PutObject", "s3:DeleteObject"],
            "Resource": locks,
        },
        *secrets_key(delivery, "kms:Decrypt"),
        {
            "Sid": "NoSecrets",
            "Effect": "Deny",
            "Action": ["secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue"],
            "Resource": account.aws.arn("secretsmanager", "secret:*"),
        },
    )


def push_statements(account: Account) -> tuple[Mapping[str, Value], ...]:
    """Push to the stack's ECR repositories only, without delete."""
    repositories = account.settings.registry.repositories
    return (
        {"Sid": "SignIn", "Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
        {
            "Sid": "PushImages",
            "Effect": "Allow",
            "Action": [f"ecr:{action}" for action in PUSH_ACTIONS],
            "Resource": [account.aws.arn("ecr", f"repository/{name}") for name in repositories],
        },
    )
