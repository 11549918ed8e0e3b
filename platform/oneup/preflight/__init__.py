"""What is asked before the real Pulumi CLI runs: tools, credentials, state, quotas, the cluster.

``python -m oneup.preflight up staging`` asks everything at once and names, for each thing that is
missing, the command that puts it right. It changes nothing.
"""

from oneup.preflight.command import Command, Intent
from oneup.preflight.finding import Finding
from oneup.preflight.inspect import inspect

__all__ = ["Command", "Finding", "Intent", "inspect"]
