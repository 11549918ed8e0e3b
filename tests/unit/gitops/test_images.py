"""The shop's images, and the pods that run them: one port, one user, and commands that the image knows."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple, cast

import pytest

from oneup.plan import Json, JsonMap
from tests.support.stacks import STACKS
from tests.unit.gitops.tree import APPS, SOURCES, documents, maps, objects, texts

SHOP: Final = APPS / SOURCES
MANIFESTS: Final = APPS / "base" / "shop"
PAGE: Final = "web"


class Image(NamedTuple):
    """What the last stage of a Dockerfile says."""

    user: int
    group: int
    port: int
    entry: str


def image(name: str) -> Image:
    file = SHOP / ("src/web/Dockerfile" if name == PAGE else "Dockerfile")
    last = file.read_text("utf-8").split("\nFROM ")[-1]
    user = re.search(r"^USER (\d+):(\d+)$", last, re.MULTILINE)
    port = re.search(r"^EXPOSE (\d+)$", last, re.MULTILINE)
    entry = re.search(r"^ENTRYPOINT \[(.+)\]$", last, re.MULTILINE)
    assert user and port and entry, file
    return Image(int(user[1]), int(user[2]), int(port[1]), entry[1].replace('"', ""))


class Pod(NamedTuple):
    """A pod of one of our images."""

    of: str
    image: str
    spec: JsonMap
    container: JsonMap


def pods() -> Iterator[Pod]:
    """Every pod of the shop's that runs an image of ours, with what all services have in common."""
    (common,) = documents(MANIFESTS / "service" / "deployment.yaml")
    shared = specification(common)
    for each in objects(MANIFESTS):
        spec = specification(each)
        for container in maps(spec, "containers"):
            name = re.fullmatch(r"shop/([a-z-]+)", str(container.get("image")))
            if name is None:
                continue
            label = cast(JsonMap, cast(JsonMap, each["metadata"]).get("labels") or {})
            service = each["kind"] == "Deployment" and label.get("app.kubernetes.io/component") == "service"
            (both,) = maps(shared, "containers")
            yield Pod(
                f"{each['kind']} {cast(JsonMap, each['metadata'])['name']}",
                name[1],
                {**shared, **spec} if service else spec,
                {**both, **container} if service else container,
            )


def specification(each: JsonMap) -> JsonMap:
    """The pod's part of a workload; nothing of what has no pods."""
    found: Json = each.get("spec") or {}
    for step in ("jobTemplate", "spec", "template", "spec"):
        found = cast(JsonMap, found).get(step) or found
    return cast(JsonMap, found) if "containers" in cast(JsonMap, found) else {}


PODS: Final = tuple(pods())
IDS: Final = [pod.of for pod in PODS]


def test_every_image_is_run() -> None:
    assert {pod.image for pod in PODS} == {"user", "product", "order", "payment", "store-api", PAGE}
    assert len(PODS) > 12


@pytest.mark.parametrize("pod", PODS, ids=IDS)
def test_a_pod_runs_as_the_images_own_user(pod: Pod) -> None:
    context = cast(JsonMap, pod.spec["securityContext"])
    made = image(pod.image)
    assert (context["runAsUser"], context["runAsGroup"]) == (made.user, made.group)
    assert made.user > 0


@pytest.mark.parametrize("pod", PODS, ids=IDS)
def test_what_serves_is_asked_at_the_port_that_the_image_exposes(pod: Pod) -> None:
    ports = [port["containerPort"] for port in maps(pod.container, "ports")]
    assert ports == ([image(pod.image).port] if pod.of.startswith("Deployment") else [])


@pytest.mark.parametrize("pod", PODS, ids=IDS)
def test_a_command_is_one_that_the_readme_promises_of_the_image(pod: Pod) -> None:
    """The shop's own tests hold the README to the code."""
    table = (SHOP / "README.md").read_text("utf-8")
    for command in texts(pod.container, "args"):
        (images,) = re.findall(rf"^\| `{command}` \(([^)]+)\)", table, re.MULTILINE)
        assert pod.image in images.split(", ")
    for word in texts(pod.container, "command")[2:]:
        assert f"`python -m {word}` (any service" in table
        assert module(word).is_file()


def module(name: str) -> Path:
    return (SHOP / "src" / Path(*name.split("."))).with_suffix(".py")


def test_the_images_begin_with_what_is_copied_into_them() -> None:
    assert image("order").entry == "python, -m, storekit"
    assert module("storekit.__main__").is_file()
    assert "\nCOPY src/storekit storekit\n" in (SHOP / "Dockerfile").read_text("utf-8")
    assert image(PAGE).entry == "sh, /shop/serve.sh"
    assert (SHOP / "src" / "web" / "serve.sh").is_file()
    assert "\nCOPY src/web/serve.sh " in (SHOP / "src" / "web" / "Dockerfile").read_text("utf-8")


@pytest.mark.parametrize("stack", STACKS)
def test_every_stack_says_where_each_image_is(stack: str) -> None:
    (kustomization,) = documents(APPS / stack / "shop" / "kustomization.yaml")
    ours = [str(each["name"]) for each in maps(kustomization, "images")]
    assert sorted(name for name in ours if name.startswith("shop/")) == sorted(
        {f"shop/{pod.image}" for pod in PODS}
    )
