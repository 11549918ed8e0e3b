"""Names that are known before creation."""

import hashlib
from typing import Final, Literal, TypeAlias, get_args

Purpose: TypeAlias = Literal["logs", "metrics", "traces", "backups"]
"""Bucket purposes; each has its own bucket."""

PURPOSES: Final[tuple[Purpose, ...]] = get_args(Purpose)

ROLE_NAME_LIMIT: Final = 64
"""Characters that IAM allows in a role's name."""

BUCKET_NAME_LIMIT: Final = 63
"""Characters that S3 allows in a bucket's name."""


def cluster_name(stack: str) -> str:
    """The cluster's name, and the prefix of related names."""
    return f"oneup-{stack}"


def secrets_prefix(stack: str) -> str:
    """Default path prefix of a stack's secrets in Secrets Manager."""
    return f"oneup/{stack}"


def bounded(name: str, limit: int) -> str:
    """The name if it fits the limit, else its beginning and a hash of the whole."""
    if len(name) <= limit:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: limit - 9].rstrip('-')}-{digest}"
