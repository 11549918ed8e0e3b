"""The rules of oneup as a Pulumi policy pack."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "platform"))

from pulumi_policy import PolicyPack

from oneup.policy import pack

PolicyPack(name=pack.NAME, description=pack.DESCRIPTION, policies=pack.policies())
