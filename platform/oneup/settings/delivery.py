"""Who deploys an AWS stack from GitHub Actions."""

from typing import Annotated

from oneup.settings.base import Section
from oneup.settings.formats.aws import KeyArn
from oneup.settings.formats.form import Form

GitHubRepository = Annotated[str, Form("a GitHub repository such as example/oneup", r"[\w.-]+/[\w.-]+")]
BucketName = Annotated[
    str, Form("an S3 bucket's name", r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", suggest=str.lower)
]


class Delivery(Section):
    """Two roles for GitHub Actions, by OpenID Connect: one may preview, the other deploy.

    The first trusts the repository's environment ``<stack>-preview``, the second ``<stack>``.
    """

    repository: GitHubRepository
    """The repository whose workflows deploy."""

    state_bucket: BucketName
    """The S3 bucket that holds Pulumi's state."""

    secrets_key: KeyArn | None = None
    """The KMS key that encrypts secrets in the state; none where a passphrase does."""

    make_provider: bool = True
    """Make the account's OIDC provider for GitHub; false where the account has it already."""
