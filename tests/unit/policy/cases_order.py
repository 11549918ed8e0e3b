"""Plans for the rules about order, leaving, secrets and repetition."""

from collections.abc import Mapping
from dataclasses import replace

from oneup.plan import SECRET, Json, Resource

from .plans import AUTOMATIC, CLUSTER, Case, made

RELEASE = "kubernetes:helm.sh/v3:Release"
INGRESS = "kubernetes:networking.k8s.io/v1:Ingress"
SERVICE = "kubernetes:core/v1:Service"
CONFIG = "kubernetes:core/v1:ConfigMap"
SECRET_KIND = "kubernetes:core/v1:Secret"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
DENY: dict[str, Json] = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy"}
PRIORITY = "kubernetes:scheduling.k8s.io/v1:PriorityClass"
PRIORITY_CLASS: dict[str, Json] = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass"}
APPLICATION = "kubernetes:argoproj.io/v1alpha1:Application"


def release(name: str, *needs: Resource, **values: Json) -> Resource:
    return made(RELEASE, name, {"chart": name, "values": values}, needs=needs)


def root(*needs: Resource, timeouts: Mapping[str, float] | None = None, **metadata: Json) -> Resource:
    inputs: dict[str, Json] = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": metadata,
    }
    return made(APPLICATION, "root", inputs, needs=needs, custom_timeouts=timeouts or {})


def kustomization(*needs: Resource, timeouts: Mapping[str, float] | None = None, **spec: Json) -> Resource:
    inputs: dict[str, Json] = {
        "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
        "kind": "Kustomization",
        "metadata": {},
        "spec": spec,
    }
    kind = "kubernetes:kustomize.toolkit.fluxcd.io/v1:Kustomization"
    return made(kind, "root", inputs, needs=needs, custom_timeouts=timeouts or {})


def custom(api_version: str, kind: str, *needs: Resource) -> Resource:
    inputs: dict[str, Json] = {"apiVersion": api_version, "kind": kind}
    return made(f"kubernetes:{api_version}:{kind}", "mine", inputs, needs=needs)


LBC = release("aws-load-balancer-controller")
DNS = release("external-dns")
ARGO = release("argo-cd")
DRIVER = made("aws:eks/addon:Addon", "ebs", {"addonName": "aws-ebs-csi-driver"})
FLEET = made("oneup:platform:Addon", "fleet", custom=False)
ROLE = made("aws:iam/role:Role", "dns")
RIGHTS = made("aws:iam/rolePolicy:RolePolicy", "dns-rights", through={"role": ROLE})
ACCOUNT = made(
    "kubernetes:core/v1:ServiceAccount",
    "dns-account",
    {"metadata": {"annotations": {"eks.amazonaws.com/role-arn": "[unknown]"}}},
    through={"metadata": ROLE},
    parent=FLEET,
)
TIE = made(
    "aws:eks/podIdentityAssociation:PodIdentityAssociation",
    "dns-tie",
    {"serviceAccount": "dns"},
    through={"roleArn": ROLE},
    parent=FLEET,
)
AGENT = made("aws:eks/addon:Addon", "agent", {"addonName": "eks-pod-identity-agent"})
TIED = (FLEET, ROLE, RIGHTS, TIE, AGENT)
IDENTITY = (FLEET, ROLE, RIGHTS, ACCOUNT)
CARRIES_INGRESS: dict[str, Json] = {"server": {"ingress": {"enabled": True}}}
PERSISTS: dict[str, Json] = {"persistence": {"enabled": True}}
CLASS = made("kubernetes:networking.k8s.io/v1:IngressClass", "alb", {"kind": "IngressClass"})
GONE_WITH = CLUSTER.urn
CONFIG_TEXT = 'auth:\n  admin_password: "hunter2"\n'
CONFIG_REFERENCE = "auth:\n  admin_password: ${ADMIN_PASSWORD}\n"


def within(parent: Resource, name: str, *needs: Resource) -> Resource:
    return made(RELEASE, name, {"chart": name}, needs=needs, parent=parent)


def value(**values: Json) -> tuple[Resource]:
    return (release("a", **values),)


CASES = (
    Case(
        rule="load-balancers-deleted-before-controller",
        good=(LBC, made(INGRESS, "web", needs=(LBC,))),
        bad=(LBC, made(INGRESS, "web")),
        says="depend on it",
    ),
    Case(
        rule="load-balancers-deleted-before-controller",
        good=(LBC, made(SERVICE, "web", {"spec": {"type": "ClusterIP"}})),
        bad=(LBC, made(SERVICE, "web", {"spec": {"type": "LoadBalancer"}})),
        says="its load balancer is left behind if aws-load-balancer-controller is deleted first",
    ),
    Case(
        rule="load-balancers-deleted-before-controller",
        good=(LBC, release("argo-cd", LBC, **CARRIES_INGRESS)),
        bad=(LBC, release("argo-cd", **CARRIES_INGRESS)),
        says="its load balancer is left behind if aws-load-balancer-controller is deleted first",
    ),
    Case(
        rule="dns-records-deleted-before-controller",
        good=(DNS, release("argo-cd", DNS, **CARRIES_INGRESS)),
        bad=(DNS, release("argo-cd", **CARRIES_INGRESS)),
        says="its DNS records are left behind if external-dns is deleted first",
    ),
    Case(
        rule="volumes-deleted-before-driver",
        good=(DRIVER, release("loki", DRIVER, write=PERSISTS)),
        bad=(DRIVER, release("loki", write=PERSISTS)),
        says="its volumes are left behind if ebs is deleted first",
    ),
    Case(
        rule="root-application-deleted-first",
        good=(LBC, DNS, ARGO, DRIVER, root(LBC, DNS, ARGO, DRIVER)),
        bad=(LBC, DNS, ARGO, DRIVER, root(LBC, ARGO, DRIVER)),
        says="what it deploys is left behind if external-dns is deleted first",
    ),
    Case(
        rule="root-application-cascades",
        good=(root(finalizers=["resources-finalizer.argocd.argoproj.io"]),),
        bad=(root(),),
        says="finalizer",
    ),
    Case(
        rule="root-application-cascades",
        good=(kustomization(prune=True),),
        bad=(kustomization(prune=False),),
        says="prune: true",
    ),
    Case(
        rule="single-gitops-engine",
        good=(root(), root()),
        bad=(root(), kustomization(prune=True)),
        says="enable only one of them",
    ),
    Case(
        rule="identity-before-pods",
        good=(*IDENTITY, within(FLEET, "external-dns", ACCOUNT, RIGHTS)),
        bad=(*IDENTITY, within(FLEET, "external-dns", ACCOUNT)),
        says="(dns-rights)",
    ),
    Case(
        rule="identity-before-pods",
        good=(*IDENTITY, within(FLEET, "external-dns", ACCOUNT, RIGHTS)),
        bad=(*IDENTITY, within(FLEET, "external-dns", RIGHTS)),
        says="(dns-account)",
    ),
    Case(
        rule="identity-before-pods",
        good=(*TIED, within(FLEET, "external-dns", TIE, RIGHTS, AGENT)),
        bad=(*TIED, within(FLEET, "external-dns", RIGHTS, AGENT)),
        says="(dns-tie)",
    ),
    Case(
        rule="identity-before-pods",
        good=(*TIED, within(FLEET, "external-dns", TIE, RIGHTS, AGENT)),
        bad=(*TIED, within(FLEET, "external-dns", TIE)),
        says="(dns-rights, agent)",
    ),
    Case(
        rule="pod-identity-agent-installed", good=(TIE, AUTOMATIC), bad=(TIE, CLUSTER), says="no credentials"
    ),
    Case(
        rule="load-balancers-deleted-before-controller",
        good=(AUTOMATIC, CLASS, release("argo-cd", CLASS, **CARRIES_INGRESS)),
        bad=(AUTOMATIC, CLASS, release("argo-cd", **CARRIES_INGRESS)),
        says="its load balancer is left behind if alb is deleted first",
    ),
    Case(
        rule="crds-before-custom-resources",
        good=(AUTOMATIC, custom("eks.amazonaws.com/v1", "IngressClassParams", AUTOMATIC)),
        bad=(CLUSTER, custom("eks.amazonaws.com/v1", "IngressClassParams", CLUSTER)),
        says="nothing in the stack installs the CRD of IngressClassParams of eks.amazonaws.com",
    ),
    Case(rule="pod-identity-agent-installed", good=(TIE, AGENT), bad=(TIE,), says="no credentials"),
    Case(
        rule="pod-identity-agent-installed",
        good=(DRIVER,),
        bad=(replace(DRIVER, inputs={**DRIVER.inputs, "podIdentityAssociations": [{}]}),),
        says="its pods get no credentials",
    ),
    Case(
        rule="crds-before-custom-resources",
        good=(ARGO, root(ARGO)),
        bad=(ARGO, root()),
        says="depend on argo-cd",
    ),
    Case(
        rule="crds-before-custom-resources",
        good=(custom("batch/v1", "CronJob"), custom("rbac.authorization.k8s.io/v1", "Role")),
        bad=(custom("karpenter.sh/v1", "NodePool"),),
        says="nothing in the stack installs the CRD of NodePool of karpenter.sh",
    ),
    Case(
        rule="no-values-dropped-by-api-server",
        good=(made(POLICY, "p", {**DENY, "spec": {"podSelector": {}, "policyTypes": ["Ingress"]}}),),
        bad=(made(POLICY, "p", {**DENY, "spec": {"podSelector": {}, "ingress": []}}),),
        says="spec.ingress is an empty list",
    ),
    Case(
        rule="no-values-dropped-by-api-server",
        good=(made(PRIORITY, "p", {**PRIORITY_CLASS, "value": 0}),),
        bad=(made(PRIORITY, "p", {**PRIORITY_CLASS, "value": 0, "globalDefault": False}),),
        says="globalDefault is false",
    ),
    Case(
        rule="deleted-with-cluster",
        good=(CLUSTER, made(CONFIG, "c", deleted_with=GONE_WITH), made(INGRESS, "web")),
        bad=(CLUSTER, made(CONFIG, "c")),
        says="it cannot be deleted once the cluster is gone",
    ),
    Case(
        rule="deleted-with-cluster",
        good=(CLUSTER, FLEET, within(FLEET, "karpenter"), made(CONFIG, "c", parent=FLEET)),
        bad=(
            CLUSTER,
            FLEET,
            made(RELEASE, "metrics", {}, parent=FLEET, deleted_with=GONE_WITH),
            made(CONFIG, "c", parent=FLEET),
        ),
        says="set deletedWith",
    ),
    Case(
        rule="external-resource-owners-deleted",
        good=(CLUSTER, root(), made(CONFIG, "c", deleted_with=GONE_WITH)),
        bad=(CLUSTER, made(INGRESS, "web", deleted_with=GONE_WITH)),
        says="what it owns outside the cluster would be left behind",
    ),
    Case(
        rule="kubernetes-secrets-encrypted-in-state",
        good=(made(SECRET_KIND, "s", {"stringData": {"a": SECRET}}), made(CONFIG, "c", {"data": {"a": "b"}})),
        bad=(made(SECRET_KIND, "s", {"stringData": {"a": "b"}}),),
        says="stringData.a is readable in the state",
    ),
    Case(
        rule="no-plaintext-secrets",
        good=value(admin={"existingSecret": "admin", "passwordKey": "password", "password": SECRET}),
        bad=value(admin={"adminPassword": "hunter2"}),
        says="values.admin.adminPassword",
    ),
    Case(
        rule="no-plaintext-secrets",
        good=value(env=[{"password": "$ADMIN_PASSWORD"}, {"tokenFile": "token"}]),
        bad=value(env=[{"auth-token": "abc"}]),
        says="values.env.0.auth-token",
    ),
    Case(
        rule="no-plaintext-secrets",
        good=value(config=CONFIG_REFERENCE),
        bad=value(config=CONFIG_TEXT),
        says="values.config contains a plaintext secret",
    ),
    Case(
        rule="no-plaintext-secrets",
        good=(made("pulumi:pulumi:Stack", custom=False, outputs={"password": SECRET, "cluster": "c"}),),
        bad=(made("pulumi:pulumi:Stack", custom=False, outputs={"grafana": {"password": "hunter2"}}),),
        says="exports.grafana.password",
    ),
    Case(
        rule="no-embedded-credentials",
        good=value(text="AKIA is how access keys start"),
        bad=value(text="key=AKIA" + "ABCDEFGH" * 2),
        says="an AWS access key",
    ),
    Case(
        rule="no-embedded-credentials",
        good=value(text="-----BEGIN CERTIFICATE-----"),
        bad=value(text="-----BEGIN RSA " + "PRIVATE KEY-----"),
        says="a private key",
    ),
    Case(
        rule="no-embedded-credentials",
        good=value(url="https://example.com/a:b@c"),
        bad=value(url="postgres://app:hunter2@db/app"),
        says="a password in a URL",
    ),
    Case(
        rule="no-generated-values",
        good=value(),
        bad=(made("random:index/randomPassword:RandomPassword"),),
        says="its value differs between runs",
    ),
    Case(
        rule="no-timestamps",
        good=value(since="2024-04-01", version="2012-10-17", default="1970-01-01T00:00:00Z"),
        bad=value(since="2026-11-21T09:24:00Z"),
        says="values.since contains a timestamp, which differs in the next run",
    ),
)
