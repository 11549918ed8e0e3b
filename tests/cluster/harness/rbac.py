"""What roles grant, and asking the API server whether someone may do it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.cluster.harness.api import Api
from tests.cluster.harness.objects import JsonMap, Object

RBAC = "rbac.authorization.k8s.io/v1"
BINDINGS = ("RoleBinding", "ClusterRoleBinding")


@dataclass(frozen=True)
class Person:
    """Who asks: a user, a member of one group, or a service account."""

    user: str
    groups: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ", ".join(self.groups) or self.user


@dataclass(frozen=True)
class Deed:
    """What is asked for."""

    verb: str
    group: str
    resource: str
    namespace: str = ""
    name: str = ""

    def __str__(self) -> str:
        what = f"{self.resource} {self.name}".strip()
        return f"{self.verb} {what} in {self.namespace or 'all namespaces'}"


def allowed(api: Api, who: Person, deed: Deed) -> bool:
    """Ask the API server."""
    resource, _, subresource = deed.resource.partition("/")
    attributes: JsonMap = {
        "verb": deed.verb,
        "group": deed.group,
        "resource": resource,
        "subresource": subresource,
        "namespace": deed.namespace,
        "name": deed.name,
    }
    review = Object(
        {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SubjectAccessReview",
            "metadata": {},
            "spec": {"user": who.user, "groups": list(who.groups), "resourceAttributes": attributes},
        }
    )
    return api.create(review).at("status", "allowed") is True


def people(binding: Object) -> Iterator[Person]:
    """Those whom a binding names."""
    for subject in binding.each("subjects"):
        name = subject.text("name")
        if subject.text("kind") == "Group":
            yield Person("someone", (name,))
        elif subject.text("kind") == "ServiceAccount":
            yield Person(f"system:serviceaccount:{subject.text('namespace') or binding.namespace}:{name}")
        else:
            yield Person(name)


def rules(api: Api, binding: Object) -> tuple[Object, ...]:
    """The rules of the role that a binding gives, as the cluster has it: some are aggregated there."""
    reference = {"apiVersion": RBAC, "kind": binding.text("roleRef", "kind")}
    name = binding.text("roleRef", "name")
    role = api.get(Object({**reference, "metadata": {"name": name, "namespace": binding.namespace}}))
    return role.each("rules") if role else ()


def deeds(rule: Object, namespace: str) -> Iterator[Deed]:
    """All that a rule grants."""
    names: Sequence[str] = rule.texts("resourceNames") or ("",)
    for group in rule.texts("apiGroups"):
        for resource in rule.texts("resources"):
            for verb in rule.texts("verbs"):
                for name in names:
                    yield Deed(verb, group, resource, namespace, name)
