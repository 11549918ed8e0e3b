"""RBAC, and the Pod Security level of each namespace."""

from collections.abc import Iterator
from typing import Final

from oneup.plan import UNKNOWN, Resource
from oneup.plan.inputs import at, items, mapping, text, texts
from oneup.plan.query import is_object, kind
from oneup.policy.rule import ResourceRule

ADMIN: Final = "platform-admin"
ENFORCE: Final = "pod-security.kubernetes.io/enforce"
REASON: Final = "oneup.dev/pod-security-reason"
LEVELS: Final = ("baseline", "privileged")
EVERYBODY: Final = frozenset({"system:authenticated", "system:unauthenticated", "system:serviceaccounts"})


def _any_verb(resource: Resource) -> Iterator[str]:
    if not is_object(resource) or kind(resource) not in ("ClusterRole", "Role"):
        return
    if (kind(resource), text(resource, "metadata", "name")) == ("ClusterRole", ADMIN):
        return
    for rule in items(resource.inputs.get("rules")):
        if "*" in texts(at(rule, "verbs")):
            what = texts(at(rule, "resources")) or texts(at(rule, "nonResourceURLs"))
            yield f"it grants every verb on {', '.join(what)}; list the verbs that are needed"


def _for_everybody(resource: Resource) -> Iterator[str]:
    if not is_object(resource) or kind(resource) not in ("ClusterRoleBinding", "RoleBinding"):
        return
    for subject in items(resource.inputs.get("subjects")):
        name = at(subject, "name")
        if isinstance(name, str) and name in EVERYBODY:
            yield f"it binds {name}; bind a group of people or one service account"


def _unsecured(resource: Resource) -> Iterator[str]:
    if not is_object(resource) or kind(resource) != "Namespace":
        return
    metadata = mapping(resource.inputs.get("metadata"))
    level, reason = at(metadata, "labels", ENFORCE), at(metadata, "annotations", REASON)
    if level in ("restricted", UNKNOWN):
        return
    if level not in LEVELS:
        yield f"it admits any pod; set the label {ENFORCE}, to restricted if possible"
    elif not reason:
        yield f"it admits {level} pods without a reason; give one in {REASON}, or use a stricter level"


RULES: Final = (
    ResourceRule(
        name="verbs-named",
        sentence="Only the administrators' role grants every verb.",
        check=_any_verb,
    ),
    ResourceRule(
        name="rights-to-some",
        sentence="No role is bound to all authenticated users.",
        check=_for_everybody,
    ),
    ResourceRule(
        name="pods-secured",
        sentence="Every namespace enforces a Pod Security level, with a reason unless it is restricted.",
        check=_unsecured,
    ),
)
