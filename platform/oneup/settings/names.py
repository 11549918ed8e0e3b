"""Names that are known before the cloud answers."""

import hashlib
from typing import Final, Literal, TypeAlias, get_args

Purpose: TypeAlias = Literal["logs", "metrics", "traces", "backups"]
"""What the platform keeps in buckets, each in one of its own."""

PURPOSES: Final[tuple[Purpose, ...]] = get_args(Purpose)

ROLE_NAME_LIMIT: Final = 64
"""Characters that IAM allows in a role's name."""

BUCKET_NAME_LIMIT: Final = 63
"""Characters that S3 allows in a bucket's name."""


def cluster_name(stack: str) -> str:
    """The cluster's name, and the prefix of all that belongs to it."""
    return f"oneup-{stack}"


def secrets_prefix(stack: str) -> str:
    """What a stack's secrets in Secrets Manager are called at first, where the settings say nothing else."""
    return f"oneup/{stack}"


def bounded(name: str, limit: int) -> str:
    """The name itself where it fits; otherwise its start and a digest of the whole, still unique."""
    if len(name) <= limit:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: limit - 9].rstrip('-')}-{digest}"
