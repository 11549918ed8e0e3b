"""How long each step takes, and how a file says otherwise."""

from pathlib import Path

import pytest

from oneup.plan import Json, Resource
from oneup.rehearsal.durations import Durations, durations

RELEASE = "kubernetes:helm.sh/v3:Release"


def seconds(type_: str, table: Durations | None = None, **inputs: Json) -> float:
    resource = Resource(urn=f"urn:pulumi:s::p::{type_}::r", type=type_, custom=True, inputs=inputs)
    return (table or durations()).of(resource)


def test_releases_are_told_apart_by_their_chart() -> None:
    small = seconds(RELEASE, chart="metrics-server")
    assert small < seconds(RELEASE, chart="argo-cd") < seconds(RELEASE, chart="kube-prometheus-stack")
    assert seconds(RELEASE, chart="oci://example.com/charts/loki") == seconds(RELEASE, chart="loki")


def test_addons_are_told_apart_by_name() -> None:
    assert seconds("aws:eks/addon:Addon", addonName="kube-proxy") < seconds(
        "aws:eks/addon:Addon", addonName="aws-ebs-csi-driver"
    )


def test_a_resource_of_no_known_type_takes_its_kinds_time() -> None:
    assert seconds("aws:x/y:Z") > seconds("kubernetes:core/v1:ConfigMap") > seconds("pulumi:providers:aws")


def test_a_file_overrides_single_figures(tmp_path: Path) -> None:
    file = tmp_path / "durations.json"
    file.write_text('{"types": {"aws:ec2/vpc:Vpc": 99}, "releases": {"argo-cd": 1.5}}')
    table = durations(file)
    assert seconds("aws:ec2/vpc:Vpc", table) == 99
    assert seconds(RELEASE, table, chart="argo-cd") == 1.5
    assert seconds(RELEASE, table, chart="loki") == seconds(RELEASE, chart="loki")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"types": {"aws:ec2/vpc:Vpc": "long"}}', r"types\.aws:ec2/vpc:Vpc: Input should be a valid number"),
        ('{"types": {"aws:ec2/vpc:Vpc": -1}}', r"types\.aws:ec2/vpc:Vpc: .* greater than or equal to 0"),
        ('{"charts": {}}', "charts: Extra inputs are not permitted"),
        ("{", "Invalid JSON"),
    ],
)
def test_a_file_with_a_mistake_is_refused(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "durations.json"
    file.write_text(text)
    with pytest.raises(ValueError, match=rf"durations\.json: .*{message}"):
        durations(file)
