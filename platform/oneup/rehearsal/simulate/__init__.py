"""Simulated provider outputs, as far as the program reads them.

One function per resource type, by its type token; it takes what the provider sees, and
returns the outputs, ``id`` among them, in addition to the inputs. Everything is derived from the inputs, so two
rehearsals agree. An output that is missing here is unknown to the program, which the monitor reports
where it reaches another resource.
"""

from collections.abc import Mapping
from typing import Final

from oneup.rehearsal.simulate import aws, eks, kubernetes
from oneup.rehearsal.simulate.account import Outputs, SimulatedResource, Simulator

SIMULATORS: Final[Mapping[str, Simulator]] = {**aws.SIMULATORS, **eks.SIMULATORS}


def outputs(token: str, made: SimulatedResource) -> Outputs:
    """The provider's outputs of a resource, including ``id``."""
    if token.startswith("kubernetes:"):
        return kubernetes.outputs(token, made)
    simulator = SIMULATORS.get(token)
    return simulator(made) if simulator else {}


def call(token: str, made: SimulatedResource) -> Outputs:
    """The result of a provider function; raises ``LookupError`` if it is not simulated."""
    function = aws.FUNCTIONS.get(token)
    if function is None:
        raise LookupError(f"the rehearsal does not simulate the function {token}; add it to simulate/aws.py")
    return function(made)
