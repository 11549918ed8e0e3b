"""Checks before the Pulumi CLI runs: tools, credentials, state, quotas, the cluster.

``oneup preflight up staging`` prints, for each problem, the command that fixes it. It changes nothing.
"""

from oneup.preflight.command import Command, PlannedCommand
from oneup.preflight.finding import Finding
from oneup.preflight.inspect import run_checks

__all__ = ["Command", "Finding", "PlannedCommand", "run_checks"]
