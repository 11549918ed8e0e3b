"""What moto lacks, put beside it: operations on its own response classes, so that it routes and authorises them.

Each says what it stands for; ``SIMULATED`` is what the summary of a run prints.
"""

from tests.up.cloud.simulated.registry import SIMULATED, install

__all__ = ["SIMULATED", "install"]
