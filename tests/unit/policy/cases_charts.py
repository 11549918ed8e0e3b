"""Plans for the rules about what charts' values and the stack's own pods say."""

from oneup.plan import Json, Resource

from .plans import Case, made

RELEASE = "kubernetes:helm.sh/v3:Release"
SPOT = made("aws:eks/nodeGroup:NodeGroup", "spot", {"capacityType": "SPOT"})
STEADY = made("aws:eks/nodeGroup:NodeGroup", "workers", {"capacityType": "ON_DEMAND"})
SAFE: dict[str, Json] = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
    "capabilities": {"drop": ["ALL"]},
}


def release(chart: str, **values: Json) -> tuple[Resource]:
    return (made(RELEASE, chart, {"chart": chart, "values": values}),)


def argo_cd(role: str, cm: Json = None) -> tuple[Resource]:
    return release("argo-cd", configs={"rbac": {"policy.default": role}, "cm": cm})


def nginx(protocols: str = "TLSv1.2 TLSv1.3", *, snippets: bool = False) -> tuple[Resource]:
    controller: Json = {"allowSnippetAnnotations": snippets, "config": {"ssl-protocols": protocols}}
    return release("ingress-nginx", controller=controller)


def alertmanager(config: Json) -> tuple[Resource]:
    return release("kube-prometheus-stack", alertmanager={"config": config})


def inhibits(source: str, target: str, *equal: str) -> tuple[Resource]:
    rule: Json = {
        "source_matchers": [f"severity = {source}"],
        "target_matchers": [f"severity =~ {target}"],
        "equal": list(equal or ("alertname",)),
    }
    return alertmanager({"inhibit_rules": [rule]})


def route(severities: str, **more: Json) -> dict[str, Json]:
    return {"receiver": "them", "matchers": [f'severity =~ "{severities}"'], "continue": True, **more}


def routes(*routes: Json, **root: Json) -> tuple[Resource]:
    return alertmanager({"route": {"receiver": "nobody", "routes": routes, **root}})


def mail(*, tls: bool) -> tuple[Resource]:
    return alertmanager({"receivers": [{"name": "mail", "email_configs": [{"require_tls": tls}]}]})


def autoscaler(expander: str, spot: str, steady: str) -> tuple[Resource, ...]:
    priorities: Json = {spot: ["^eks-spot-.*"], steady: ["^eks-workers-.*"]}
    values: dict[str, Json] = {"extraArgs": {"expander": expander}, "expanderPriorities": priorities}
    return (SPOT, STEADY, *release("cluster-autoscaler", **values))


def deployment(security: Json, pod: Json = None, *, initial: bool = False) -> tuple[Resource]:
    one: dict[str, Json] = {"name": "it", "securityContext": security}
    spec: dict[str, Json] = {"containers": [one], "securityContext": pod}
    if initial:
        spec["initContainers"] = [one]
    return (made("kubernetes:apps/v1:Deployment", "it", {"spec": {"template": {"spec": spec}}}),)


def without(key: str) -> dict[str, Json]:
    return {one: value for one, value in SAFE.items() if one != key}


def sized(request: str, limit: str | None) -> Json:
    return {"requests": {"cpu": "1", "memory": request}, "limits": {"memory": limit} if limit else {}}


PAGES = route("critical", repeat_interval="1h")

CASES = (
    Case(
        rule="argo-cd-read-only-by-default",
        good=argo_cd("role:readonly"),
        bad=argo_cd("role:admin"),
        says="everyone who signs in to Argo CD is role:admin",
    ),
    Case(
        rule="argo-cd-read-only-by-default",
        good=argo_cd("", {"admin.enabled": True}),
        bad=argo_cd("", {"admin.enabled": True, "oidc.config": "{}"}),
        says="admin.enabled",
    ),
    Case(rule="ingress-nginx-closed", good=nginx(), bad=nginx(snippets=True), says="CVE-2021-25742"),
    Case(
        rule="ingress-nginx-closed",
        good=nginx("TLSv1.3"),
        bad=nginx("TLSv1.1 TLSv1.2"),
        says="accepts TLSv1.1",
    ),
    Case(
        rule="alerts-reach-receivers",
        good=inhibits("critical", "warning|info"),
        bad=inhibits("warning", "warning|info"),
        says="as severe or more",
    ),
    Case(
        rule="alerts-reach-receivers",
        good=inhibits("warning", "info"),
        bad=inhibits("critical", "info", "namespace"),
        says="add alertname",
    ),
    Case(
        rule="alerts-reach-receivers",
        good=routes(PAGES, route("critical|warning", **{"continue": False})),
        bad=routes(route("critical", **{"continue": False}), route("critical|warning")),
        says="set continue to true",
    ),
    Case(
        rule="alerts-reach-receivers",
        good=routes(route("critical", repeat_interval="4h")),
        bad=routes(route("critical", repeat_interval="12h")),
        says="set its repeat_interval to 4h or less",
    ),
    Case(
        rule="alerts-reach-receivers",
        good=routes(route("critical|warning", repeat_interval="24h")),
        bad=routes(route("critical|warning", repeat_interval="25h")),
        says="set its repeat_interval to 24h or less",
    ),
    Case(
        rule="alerts-reach-receivers",
        good=routes(repeat_interval="24h"),
        bad=routes(repeat_interval="120h"),
        says="is repeated after 120h only",
    ),
    Case(
        rule="alerts-reach-receivers",
        good=routes(group_wait="1m"),
        bad=routes(group_wait="10m"),
        says="group_wait",
    ),
    Case(rule="alerts-reach-receivers", good=mail(tls=True), bad=mail(tls=False), says="require_tls"),
    Case(
        rule="spot-nodes-first",
        good=autoscaler("priority,least-waste", "50", "10"),
        bad=autoscaler("least-waste,priority", "50", "10"),
        says="set expander to priority,least-waste",
    ),
    Case(
        rule="spot-nodes-first",
        good=autoscaler("priority", "9", "8"),
        bad=autoscaler("priority", "9", "10"),
        says="give spot groups the higher priority",
    ),
    *(
        Case(
            rule="containers-restricted",
            good=deployment(SAFE),
            bad=deployment({**SAFE, key: wrong}),
            says=f"set securityContext.{key}",
        )
        for key, wrong in (
            ("allowPrivilegeEscalation", True),
            ("readOnlyRootFilesystem", False),
            ("runAsNonRoot", None),
            ("seccompProfile", {"type": "Unconfined"}),
            ("capabilities", {"drop": ["NET_RAW"]}),
        )
    ),
    Case(
        rule="containers-restricted",
        good=deployment(without("runAsNonRoot"), {"runAsNonRoot": True}, initial=True),
        bad=deployment(without("readOnlyRootFilesystem"), {"readOnlyRootFilesystem": True}),
        says="readOnlyRootFilesystem",
    ),
    Case(
        rule="charts-without-privileges",
        good=release("a", web={"securityContext": {"allowPrivilegeEscalation": False}}),
        bad=release("a", web={"securityContext": {"allowPrivilegeEscalation": True}}),
        says="leave allowPrivilegeEscalation out",
    ),
    Case(
        rule="charts-without-privileges",
        good=release("a", securityContext={"privileged": False}),
        bad=release("a", securityContext={"privileged": True}),
        says="leave privileged out",
    ),
    Case(
        rule="memory-limited",
        good=release("a", resources=sized("1Gi", "1024Mi")),
        bad=release("a", resources=sized("1Gi", None)),
        says="set limits.memory",
    ),
    Case(
        rule="memory-limited",
        good=release("a", resources=sized("128Mi", "1Gi")),
        bad=release("a", resources=sized("1Gi", "1023Mi")),
        says="below its request",
    ),
    Case(
        rule="backups-include-volumes",
        good=release("velero", schedules={"nightly": {"template": {"snapshotVolumes": True}}}),
        bad=release("velero", schedules={"nightly": {"template": {"snapshotVolumes": False}}}),
        says="the schedule nightly leaves out the volumes",
    ),
)
