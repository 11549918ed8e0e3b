"""What moto lacks, put beside it: operations on its own classes, so that it routes and authorises them.

Each says what it stands for; ``SIMULATED`` is what the summary of a run prints.
"""

from typing import Final

from tests.up.cloud.simulated import registry
from tests.up.cloud.simulated.budgets import Budgets
from tests.up.cloud.simulated.ec2 import Ec2
from tests.up.cloud.simulated.eks import Eks
from tests.up.cloud.simulated.guardduty import GuardDuty
from tests.up.cloud.simulated.logs import Logs

_OURS: Final = (Budgets, Ec2, Eks, GuardDuty, Logs)

SIMULATED: Final = tuple(operation for ours in _OURS for operation in registry.operations(ours))
"""Every operation that is ours."""


def install() -> None:
    """Put all of them where moto looks."""
    for ours in _OURS:
        registry.install(ours)


__all__ = ["SIMULATED", "install"]
