"""Ingress of the platform's UIs: by host, through the load balancer of an ingress class."""

import json
from collections.abc import Sequence

from oneup.settings.model import AwsSettings, Settings
from oneup.values import DeferredOutput, FoundationOutput, Value
from oneup.workspace.classes import TLS_POLICY

PREFIX = "alb.ingress.kubernetes.io"


def host(settings: Settings, name: str) -> str | None:
    """The UI's host name under the platform's domain; None if the stack has no domain."""
    return f"{name}.{settings.domain.name}" if settings.domain else None


def uses_load_balancer(settings: Settings) -> bool:
    """Whether UIs have an AWS load balancer: on AWS, with a domain."""
    return isinstance(settings, AwsSettings) and settings.domain is not None


def annotations(settings: Settings, sources: Sequence[str] = ()) -> dict[str, Value]:
    """Annotations of an Ingress: settings that an ingress class cannot contain.

    ``sources`` are the allowed CIDRs; empty allows all.
    """
    chosen: dict[str, Value] = {"listen-ports": '[{"HTTP": 80}, {"HTTPS": 443}]'}
    if isinstance(settings, AwsSettings):
        chosen |= _auto_mode_annotations(settings)
    if sources:
        chosen["inbound-cidrs"] = ",".join(sources)
    return {f"{PREFIX}/{key}": value for key, value in chosen.items()}


def allow_only_sources(service: str, sources: Sequence[str]) -> dict[str, Value]:
    """An annotation that allows only these CIDRs in the listener rules of one Service on a shared load balancer.

    Empty without CIDRs. A rule compares at most five values; host and path use two.
    """
    if not sources:
        return {}
    condition = {"field": "source-ip", "sourceIpConfig": {"values": list(sources)}}
    return {f"{PREFIX}/conditions.{service}": json.dumps([condition])}


def _auto_mode_annotations(settings: AwsSettings) -> dict[str, Value]:
    """Settings that EKS Auto Mode's classes lack; one Ingress of a class sets them for all."""
    chosen: dict[str, Value] = {}
    if settings.edge.shield:
        chosen["shield-advanced-protection"] = "true"
    if settings.cluster.auto_mode:
        chosen |= {"ssl-policy": TLS_POLICY, "ssl-redirect": "443"}
    if settings.cluster.auto_mode and settings.edge.firewall:
        chosen["wafv2-acl-arn"] = DeferredOutput(FoundationOutput.WEB_ACL_ARN)
    return chosen
