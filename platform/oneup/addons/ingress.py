"""How an addon's page is reached from outside: one load balancer for all, TLS only."""

from collections.abc import Sequence

from oneup.settings.model import AwsSettings, Settings


def host(settings: Settings, name: str) -> str | None:
    """The page's host name under the platform's domain; None where the stack has no domain."""
    return f"{name}.{settings.domain.name}" if settings.domain else None


def balanced(settings: Settings) -> bool:
    """Whether pages are reached through an AWS load balancer: on AWS, where there is a domain."""
    return isinstance(settings, AwsSettings) and settings.domain is not None


def annotations(settings: Settings, sources: Sequence[str] = ()) -> dict[str, str]:
    """Annotations of an Ingress behind the platform's shared load balancer.

    HTTP is redirected to HTTPS; the balancer finds its certificate in ACM by the Ingress's host.
    ``sources`` are the only CIDRs let in; all, where none is given.
    """
    prefix = "alb.ingress.kubernetes.io"
    chosen = {
        "group.name": f"oneup-{settings.stack}",
        "scheme": "internet-facing",
        "target-type": "ip",
        "listen-ports": '[{"HTTP": 80}, {"HTTPS": 443}]',
        "ssl-redirect": "443",
        "ssl-policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "load-balancer-attributes": "routing.http.drop_invalid_header_fields.enabled=true",
    }
    if sources:
        chosen["inbound-cidrs"] = ",".join(sources)
    return {f"{prefix}/{key}": value for key, value in chosen.items()}
