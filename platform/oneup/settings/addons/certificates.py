"""cert-manager's knobs."""

from oneup.settings.addons.switch import Knobs
from oneup.settings.formats.kubernetes import ObjectName
from oneup.settings.formats.web import EmailAddress


class CertManager(Knobs):
    """Where certificates come from, and how their names are proved."""

    email: EmailAddress | None = None
    """Contact of the ACME account; Let's Encrypt takes accounts without one."""

    http_class: ObjectName | None = None
    """Ingress class behind which HTTP01 challenges are answered, for names outside the hosted zones: that of
    the way in that is installed, Kong's where none is given.

    Not ``alb``: its shared balancer redirects every request to HTTPS, where it has no certificate yet.
    """
