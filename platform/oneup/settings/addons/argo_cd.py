"""The settings of Argo CD, and of who is told what became of a delivery."""

from typing import Annotated, ClassVar

from pydantic import Field

from oneup.settings.addons.switch import AddonSettings
from oneup.settings.base import Section
from oneup.settings.formats.aws import RoleArn
from oneup.settings.formats.form import Format, Unit
from oneup.settings.formats.kubernetes import NodeGroupName, ObjectName
from oneup.settings.formats.web import Cidr, DomainName, EmailAddress, HttpsUrl, RepositoryPath

Channel = Annotated[str, Format("a Slack channel's name without #, such as deliveries", r"[a-z0-9_-]{1,80}")]


class Slack(Section):
    """Posts to a Slack channel; the Secret's key ``slack-token`` is the token of a Slack app."""

    channel: Channel
    """The channel, without ``#``."""


class PagerDuty(Section):
    """Creates PagerDuty incidents for failures; the Secret's key ``pagerduty-key`` is an Events API v2 key."""


class Email(Section):
    """Sends e-mail; the Secret's key ``email-password`` is the SMTP user's password."""

    to: EmailAddress
    """Recipient."""

    sender: EmailAddress
    """Sender address."""

    host: DomainName
    """SMTP server."""

    port: Annotated[int, Unit("TCP port"), Field(ge=1, le=65535)] = 587
    """SMTP port; the connection is encrypted."""

    username: str
    """SMTP user."""


class GitHub(Section):
    """Sets commit statuses, as a GitHub App with the permission ``statuses: write``.

    The Secret's key ``github-private-key`` is the app's private key.
    """

    app_id: Annotated[int, Unit("number of an app"), Field(ge=1)]
    """App ID."""

    installation_id: Annotated[int, Unit("number of an installation"), Field(ge=1)]
    """ID of its installation in the repository's organisation."""


class GitLab(Section):
    """Sets commit statuses at GitLab; ``{}`` is enough.

    The Secret's key ``gitlab-token`` is an access token of the project: its scope is ``api``, and its role
    may push or merge to the branch that the stack follows.
    """

    url: HttpsUrl | None = None
    """URL of GitLab; default: the host of ``gitops.repository``."""


class ArgoCdNotifications(Section):
    """Notifications about successful syncs, failed syncs and degraded applications."""

    slack: Slack | None = None
    """Slack, for all notifications."""

    pagerduty: PagerDuty | None = None
    """PagerDuty, for failed syncs and degraded applications; ``{}`` is enough."""

    email: Email | None = None
    """E-mail, for all notifications."""

    github: GitHub | None = None
    """GitHub commit status: success or failure."""

    gitlab: GitLab | None = None
    """GitLab commit status: success or failure."""

    secret: ObjectName = "argocd-notifications"
    """Name of the Secret in ``argocd`` with the keys named above.

    On AWS, External Secrets creates it from ``<prefix>/<name>`` in Secrets Manager, a JSON object with
    these keys; elsewhere, or without External Secrets, create it yourself.
    """

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that the configured channels need in the Secret."""
        needed = {
            "slack-token": self.slack,
            "pagerduty-key": self.pagerduty,
            "email-password": self.email,
            "github-private-key": self.github,
            "gitlab-token": self.gitlab,
        }
        return tuple(key for key, told in needed.items() if told is not None)


class ArgoCdOidc(Section):
    """OpenID Connect sign-in."""

    name: str = "SSO"
    """Label of the sign-in button."""

    issuer: HttpsUrl
    """URL of the OpenID Connect issuer."""

    client_id: str
    """Client id of Argo CD at the issuer."""

    KEY: ClassVar[str] = "clientSecret"

    client_secret: ObjectName = "argocd-oidc"
    """Name of the Secret in Argo CD's namespace whose key ``clientSecret`` holds the client's secret.

    On AWS, External Secrets creates it from ``<prefix>/<name>`` in Secrets Manager, a JSON object with
    this key; otherwise create it yourself, with the label ``app.kubernetes.io/part-of: argocd``.
    """


class RemoteCluster(Section):
    """A remote cluster that Argo CD deploys to."""

    name: NodeGroupName
    """Its name in Argo CD."""

    server: HttpsUrl
    """URL of its API server."""

    path: RepositoryPath
    """Folder of the repository that is deployed to it, such as ``apps/edge``."""

    namespaces: tuple[ObjectName, ...]
    """Namespaces that Argo CD may deploy to."""

    role_arn: RoleArn | None = None
    """For EKS: a role with an access entry in the cluster, which trusts ``oneup-<stack>-argo-cd``."""

    eks_name: NodeGroupName | None = None
    """The cluster's name in EKS; required with ``roleArn``."""

    certificate_authority: str | None = None
    """Its CA certificate in base64, as ``aws eks describe-cluster`` shows it; not a secret."""

    credentials_secret: ObjectName | None = None
    """For other clusters: a Secret in Argo CD's namespace; you add the credentials in its key ``config``.

    The stack only writes the cluster's name and address.
    """


class ArgoCdSettings(AddonSettings):
    """Argo CD: access, remote clusters and notifications."""

    admin_groups: tuple[str, ...] = ()
    """OIDC groups with the role admin; all other users are read-only."""

    oidc: ArgoCdOidc | None = None
    """Single sign-on; the built-in admin is then disabled.

    Without it, Argo CD generates a random admin password in the Secret
    ``argocd-initial-admin-secret``; the stack never sees it.
    """

    allowed_cidrs: tuple[Cidr, ...] = ()
    """Source CIDR blocks allowed to its UI; empty: all."""

    clusters: tuple[RemoteCluster, ...] = ()
    """Remote clusters that it deploys to."""

    notifications: ArgoCdNotifications = ArgoCdNotifications()
    """Notifications about syncs and application health."""
