"""How the platform's pages are reached: by host, through the load balancer of a class."""

import json
from collections.abc import Sequence

from oneup.settings.model import AwsSettings, Settings
from oneup.values import Fact, Late, Value
from oneup.workspace.classes import TLS_POLICY

PREFIX = "alb.ingress.kubernetes.io"


def host(settings: Settings, name: str) -> str | None:
    """The page's host name under the platform's domain; None where the stack has no domain."""
    return f"{name}.{settings.domain.name}" if settings.domain else None


def balanced(settings: Settings) -> bool:
    """Whether pages are reached through an AWS load balancer: on AWS, where there is a domain."""
    return isinstance(settings, AwsSettings) and settings.domain is not None


def annotations(settings: Settings, sources: Sequence[str] = ()) -> dict[str, Value]:
    """Annotations of an Ingress of one of the platform's classes: what a class cannot say.

    ``sources`` are the only CIDRs let in; all, where none is given.
    """
    chosen: dict[str, Value] = {"listen-ports": '[{"HTTP": 80}, {"HTTPS": 443}]'}
    if isinstance(settings, AwsSettings):
        chosen |= _of_the_balancer(settings)
    if sources:
        chosen["inbound-cidrs"] = ",".join(sources)
    return {f"{PREFIX}/{key}": value for key, value in chosen.items()}


def only_from(service: str, sources: Sequence[str]) -> dict[str, Value]:
    """An annotation that lets in these CIDRs alone by the rules of one Service, and others of its balancer's.

    Nothing where none is given. A rule compares five values, of which host and path are two.
    """
    if not sources:
        return {}
    condition = {"field": "source-ip", "sourceIpConfig": {"values": list(sources)}}
    return {f"{PREFIX}/conditions.{service}": json.dumps([condition])}


def _of_the_balancer(settings: AwsSettings) -> dict[str, Value]:
    """What EKS Auto Mode's classes have no field for; one Ingress of a class says it for all of them."""
    chosen: dict[str, Value] = {}
    if settings.edge.shield:
        chosen["shield-advanced-protection"] = "true"
    if settings.cluster.auto_mode:
        chosen |= {"ssl-policy": TLS_POLICY, "ssl-redirect": "443"}
    if settings.cluster.auto_mode and settings.edge.firewall:
        chosen["wafv2-acl-arn"] = Late(Fact.WEB_ACL_ARN)
    return chosen
