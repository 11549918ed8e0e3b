"""An edit of the stack file changes in the engine what the rehearsals of both files say, and nothing else."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from tests.cluster.harness.objects import Json
from tests.cluster.harness.summary import Summary
from tests.up.engine.command import Engine
from tests.up.engine.states import changed, planned

Edit = tuple[str, Json]

EXISTING: Sequence[Edit] = (
    ("gitops.revision", "release"),
    ("workload.pods", 12),
    ("addons.kubePrometheusStack.prometheus.retentionDays", 9),
    ("addons.externalSecrets.enabled", False),
    ("addons.blackboxExporter.enabled", False),
    ("addons.metricsServer.enabled", False),
)
EDITS = {
    "local": (*EXISTING, ("addons.kubePrometheusStack.prometheus.volume", 6)),
    "baremetal": (
        *EXISTING,
        ("addons.velero.enabled", False),
        ("addons.opentelemetryOperator.enabled", False),
    ),
    "staging": (("gitops.revision", "release"), ("addons.kyverno.enabled", False)),
    "production": (("gitops.revision", "release"), ("addons.kyverno.enabled", False)),
}
"""What is edited of each stack file, by the dotted path of the setting."""


def edited(settings: str, edit: Edit) -> str:
    """A stack file with one setting changed."""
    path, value = edit
    document = yaml.safe_load(settings)
    section, *rest = path.split(".")
    inner = document["config"].setdefault(f"oneup:{section}", {})
    for part in rest[:-1]:
        inner = inner.setdefault(part, {})
    inner[rest[-1]] = value
    return yaml.safe_dump(document, sort_keys=False)


def test_each_changes_what_the_rehearsal_says(
    stack: str, engine: Engine, plan: Path, summary: Summary, subtests: pytest.Subtests
) -> None:
    given = engine.given
    before = planned(plan)
    for edit in EDITS[stack]:
        with subtests.test(setting=edit[0]):
            engine.configure(edited(given, edit))
            after = planned(engine.rehearse())
            steps = engine.make("preview").check().events
            assert steps.urns("create") == after.keys() - before.keys()
            assert steps.urns("delete") == before.keys() - after.keys()
            expected = {urn for urn in before.keys() & after.keys() if changed(before[urn], after[urn])}
            assert steps.urns("update", "replace") == expected
    engine.configure(given)
    summary.note(stack, f"edits of the stack file: {', '.join(path for path, _ in EDITS[stack])}")
