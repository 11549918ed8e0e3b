"""A cluster that exists already gives the same handle, and costs nothing of AWS."""

import os
import subprocess
import sys

from tests.foundation.conftest import PROGRAM, ROOT, Planner
from tests.foundation.graph import find


def test_only_a_provider_is_made(plan: Planner) -> None:
    made = plan(stack="baremetal")
    assert [resource.type for resource in made.resources if resource.custom] == [
        "pulumi:providers:kubernetes"
    ]
    provider = find(made, "kubernetes", "kubernetes").inputs
    assert provider["context"] == "baremetal"
    assert provider["clusterIdentifier"] == "oneup-baremetal"
    assert str(provider["enableServerSideApply"]).lower() == "true"
    assert "kubeconfig" not in provider


def test_the_kubeconfig_of_the_settings_is_used(plan: Planner) -> None:
    made = plan({"existing.kubeconfig": "clusters/bare.yaml"}, stack="baremetal")
    assert find(made, "kubernetes", "kubernetes").inputs["kubeconfig"] == "clusters/bare.yaml"


CHECK = f"""
import sys
from pathlib import Path
from oneup.rehearsal.run import rehearse
from oneup.settings.stackfile import read_stack_file

rehearse(Path({str(PROGRAM)!r}), read_stack_file(Path("Pulumi.baremetal.yaml")))
loaded = sorted(name for name in ("pulumi_aws.ec2", "pulumi_eks") if name in sys.modules)
print(",".join(loaded))
"""


def test_the_sdks_of_aws_are_not_loaded() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "platform")}
    done = subprocess.run(
        [sys.executable, "-c", CHECK], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
