"""Plans for the rules about rights and namespaces."""

from oneup.plan import Json, Resource

from .plans import Case, made

ENFORCE = "pod-security.kubernetes.io/enforce"


def role(kind: str, name: str, *verbs: str) -> Resource:
    rule: dict[str, Json] = {"apiGroups": [""], "resources": ["pods"], "verbs": list(verbs)}
    inputs: dict[str, Json] = {"kind": kind, "metadata": {"name": name}, "rules": [rule]}
    return made(f"kubernetes:rbac.authorization.k8s.io/v1:{kind}", name, inputs)


def binding(kind: str, group: str) -> Resource:
    inputs: dict[str, Json] = {"kind": kind, "subjects": [{"kind": "Group", "name": group}]}
    return made(f"kubernetes:rbac.authorization.k8s.io/v1:{kind}", "given", inputs)


def namespace(level: str = "", reason: str = "") -> Resource:
    labels: dict[str, Json] = {ENFORCE: level} if level else {}
    annotations: dict[str, Json] = {"oneup.dev/pod-security-reason": reason} if reason else {}
    metadata: dict[str, Json] = {"name": "home", "labels": labels, "annotations": annotations}
    return made("kubernetes:core/v1:Namespace", "home", {"kind": "Namespace", "metadata": metadata})


ADMIN = role("ClusterRole", "platform-admin", "*")
CASES = (
    Case(
        rule="rbac-no-wildcard-verbs",
        good=(ADMIN,),
        bad=(role("ClusterRole", "other", "*"),),
        says="every verb",
    ),
    Case(
        rule="rbac-no-wildcard-verbs",
        good=(role("Role", "reader", "get", "list"),),
        bad=(role("Role", "platform-admin", "get", "*"),),
        says="on pods",
    ),
    Case(
        rule="rbac-no-everyone-bindings",
        good=(binding("ClusterRoleBinding", "staff"),),
        bad=(binding("ClusterRoleBinding", "system:authenticated"),),
        says="system:authenticated",
    ),
    Case(
        rule="rbac-no-everyone-bindings",
        good=(binding("RoleBinding", "staff"),),
        bad=(binding("RoleBinding", "system:serviceaccounts"),),
        says="one service account",
    ),
    Case(rule="pod-security-enforced", good=(namespace("restricted"),), bad=(namespace(),), says="any pod"),
    Case(
        rule="pod-security-enforced",
        good=(namespace("privileged", "reads the node's disk"),),
        bad=(namespace("privileged"),),
        says="it admits privileged pods without a reason",
    ),
    Case(
        rule="pod-security-enforced",
        good=(namespace("baseline", "runs as root"),),
        bad=(namespace("Restricted"),),
        says="any pod",
    ),
)
