"""Nothing that the stacks declare, and nothing that ``apps/`` delivers, breaks a rule."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

import pytest
import yaml

from oneup.plan import JsonMap
from tests.pods.judge import TOOLS, Broken, Judge, document
from tests.support.stacks import ROOT, STACKS, settings
from tests.support.variants import every_addon

KINDS: Final = ("Pod", "Deployment", "DaemonSet", "StatefulSet", "Job", "CronJob")


def delivered(stack: str) -> Sequence[JsonMap]:
    """What makes pods in each application's folder of a stack, as kustomize renders it."""
    found: list[JsonMap] = []
    for folder in sorted((ROOT / settings(stack).gitops.path).glob("*/kustomization.yaml")):
        built = subprocess.run(
            [TOOLS / "kustomize", "build", folder.parent], capture_output=True, text=True, check=True
        ).stdout
        documents = cast("list[JsonMap]", list(yaml.safe_load_all(built)))
        found += [each for each in documents if each and each["kind"] in KINDS]
    assert found
    return found


@pytest.mark.parametrize("stack", STACKS)
def test_what_apps_delivers_breaks_no_rule(stack: str, tmp_path: Path) -> None:
    assert Judge.of(settings(stack), tmp_path).broken(delivered(stack)) == frozenset()


DIFFERS: Final = {
    Broken("known-registries", workload): "its maker's own image, at an exact version"
    for workload in (
        "CronJob monitoring/grafana-export",
        "CronJob monitoring/prometheus-snapshots",
        "CronJob logging/elasticsearch-retention",
        "CronJob vault/vault-configuration",
        "CronJob vault/vault-snapshots",
        "Deployment cloudflare-tunnel/cloudflare-tunnel",
    )
}
"""The platform's namespaces are outside of the rules; where their pods differ, there is a reason."""


def test_what_the_stacks_declare_breaks_no_rule_but_with_a_reason(tmp_path: Path) -> None:
    made = {
        (manifest.kind, manifest.name): document(manifest)
        for _, addon in every_addon()
        for manifest in (*addon.prerequisite_manifests, *addon.post_install_manifests)
        if manifest.kind in KINDS
    }
    assert made
    broken = Judge.of(settings("production"), tmp_path).broken(list(made.values()))
    assert broken == DIFFERS.keys()
