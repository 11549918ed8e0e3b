"""Receivers read their credentials from a file, mounted from the configured Secret."""

from collections.abc import Mapping, Sequence
from typing import Final, cast

import pytest

from oneup.addonkit.addon import AddonContext
from oneup.addonkit.flow import Peer
from oneup.addons.kube_prometheus_stack import addon, alertmanager, prometheus
from oneup.plan import Json
from tests.support.stacks import settings
from tests.unit.addons.monitoring.knobs import EVERYTHING

TOLD: Final = cast("Mapping[str, Mapping[str, Json]]", EVERYTHING["alertmanager"])
KEYS: Final = {
    "pagerduty": ("routing_key_file", "routingKey"),
    "slack": ("api_url_file", "url"),
    "email": ("auth_password_file", "password"),
    "heartbeat": ("url_file", "url"),
}
"""Alertmanager's word for each receiver's key, and the key in the Secret."""

CONFIGS: Final = {"heartbeat": "webhook"}
"""Alertmanager's word for a kind of receiver that it has no kind for."""


def context(**knobs: Json) -> AddonContext:
    return AddonContext(settings("staging", addons={"kubePrometheusStack": knobs}), frozenset())


def part(values: object, *path: str) -> Mapping[str, object]:
    for key in path:
        values = cast("Mapping[str, object]", values)[key]
    return cast("Mapping[str, object]", values)


@pytest.mark.parametrize("kind", KEYS)
def test_a_receiver_reads_its_own_secret_and_no_other(kind: str) -> None:
    built = addon(context(alertmanager={kind: {**TOLD[kind], "secret": "mine"}}))
    said = part(built.values, "alertmanager")
    receivers = cast("Sequence[Mapping[str, Sequence[Mapping[str, str]]]]", part(said, "config")["receivers"])
    word = f"{CONFIGS.get(kind, kind)}_configs"
    ((told,),) = (one[word] for one in receivers if word in one)
    word, key = KEYS[kind]
    assert told[word] == f"/etc/alertmanager/secrets/mine/{key}"
    assert not {word.removesuffix("_file")} & told.keys()
    spec = part(said, "alertmanagerSpec")
    assert spec["volumes"] == [{"name": "mine", "secret": {"secretName": "mine", "optional": True}}]
    (mount,) = cast("Sequence[Mapping[str, object]]", spec["volumeMounts"])
    assert (mount["mountPath"], mount["readOnly"]) == ("/etc/alertmanager/secrets/mine", True)


@pytest.mark.parametrize(
    ("kind", "ports"),
    [("pagerduty", {443}), ("slack", {443}), ("email", {587}), ("heartbeat", {443})],
    ids=lambda value: str(value),
)
def test_a_receiver_is_reached_at_its_port_alone(kind: str, ports: set[int]) -> None:
    built = addon(context(alertmanager={kind: TOLD[kind]}))
    outside = [
        flow
        for flow in built.network_flows
        if (flow.source, flow.destination) == (alertmanager.PODS, Peer.INTERNET)
    ]
    assert {port.number for flow in outside for port in flow.ports} == ports


def test_a_copy_of_all_figures_goes_out_with_the_names_of_credentials() -> None:
    built = addon(context(prometheus=EVERYTHING["prometheus"]))
    first, second = cast(
        "Sequence[Mapping[str, object]]", part(built.values, "prometheus", "prometheusSpec")["remoteWrite"]
    )
    assert first["basicAuth"] == {
        word: {"name": "remote", "key": word, "optional": False} for word in ("username", "password")
    }
    assert second == {"url": "https://open.example.com/write"}
    assert [
        flow
        for flow in built.network_flows
        if (flow.source, flow.destination) == (prometheus.PODS, Peer.INTERNET)
    ]
    alone = addon(context())
    assert "remoteWrite" not in part(alone.values, "prometheus", "prometheusSpec")
    assert not [
        flow
        for flow in alone.network_flows
        if (flow.source, flow.destination) == (prometheus.PODS, Peer.INTERNET)
    ]
