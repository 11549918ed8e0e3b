"""RBAC manifests of a service account: rules, roles and bindings."""

from collections.abc import Iterator
from typing import Final

from oneup.addonkit.addon import Manifest
from oneup.values import Value, Values

READ_VERBS: Final = "get list watch"

_RBAC: Final = "rbac.authorization.k8s.io"


def rbac_rule(group: str, resources: str, verbs: str) -> Value:
    """A rule: verbs on the resources of one API group, both space-separated."""
    return {"apiGroups": [group], "resources": resources.split(), "verbs": verbs.split()}


def service_account(name: str, namespace: str) -> Manifest:
    """The account itself."""
    return Manifest(api_version="v1", kind="ServiceAccount", name=name, namespace=namespace, body={})


def cluster_role(name: str, namespace: str, *rules: Value) -> Iterator[Manifest]:
    """The account's cluster-wide permissions."""
    yield from _role_and_binding(name, None, (name, namespace), rules)


def namespace_role(name: str, namespace: str, *rules: Value) -> Iterator[Manifest]:
    """The account's permissions in its own namespace."""
    yield from _role_and_binding(name, namespace, (name, namespace), rules)


def cross_namespace_role(
    name: str, namespace: str, account: tuple[str, str], *rules: Value
) -> Iterator[Manifest]:
    """Permissions in a namespace for an ``account`` (name, namespace) of another; ``name`` is the role's."""
    yield from _role_and_binding(name, namespace, account, rules)


def _role_and_binding(
    name: str, namespace: str | None, account: tuple[str, str], rules: tuple[Value, ...]
) -> Iterator[Manifest]:
    """A role and its binding; cluster-wide without a ``namespace``."""
    kind = "Role" if namespace else "ClusterRole"
    user, home = account
    subject: Values = {"kind": "ServiceAccount", "name": user, "namespace": home}
    reference: Values = {"apiGroup": _RBAC, "kind": kind, "name": name}
    bodies: dict[str, Values] = {
        kind: {"rules": list(rules)},
        f"{kind}Binding": {"roleRef": reference, "subjects": [subject]},
    }
    for each, body in bodies.items():
        yield Manifest(api_version=f"{_RBAC}/v1", kind=each, name=name, namespace=namespace, body=body)
