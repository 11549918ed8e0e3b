"""No plaintext secret anywhere in the plan."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from oneup.plan import SECRET, UNKNOWN, Resource
from oneup.plan.inputs import Path, scalars
from oneup.plan.query import is_object, object_kind
from oneup.plan.resource_types.engine import STACK
from oneup.policy.rule import ResourceRule

SECRET_KEY: Final = re.compile(
    r"(?:^|_)(?:password|passwd|passphrase|token|api_key|access_key|access_key_id|secret_access_key|"
    r"private_key|client_secret|secret_string)$"
)
"""Suffix of a key that holds a secret, in snake case. ``existingSecret`` and the like hold a name."""

SECRET_ASSIGNMENT: Final = re.compile(
    r"""(?mix) ^ [^#\n]*? [\w.-]* (?:password|passwd|secret_access_key|client_secret|api_key|auth_token)
    ["']? \s* (?: : \s* ["']?  |  = \s* ["'] ) (?P<value> [^\s"'$({<\[%]+ )"""
)
"""A secret assigned inside a configuration file."""

SECRET_REFERENCE: Final = re.compile(r"^(?:$|[$%<]|\{\{|.*\$\{|vault:|ref\+|/)")
"""A value that refers to a secret: a variable, a template, a file."""

CREDENTIAL_PATTERNS: Final = (
    (re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"), "an AWS access key"),
    (re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"), "a private key"),
    (re.compile(r"\bgh[pousr]_[0-9A-Za-z]{36,}\b"), "a GitHub token"),
    (re.compile(r"\bglpat-[0-9A-Za-z_-]{20,}"), "a GitLab token"),
    (re.compile(r"\bxox[abprs]-[0-9A-Za-z-]{10,}"), "a Slack token"),
    (re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"), "a signed token"),
    (re.compile(r"://[^/\s:@{}$]+:[^/\s:@{}$]+@"), "a password in a URL"),
)

FIX: Final = "refer to a Secret or to Secrets Manager instead, or mark it as a Pulumi secret"


@cache
def _is_secret_key(key: str) -> bool:
    """Whether a key holds a secret; ``adminPassword`` and ``admin-password`` count as ``admin_password``."""
    return bool(SECRET_KEY.search(re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[-. ]", "_", key).lower()))


def _plain(resource: Resource) -> Iterator[tuple[Path, str]]:
    """The plaintext strings among inputs and stack outputs."""
    exports = scalars(resource.outputs, ("exports",)) if resource.type == STACK else ()
    for path, value in (*scalars(resource.inputs), *exports):
        if isinstance(value, str) and SECRET not in value and value != UNKNOWN:
            yield path, value


def _readable_secret(resource: Resource) -> Iterator[str]:
    if not is_object(resource) or object_kind(resource) != "Secret":
        return
    for path, _ in _plain(resource):
        if path[0] in ("data", "stringData"):
            yield f"{'.'.join(path)} is readable in the state; mark it as a Pulumi secret"


def _plaintext_secrets(resource: Resource) -> Iterator[str]:
    for path, value in _plain(resource):
        key = next((part for part in reversed(path) if not part.isdigit()), "")
        if _is_secret_key(key) and not SECRET_REFERENCE.match(value):
            yield f"{'.'.join(path)} is a plaintext secret; {FIX}"
        elif "\n" in value and any(_literal(found) for found in SECRET_ASSIGNMENT.finditer(value)):
            yield f"{'.'.join(path)} contains a plaintext secret; {FIX}"


def _literal(found: re.Match[str]) -> bool:
    return not SECRET_REFERENCE.match(found["value"])


def _credential_patterns(resource: Resource) -> Iterator[str]:
    for path, value in _plain(resource):
        for shape, what in CREDENTIAL_PATTERNS:
            if shape.search(value):
                yield f"{'.'.join(path)} contains {what}; {FIX}"


OFFLINE_ONLY: Final = "the engine passes secrets to policy packs decrypted and unmarked"
SEEN: Final = ("pulumi-kubernetes#999", "pulumi-kubernetes#1353", "pulumi-kubernetes#2003")

RULES: Final = (
    ResourceRule(
        id="kubernetes-secrets-encrypted-in-state",
        description="The data of a Kubernetes Secret is a Pulumi secret.",
        incidents=SEEN,
        offline_only_reason=OFFLINE_ONLY,
        check=_readable_secret,
    ),
    ResourceRule(
        id="no-plaintext-secrets",
        description="No value of a secret's key is plaintext; values refer to secrets by name.",
        incidents=SEEN,
        offline_only_reason=OFFLINE_ONLY,
        check=_plaintext_secrets,
    ),
    ResourceRule(
        id="no-embedded-credentials",
        description="No text in the plan looks like an access key, a private key or a token.",
        incidents=SEEN,
        offline_only_reason=OFFLINE_ONLY,
        check=_credential_patterns,
    ),
)
