"""The comparison detects a missing policy, an extra one, and an undeclared flow."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

from oneup.addonkit.flow import Port
from oneup.plan import JsonMap
from tests.reach.prober import Connection, ProbePeer, Prober, at

WEB: Final = Port(80)
UNUSED: Final = Port(9)
CLIENT = ProbePeer("home", "client", "10.0.0.1", {"app": "client"})
SERVER = ProbePeer("away", "server", "10.0.0.2", {"app": "server"})
FAR = ProbePeer("outside", "far", "198.51.100.1")
CALL: Final = Connection("home/client", "away/server", "TCP 80")


def policy(name: str, namespace: str, **spec: object) -> JsonMap:
    return cast(JsonMap, {"metadata": {"name": name, "namespace": namespace}, "spec": spec})


def silence(namespace: str) -> JsonMap:
    return policy("default-deny", namespace, podSelector={}, policyTypes=["Ingress", "Egress"])


def free(namespace: str) -> JsonMap:
    any_way = [dict[str, object]()]
    both = ["Ingress", "Egress"]
    return policy("free", namespace, podSelector={}, policyTypes=both, ingress=any_way, egress=any_way)


def end(peer: ProbePeer) -> dict[str, object]:
    home = {"matchLabels": {"kubernetes.io/metadata.name": peer.namespace}}
    return {"namespaceSelector": home, "podSelector": {"matchLabels": dict(peer.labels)}}


PORTS: Final = [{"port": 80, "protocol": "TCP"}]
ASKS = policy(
    "asks",
    "home",
    podSelector={"matchLabels": {"app": "client"}},
    policyTypes=["Egress"],
    egress=[{"to": [end(SERVER)], "ports": PORTS}],
)
ANSWERS = policy(
    "answers",
    "away",
    podSelector={"matchLabels": {"app": "server"}},
    policyTypes=["Ingress"],
    ingress=[{"from": [end(CLIENT)], "ports": PORTS}],
)
WHOLE: Final = (silence("home"), silence("away"), ASKS, ANSWERS)


def reached(folder: Path, policies: Sequence[JsonMap]) -> set[Connection]:
    peers = [CLIENT, SERVER, FAR]
    prober = Prober(peers, [WEB, UNUSED], UNUSED, frozenset({"outside/far"}), folder)
    return set(prober.reached(policies))


def without(name: str, namespace: str) -> Sequence[JsonMap]:
    kept = [each for each in WHOLE if at(each, "metadata") != {"name": name, "namespace": namespace}]
    assert len(kept) == len(WHOLE) - 1
    return kept


def test_what_both_ends_let_pass_passes_and_nothing_else(tmp_path: Path) -> None:
    assert reached(tmp_path, WHOLE) == {CALL}


def test_one_end_alone_opens_nothing(tmp_path: Path) -> None:
    assert reached(tmp_path / "asks", without("answers", "away")) == set()
    assert reached(tmp_path / "answers", without("asks", "home")) == set()


def test_without_its_silence_a_namespace_is_open(tmp_path: Path) -> None:
    # The server is still under its own policy for what comes in; what it says is free.
    found = reached(tmp_path, without("default-deny", "away"))
    assert found - {CALL} == {
        Connection("away/server", "outside/far", "TCP 80"),
        Connection("away/server", "outside/far", "TCP 9"),
    }


def test_a_rule_without_ports_is_found(tmp_path: Path) -> None:
    found = reached(tmp_path, [*WHOLE, free("home"), free("away")])
    assert Connection("home/client", "away/server", "TCP 9") in found
    assert Connection("outside/far", "home/client", "TCP 9") in found
