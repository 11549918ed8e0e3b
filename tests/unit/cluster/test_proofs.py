"""The judgements of cluster-test that need no cluster."""

import json
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.cluster.harness import crds, render
from tests.cluster.harness.applications import automated, children, settled
from tests.cluster.harness.change import plant
from tests.cluster.harness.fingerprint import differences, fingerprints
from tests.cluster.harness.objects import JsonMap, Object, descendants
from tests.cluster.harness.quantities import number
from tests.cluster.harness.repository import serve
from tests.cluster.harness.stack import rehearsed_stacks
from tests.cluster.harness.workloads import references


@pytest.mark.parametrize(
    ("text", "value"), [("2", 2), ("500m", 0.5), ("4Gi", 4 * 1024**3), ("1.5k", 1500), ("10Mi", 10 * 1024**2)]
)
def test_quantities(text: str, value: float) -> None:
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "many", "1Xi"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no quantity"):
        number(text)


def test_the_gateway_api_s_own_definitions_win(charts_folder: Path) -> None:
    routes = crds.definition(crds.index(charts_folder)["gateway.networking.k8s.io", "HTTPRoute"])
    assert "x-kubernetes-validations" in yaml.safe_dump(routes.raw)


def test_a_chart_s_own_definitions_win_wherever_its_data_are_kept(tmp_path: Path) -> None:
    """`make charts` names a folder by chart and version."""
    for chart, scope in (("karpenter", "Namespaced"), ("karpenter-crd", "Cluster")):
        folder = tmp_path / f"{chart}-1.2.3"
        folder.mkdir()
        (folder / "Chart.yaml").write_text(f"name: {chart}\nversion: 1.2.3\n")
        (folder / "crds.json").write_text(json.dumps([{"group": "a", "kind": "Pool", "scope": scope}]))
    assert crds.index(tmp_path)["a", "Pool"]["scope"] == "Cluster"


def test_argo_cd_writes_status_with_the_rest(charts_folder: Path) -> None:
    definitions = crds.index(charts_folder)
    application = crds.definition(definitions["argoproj.io", "Application"])
    secret = crds.definition(definitions["external-secrets.io", "ExternalSecret"])
    assert [each.map("subresources") for each in application.each("spec", "versions")] == [{}]
    assert secret.at("spec", "versions", 0, "subresources") == {"status": {}}


def application(name: str, **parts: JsonMap) -> Object:
    return Object(
        {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": {"name": name}, **parts}
    )


def test_an_application_is_settled_when_nothing_runs() -> None:
    good: JsonMap = {"sync": {"status": "Synced"}, "health": {"status": "Healthy"}}
    assert settled(application("a", status=good))
    assert not settled(application("a", status={**good, "operationState": {"phase": "Running"}}))
    assert not settled(application("a", status={**good, "health": {"status": "Progressing"}}))
    assert not settled(application("a", status=good, operation={"sync": {}}))


def test_automation_can_be_switched_off() -> None:
    assert automated(application("a", spec={"syncPolicy": {"automated": {}}}))
    assert not automated(application("a", spec={"syncPolicy": {"automated": {"enabled": False}}}))
    assert not automated(application("a", spec={"syncPolicy": {"retry": {}}}))


def test_children_are_those_that_an_application_declares() -> None:
    resources = [{"kind": "Application", "name": "b", "syncWave": 2}, {"kind": "ConfigMap", "name": "c"}]
    assert children(application("a", status={"resources": resources})) == (("b", 2),)


def config(name: str, value: str, **metadata: str) -> Object:
    whole = {"name": name, "namespace": "shop", **metadata}
    return Object({"apiVersion": "v1", "kind": "ConfigMap", "metadata": whole, "data": {"key": value}})


def test_only_identity_and_content_count() -> None:
    before = {
        each.identity: each
        for each in (config("a", "1", resourceVersion="7"), config("b", "1"), config("c", "1"))
    }
    after = {
        each.identity: each
        for each in (config("a", "1", resourceVersion="9"), config("b", "2"), config("d", "1"))
    }
    found = differences(fingerprints(before, "argocd"), fingerprints(after, "argocd"))
    assert found == ["changed: ConfigMap shop/b", "gone: ConfigMap shop/c", "new: ConfigMap shop/d"]


def test_a_replaced_object_has_changed() -> None:
    before, after = config("a", "1", uid="x"), config("a", "1", uid="y")
    found = [fingerprints({each.identity: each}, "argocd") for each in (before, after)]
    assert differences(*found) == ["changed: ConfigMap shop/a"]


POD = """
kind: Pod
spec:
  serviceAccountName: runner
  volumes:
    - {name: a, secret: {secretName: keys}}
    - {name: b, configMap: {name: maybe, optional: true}}
    - {name: c, persistentVolumeClaim: {claimName: data}}
    - {name: d, projected: {sources: [{configMap: {name: ca}}]}}
  initContainers:
    - envFrom: [{configMapRef: {name: settings}}]
  containers:
    - env: [{name: P, valueFrom: {secretKeyRef: {name: password, key: p}}}]
"""


def test_all_that_a_pod_needs_is_found() -> None:
    assert set(references(Object(yaml.safe_load(POD)))) == {
        ("Secret", "keys"),
        ("PersistentVolumeClaim", "data"),
        ("ConfigMap", "ca"),
        ("ConfigMap", "settings"),
        ("Secret", "password"),
        ("ServiceAccount", "runner"),
    }


UPSTREAM = "https://git.example.com/oneup.git"


@pytest.fixture
def apps(tmp_path: Path) -> Path:
    folder = tmp_path / "apps"
    (folder / "staging").mkdir(parents=True)
    (folder / "staging" / "kustomization.yaml").write_text("resources: []\n")
    (folder / "staging" / "app.yaml").write_text(f"repoURL: {UPSTREAM}\ntargetRevision: next\n")
    return folder


def test_the_pods_of_a_job_are_its_schedules() -> None:
    def made(kind: str, uid: str, owner: str) -> Object:
        owners: list[JsonMap] = [{"uid": owner}] if owner else []
        return Object({"kind": kind, "metadata": {"name": uid, "uid": uid, "ownerReferences": owners}})

    chain = (made("CronJob", "a", ""), made("Job", "b", "a"), made("Pod", "c", "b"), made("Pod", "d", "e"))
    there = {each.identity: each for each in chain}
    schedule, job, pod, other = (each.identity for each in chain)
    assert descendants([schedule], there) == {job, pod}
    assert descendants([other], there) == set()


def test_the_served_repository_follows_itself(apps: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    served = serve(apps, tmp_path, UPSTREAM, "staging")
    assert served.branches == ("main", "next", "staging")
    assert (
        served.copy / "apps/staging/app.yaml"
    ).read_text() == f"repoURL: {served.url}\ntargetRevision: next\n"
    first = (served.copy / "apps/staging/kustomization.yaml").read_text()
    (served.copy / "apps/staging/kustomization.yaml").write_text("resources: [lost.yaml]\n")
    broken = served.commit("Break")
    assert served.revert() != broken
    assert (served.copy / "apps/staging/kustomization.yaml").read_text() == first


def test_a_workload_is_chosen_or_planted(apps: Path) -> None:
    whole = application(
        "a",
        spec={
            "source": {"path": "apps/staging"},
            "destination": {"namespace": "staging"},
            "syncPolicy": {"automated": {}},
        },
    )
    assert plant(apps.parent, [application("by-hand", spec={}), whole]) == "a"
    assert yaml.safe_load((apps / "staging/kustomization.yaml").read_text())["resources"] == ["workload.yaml"]
    declared = {"a": render.read(apps / "staging")}
    assert [each.kind for each in declared["a"]].count("Deployment") == 1


def test_a_stack_that_is_not_rehearsed_is_missed(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.staging.yaml").write_text("config: {}\n")
    with pytest.raises(LookupError, match="not rehearsed: staging"):
        rehearsed_stacks(tmp_path / "build", tmp_path)


def test_one_stack_is_enough_where_one_is_asked_for(tmp_path: Path) -> None:
    for name in ("staging", "production"):
        (tmp_path / f"Pulumi.{name}.yaml").write_text("config: {}\n")
    (tmp_path / "build" / "staging" / "manifests").mkdir(parents=True)
    assert [stack.name for stack in rehearsed_stacks(tmp_path / "build", tmp_path, "staging")] == ["staging"]
    with pytest.raises(LookupError, match=r"no Pulumi\.stagin\.yaml; the stacks are production, staging"):
        rehearsed_stacks(tmp_path / "build", tmp_path, "stagin")
