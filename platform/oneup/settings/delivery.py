"""IAM roles for GitHub Actions."""

from typing import Annotated

from oneup.settings.base import Section
from oneup.settings.formats.aws import KeyArn
from oneup.settings.formats.form import Format

GitHubRepository = Annotated[str, Format("a GitHub repository such as example/oneup", r"[\w.-]+/[\w.-]+")]
BucketName = Annotated[
    str, Format("an S3 bucket's name", r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", correct=str.lower)
]


class GithubActions(Section):
    """IAM roles for GitHub Actions through OpenID Connect: one for previews, one for deployments.

    The first trusts the repository's environment ``<stack>-preview``, the second ``<stack>``.
    """

    repository: GitHubRepository
    """The GitHub repository whose workflows deploy."""

    state_bucket: BucketName
    """The S3 bucket with Pulumi's state."""

    secrets_key: KeyArn | None = None
    """The KMS key that encrypts secrets in the state; none with a passphrase."""

    make_provider: bool = True
    """Create the account's OIDC provider for GitHub; false if the account already has one."""
