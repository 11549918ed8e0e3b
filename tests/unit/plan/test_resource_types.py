"""The registry of resource types is complete, and agrees with the provider's own classes."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from oneup.plan import Plan
from oneup.plan.resource_types import (
    RESOURCE_TYPES,
    ResourceType,
    cluster,
    edge,
    identity,
    monitoring,
    network,
    resource_type,
    storage,
)
from tests.support.plans import RehearseWith
from tests.support.program_types import registered_types
from tests.support.variants import Variant, variants

STACKS = ("staging", "production", "baremetal", "local")
COMPONENTS = ("oneup:", "pulumi:")
OF_AWS = [entry for entry in RESOURCE_TYPES.values() if entry.token.startswith("aws:")]


def lacking(tokens: set[str]) -> list[str]:
    """What to add where: one line for each type without an entry."""
    return [
        f"{token} has no entry: add ResourceType({token!r}, ...) to TYPES of a module of"
        " platform/oneup/plan/resource_types"
        for token in sorted(tokens)
        if resource_type(token) is None and not token.startswith(COMPONENTS)
    ]


class TestComplete:
    def test_program(self) -> None:
        assert not lacking(set(registered_types()))

    @pytest.mark.parametrize("stack", STACKS)
    def test_stacks(self, stack: str, request: pytest.FixtureRequest) -> None:
        plan: Plan = request.getfixturevalue(stack)
        assert not lacking({resource.type for resource in plan.resources})

    @pytest.mark.parametrize("variant", variants(), ids=str)
    def test_variants(self, variant: Variant, rehearse_with: RehearseWith) -> None:
        plan = rehearse_with(variant.stack, **variant.overrides)
        assert not lacking({resource.type for resource in plan.resources})

    def test_message(self) -> None:
        (line,) = lacking({"aws:lambda/function:Function", "aws:ec2/vpc:Vpc", "kubernetes:core/v1:Pod"})
        assert line.startswith("aws:lambda/function:Function has no entry: add ")

    def test_once(self) -> None:
        topics = (network, cluster, identity, storage, monitoring, edge)
        assert sum(len(topic.TYPES) for topic in topics) == len(RESOURCE_TYPES)


def source(token: str) -> str:
    """The provider's Python class of a type: ``aws:s3/bucketPolicy:BucketPolicy``."""
    spec = find_spec("pulumi_aws")
    assert spec
    assert spec.origin
    module, _, name = token.removeprefix("aws:").partition("/")
    file = re.sub(r"(?=[A-Z])", "_", name.partition(":")[0]).lower()
    return (Path(spec.origin).parent / module / f"{file}.py").read_text("utf-8")


@pytest.mark.parametrize("entry", OF_AWS, ids=lambda entry: entry.token)
class TestProvider:
    def test_taggable(self, entry: ResourceType) -> None:
        text = source(entry.token)
        assert f"'{entry.token}'" in text
        assert entry.taggable == ("def tags(self)" in text)

    def test_inputs(self, entry: ResourceType) -> None:
        """What replaces, and what encrypts, are inputs of the type."""
        named = {*entry.replaces, *(entry.encryption.inputs.split(" or ") if entry.encryption else ())}
        text = source(entry.token)
        for path in named:
            key = path.partition(".")[0]
            python = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower()
            assert f"def {python}(self)" in text

    def test_resource_policy(self, entry: ResourceType) -> None:
        assert not entry.has_resource_policy or "def policy(self)" in source(entry.token)
