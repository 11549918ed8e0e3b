"""Simulated outputs: a resource as a simulated provider sees it, and its identifiers.

Everything is derived from the inputs, so two rehearsals agree.
"""

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


def ec2_resource(prefix: str, kind: str, **extra: Json) -> Simulator:
    """A resource of EC2, with an identifier such as ``subnet-0a1b2c3d4e5f60718``."""

    def simulate(made: SimulatedResource) -> Outputs:
        own = made.identifier(prefix)
        return {"id": own, "arn": made.arn("ec2", f"{kind}/{own}"), "ownerId": made.account, **extra}

    return simulate


def named_resource(service: str, kind: str, *, regional: bool = True, **extra: Json) -> Simulator:
    """A resource that is found by its name."""

    def simulate(made: SimulatedResource) -> Outputs:
        own = made.text("name", made.name)
        found = made.arn(service, f"{kind}{own}", regional=regional)
        return {"id": own, "name": own, "arn": found, **extra}

    return simulate
