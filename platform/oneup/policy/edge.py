"""WAF, TLS, certificates and hosted zones of public load balancers."""

from collections.abc import Iterator
from typing import Final

from oneup.plan import UNKNOWN, JsonMap, Resource
from oneup.plan.graph import DependencyGraph
from oneup.plan.inputs import as_list, as_mapping, as_strings, is_true, mappings, string_at, value_at
from oneup.plan.query import api_group, auto_mode_clusters, object_kind, releases, resources_of_type
from oneup.plan.resource_types.edge import (
    CERTIFICATE,
    CERTIFICATE_VALIDATION,
    RECORD,
    WEB_ACL,
    WEB_ACL_LOG,
    ZONE,
)
from oneup.plan.resource_types.storage import BUCKET_POLICY
from oneup.policy.definitions import AUTO_MODE
from oneup.policy.identity import policy_statements
from oneup.policy.rule import PlanRule

LOAD_BALANCER_LOG_SERVICE: Final = "logdelivery.elasticloadbalancing.amazonaws.com"
"""The AWS service that writes load balancer access logs."""

LOGGED_ACTIONS: Final = frozenset({"BLOCK", "COUNT"})
"""What the WAF does to requests that break a rule; those that only count are tried before they block."""

CREDENTIAL_HEADERS: Final = frozenset({"authorization", "cookie"})

ALB: Final = "alb.ingress.kubernetes.io/"
MODERN_TLS_POLICIES: Final = ("ELBSecurityPolicy-TLS13-1-2-", "ELBSecurityPolicy-TLS13-1-3-")
"""How the names of policies without TLS 1.0 and 1.1 start; the ``Ext`` ones add old ciphers."""


def _old_tls(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    for resource in graph.plan.resources:
        if object_kind(resource) == "IngressClassParams" and api_group(resource) != AUTO_MODE:
            policy = string_at(resource, "spec", "sslPolicy")
            if _is_old(policy):
                best = f"set spec.sslPolicy to {MODERN_TLS_POLICIES[0]}2021-06"
                yield resource, f"its TLS policy is {policy or 'the default'!r}; {best}"
    for release, annotations in _ingresses_of_auto_mode(graph):
        if _is_old(str(annotations.get(f"{ALB}ssl-policy") or "")):
            yield release, f"its TLS policy is the default; annotate its Ingress with {ALB}ssl-policy"


def _is_old(policy: str) -> bool:
    return policy != UNKNOWN and (not policy.startswith(MODERN_TLS_POLICIES) or "-Ext" in policy)


def _ingresses_of_auto_mode(graph: DependencyGraph) -> Iterator[tuple[Resource, JsonMap]]:
    """The annotations of every Ingress that a release makes, where classes cannot say what they should."""
    for release in releases(graph) if auto_mode_clusters(graph) else ():
        for values in mappings(release.inputs.get("values")):
            if is_true(value_at(values, "ingress", "enabled")):
                yield release, as_mapping(value_at(values, "ingress", "annotations"))


def _without_waf(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    if not resources_of_type(graph, WEB_ACL):
        return
    for release, annotations in _ingresses_of_auto_mode(graph):
        if not annotations.get(f"{ALB}wafv2-acl-arn"):
            fix = f"annotate its Ingress with {ALB}wafv2-acl-arn"
            yield release, f"its load balancer is public and not behind the WAF; {fix}"
    for resource in graph.plan.resources:
        if api_group(resource) == AUTO_MODE:
            continue
        public = value_at(resource.inputs, "spec", "scheme") == "internet-facing"
        if (
            object_kind(resource) == "IngressClassParams"
            and public
            and not string_at(resource, "spec", "wafv2AclArn")
        ):
            yield resource, "its load balancers are public and not behind the WAF; set spec.wafv2AclArn"


def _unlogged(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    logged = {
        acl.urn
        for log in resources_of_type(graph, WEB_ACL_LOG)
        for acl in graph.dependencies_of_input(log, "resourceArn")
    }
    for acl in resources_of_type(graph, WEB_ACL):
        if acl.urn not in logged:
            yield acl, "blocked requests are not logged; give it a logging configuration"
    for log in resources_of_type(graph, WEB_ACL_LOG):
        for action in sorted(LOGGED_ACTIONS - _logged_actions(log)):
            yield log, f"requests with the action {action} are not logged; keep them in loggingFilter"
        redacted = {
            str(value_at(field, "singleHeader", "name"))
            for field in as_list(log.inputs.get("redactedFields"))
        }
        for header in sorted(CREDENTIAL_HEADERS - redacted):
            yield log, f"its records hold credentials; add the header {header} to redactedFields"


def _logged_actions(log: Resource) -> frozenset[str]:
    """The actions whose requests are kept: all of them without a filter, or with one that drops others."""
    filters = [as_mapping(one) for one in as_list(value_at(log.inputs, "loggingFilter", "filters"))]
    named = {
        behavior: frozenset(
            str(value_at(condition, "actionCondition", "action"))
            for one in filters
            if one.get("behavior") == behavior
            for condition in as_list(one.get("conditions"))
        )
        for behavior in ("KEEP", "DROP")
    }
    if value_at(log.inputs, "loggingFilter", "defaultBehavior") == "DROP":
        return named["KEEP"]
    return LOGGED_ACTIONS - named["DROP"]


def _weak_waf(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    for acl in resources_of_type(graph, WEB_ACL):
        statements = [value_at(rule, "statement") for rule in as_list(acl.inputs.get("rules"))]
        if not any(value_at(statement, "managedRuleGroupStatement") for statement in statements):
            yield acl, "it has no managed rule groups; add those of AWS"
        if not any(value_at(statement, "rateBasedStatement") for statement in statements):
            yield acl, "it does not limit the request rate; add a rate-based rule"


def _without_access_logs(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    kept = {
        string_at(policy, "bucket")
        for policy in resources_of_type(graph, BUCKET_POLICY)
        for clause in policy_statements(policy.inputs.get("policy"))
        if LOAD_BALANCER_LOG_SERVICE in as_strings(value_at(clause, "Principal", "Service"))
    }
    for resource in graph.plan.resources if kept else ():
        if object_kind(resource) != "IngressClassParams":
            continue
        pairs = [
            as_mapping(one) for one in as_list(value_at(resource.inputs, "spec", "loadBalancerAttributes"))
        ]
        said = {str(pair.get("key")): str(pair.get("value", "")).lower() for pair in pairs}
        bucket = said.get("access_logs.s3.bucket")
        if said.get("access_logs.s3.enabled") != "true" or not {bucket, UNKNOWN} & kept:
            fix = "set access_logs.s3.enabled and access_logs.s3.bucket in spec.loadBalancerAttributes"
            yield resource, f"its load balancers do not write access logs to the bucket; {fix}"


def _unvalidated(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    proven = {
        certificate.urn
        for validation in resources_of_type(graph, CERTIFICATE_VALIDATION)
        for certificate in graph.dependencies_of_input(validation, "certificateArn")
    }
    for certificate in resources_of_type(graph, CERTIFICATE):
        if certificate.urn not in proven:
            yield (
                certificate,
                "it is used before it is validated; add a CertificateValidation and use its ARN",
            )


def _zone_not_delegated(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    records = resources_of_type(graph, RECORD)
    pointed = {zone.urn for record in records for zone in graph.dependencies_of_input(record, "records")}
    for validation in resources_of_type(graph, CERTIFICATE_VALIDATION):
        for record in graph.dependencies_of_input(validation, "validationRecordFqdns"):
            for zone in graph.dependencies_of_input(record, "zoneId"):
                if zone.type != ZONE:
                    continue
                if as_list(zone.inputs.get("vpcs")):
                    fault = "it is private, so ACM can never validate the certificate; use a public zone"
                    yield zone, fault
                elif zone.urn not in pointed:
                    fault = (
                        "it is not delegated, so ACM cannot validate the certificate; add its NS record above"
                    )
                    yield zone, fault


RULES: Final = (
    PlanRule(
        id="load-balancer-tls-policy",
        controls=(
            "AWS FSBP ELB.17",
            "CIS EKS 5.4.5",
        ),
        description="Load balancers require TLS 1.2 or newer.",
        check=_old_tls,
    ),
    PlanRule(
        id="load-balancer-waf",
        controls=("AWS Security Hub ELB.16",),
        description="If the stack has a WAF, every public load balancer uses it.",
        check=_without_waf,
    ),
    PlanRule(
        id="waf-logging",
        controls=("AWS Security Hub WAF.11",),
        description="The WAF logs what it blocks and counts, without credentials.",
        check=_unlogged,
    ),
    PlanRule(
        id="waf-managed-rules-and-rate-limit",
        controls=("AWS FSBP WAF.10",),
        description="The WAF has AWS managed rules and a rate limit.",
        check=_weak_waf,
    ),
    PlanRule(
        id="load-balancer-access-logs",
        controls=("AWS FSBP ELB.5",),
        description="If the stack has an access log bucket, every ingress class writes to it.",
        check=_without_access_logs,
    ),
    PlanRule(
        id="acm-certificates-validated",
        description="Every ACM certificate is validated before it is used.",
        check=_unvalidated,
    ),
    PlanRule(
        id="route53-zones-delegated",
        description="A hosted zone that validates a certificate is delegated from its parent zone.",
        check=_zone_not_delegated,
    ),
)
