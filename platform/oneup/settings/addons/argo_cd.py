"""Argo CD's knobs."""

from typing import ClassVar

from oneup.settings.addons.deliveries import Notifications
from oneup.settings.addons.switch import Knobs
from oneup.settings.base import Section
from oneup.settings.formats.address import Cidr
from oneup.settings.formats.aws import RoleArn
from oneup.settings.formats.kubernetes import NodeGroupName, ObjectName
from oneup.settings.formats.web import HttpsUrl, RepositoryPath


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
