"""What stands between the internet and the platform: firewall, TLS, certificates, zones."""

from collections.abc import Iterator
from typing import Final

from oneup.plan import UNKNOWN, Resource
from oneup.policy.graph import Graph
from oneup.policy.kinds import ZONE, kind, of
from oneup.policy.read import at, text
from oneup.policy.rule import PlanRule, ResourceRule

WEB_ACL: Final = "aws:wafv2/webAcl:WebAcl"
WEB_ACL_LOG: Final = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
CERTIFICATE: Final = "aws:acm/certificate:Certificate"
VALIDATION: Final = "aws:acm/certificateValidation:CertificateValidation"
RECORD: Final = "aws:route53/record:Record"
MODERN: Final = ("ELBSecurityPolicy-TLS13-1-2-", "ELBSecurityPolicy-TLS13-1-3-")
"""How the names of policies without TLS 1.0 and 1.1 start; the ``Ext`` ones add old ciphers."""


def _old_tls(resource: Resource) -> Iterator[str]:
    if kind(resource) != "IngressClassParams":
        return
    policy = text(resource, "spec", "sslPolicy")
    if policy != UNKNOWN and (not policy.startswith(MODERN) or "-Ext" in policy):
        yield f"its TLS policy is {policy or 'the default'!r}; set spec.sslPolicy to {MODERN[0]}2021-06"


def _unguarded(graph: Graph) -> Iterator[tuple[Resource, str]]:
    if not of(graph, WEB_ACL):
        return
    for resource in graph.plan.resources:
        public = at(resource.inputs, "spec", "scheme") == "internet-facing"
        if kind(resource) == "IngressClassParams" and public and not text(resource, "spec", "wafv2AclArn"):
            yield resource, "its balancers are public and pass the firewall by; set spec.wafv2AclArn"


def _unlogged(graph: Graph) -> Iterator[tuple[Resource, str]]:
    logged = {acl.urn for log in of(graph, WEB_ACL_LOG) for acl in graph.through(log, "resourceArn")}
    for acl in of(graph, WEB_ACL):
        if acl.urn not in logged:
            yield acl, "nobody sees what it blocks; give it a logging configuration"


def _unproven(graph: Graph) -> Iterator[tuple[Resource, str]]:
    proven = {
        certificate.urn
        for validation in of(graph, VALIDATION)
        for certificate in graph.through(validation, "certificateArn")
    }
    for certificate in of(graph, CERTIFICATE):
        if certificate.urn not in proven:
            yield certificate, "it is used before it is proven; add a CertificateValidation, and use its ARN"


def _undelegated(graph: Graph) -> Iterator[tuple[Resource, str]]:
    records = of(graph, RECORD)
    pointed = {zone.urn for record in records for zone in graph.through(record, "records")}
    for validation in of(graph, VALIDATION):
        for record in graph.through(validation, "validationRecordFqdns"):
            for zone in graph.through(record, "zoneId"):
                if zone.type == ZONE and zone.urn not in pointed:
                    yield (
                        zone,
                        "nothing points to it, and its certificate waits for ever; add its NS record above",
                    )


RULES: Final = (
    ResourceRule(
        name="balancers-tls",
        sentence="Load balancers take TLS 1.2 or better.",
        check=_old_tls,
    ),
    PlanRule(
        name="balancers-guarded",
        sentence="Where there is a firewall, every public load balancer is behind it.",
        check=_unguarded,
    ),
    PlanRule(
        name="firewall-logged",
        sentence="What a firewall blocks is logged.",
        check=_unlogged,
    ),
    PlanRule(
        name="certificates-proven",
        sentence="Every certificate is waited for until it is proven.",
        check=_unproven,
    ),
    PlanRule(
        name="zones-delegated",
        sentence="A zone that proves a certificate is pointed to by the zone above it.",
        check=_undelegated,
    ),
)
