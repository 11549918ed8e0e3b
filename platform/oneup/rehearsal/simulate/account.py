"""A resource as a simulated provider sees it, and its identifiers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, TypeAlias

from oneup.plan import Json, JsonMap

ACCOUNT: Final = "123456789012"
REGION: Final = "eu-central-1"
"""Defaults if the provider has no account or region."""


@dataclass(frozen=True)
class SimulatedResource:
    """A simulated resource, with account and region."""

    name: str
    inputs: JsonMap = field(default_factory=dict[str, Json])
    account: str = ACCOUNT
    region: str = REGION

    def text(self, key: str, default: str = "") -> str:
        """An input that should be a text, or the default where it is not given."""
        value = self.inputs.get(key)
        return value if isinstance(value, str) and value else default

    def arn(self, service: str, resource: str, *, regional: bool = True) -> str:
        """An ARN in this account."""
        return f"arn:aws:{service}:{self.region if regional else ''}:{self.account}:{resource}"

    def identifier(self, prefix: str, part: str = "") -> str:
        """An identifier in AWS's format, derived from the name: ``vpc-0a1b2c3d4e5f60718``."""
        return f"{prefix}-{sha256(f'{prefix}/{self.name}{part}'.encode()).hexdigest()[:17]}"


Outputs: TypeAlias = dict[str, Json]
Simulator: TypeAlias = Callable[[SimulatedResource], Outputs]
