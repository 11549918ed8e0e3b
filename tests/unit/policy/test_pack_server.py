"""The policy pack as a process, started and asked as the engine does it."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import grpc
import pytest
import yaml
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from oneup.plan import Json
from oneup.policy import RULES, pack

RELEASE = "kubernetes:helm.sh/v3:Release"
NODES = "aws:eks/nodeGroup:NodeGroup"


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:test::oneup::{kind}::{name}"


class Analyzer:
    """The pack's server, with the types that the generated stub lacks."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = analyzer_pb2_grpc.AnalyzerStub(channel)

    def info(self) -> analyzer_pb2.AnalyzerInfo:
        return cast("analyzer_pb2.AnalyzerInfo", self._stub.GetAnalyzerInfo(empty_pb2.Empty()))  # pyright: ignore[reportUnknownMemberType] - the stub is untyped

    def analyze(self, kind: str, name: str, inputs: Mapping[str, Json]) -> analyzer_pb2.AnalyzeResponse:
        request = analyzer_pb2.AnalyzeRequest(type=kind, urn=urn(kind, name), name=name)
        request.properties.update(dict(inputs))
        return cast("analyzer_pb2.AnalyzeResponse", self._stub.Analyze(request))  # pyright: ignore[reportUnknownMemberType] - the stub is untyped

    def analyze_stack(self, *parts: tuple[str, str]) -> analyzer_pb2.AnalyzeResponse:
        resources = [
            analyzer_pb2.AnalyzerResource(type=kind, urn=urn(kind, name), name=name) for kind, name in parts
        ]
        request = analyzer_pb2.AnalyzeStackRequest(resources=resources)
        return cast("analyzer_pb2.AnalyzeResponse", self._stub.AnalyzeStack(request))  # pyright: ignore[reportUnknownMemberType] - the stub is untyped


@pytest.fixture(scope="module")
def analyzer(root: Path) -> Iterator[Analyzer]:
    """As Pulumi's plugin for Python packs starts it: in the pack's folder, which it is told is ``.``."""
    command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", "."]
    with subprocess.Popen(command, cwd=root / "policy-pack", stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            port = int(server.stdout.readline())
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                yield Analyzer(channel)
        finally:
            server.kill()


def test_the_pack_runs_in_the_environment_of_the_program(root: Path) -> None:
    runtime = yaml.safe_load((root / "policy-pack" / "PulumiPolicy.yaml").read_text())["runtime"]
    program = yaml.safe_load((root / "Pulumi.yaml").read_text())["runtime"]
    shared = (root / "policy-pack" / runtime["options"]["virtualenv"]).resolve()
    assert runtime["name"] == program["name"] == "python"
    assert shared == (root / program["options"]["virtualenv"]).resolve()


def test_the_server_offers_every_rule_that_the_engine_can_ask(analyzer: Analyzer) -> None:
    info = analyzer.info()
    assert info.name == pack.NAME
    assert {policy.name for policy in info.policies} == {
        rule.id for rule in RULES if not rule.offline_only_reason
    }


def test_the_server_stops_a_resource_and_takes_what_is_unknown_for_right(analyzer: Analyzer) -> None:
    inputs = {"chart": "a", "version": UNKNOWN_STRING_VALUE, "atomic": True, "timeout": 300}
    found = analyzer.analyze(RELEASE, "a", inputs).diagnostics
    said = {one.policyName for one in found}
    assert {"helm-repository-url", "helm-atomic"} <= said
    assert not {"helm-exact-version", "helm-timeout"} & said
    assert all(one.enforcementLevel == analyzer_pb2.MANDATORY for one in found)


def test_the_server_stops_a_stack_and_names_the_resource(analyzer: Analyzer) -> None:
    found = analyzer.analyze_stack((RELEASE, "a"), (NODES, "workers")).diagnostics
    assert (urn(RELEASE, "a"), "releases-after-nodes") in {(one.urn, one.policyName) for one in found}
