"""RBAC, and the Pod Security level of each namespace."""

from collections.abc import Iterator
from typing import Final

from oneup.plan import UNKNOWN, Resource
from oneup.plan.inputs import as_list, as_mapping, as_strings, string_at, value_at
from oneup.plan.query import is_object, object_kind
from oneup.policy.rule import ResourceRule

ADMIN: Final = "platform-admin"
ENFORCE: Final = "pod-security.kubernetes.io/enforce"
REASON: Final = "oneup.dev/pod-security-reason"
LEVELS: Final = ("baseline", "privileged")
EVERYONE_GROUPS: Final = frozenset(
    {"system:authenticated", "system:unauthenticated", "system:serviceaccounts"}
)


def _wildcard_verbs(resource: Resource) -> Iterator[str]:
    if not is_object(resource) or object_kind(resource) not in ("ClusterRole", "Role"):
        return
    if (object_kind(resource), string_at(resource, "metadata", "name")) == ("ClusterRole", ADMIN):
        return
    for rule in as_list(resource.inputs.get("rules")):
        if "*" in as_strings(value_at(rule, "verbs")):
            what = as_strings(value_at(rule, "resources")) or as_strings(value_at(rule, "nonResourceURLs"))
            yield f"it grants every verb on {', '.join(what)}; list the verbs that are needed"


def _everyone_bindings(resource: Resource) -> Iterator[str]:
    if not is_object(resource) or object_kind(resource) not in ("ClusterRoleBinding", "RoleBinding"):
        return
    for subject in as_list(resource.inputs.get("subjects")):
        name = value_at(subject, "name")
        if isinstance(name, str) and name in EVERYONE_GROUPS:
            yield f"it binds {name}; bind a group of people or one service account"


def _unsecured(resource: Resource) -> Iterator[str]:
    if not is_object(resource) or object_kind(resource) != "Namespace":
        return
    metadata = as_mapping(resource.inputs.get("metadata"))
    level, reason = value_at(metadata, "labels", ENFORCE), value_at(metadata, "annotations", REASON)
    if level in ("restricted", UNKNOWN):
        return
    if level not in LEVELS:
        yield f"it admits any pod; set the label {ENFORCE}, to restricted if possible"
    elif not reason:
        yield f"it admits {level} pods without a reason; give one in {REASON}, or use a stricter level"


RULES: Final = (
    ResourceRule(
        id="rbac-no-wildcard-verbs",
        controls=("CIS EKS 4.1.3",),
        description="Only the administrators' role grants every verb.",
        check=_wildcard_verbs,
    ),
    ResourceRule(
        id="rbac-no-everyone-bindings",
        description="No role is bound to all authenticated users.",
        check=_everyone_bindings,
    ),
    ResourceRule(
        id="pod-security-enforced",
        controls=("CIS EKS 4.2",),
        description="Every namespace enforces a Pod Security level, with a reason unless it is restricted.",
        check=_unsecured,
    ),
)
