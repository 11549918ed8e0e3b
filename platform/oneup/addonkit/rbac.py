"""Rights of a service account as objects: its rules, its role and their binding."""

from collections.abc import Iterator
from typing import Final

from oneup.addonkit.addon import Manifest
from oneup.values import Value, Values

LOOK: Final = "get list watch"

_RBAC: Final = "rbac.authorization.k8s.io"


def may(group: str, resources: str, verbs: str) -> Value:
    """A rule: the verbs on the resources of one group, both parted by spaces."""
    return {"apiGroups": [group], "resources": resources.split(), "verbs": verbs.split()}


def service_account(name: str, namespace: str) -> Manifest:
    """The account itself."""
    return Manifest(api_version="v1", kind="ServiceAccount", name=name, namespace=namespace, body={})


def everywhere(name: str, namespace: str, *rules: Value) -> Iterator[Manifest]:
    """The account's rights in the whole cluster, under its name."""
    yield from _granted(name, None, (name, namespace), rules)


def at_home(name: str, namespace: str, *rules: Value) -> Iterator[Manifest]:
    """The account's rights in its own namespace, under its name."""
    yield from _granted(name, namespace, (name, namespace), rules)


def abroad(name: str, namespace: str, account: tuple[str, str], *rules: Value) -> Iterator[Manifest]:
    """Rights in a namespace for an ``account`` (name, namespace) of another; ``name`` is the role's."""
    yield from _granted(name, namespace, account, rules)


def _granted(
    name: str, namespace: str | None, account: tuple[str, str], rules: tuple[Value, ...]
) -> Iterator[Manifest]:
    """A role and its binding; for the whole cluster where no ``namespace`` is named."""
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
