"""Who may do what in the cluster, and what pods its namespaces take."""

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
            yield f"it grants every verb on {', '.join(what)}; name the verbs that are needed"


def _for_everybody(resource: Resource) -> Iterator[str]:
    if not is_object(resource) or kind(resource) not in ("ClusterRoleBinding", "RoleBinding"):
        return
    for subject in items(resource.inputs.get("subjects")):
        name = at(subject, "name")
        if isinstance(name, str) and name in EVERYBODY:
            yield f"it gives rights to {name}; name a group of people or one service account"


def _unsecured(resource: Resource) -> Iterator[str]:
    if not is_object(resource) or kind(resource) != "Namespace":
        return
    metadata = mapping(resource.inputs.get("metadata"))
    level, reason = at(metadata, "labels", ENFORCE), at(metadata, "annotations", REASON)
    if level in ("restricted", UNKNOWN):
        return
    if level not in LEVELS:
        yield f"it takes any pod; set the label {ENFORCE}, to restricted if that works"
    elif not reason:
        yield f"it takes {level} pods and does not say why; give the reason in {REASON}, or take less"


RULES: Final = (
    ResourceRule(
        name="verbs-named",
        sentence="No role but the administrators' grants every verb.",
        check=_any_verb,
    ),
    ResourceRule(
        name="rights-to-some",
        sentence="No rights are given to everybody who is let in.",
        check=_for_everybody,
    ),
    ResourceRule(
        name="pods-secured",
        sentence="Every namespace enforces a level of Pod Security, and says why where it is not restricted.",
        check=_unsecured,
    ),
)
