"""After a command that was cut off, has the state know what there is: ``oneup resume``.

The engine notes each resource that it begins to make, and its end. Where it was killed in between, the
resource may be there, and the state does not say. Then a create fails since the object exists, and one that
is never tried again stays for ever. Here each such resource goes into the state as if it were there, and a
refresh asks the provider: what is not there goes out again, and the next ``make up`` makes it.

What a cancelled command has made, and the engine has taken for failed, goes into the state in the same way:
objects of the plan that are there and that Pulumi has made (see ``oneup.preflight.orphans``).

A release that Helm has half installed, or half removed, is taken away whole. A half-made upgrade is forgotten,
so that the next one starts from the last that was whole.
"""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, cast

from rich.console import Console

from oneup.plan import JsonMap, Resource
from oneup.preflight.cli import run_cli
from oneup.preflight.interrupted import RELEASE, UNFINISHED, in_doubt, name_of, stuck
from oneup.preflight.orphans import orphans
from oneup.preflight.reach import cluster_access
from oneup.project import stack_file
from oneup.settings import load_file

KUBERNETES: Final = "kubernetes:"
CREATING: Final = "creating"


class ResumeError(Exception):
    """Why it cannot go on, said to the user as it is."""


def take_over(project: Path, stack: str, console: Console) -> None:
    """Have the state of a stack know what a command that was cut off has made; raises ``ResumeError``."""
    settings = load_file(stack_file(project, stack))
    with cluster_access(settings, stack, project) as reach:
        if reach:
            _forget_upgrades(reach, console)
        exported = _export(stack)
        _take(stack, [each for each in pending(exported) if kubernetes_id(each)], console)
        if reach:
            exported = _export(stack)
            found = orphans(project, stack, json.dumps(exported), reach)
            _take(stack, [in_state(each, exported) for each in found], console)
    others = [str(each["urn"]) for each in pending(_export(stack)) if not kubernetes_id(each)]
    if others:
        raise ResumeError(
            f"look whether these are there, and say so to `pulumi refresh --stack {stack}`, which asks for "
            f"the id of each: {', '.join(map(name_of, others))}"
        )
    console.print(f"nothing is in doubt any more: make up STACK={stack}")


def _take(stack: str, resources: Sequence[JsonMap], console: Console) -> None:
    """Put resources into the state, have their provider look for them, and uninstall half releases."""
    if not resources:
        return
    _import(stack, adopted(_export(stack), resources))
    targets = [str(each["urn"]) for each in resources]
    _run("refresh", stack, targets)
    if unfinished := [urn for urn in half_installed(_export(stack)) if urn in targets]:
        _run("destroy", stack, unfinished)
    console.print(f"taken over where they are there: {', '.join(map(name_of, targets))}")


def in_state(resource: Resource, exported: JsonMap) -> JsonMap:
    """A resource of the plan as the state would have it: what it refers to is what the state knows."""
    deployment = cast("Mapping[str, Sequence[JsonMap]]", exported["deployment"])
    ids = {str(each["urn"]): str(each.get("id", "")) for each in deployment.get("resources", ())}
    provider = resource.provider.rpartition("::")[0]
    return {
        "urn": resource.urn,
        "type": resource.type,
        "custom": True,
        "inputs": resource.inputs,
        "parent": resource.parent,
        "provider": f"{provider}::{ids[provider]}",
        "dependencies": [urn for urn in resource.dependencies if urn in ids],
    }


def _forget_upgrades(reach: Sequence[str], console: Console) -> None:
    """Remove what Helm notes of upgrades and rollbacks that it has not ended."""
    for each in stuck(reach):
        if each.status != UNFINISHED[0]:
            done = run_cli(*reach, "delete", "secret", "--namespace", each.namespace, each.secret)
            if not done.ok:
                raise ResumeError(f"cannot forget the {each.status} of {each.name}: {done.reason}")
            console.print(f"forgotten: the {each.status} of {each.namespace}/{each.name}")


def pending(exported: JsonMap) -> Sequence[JsonMap]:
    """The resources of which the state does not know whether they exist."""
    deployment = cast("Mapping[str, Sequence[JsonMap]]", exported["deployment"])
    operations = deployment.get("pending_operations") or ()
    resources = [(str(each["type"]), cast("JsonMap", each["resource"])) for each in operations]
    return [resource for operation, resource in resources if in_doubt(operation, str(resource["urn"]))]


def kubernetes_id(resource: JsonMap) -> str:
    """The id that the Kubernetes provider gives an object or a release; empty for what is none."""
    if not str(resource["type"]).startswith(KUBERNETES):
        return ""
    inputs = cast("JsonMap", resource.get("inputs") or {})
    named = inputs if resource["type"] == RELEASE else cast("JsonMap", inputs.get("metadata") or {})
    return "/".join(str(named[key]) for key in ("namespace", "name") if named.get(key))


def adopted(exported: JsonMap, found: Sequence[JsonMap]) -> JsonMap:
    """The state with resources of the Kubernetes provider as if they were there, and in doubt no more."""
    deployment = cast("Mapping[str, Sequence[JsonMap]]", exported["deployment"])
    known = {str(each["urn"]) for each in deployment.get("resources", ())}
    taken = [
        {**each, "id": kubernetes_id(each), "outputs": each.get("inputs", {})}
        for each in found
        if str(each["urn"]) not in known
    ]
    left = [
        each
        for each in deployment.get("pending_operations") or ()
        if each["type"] == CREATING and not kubernetes_id(cast("JsonMap", each["resource"]))
    ]
    resources = [*deployment.get("resources", ()), *taken]
    return {**exported, "deployment": {**deployment, "resources": resources, "pending_operations": left}}


def half_installed(exported: JsonMap) -> Iterator[str]:
    """The releases of a refreshed state that Helm has not installed whole."""
    deployment = cast("Mapping[str, Sequence[JsonMap]]", exported["deployment"])
    for each in deployment["resources"]:
        outputs = cast("Mapping[str, JsonMap]", each.get("outputs") or {})
        if each["type"] == RELEASE and (outputs.get("status") or {}).get("status") != "deployed":
            yield str(each["urn"])


def _export(stack: str) -> JsonMap:
    answer = run_cli("pulumi", "stack", "export", "--stack", stack, "--non-interactive")
    if not answer.ok:
        raise ResumeError(f"the state of {stack} cannot be read: {answer.reason}")
    return cast("JsonMap", json.loads(answer.out))


def _import(stack: str, state: JsonMap) -> None:
    command = ["pulumi", "stack", "import", "--stack", stack, "--non-interactive"]
    done = subprocess.run(command, input=json.dumps(state), capture_output=True, text=True, check=False)
    if done.returncode:
        raise ResumeError(f"the state of {stack} cannot be written: {done.stderr.strip()}")


def _run(command: str, stack: str, targets: Sequence[str]) -> None:
    """Have the engine do something with some resources, in sight of the user."""
    named = [word for urn in targets for word in ("--target", urn)]
    words = ["pulumi", command, "--stack", stack, "--yes", "--skip-preview", "--non-interactive", *named]
    status = subprocess.run(words, stdin=subprocess.DEVNULL, check=False).returncode
    if status:
        raise ResumeError(f"`pulumi {command}` failed with status {status} (see above); then try again")
