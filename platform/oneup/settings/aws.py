"""What an AWS stack says of its account."""

from pydantic import Field

from oneup.settings.base import Section


class Aws(Section):
    """The account and region that a stack may touch."""

    region: str
    """Region of everything regional."""

    account: str
    """Twelve-digit account; the provider refuses to act in any other."""

    role_arn: str | None = None
    """Role to assume for the deployment and, in the kubeconfig, for the cluster's API."""

    tags: dict[str, str] = Field(default_factory=dict)
    """Tags on everything, beside the stack's own."""

    permissions_boundary: str | None = None
    """ARN of a managed policy that bounds every role the stack makes."""
