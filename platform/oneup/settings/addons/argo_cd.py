"""Argo CD's knobs."""

from oneup.settings.addons.deliveries import Notifications
from oneup.settings.addons.switch import Knobs
from oneup.settings.base import Section
from oneup.settings.formats.address import Cidr
from oneup.settings.formats.kubernetes import ObjectName
from oneup.settings.formats.web import HttpsUrl


class Oidc(Section):
    """The identity provider that people sign in with."""

    name: str = "SSO"
    """What the sign-in button says."""

    issuer: HttpsUrl
    """URL of the OpenID Connect issuer."""

    client_id: str
    """Client that the issuer knows Argo CD as."""

    client_secret: ObjectName = "argocd-oidc"
    """Name of the Secret in Argo CD's namespace whose key ``clientSecret`` holds the client's secret.

    It carries the label ``app.kubernetes.io/part-of: argocd``.
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

    notifications: Notifications = Notifications()
    """Who is told what became of a delivery."""
