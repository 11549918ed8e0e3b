"""How pages are reached: a public and an internal load balancer, each shared by all of its class."""

from collections.abc import Sequence
from typing import Final

from oneup.settings.model import AwsSettings, Settings
from oneup.values import Fact, Late, Value, Values
from oneup.workspace.manifest import Manifest

PUBLIC: Final = "alb"
"""The ingress class of what the internet may reach, through the firewall."""

INTERNAL: Final = "alb-internal"
"""The ingress class of what only the VPC, and networks joined to it, may reach."""

TLS_POLICY: Final = "ELBSecurityPolicy-TLS13-1-2-2021-06"
"""TLS 1.2 and 1.3 with forward secrecy."""


def host(settings: Settings, name: str) -> str | None:
    """The page's host name under the platform's domain; None where the stack has no domain."""
    return f"{name}.{settings.domain.name}" if settings.domain else None


def balanced(settings: Settings) -> bool:
    """Whether pages are reached through an AWS load balancer: on AWS, where there is a domain."""
    return isinstance(settings, AwsSettings) and settings.domain is not None


def annotations(settings: Settings, sources: Sequence[str] = ()) -> dict[str, str]:
    """Annotations of an Ingress of one of the platform's classes: what a class cannot say.

    ``sources`` are the only CIDRs let in; all, where none is given.
    """
    prefix = "alb.ingress.kubernetes.io"
    chosen = {"listen-ports": '[{"HTTP": 80}, {"HTTPS": 443}]'}
    if isinstance(settings, AwsSettings) and settings.edge.shield:
        chosen["shield-advanced-protection"] = "true"
    if sources:
        chosen["inbound-cidrs"] = ",".join(sources)
    return {f"{prefix}/{key}": value for key, value in chosen.items()}


def classes(settings: AwsSettings) -> tuple[Manifest, ...]:
    """Both ingress classes: whatever an Ingress of a class says, its balancer is as the class has it."""
    firewall: Values = {"wafv2AclArn": Late(Fact.WEB_ACL_ARN)} if settings.edge.firewall else {}
    group = f"oneup-{settings.stack}"
    return (
        *_class(PUBLIC, {**_balancer(settings, group, "internet-facing"), **firewall}),
        *_class(INTERNAL, _balancer(settings, f"{group}-internal", "internal")),
    )


def _balancer(settings: AwsSettings, group: str, scheme: str) -> Values:
    """HTTP is redirected to HTTPS; without a certificate of the stack's, ACM is searched by host."""
    certificates: list[Value] = [Late(Fact.CERTIFICATE_ARN)]
    return {
        "group": {"name": group},
        "scheme": scheme,
        "targetType": "ip",
        "sslPolicy": TLS_POLICY,
        "sslRedirectPort": "443",
        "loadBalancerAttributes": [
            {"key": "routing.http.drop_invalid_header_fields.enabled", "value": "true"}
        ],
        **({"certificateArn": certificates} if settings.domain and settings.domain.certified else {}),
    }


def _class(name: str, spec: Values) -> tuple[Manifest, Manifest]:
    parameters: Values = {"apiGroup": "elbv2.k8s.aws", "kind": "IngressClassParams", "name": name}
    return (
        Manifest(
            api_version="elbv2.k8s.aws/v1beta1", kind="IngressClassParams", name=name, body={"spec": spec}
        ),
        Manifest(
            api_version="networking.k8s.io/v1",
            kind="IngressClass",
            name=name,
            body={"spec": {"controller": "ingress.k8s.aws/alb", "parameters": parameters}},
        ),
    )
