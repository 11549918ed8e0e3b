"""cert-manager's knobs."""

from oneup.settings.addons.switch import Knobs
from oneup.settings.formats.kubernetes import ObjectName
from oneup.settings.formats.web import EmailAddress


class CertManager(Knobs):
    """Where certificates come from, and how their names are proved."""

    email: EmailAddress | None = None
    """Contact of the ACME account; Let's Encrypt takes accounts without one."""

    http_class: ObjectName | None = None
    """Ingress class behind which HTTP01 challenges are answered, for names outside the hosted zones.

    That of the way in that is installed: ingress-nginx', else Kong's, on AWS the shared balancer's where the
    domain has a certificate. It redirects to HTTPS, which Let's Encrypt follows.
    """
