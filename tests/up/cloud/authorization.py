"""Who may do what: moto finds whoever signed a request and his policies; here they are held to it.

moto itself knows the action alone. Here an action of IAM is asked on the role or issuer that it is about, and
what else AWS asks for is asked, too: to pass a role, and to tag what is made with tags. Conditions are those
that moto knows. An action of another service is judged on ``*``, but for S3's, which moto asks on the bucket.
"""

import re
from typing import Final, cast
from urllib.parse import unquote_plus

from moto.iam import access_control
from moto.iam.access_control import IAMPolicy, IAMRequestBase, PermissionResult

PASSING: Final = {
    *("eks:CreateCluster", "eks:CreateNodegroup", "eks:CreateAddon", "eks:UpdateAddon"),
    *("eks:CreatePodIdentityAssociation", "eks:UpdatePodIdentityAssociation"),
    *("ec2:CreateFlowLogs", "s3:PutReplicationConfiguration", "events:PutTargets", "cloudtrail:CreateTrail"),
}
"""Actions that give a role to a service of AWS's."""

TAGGING: Final = {
    "acm": "acm:AddTagsToCertificate",
    "cloudtrail": "cloudtrail:AddTags",
    "ec2": "ec2:CreateTags",
    "sqs": "sqs:TagQueue",
    "iam:CreateOpenIDConnectProvider": "iam:TagOpenIDConnectProvider",
    "iam:CreateRole": "iam:TagRole",
}
"""What tags are asked for by, at their creation, where it is not ``TagResource``."""

SIGNED_AS: Final = {"monitoring": "cloudwatch"}
"""Services whose requests are signed under another name than IAM's."""

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

MAKING: Final = re.compile(r"\w+:(Create(?!Tags)|Request|Put(Rule|MetricAlarm)|Allocate|AuthorizeSecurityGroup)")
TAGGED: Final = re.compile(r'"(tags|Tags|TagsList|TagList|ResourceTags)": ?[\[{] ?[^\]} ]|(?:^|&)Tag(s|Specification)\.')

BY_NAME: Final = {"RoleName": "role", "InstanceProfileName": "instance-profile", "PolicyName": "policy"}
ROLE: Final = re.compile(r"arn:[\w-]+:iam::\d{12}:role/[\w+=,.@/-]+")


class Judge(IAMRequestBase):
    """Moto's request, judged."""

    def check_signature(self) -> None:
        """Taken for right: of a request without a body moto does not sign what was signed."""

    def check_action_permitted(self, resource: str) -> None:
        """Refuse what no policy of the signer's allows, or one denies."""
        if self._action == "sts:GetCallerIdentity":
            return
        for action, about in self._asked(resource):
            if not self._permitted(action, about):
                self._action = action
                self._raise_access_denied()

    def _asked(self, resource: str) -> list[tuple[str, str]]:
        """Each action that the request takes, and on what."""
        body = unquote_plus((self._body or b"").decode("utf-8", "replace"))
        self._service = SIGNED_AS.get(self._service, self._service)
        self._action = f"{self._service}:{self._action.partition(':')[2]}"
        if self._service == "s3":
            self._action = self._bucket_action()
        about = self._about() if self._service == "iam" else resource
        asked = [(self._action, about)]
        if self._action in PASSING:
            asked += [("iam:PassRole", arn) for arn in sorted(set(ROLE.findall(body)))]
        if MAKING.match(self._action) and TAGGED.search(body):
            action = TAGGING.get(self._action) or TAGGING.get(self._service) or f"{self._service}:TagResource"
            asked.append((action, about))
        return asked

    def _bucket_action(self) -> str:
        """The action of a request to S3 as IAM names it, which moto names otherwise, or not at all."""
        parts = re.split(r"[&=]", self._path.partition("?")[2])
        setting = next((BUCKET[part] for part in parts if part in BUCKET), None)
        if setting is None:
            named = {"s3:HeadBucket": "s3:ListBucket", "s3:DeleteObjects": "s3:DeleteObject"}
            return named.get(self._action, self._action)
        verb = {"GET": "Get", "PUT": "Put"}.get(self._method, "Put")
        if self._method == "DELETE" and setting == "BucketPolicy":
            verb = "Delete"
        return f"s3:{verb}{setting}"

    def _about(self) -> str:
        """The ARN of what an action of IAM is about."""
        data = cast("dict[str, list[str]]", self._data)
        given = {key: value[0] for key, value in data.items()}
        prefix = f"arn:aws:iam::{self.account_id}:"
        for key, kind in BY_NAME.items():
            if key in given:
                return f"{prefix}{kind}/{given[key]}"
        if "Url" in given:
            return f"{prefix}oidc-provider/{given['Url'].removeprefix('https://')}"
        return given.get("OpenIDConnectProviderArn") or given.get("PolicyArn") or "*"

    def _permitted(self, action: str, resource: str) -> bool:
        results = {
            IAMPolicy(policy).is_action_permitted(action, resource)
            for policy in self._access_key.collect_policies()
        }
        return PermissionResult.DENIED not in results and PermissionResult.PERMITTED in results


def install() -> None:
    """Have moto judge so. Installing twice changes nothing."""
    for name in ("check_signature", "check_action_permitted", "_asked", "_bucket_action", "_about", "_permitted"):
        setattr(access_control.IAMRequestBase, name, getattr(Judge, name))
