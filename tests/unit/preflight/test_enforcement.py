"""Whether a cluster that exists enforces network policies, as far as its DaemonSets tell."""

from pathlib import Path

import pytest

from oneup.preflight import Command
from tests.unit.preflight.conftest import Machine, Project, Reply, fails, says
from tests.unit.preflight.test_kubeconfig import HOME_CONFIG, kubeconfig

ASKED = "--context baremetal --request-timeout 20s get "
NEWER = "docker.io/kindest/kindnetd:v20260131-1a2b3c4d"
OLDER = "docker.io/kindest/kindnetd:v20240202-8f1494ea"


def daemon_sets(**images: str) -> Reply:
    """A cluster's answer: DaemonSets and their images."""
    return says(
        items=[
            {
                "metadata": {"name": name.replace("_", "-")},
                "spec": {"template": {"spec": {"containers": [{"name": "one", "image": image}]}}},
            }
            for name, image in images.items()
        ]
    )


@pytest.fixture
def remarks(machine: Machine, project: Project, tmp_path: Path, server: str) -> "Remarks":
    kubeconfig(tmp_path / HOME_CONFIG, "baremetal", server)
    return Remarks(machine, project)


class Remarks:
    """What preflight says of a cluster that answers so."""

    def __init__(self, machine: Machine, project: Project) -> None:
        self.machine, self.project = machine, project

    def of(self, found: Reply, nodes: str = "v1.35.1", command: Command = Command.UP) -> list[str]:
        replies = {f"{ASKED}daemonsets": found, f"{ASKED}nodes": Reply(nodes)}
        self.machine.install("kubectl", replies)
        findings = self.project.inspect(command, "baremetal")
        assert not [finding for finding in findings if finding.blocking]
        return [finding.problem for finding in findings]


@pytest.mark.parametrize("name", ["calico_node", "cilium", "canal", "antrea_agent", "kube_router"])
def test_a_cni_that_enforces_is_passed_over(remarks: Remarks, name: str) -> None:
    assert remarks.of(daemon_sets(**{name: "registry/image:v1", "kube_proxy": "registry/image:v1"})) == []


@pytest.mark.parametrize(
    ("found", "seen"),
    [
        (daemon_sets(kube_flannel_ds="flannel:v0.27.0", kube_proxy="image:v1"), "Flannel alone"),
        (daemon_sets(kindnet=OLDER), "an old kindnet"),
        (daemon_sets(kube_proxy="image:v1"), "no CNI that is known to do so"),
    ],
)
def test_one_clear_remark_where_nothing_enforces(remarks: Remarks, found: Reply, seen: str) -> None:
    (remark,) = remarks.of(found)
    assert remark == (
        f"baremetal does not seem to enforce network policies ({seen}): they would be accepted, "
        "but every pod could reach every other"
    )


def test_kindnet_enforces_since_kind_0_24(remarks: Remarks) -> None:
    assert remarks.of(daemon_sets(kindnet=NEWER)) == []


def test_flannel_beside_an_enforcer_is_right(remarks: Remarks) -> None:
    assert remarks.of(daemon_sets(kube_flannel_ds="flannel:v1", kube_network_policies="image:v1")) == []


def test_k3s_enforces_inside_of_its_own_program(remarks: Remarks) -> None:
    assert remarks.of(daemon_sets(svclb="image:v1"), nodes="v1.35.1+k3s1 v1.35.1+k3s1") == []


@pytest.mark.parametrize("found", [fails("Forbidden"), Reply("no JSON"), says(items=[])])
def test_a_cluster_that_does_not_say_is_not_judged(remarks: Remarks, found: Reply) -> None:
    assert remarks.of(found) == []


def test_a_destroy_is_not_asked(remarks: Remarks) -> None:
    assert remarks.of(daemon_sets(kindnet=OLDER), command=Command.DESTROY) == []
