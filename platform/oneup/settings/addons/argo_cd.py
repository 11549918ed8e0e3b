"""The settings of Argo CD, and of who is told what became of a delivery."""

from typing import Annotated, ClassVar

from pydantic import Field

from oneup.settings.addons.switch import Knobs
from oneup.settings.base import Section
from oneup.settings.formats.aws import RoleArn
from oneup.settings.formats.form import Form, Unit
from oneup.settings.formats.kubernetes import NodeGroupName, ObjectName
from oneup.settings.formats.web import Cidr, DomainName, EmailAddress, HttpsUrl, RepositoryPath

Channel = Annotated[str, Form("a Slack channel's name without #, such as deliveries", r"[a-z0-9_-]{1,80}")]


class Slack(Section):
    """Writes into a channel; the Secret's key ``slack-token`` is the token of a Slack app."""

    channel: Channel
    """The channel, without ``#``."""


class PagerDuty(Section):
    """Calls somebody of failures; the Secret's key ``pagerduty-key`` is an Events API v2 integration's."""


class Email(Section):
    """Writes a message; the Secret's key ``email-password`` is the user's password."""

    to: EmailAddress
    """Who gets it."""

    sender: EmailAddress
    """Who it is from."""

    host: DomainName
    """Server that sends it."""

    port: Annotated[int, Unit("TCP port"), Field(ge=1, le=65535)] = 587
    """Its port; the connection is encrypted."""

    username: str
    """Who signs in at the server."""


class GitHub(Section):
    """Sets the status of the commit, as a GitHub App with the right ``statuses: write``.

    The Secret's key ``github-private-key`` is the app's private key.
    """

    app_id: Annotated[int, Unit("number of an app"), Field(ge=1)]
    """Number of the app."""

    installation_id: Annotated[int, Unit("number of an installation"), Field(ge=1)]
    """Number of its installation in the repository's organisation."""


class GitLab(Section):
    """Sets the status of the commit at GitLab; ``{}`` is enough.

    The Secret's key ``gitlab-token`` is an access token of the project: its scope is ``api``, and its role
    may push or merge to the branch that the stack follows.
    """

    url: HttpsUrl | None = None
    """Where GitLab is, if not at the host that ``gitops.repository`` names."""


class Notifications(Section):
    """Who is told of deliveries that have arrived, failed or made an application unwell."""

    slack: Slack | None = None
    """A channel for all three."""

    pagerduty: PagerDuty | None = None
    """Calls somebody where a delivery failed or an application is unwell; ``{}`` is enough."""

    email: Email | None = None
    """A mailbox for all three."""

    github: GitHub | None = None
    """The commit's status: success or failure."""

    gitlab: GitLab | None = None
    """The same, where the repository is at GitLab."""

    secret: ObjectName = "argocd-notifications"
    """Name of the Secret in ``argocd`` that holds the keys named above.

    On AWS, External Secrets makes it of the secret ``<prefix>/<name>`` in Secrets Manager, a JSON object with
    these keys; elsewhere, or without External Secrets, it is yours to make.
    """

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that the Secret holds for those who are told."""
        needed = {
            "slack-token": self.slack,
            "pagerduty-key": self.pagerduty,
            "email-password": self.email,
            "github-private-key": self.github,
            "gitlab-token": self.gitlab,
        }
        return tuple(key for key, told in needed.items() if told is not None)


class Oidc(Section):
    """The identity provider that people sign in with."""

    name: str = "SSO"
    """What the sign-in button says."""

    issuer: HttpsUrl
    """URL of the OpenID Connect issuer."""

    client_id: str
    """Client that the issuer knows Argo CD as."""

    KEY: ClassVar[str] = "clientSecret"

    client_secret: ObjectName = "argocd-oidc"
    """Name of the Secret in Argo CD's namespace whose key ``clientSecret`` holds the client's secret.

    On AWS, External Secrets makes it of the secret ``<prefix>/<name>`` in Secrets Manager, a JSON object with
    this key; else it is yours to make, with the label ``app.kubernetes.io/part-of: argocd``.
    """


class Cluster(Section):
    """A further cluster that Argo CD delivers to."""

    name: NodeGroupName
    """What Argo CD calls it."""

    server: HttpsUrl
    """URL of its API server."""

    path: RepositoryPath
    """Folder of the repository that it gets, such as ``apps/edge``."""

    namespaces: tuple[ObjectName, ...]
    """Its namespaces that something may go to."""

    role_arn: RoleArn | None = None
    """The role that an access entry of an EKS cluster lets in, and that trusts ``oneup-<stack>-argo-cd``."""

    eks_name: NodeGroupName | None = None
    """The name that EKS knows the cluster by, beside ``roleArn``."""

    certificate_authority: str | None = None
    """Its authority's certificate in base64, as ``aws eks describe-cluster`` shows it; no secret."""

    credentials_secret: ObjectName | None = None
    """Elsewhere, the Secret in Argo CD's namespace to whose key ``config`` somebody adds the way to sign in.

    The stack writes the cluster's name and address there, and no more.
    """


class ArgoCd(Knobs):
    """Who may do what in Argo CD."""

    admin_groups: tuple[str, ...] = ()
    """OIDC groups with the role admin; everybody else who signs in reads only."""

    oidc: Oidc | None = None
    """Sign-in with an identity provider; the built-in admin is then off.

    Without it, Argo CD makes a random password for the admin inside the cluster, in the Secret
    ``argocd-initial-admin-secret``; the stack never sees it.
    """

    allowed_cidrs: tuple[Cidr, ...] = ()
    """The only sources that reach its page; all, where none is given."""

    clusters: tuple[Cluster, ...] = ()
    """Further clusters that it delivers to, as a hub."""

    notifications: Notifications = Notifications()
    """Who is told what became of a delivery."""
