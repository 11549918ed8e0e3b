"""Simulated provider outputs, as far as the program reads them.

An output that the type's entry in ``plan/resource_types`` does not simulate is unknown to the program, which
the monitor reports where it reaches another resource.
"""

from collections.abc import Mapping
from typing import Final

from oneup.plan.resource_types import resource_type
from oneup.plan.resource_types.simulated import Outputs, SimulatedResource, Simulator

FUNCTIONS: Final[Mapping[str, Simulator]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": lambda made: {
        "accountId": made.account,
        "arn": made.arn("iam", "role/deployment", regional=False),
        "userId": "AROAEXAMPLE",
        "id": made.account,
    },
    "aws:index/getRegion:getRegion": lambda made: {
        "name": made.region,
        "region": made.region,
        "id": made.region,
    },
    "aws:index/getPartition:getPartition": lambda _: {"partition": "aws", "dnsSuffix": "amazonaws.com"},
}
"""The results of provider functions."""


def outputs(token: str, made: SimulatedResource) -> Outputs:
    """The provider's outputs of a resource, including ``id``."""
    entry = resource_type(token)
    return entry.simulate(made) if entry and entry.simulate else {}


def call(token: str, made: SimulatedResource) -> Outputs:
    """The result of a provider function; raises ``LookupError`` if it is not simulated."""
    function = FUNCTIONS.get(token)
    if function is None:
        raise LookupError(
            f"the rehearsal does not simulate the function {token}; add it to rehearsal/simulate.py"
        )
    return function(made)
