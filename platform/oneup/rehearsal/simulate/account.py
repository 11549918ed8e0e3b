"""Where the simulated resources live, and how their identifiers look."""

from collections.abc import Callable
from hashlib import sha256
from typing import TypeAlias

from oneup.plan import Json, JsonMap

Simulator: TypeAlias = Callable[[str, JsonMap], dict[str, Json]]

ACCOUNT = "123456789012"
REGION = "eu-central-1"


def identifier(prefix: str, name: str) -> str:
    """An identifier as AWS makes them, derived from the name: ``vpc-0a1b2c3d4e5f60718``."""
    return f"{prefix}-{sha256(f'{prefix}/{name}'.encode()).hexdigest()[:17]}"


def arn(service: str, resource: str, *, regional: bool = True) -> str:
    """An ARN in the simulated account."""
    return f"arn:aws:{service}:{REGION if regional else ''}:{ACCOUNT}:{resource}"


def text(value: Json, default: str) -> str:
    """An input that should be a text, or the default where it is not given."""
    return value if isinstance(value, str) and value else default
