"""The Online Boutique: one release, and network policies allow only the real calls."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import pytest

from oneup.plan import Json, JsonMap
from tests.support.stacks import STACKS
from tests.unit.gitops.tree import APPS, delivered, documents, maps, texts

BASE = APPS / "base" / "online-boutique"
SHARED = {"microservice", "published", "balanced", "traced", "visited"}
SERVICES = sorted(path.name for path in BASE.iterdir() if path.is_dir() and path.name not in SHARED)
NAME = "app.kubernetes.io/name"
FROM_ELSEWHERE = {"availability-test"}


def one(path: Path) -> JsonMap:
    (document,) = documents(path)
    return document


def at(content: Json, *steps: str | int) -> Json:
    for step in steps:
        content = (
            cast(Sequence[Json], content)[step] if isinstance(step, int) else cast(JsonMap, content)[step]
        )
    return content


def container(service: str) -> JsonMap:
    return cast(
        JsonMap, at(one(BASE / service / "deployment.yaml"), "spec", "template", "spec", "containers", 0)
    )


def called(service: str) -> set[str]:
    """The services whose address a service gets."""
    values = (str(variable.get("value", "")) for variable in maps(container(service), "env"))
    return {found[1] for value in values if (found := re.match(r"(boutique-[a-z-]+):", value))}


def allowed(service: str, direction: str) -> Iterator[tuple[str, int]]:
    """The names that a service's policy lets in or out, each with the port."""
    spec = cast(JsonMap, one(BASE / service / "network-policy.yaml")["spec"])
    side = {"ingress": "from", "egress": "to"}[direction]
    for rule in maps(spec, direction):
        ports = [cast(int, port["port"]) for port in maps(rule, "ports")]
        for peer in maps(rule, side):
            for expression in maps(cast(JsonMap, peer["podSelector"]), "matchExpressions"):
                assert (expression["key"], expression["operator"]) == (NAME, "In")
                yield from ((name, port) for name in texts(expression, "values") for port in ports)


def test_it_is_eleven_microservices_of_one_release() -> None:
    images = maps(one(BASE / "published" / "kustomization.yaml"), "images")
    assert len({str(image["newTag"]) for image in images}) == 1
    assert re.fullmatch(r"v\d+\.\d+\.\d+", str(images[0]["newTag"]))
    named = {str(container(service)["image"]) for service in SERVICES} | {"boutique/load-generator"}
    assert {str(image["name"]) for image in images} == named
    assert len(named) == 11


@pytest.mark.parametrize("service", SERVICES)
def test_a_folders_objects_are_named_after_it(service: str) -> None:
    kustomization = one(BASE / service / "kustomization.yaml")
    assert kustomization["nameSuffix"] == f"-{service}"
    (labels,) = maps(kustomization, "labels")
    assert labels == {"pairs": {NAME: f"boutique-{service}"}, "includeSelectors": True}
    policy = one(BASE / service / "network-policy.yaml")
    assert at(policy, "spec", "podSelector", "matchLabels", NAME) == f"boutique-{service}"
    assert container(service)["image"] == f"boutique/{service}"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_call_whom_it_calls_and_nobody_else(service: str) -> None:
    assert {name for name, _ in allowed(service, "egress")} == called(service)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_called_by_those_that_call_it_and_nobody_else(service: str) -> None:
    callers = {f"boutique-{other}" for other in SERVICES if f"boutique-{service}" in called(other)}
    assert {name for name, _ in allowed(service, "ingress")} - FROM_ELSEWHERE == callers
    assert callers or service == "frontend"


def test_all_talk_at_one_port_and_the_store_at_its_own() -> None:
    ports = {
        (name, port)
        for service in SERVICES
        for name, port in (*allowed(service, "egress"), *allowed(service, "ingress"))
    }
    assert {port for name, port in ports if name != "boutique-cart-store"} == {8080}
    assert {port for name, port in ports if name == "boutique-cart-store"} == {6379}
    listening = at(
        one(BASE / "microservice" / "deployment.yaml"), "spec", "template", "spec", "containers", 0
    )
    assert {"name": "PORT", "value": "8080"} in maps(cast(JsonMap, listening), "env")
    for service in SERVICES:
        for variable in maps(container(service), "env"):
            address = re.match(r"boutique-([a-z-]+):(\d+)", str(variable.get("value", "")))
            assert not address or address[2] == ("6379" if address[1] == "cart-store" else "8080")


@pytest.mark.parametrize("stack", STACKS)
def test_only_staging_is_visited_by_the_load_generator(stack: str) -> None:
    generator = BASE / "visited" / "load-generator.yaml"
    assert (generator in delivered(stack)) == (stack == "staging")


def test_the_availability_test_asks_the_page_and_may() -> None:
    probe = (APPS / "base" / "monitors" / "availability.yaml").read_text()
    assert "http://boutique-frontend.environment.svc.cluster.local:8080/_healthz" in probe
    policy = (APPS / "base" / "availability-test" / "network-policy.yaml").read_text()
    assert re.search(r"values: \[[^\]]*\bboutique-frontend\b", policy)
    assert ("availability-test", 8080) in allowed("frontend", "ingress")
