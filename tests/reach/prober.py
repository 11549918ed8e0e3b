"""Cyclonus as the judge: who reaches whom, worked out from network policies as a CNI would."""

import json
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from oneup.addonkit.flow import Port
from oneup.plan import Json, JsonMap
from tests import ROOT

TOOLS: Final = ROOT / "build" / "tools"

# A fifth less of its time goes into collecting what lives for a second.
_SELDOM: Final = {"GOGC": "400"}
_PASSES: Final = "."
_HEADINGS: Final = ("Ingress:", "Egress:", "Combined:")


def at(value: Json, *path: str) -> Json:
    """What is there, or None."""
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


@dataclass(frozen=True, order=True)
class ProbePeer:
    """Whoever may be at an end of a connection: a workload's pods, or an address outside the policies."""

    namespace: str
    name: str
    address: str
    labels: Mapping[str, str] = field(default_factory=dict[str, str], hash=False, compare=False)

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, order=True)
class Connection:
    """A peer that reaches another at a port, in the words of a failure."""

    source: str
    target: str
    port: str
    """Such as ``TCP 443``."""


@dataclass(frozen=True)
class Prober:
    """Asks who of the peers reaches whom, at each of the ports.

    Whom policies guard is asked at the ports that a policy of its namespace names, and at ``unused``:
    at no other can anything pass. All others are asked at every port.
    """

    peers: Sequence[ProbePeer]
    ports: Sequence[Port]
    unused: Port
    open: frozenset[str]
    """Whom no policy guards."""

    folder: Path

    def reached(self, policies: Iterable[JsonMap]) -> frozenset[Connection]:
        """All that the policies let pass."""
        items = [_policy(each) for each in policies]
        listed = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicyList", "items": items}
        self.folder.mkdir(parents=True, exist_ok=True)
        written, model = self.folder / "policies.yaml", self.folder / "model.json"
        # JSON is YAML.
        written.write_text(json.dumps(listed))
        model.write_text(json.dumps({"Resources": self._resources(items), "Probes": self._probes()}))
        command = [TOOLS / "cyclonus", "analyze", "--mode", "probe"]
        done = subprocess.run(
            [*command, "--policy-path", written, "--probe-path", model],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **_SELDOM},
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return frozenset(self._read(done.stdout))

    def _resources(self, policies: Sequence[JsonMap]) -> JsonMap:
        named = {str(peer): self._asked(peer, policies) for peer in self.peers}
        return {
            "Namespaces": {
                name: {"kubernetes.io/metadata.name": name}
                for name in sorted({peer.namespace for peer in self.peers})
            },
            "Pods": [
                {
                    "Namespace": peer.namespace,
                    "Name": peer.name,
                    "Labels": dict(peer.labels),
                    "IP": peer.address,
                    "Containers": [{"Name": str(port), "Port": port} for port in named[str(peer)]],
                }
                for peer in self.peers
            ],
        }

    def _asked(self, peer: ProbePeer, policies: Sequence[JsonMap]) -> Sequence[int]:
        every = {port.number for port in self.ports}
        if str(peer) in self.open:
            return sorted(every)
        here = [each for each in policies if at(each, "metadata", "namespace") == peer.namespace]
        return sorted({self.unused.number, *(number for each in here for number in _ports(each))} & every)

    def _probes(self) -> Sequence[JsonMap]:
        return [{"Port": port.number, "Protocol": port.protocol} for port in self.ports]

    def _read(self, output: str) -> Iterator[Connection]:
        """The third table of each probe: what both endpoints allow. The last probe is not used."""
        tables = list(_tables(output))[: len(self.ports)]
        names = sorted(str(peer) for peer in self.peers)
        assert len(tables) == len(self.ports), output[-2000:]
        for port, rows in zip(self.ports, tables, strict=True):
            assert [row[0] for row in rows] == names
            for source, *cells in rows:
                assert len(cells) == len(names)
                assert set(cells) <= {_PASSES, "X", "N"}, (source, set(cells))
                for target, cell in zip(names, cells, strict=True):
                    if cell == _PASSES and source != target:
                        yield Connection(source, target, said(port))


def _policy(inputs: JsonMap) -> JsonMap:
    """A policy in the API's format, without the plan's other fields."""
    metadata = inputs["metadata"]
    assert isinstance(metadata, Mapping)
    about = {key: metadata[key] for key in ("name", "namespace")}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": about,
        "spec": inputs["spec"],
    }


def _ports(policy: JsonMap) -> Iterator[int]:
    """The ports at which a policy lets something in, with the ends of ranges."""
    for rule in cast("Sequence[JsonMap]", at(policy, "spec", "ingress") or ()):
        for port in cast("Sequence[Mapping[str, int]]", rule.get("ports", ())):
            yield from (port[key] for key in ("port", "endPort") if key in port)


def said(port: Port) -> str:
    """A port as a connection has it."""
    return f"{port.protocol} {port.number}"


def read(text: str) -> Port:
    """A port of what ``said`` made of it."""
    protocol, number = text.split()
    return Port(int(number), "UDP" if protocol == "UDP" else "TCP")


def _tables(output: str) -> Iterator[Sequence[Sequence[str]]]:
    """The rows of each combined table; its head, and the two tables before it, apart."""
    heading, rows = "", list[list[str]]()
    for line in output.splitlines():
        if line in _HEADINGS:
            if heading == "Combined:":
                yield rows[1:]
            heading, rows = line, []
        elif heading == "Combined:" and line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
    yield rows[1:]
