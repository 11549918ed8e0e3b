"""Values of charts that are silent when they are wrong: who is admitted, who is told, which nodes come first."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from oneup.plan import Json, JsonMap, Resource
from oneup.plan.graph import DependencyGraph
from oneup.plan.inputs import as_list, as_mapping, as_strings, is_true, value_at
from oneup.plan.query import releases
from oneup.plan.resource_types.cluster import NODE_GROUP
from oneup.policy.rule import PlanRule
from oneup.policy.timing import duration

READ_ONLY: Final = ("", "role:readonly")
OLD_TLS: Final = frozenset({"SSLv2", "SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1"})

SEVERITIES: Final = ("critical", "warning", "info")
"""From the most severe."""

SEVERITY_MATCHER: Final = re.compile(r'severity\s*=~?\s*"?([\w|]+)"?')
REPEAT_SECONDS: Final = 24 * 3600
PAGE_REPEAT_SECONDS: Final = 4 * 3600
"""Alertmanager's own default: a page that nobody took is sent again."""

GROUP_WAIT_SECONDS: Final = 60
EXPANDERS: Final = ("priority", "least-waste")
"""Spot before on-demand as the priorities say, then whatever leaves the least unused."""


def _open_argo_cd(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    for release in releases(graph, "argo-cd"):
        configs = value_at(release.inputs, "values", "configs")
        role = value_at(configs, "rbac", "policy.default") or ""
        if role not in READ_ONLY:
            yield release, f"everyone who signs in to Argo CD is {role}; set policy.default to role:readonly"
        if value_at(configs, "cm", "oidc.config") and is_true(value_at(configs, "cm", "admin.enabled")):
            yield (
                release,
                "its shared admin password still works beside single sign-on; set admin.enabled to false",
            )


def _open_ingress_nginx(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    for release in releases(graph, "ingress-nginx"):
        controller = value_at(release.inputs, "values", "controller")
        if is_true(value_at(controller, "allowSnippetAnnotations")):
            fix = "set allowSnippetAnnotations to false"
            yield release, f"whoever writes an Ingress can read every Secret (CVE-2021-25742); {fix}"
        protocols = str(value_at(controller, "config", "ssl-protocols") or "").split()
        if old := OLD_TLS.intersection(protocols):
            yield release, f"it accepts {', '.join(sorted(old))}; set ssl-protocols to TLSv1.2 TLSv1.3"


def _lost_alerts(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    for release in releases(graph, "kube-prometheus-stack"):
        config = value_at(release.inputs, "values", "alertmanager", "config")
        for fault in (*_inhibitions(config), *_routes(value_at(config, "route")), *_mail(config)):
            yield release, fault


def _severities(matchers: Json) -> Sequence[str]:
    """The severities that matchers name; all of them where they name none."""
    found = [SEVERITY_MATCHER.fullmatch(text.strip()) for text in as_strings(matchers)]
    named = [name for match in found if match for name in match[1].split("|")]
    return named or SEVERITIES


def _inhibitions(config: Json) -> Iterator[str]:
    for rule in map(as_mapping, as_list(value_at(config, "inhibit_rules"))):
        sources = [_rank(name) for name in _severities(rule.get("source_matchers"))]
        targets = [_rank(name) for name in _severities(rule.get("target_matchers"))]
        if max(sources) >= min(targets):
            yield "an alert silences others that are as severe or more; let source_matchers name the higher severity"
        if "alertname" not in as_strings(rule.get("equal")):
            yield "an alert silences others with another name; add alertname to the inhibition's equal"


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def _routes(root: Json) -> Iterator[str]:
    routes = [as_mapping(route) for route in as_list(value_at(root, "routes"))]
    repeat = str(value_at(root, "repeat_interval") or "4h")
    if duration(repeat) > REPEAT_SECONDS:
        yield f"an alert that goes on is repeated after {repeat} only; set repeat_interval to 24h or less"
    deciding = [
        route for route in routes if any("severity" in one for one in as_strings(route.get("matchers")))
    ]
    for route in deciding:
        pages = set(_severities(route.get("matchers"))) == {"critical"}
        most = PAGE_REPEAT_SECONDS if pages else REPEAT_SECONDS
        own = str(route.get("repeat_interval") or repeat)
        if duration(own) > most:
            fix = f"set its repeat_interval to {most // 3600}h or less"
            yield f"{route.get('receiver')} hears of an alert that goes on after {own} only; {fix}"
    for route in deciding[:-1]:
        if not is_true(route.get("continue")):
            yield f"receivers after {route.get('receiver')} get none of its alerts; set continue to true"
    wait = str(value_at(root, "group_wait") or "30s")
    if root and duration(wait) > GROUP_WAIT_SECONDS:
        yield f"the first notification waits {wait}; set group_wait to 1m or less"


def _mail(config: Json) -> Iterator[str]:
    for receiver in as_list(value_at(config, "receivers")):
        for mail in map(as_mapping, as_list(value_at(receiver, "email_configs"))):
            if mail.get("require_tls") is False:
                yield "alerts and the password are mailed in the clear; set require_tls to true"


def _dear_nodes(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    for release in releases(graph, "cluster-autoscaler"):
        values = as_mapping(release.inputs.get("values"))
        priorities = as_mapping(values.get("expanderPriorities"))
        expanders = str(value_at(values, "extraArgs", "expander") or "").split(",")
        if priorities and expanders[0] != EXPANDERS[0]:
            yield release, f"its priorities count for nothing; set expander to {','.join(EXPANDERS)}"
        if _cheapest_last(priorities, graph):
            yield release, "it adds on-demand nodes before spot ones; give spot groups the higher priority"


def _cheapest_last(priorities: JsonMap, graph: DependencyGraph) -> bool:
    """Whether a spot group has a lower priority than an on-demand one."""
    ranks: dict[str, list[int]] = {"SPOT": [], "ON_DEMAND": []}
    for group in graph.plan.of_type(NODE_GROUP):
        capacity = str(group.inputs.get("capacityType") or "ON_DEMAND")
        for priority, patterns in priorities.items():
            if any(re.match(pattern, f"eks-{group.name}-x") for pattern in as_strings(patterns)):
                ranks.setdefault(capacity, []).append(int(priority) if priority.isdecimal() else 0)
    return bool(ranks["SPOT"] and ranks["ON_DEMAND"]) and min(ranks["SPOT"]) < max(ranks["ON_DEMAND"])


RULES: Final = (
    PlanRule(
        id="argo-cd-read-only-by-default",
        description="Argo CD lets people without a role read only, and has no shared password beside single sign-on.",
        check=_open_argo_cd,
    ),
    PlanRule(
        id="ingress-nginx-closed",
        description="ingress-nginx takes no snippets from Ingresses, and TLS 1.2 or newer.",
        incidents=("ingress-nginx#7837",),
        check=_open_ingress_nginx,
    ),
    PlanRule(
        id="alerts-reach-receivers",
        description="Alertmanager passes an alert on to every receiver of its severity, repeats it within a day, and"
        " lets it silence only less severe ones.",
        check=_lost_alerts,
    ),
    PlanRule(
        id="spot-nodes-first",
        description="The cluster autoscaler adds spot nodes before on-demand ones.",
        check=_dear_nodes,
    ),
)
