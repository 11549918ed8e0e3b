"""Kinds that somebody else has brought are said before the stack tries to make them."""

import json

import pytest

from oneup.preflight import Command
from tests.unit.preflight.conftest import Machine, Project, Reply

FOREIGN = "gateways.gateway.networking.k8s.io gateway.networking.k8s.io kubectl-client-side-apply\n"
OWN = "httproutes.gateway.networking.k8s.io gateway.networking.k8s.io pulumi-kubernetes-1a2b kube-apiserver\n"
OTHER = "certificates.cert-manager.io cert-manager.io helm\n"
GET = "--context baremetal --request-timeout 20s get crds"


@pytest.fixture
def cluster(machine: Machine, project: Project, server: str) -> Project:
    config = machine.bin.parent / ".kube" / "config"
    config.parent.mkdir()
    context = {"name": "baremetal", "context": {"cluster": "c"}}
    found = {"contexts": [context], "clusters": [{"name": "c", "cluster": {"server": server}}]}
    config.write_text(json.dumps(found))
    machine.install("kubectl", {GET: Reply(FOREIGN + OWN + OTHER)})
    return project


def problems(project: Project, command: Command) -> list[str]:
    return [each for each in project.stoppers(command, "baremetal") if "kinds" in each]


def test_what_another_has_made_is_named(cluster: Project) -> None:
    assert problems(cluster, Command.UP) == [
        "baremetal has kinds that addons.gatewayApi would make: gateways.gateway.networking.k8s.io"
    ]


def test_a_destroy_does_not_mind(cluster: Project) -> None:
    assert problems(cluster, Command.DESTROY) == []


def test_an_addon_that_is_off_makes_none(cluster: Project) -> None:
    for key in ("gatewayApi", "kong"):
        cluster.set("baremetal", f"addons.{key}.enabled", False)
    cluster.set("baremetal", "addons.cloudflareTunnel.enabled", False)
    assert problems(cluster, Command.UP) == []
