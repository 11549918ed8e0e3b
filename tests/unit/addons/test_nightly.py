"""The nightly jobs: what their scripts do, by programs that stand in for curl, jq and aws; and their pods."""

import json
import os
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias, cast

import pytest

from oneup.addonkit.addon import Addon
from oneup.addons import grafana_export, prometheus_snapshots
from oneup.installation import select
from oneup.values import Value, Values
from tests import ROOT
from tests.support import programs
from tests.support.stacks import settings

ADDONS = ROOT / "platform" / "oneup" / "addons"

CURL = """
import os, pathlib, sys
url, place = sys.argv[-1], pathlib.Path(os.environ["ANSWERS"])
if url.endswith("/tsdb/snapshot"):
    for block in ("01A", "01B"):
        pathlib.Path(os.environ["DATA"], "snapshots", "now", block).mkdir(parents=True)
answer = place / url.split("//host")[1].split("?")[0].replace("/", "_")
if not answer.exists():
    sys.exit(22)
print(answer.read_text())
"""
JQ = """
import json, sys
path = sys.argv[-2] if sys.argv[-1].startswith("/") else sys.argv[-1]
value = json.load(open(sys.argv[-1]) if sys.argv[-1].startswith("/") else sys.stdin)
print("\\n".join(item["uid"] for item in value) if path == ".[].uid" else value["data"]["name"])
"""
AWS = """
import os, pathlib, sys
source = pathlib.Path(sys.argv[3])
found = sorted(str(path.relative_to(source)) for path in source.rglob("*"))
held = found if source.is_dir() else source.read_text().split()
print(*sys.argv[2:3], sys.argv[4], *held, file=open(os.environ["SAID"], "a"))
sys.exit(int(os.environ.get("REFUSED", "0")))
"""

Runs: TypeAlias = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def run(tmp_path: Path) -> Runs:
    """Run a script with answers by path of the URL: its exit status, and what was said to S3."""
    programs.put(tmp_path, {"curl": CURL, "jq": JQ, "aws": AWS})

    def run(script: str, answers: Mapping[str, object], **more: str) -> tuple[int, list[str]]:
        (tmp_path / "answers").mkdir()
        for path, answer in answers.items():
            (tmp_path / "answers" / path.replace("/", "_")).write_text(json.dumps(answer))
        said = tmp_path / "said"
        said.touch()
        environment = {
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "ANSWERS": str(tmp_path / "answers"),
            "SAID": str(said),
            "BUCKET": "b",
            "TMPDIR": str(tmp_path),
            **more,
        }
        text = (ADDONS / Path(script).stem / script).read_text().replace("/tmp/", f"{tmp_path}/")
        done = subprocess.run(
            ["bash"], input=text, env=environment, capture_output=True, text=True, check=False
        )
        return done.returncode, said.read_text().splitlines()

    return run


SNAPSHOT = {"/api/v1/admin/tsdb/snapshot": {"data": {"name": "now"}}}


def test_a_snapshots_blocks_go_first_and_their_list_last(run: Runs, tmp_path: Path) -> None:
    left = tmp_path / "data" / "snapshots" / "left-behind"
    left.mkdir(parents=True)
    data = {"DATA": str(tmp_path / "data"), "PROMETHEUS": "http://host"}
    status, said = run("prometheus_snapshots.sh", SNAPSHOT, **data)
    assert status == 0
    assert said == ["sync s3://b/prometheus/blocks 01A 01B", "cp s3://b/prometheus/snapshots/now.txt 01A 01B"]
    assert list((tmp_path / "data" / "snapshots").iterdir()) == []


def test_a_snapshot_whose_blocks_are_refused_has_no_list_and_is_no_burden(run: Runs, tmp_path: Path) -> None:
    data = {"DATA": str(tmp_path / "data"), "PROMETHEUS": "http://host"}
    status, said = run("prometheus_snapshots.sh", SNAPSHOT, REFUSED="1", **data)
    assert status != 0
    assert [line.split()[0] for line in said] == ["sync"]
    assert list((tmp_path / "data" / "snapshots").iterdir()) == []


def test_a_snapshot_that_prometheus_refuses_fails(run: Runs, tmp_path: Path) -> None:
    status, said = run("prometheus_snapshots.sh", {}, DATA=str(tmp_path / "data"), PROMETHEUS="http://host")
    assert status != 0
    assert said == []


GRAFANA: dict[str, object] = {
    "/api/folders": [],
    "/api/v1/provisioning/alert-rules": [],
    "/api/search": [{"uid": "one", "folderUid": "f"}, {"uid": "two"}],
    "/api/dashboards/uid/one": {"dashboard": {}},
    "/api/dashboards/uid/two": {"dashboard": {}},
}
SIGNED_IN = {"GRAFANA": "http://host", "GRAFANA_USER": "admin", "GRAFANA_PASSWORD": 'a"b'}


def test_every_dashboard_is_exported(run: Runs) -> None:
    status, (said,) = run("grafana_export.sh", GRAFANA, **SIGNED_IN)
    assert status == 0
    verb, place, *files = said.split()
    assert (verb, place.rpartition("/")[0]) == ("cp", "s3://b/grafana")
    assert {"dashboards/one.json", "dashboards/two.json", "folders.json", "alert-rules.json"} <= set(files)


@pytest.mark.parametrize("missing", sorted(GRAFANA))
def test_half_an_export_is_none(missing: str, run: Runs) -> None:
    answers = {path: answer for path, answer in GRAFANA.items() if path != missing}
    status, said = run("grafana_export.sh", answers, **SIGNED_IN)
    assert status != 0
    assert said == []


JOBS = [
    addon
    for stack in ("staging", "production")
    for addon in select(settings(stack)).addons
    if addon.name in (prometheus_snapshots.NAME, grafana_export.NAME)
]


def pod(addon: Addon) -> Values:
    """The pod of its job."""
    (job,) = (item.body for item in addon.post_install_manifests if item.kind == "CronJob")
    found: Value = job
    for key in ("spec", "jobTemplate", "spec", "template", "spec"):
        found = cast(Values, found)[key]
    return cast(Values, found)


@pytest.mark.parametrize("addon", JOBS, ids=lambda addon: addon.name)
def test_a_job_has_a_role_that_can_only_add_below_its_own_folder(addon: Addon) -> None:
    assert addon.identity
    assert pod(addon)["serviceAccountName"] == addon.identity.service_account
    assert pod(addon)["automountServiceAccountToken"] is False
    on_objects = [part for part in addon.identity.statements if any("Object" in a for a in part.actions)]
    (part,) = on_objects
    assert part.actions == ("s3:AbortMultipartUpload", "s3:PutObject")
    (place,) = part.resources
    assert str(place).endswith(("/prometheus/*", "/grafana/*"))


def test_the_snapshots_job_sees_the_volume_of_the_pod_that_makes_them() -> None:
    addon = next(item for item in JOBS if item.name == prometheus_snapshots.NAME)
    (claim,) = (
        cast(Values, volume["persistentVolumeClaim"])["claimName"]
        for volume in cast("list[Values]", pod(addon)["volumes"])
        if "persistentVolumeClaim" in volume
    )
    # Prometheus Operator's name for the first replica's claim.
    of_the_pod = "prometheus-kube-prometheus-stack-prometheus-0"
    assert claim == f"prometheus-kube-prometheus-stack-prometheus-db-{of_the_pod}"
    # Kubernetes takes no more for the name of a volume, however long a claim's is.
    assert all(len(str(volume["name"])) <= 63 for volume in cast("list[Values]", pod(addon)["volumes"]))
    assert of_the_pod in json.dumps(pod(addon)["affinity"])
    assert f"http://{of_the_pod}." in json.dumps(pod(addon)["containers"])


@pytest.mark.parametrize("addon", JOBS, ids=lambda addon: addon.name)
def test_every_mount_of_a_job_has_its_volume_by_a_name_that_kubernetes_takes(addon: Addon) -> None:
    volumes = [str(volume["name"]) for volume in cast("list[Values]", pod(addon)["volumes"])]
    (container,) = cast("list[Values]", pod(addon)["containers"])
    assert [str(mount["name"]) for mount in cast("list[Values]", container["volumeMounts"])] == volumes
    assert all(re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", name) for name in volumes)


def test_prometheus_opens_its_admin_api_for_snapshots_alone() -> None:
    def opened(enabled: bool) -> Value:
        chosen = select(settings("staging", addons={"prometheusSnapshots": {"enabled": enabled}})).addons
        values = next(item.values for item in chosen if item.name == "kube-prometheus-stack")
        return cast(Values, cast(Values, values["prometheus"])["prometheusSpec"])["enableAdminAPI"]

    assert opened(True) is True
    assert opened(False) is False
