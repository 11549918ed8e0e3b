"""What a stack's folder says of its own: the account, domain and network of its stack file."""

import re
from collections.abc import Iterator

import pytest

from oneup.plan import JsonMap
from oneup.settings import AwsSettings
from tests.support.stacks import STACKS, settings
from tests.unit.gitops.tree import APPS, documents, maps

ON_AWS = [name for name in STACKS if isinstance(settings(name), AwsSettings)]
HOST = re.compile(r"path: /spec/rules/0/host, value: ([\w.-]+)")
CIDR = re.compile(r"ipBlock/cidr, value: ([\d./]+)")
FEWEST = re.compile(r"path: /spec/minReplicas, value: (\d+)")
ACCOUNT_REGISTRY = re.compile(r"^\d{12}\.dkr\.ecr\.")


def on_aws(stack: str) -> AwsSettings:
    configured = settings(stack)
    assert isinstance(configured, AwsSettings)
    return configured


def kustomizations(stack: str) -> Iterator[JsonMap]:
    for file in sorted((APPS / stack).rglob("kustomization.yaml")):
        yield documents(file)[0]


def patched(stack: str, what: re.Pattern[str]) -> set[str]:
    return {value for each in kustomizations(stack) for value in what.findall(str(each.get("patches", "")))}


@pytest.mark.parametrize("stack", ON_AWS)
def test_images_come_from_the_stacks_own_repositories(stack: str) -> None:
    configured = on_aws(stack)
    registry = f"{configured.aws.account}.dkr.ecr.{configured.aws.region}.amazonaws.com"
    images = [image for each in kustomizations(stack) for image in maps(each, "images")]
    ours = [str(image["newName"]) for image in images if ACCOUNT_REGISTRY.match(str(image["newName"]))]
    assert {f"{registry}/{name}" for name in configured.registry.repositories} == set(ours)


@pytest.mark.parametrize("stack", STACKS)
def test_images_are_at_an_exact_release(stack: str) -> None:
    images = [image for each in kustomizations(stack) for image in maps(each, "images")]
    assert images
    for image in images:
        assert re.fullmatch(r"v?\d+\.\d+\.\d+([-+.][\w.-]+)?|[0-9a-f]{7,40}", str(image["newTag"])), image[
            "name"
        ]


@pytest.mark.parametrize("stack", ON_AWS)
def test_hosts_are_below_the_stacks_domain(stack: str) -> None:
    domain = on_aws(stack).domain
    hosts = patched(stack, HOST)
    assert domain
    assert hosts
    assert [host for host in hosts if not host.endswith(f".{domain.name}")] == []


@pytest.mark.parametrize("stack", ON_AWS)
def test_the_balancers_addresses_are_the_networks(stack: str) -> None:
    assert patched(stack, CIDR) == {on_aws(stack).network.cidr}


@pytest.mark.parametrize("application", ["shop", "online-boutique"])
@pytest.mark.parametrize("stack", STACKS)
def test_there_are_as_many_pods_at_least_as_the_stacks_availability_asks_for(
    stack: str, application: str
) -> None:
    """The load generator apart, who plays the customers."""
    files = [file for file in (APPS / "base" / application).rglob("*.yaml") if file.parent.name != "visited"]
    base = "".join(file.read_text("utf-8") for file in files)
    (kustomization,) = documents(APPS / stack / application / "kustomization.yaml")
    fewest = FEWEST.findall(str(kustomization.get("patches", ""))) or re.findall(r"minReplicas: (\d+)", base)
    assert {int(number) for number in fewest} == {settings(stack).replicas}
