"""Plans for the rules about the ways in on a cluster that exists already."""

from oneup.plan import Json, Resource

from .plans import Case, made

RELEASE = "kubernetes:helm.sh/v3:Release"
CLOSED: dict[str, Json] = {part: {"enabled": False} for part in ("admin", "manager", "portal", "portalapi")}


def release(chart: str, **values: Json) -> Resource:
    return made(RELEASE, chart, {"chart": chart, "values": values})


def service(kind: str) -> Resource:
    inputs: dict[str, Json] = {"apiVersion": "v1", "kind": "Service", "spec": {"type": kind}}
    return made("kubernetes:core/v1:Service", "web", inputs)


def ingress(name: str) -> Resource:
    spec: dict[str, Json] = {"ingressClassName": name}
    inputs: dict[str, Json] = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "spec": spec}
    return made("kubernetes:networking.k8s.io/v1:Ingress", "web", inputs)


KONG = release("kong", proxy={"type": "LoadBalancer"}, **CLOSED)
INSIDE = release("argo-cd", server={"service": {"type": "ClusterIP"}})
OUTSIDE = release("argo-cd", server={"service": {"type": "NodePort"}})
CASES = (
    Case(rule="single-entry-point", good=(KONG, INSIDE), bad=(KONG, OUTSIDE), says="one of its Services"),
    Case(
        rule="single-entry-point",
        good=(KONG, service("ClusterIP")),
        bad=(KONG, service("LoadBalancer")),
        says="it is exposed outside the cluster, not through Kong",
    ),
    Case(
        rule="single-entry-point",
        good=(KONG, ingress("kong")),
        bad=(KONG, ingress("nginx")),
        says="its ingress class is nginx, not through Kong",
    ),
    Case(
        rule="single-entry-point",
        good=(service("LoadBalancer"),),
        bad=(KONG, ingress("")),
        says="the default",
    ),
    Case(
        rule="kong-admin-api-closed",
        good=(KONG,),
        bad=(release("kong", **{**CLOSED, "admin": {"enabled": True}}),),
        says="admin is reachable from the network",
    ),
    Case(
        rule="kong-admin-api-closed",
        good=(KONG,),
        bad=(release("kong", **{key: value for key, value in CLOSED.items() if key != "manager"}),),
        says="manager is reachable from the network",
    ),
    Case(
        rule="kong-admin-api-closed",
        good=(release("kong", env={"admin_listen": "127.0.0.1:8444 ssl, [::1]:8444 ssl"}, **CLOSED),),
        bad=(release("kong", env={"admin_listen": "127.0.0.1:8444, 0.0.0.0:8001"}, **CLOSED),),
        says="0.0.0.0:8001",
    ),
)
