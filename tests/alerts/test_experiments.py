"""What decides about each experiment of ``apps/`` is a query that Prometheus reads."""

from pathlib import Path

import pytest
import yaml

from tests import ROOT
from tests.alerts.judges import Run, Written

EXPERIMENTS = sorted(
    file for file in (ROOT / "apps" / "base" / "chaos").glob("*.yaml") if file.name != "kustomization.yaml"
)


@pytest.mark.parametrize("file", EXPERIMENTS, ids=lambda file: file.stem)
def test_prometheus_reads_what_decides(file: Path, run: Run, written: Written) -> None:
    query = yaml.safe_load(file.read_text())["metadata"]["annotations"]["oneup.dev/decides"]
    groups = [{"name": file.stem, "rules": [{"alert": "Holds", "expr": query}]}]
    run("promtool", "check", "rules", written("experiment.yaml", {"groups": groups}))
