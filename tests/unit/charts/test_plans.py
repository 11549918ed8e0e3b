"""What the stacks install is what the charts know and what an API server would take."""

from collections.abc import Sequence

import pytest

from oneup.checks import ChartLibrary, schema_errors
from oneup.checks.charts import mapping
from oneup.plan import Json, Plan
from tests.support.plans import RehearseWith
from tests.support.variants import Variant, variants
from tests.unit.addons.monitoring.knobs import ARGO_CD, EVERYTHING, TOPIC

VERSION = "1.35"


def found(plan: Plan, charts: ChartLibrary) -> Sequence[str]:
    return [str(problem) for problem in schema_errors(plan, charts, VERSION)]


@pytest.mark.parametrize("stack", ["staging", "production", "baremetal", "local"])
def test_the_stacks_values_and_objects_are_real(
    stack: str, request: pytest.FixtureRequest, charts: ChartLibrary
) -> None:
    assert found(request.getfixturevalue(stack), charts) == []


@pytest.mark.parametrize("variant", variants(), ids=str)
def test_the_values_and_objects_of_what_no_stack_has_on_are_real(
    variant: Variant, rehearse_with: RehearseWith, charts: ChartLibrary
) -> None:
    assert found(rehearse_with(variant.stack, **variant.overrides), charts) == []


@pytest.mark.parametrize("availability", ["single", "high"])
@pytest.mark.parametrize("stack", ["staging", "baremetal"])
def test_every_knob_of_monitoring_and_argo_cd_is_real(
    stack: str, availability: str, rehearse_with: RehearseWith, charts: ChartLibrary
) -> None:
    topic: dict[str, Json] = {"sns": {"topic": TOPIC}} if stack == "staging" else {}
    alertmanager = {**mapping(EVERYTHING["alertmanager"]), **topic}
    plan = rehearse_with(
        stack,
        availability=availability,
        addons={"argoCd": ARGO_CD, "kubePrometheusStack": {**EVERYTHING, "alertmanager": alertmanager}},
        gitops={"credentialsSecret": "repository"},
    )
    assert found(plan, charts) == []


def test_a_stacks_own_values_are_held_to_the_chart_too(
    rehearse_with: RehearseWith, charts: ChartLibrary
) -> None:
    plan = rehearse_with("staging", addons={"metricsServer": {"values": {"replica": 3, "args": ["-v=2"]}}})
    assert found(plan, charts) == [
        "kubernetes:helm.sh/v3:Release metrics-server: replica: the chart has no such key"
    ]
