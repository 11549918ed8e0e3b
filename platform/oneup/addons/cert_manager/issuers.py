"""The ClusterIssuers: Let's Encrypt, its staging environment, and the cluster's own CA."""

from collections.abc import Iterator
from typing import Final

from oneup.addonkit.addon import Manifest
from oneup.addonkit.iam import public_zone_ids
from oneup.settings.model import AwsSettings, Settings
from oneup.values import Value, Values
from oneup.workspace.classes import PUBLIC

PRODUCTION: Final = "letsencrypt-prod"
STAGING: Final = "letsencrypt-staging"
SELF_SIGNED: Final = "selfsigned"

_SERVERS: Final = {
    PRODUCTION: "https://acme-v02.api.letsencrypt.org/directory",
    STAGING: "https://acme-staging-v02.api.letsencrypt.org/directory",
}


def issuers(settings: Settings) -> tuple[Manifest, ...]:
    """All three; Let's Encrypt uses DNS01 in a hosted zone of the stack, otherwise HTTP01."""
    return (
        *(_issuer(name, {"acme": _acme(settings, name, server)}) for name, server in _SERVERS.items()),
        _issuer(SELF_SIGNED, {"selfSigned": {}}),
    )


def _issuer(name: str, spec: Values) -> Manifest:
    return Manifest(api_version="cert-manager.io/v1", kind="ClusterIssuer", name=name, body={"spec": spec})


def _acme(settings: Settings, name: str, server: str) -> Values:
    knobs = settings.addons.cert_manager
    behind = knobs.http_class or _http01_ingress_class(settings)
    # The load balancer connects to pod addresses: no NodePort.
    solver: Values = {"ingressClassName": behind, "serviceType": "ClusterIP"}
    http: list[Value] = [{"http01": {"ingress": solver}}] if behind else []
    return {
        "server": server,
        **({"email": knobs.email} if knobs.email else {}),
        "privateKeySecretRef": {"name": f"{name}-account"},
        "solvers": [*_dns(settings), *http],
    }


def _http01_ingress_class(settings: Settings) -> str:
    """The ingress class for HTTP01 challenges; None if there is none.

    The shared load balancer redirects to HTTPS; Let's Encrypt follows without verifying the certificate. It
    needs an initial certificate: otherwise its controller would search for one with the challenged name.
    """
    if settings.addons.ingress_nginx.enabled:
        return "nginx"
    if isinstance(settings, AwsSettings):
        return PUBLIC if settings.domain and settings.domain.has_certificate else ""
    return "kong"


def _dns(settings: Settings) -> Iterator[Value]:
    """One solver for each hosted zone: the longest match wins; HTTP01 for all other names."""
    if not isinstance(settings, AwsSettings) or settings.domain is None:
        return
    for name, zone in public_zone_ids(settings).items():
        route53: Values = {"region": settings.aws.region, "hostedZoneID": zone}
        yield {"selector": {"dnsZones": [name]}, "dns01": {"route53": route53}}
