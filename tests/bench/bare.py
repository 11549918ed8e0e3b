"""The floor: the SDK alone registers what a plan holds, of the same classes and with the same inputs.

As the program's own, but without its settings, its components, and whatever waits for an output.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Final, TypeAlias, TypedDict, cast

import pulumi
from pulumi.runtime import mocks
from pulumi.runtime.stack import run_pulumi_func

Inputs: TypeAlias = Mapping[str, object]

PASSES: Final = 2
PACKAGES: Final = {"helm.sh/v3": "helm.v3"}
"""Where a module's name is not its folder's."""


class State(TypedDict):
    """What is needed of a resource in a plan."""

    type: str
    urn: str
    custom: bool
    inputs: Inputs


class _Echo(mocks.Mocks):
    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, object]]:
        return f"{args.name}-id", cast("dict[str, object]", args.inputs)  # pyright: ignore[reportUnknownMemberType] - the SDK says only dict

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, object], None]:
        raise AssertionError(args.token)


def register(plan: Path) -> None:
    """Register what ``plan.json`` holds with the SDK's own test monitor, once for each pass."""
    states: list[State] = json.loads(plan.read_text("utf-8"))["deployment"]["resources"]
    for _ in range(PASSES):
        asyncio.run(_run(states[1:]))


async def _run(states: list[State]) -> None:
    mocks.set_mocks(_Echo(), project="oneup", stack="bare")

    def program() -> None:
        for state in states:
            _make(state)

    await run_pulumi_func(program)


def _make(state: State) -> None:
    # A URN's types too: two resources of one type may share a name under two parents.
    name, inputs = state["urn"].partition("::")[2], state.get("inputs", {})
    if not state["custom"] and state["type"].startswith("oneup:"):
        pulumi.ComponentResource(state["type"], name)
    elif found := _class(state["type"]):
        parameters = signature(vars(found)["_internal_init"]).parameters
        found(name, **{own: inputs[key] for own in parameters if (key := _camel(own)) in inputs})
    else:
        pulumi.CustomResource(state["type"], name, inputs)


def _class(token: str) -> Callable[..., object] | None:
    """The class of a type token; the platform makes plain Kubernetes objects without one."""
    package, module, name = token.split(":")
    if package == "pulumi":
        package, module, name = name, "", "Provider"
    folder = PACKAGES.get(module, module.partition("/")[0] if package != "kubernetes" else "")
    if package == "kubernetes" and module and not folder:
        return None
    path = f"pulumi_{package}.{folder}".rstrip(".").removesuffix(".index")
    return cast("Callable[..., object]", getattr(import_module(path), name))


def _camel(name: str) -> str:
    head, *rest = name.strip("_").split("_")
    return head + "".join(part.capitalize() for part in rest)
