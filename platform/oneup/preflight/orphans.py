"""Objects that a cancelled command has left in the cluster, and that the state does not know.

On Ctrl-C the Kubernetes provider gives up the requests that are under way, and the engine takes their creates
for failed. The API server may have served one of them all the same. The next create of that object fails,
since it exists.
"""

import json
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

from pydantic import BaseModel, Field, ValidationError

from oneup.plan import Json, Plan, Resource
from oneup.preflight.cli import run_cli
from oneup.preflight.command import Command, PlannedCommand
from oneup.preflight.definitions import OURS
from oneup.preflight.finding import Finding
from oneup.preflight.interrupted import RELEASE, name_of, resume_command, revisions
from oneup.settings.stackfile import read_stack_file

KUBERNETES: Final = "kubernetes:"
PROVIDER: Final = "pulumi:providers:kubernetes"
FAILED: Final = "failed"

CALLS: Final = 8
"""Calls of kubectl at a time."""


class _Manager(BaseModel):
    manager: str = ""


class _Metadata(BaseModel):
    name: str = ""
    namespace: str = ""
    managers: list[_Manager] = Field(default=[], alias="managedFields")


class _Object(BaseModel):
    api_version: str = Field(alias="apiVersion")
    kind: str
    metadata: _Metadata

    @property
    def key(self) -> tuple[str, ...]:
        """Kind, namespace and name; the version of an API is the server's choice."""
        group = self.api_version.rpartition("/")[0]
        return group, self.kind, self.metadata.namespace, self.metadata.name


class _Objects(BaseModel):
    items: list[_Object] = []


class _Resource(BaseModel):
    urn: str
    type: str


class _Deployment(BaseModel):
    resources: list[_Resource] = []


class _Export(BaseModel):
    deployment: _Deployment


class _Update(BaseModel):
    kind: str
    result: str


def check_orphans(intent: PlannedCommand, exported: str, reach: Sequence[str]) -> Iterator[Finding]:
    """Name what a cancelled command has left; asks the cluster only after a command that failed."""
    if intent.command is Command.PREVIEW or not _last_failed(intent):
        return
    if found := [name_of(each.urn) for each in orphans(intent.project, intent.stack, exported, reach)]:
        yield Finding(
            f"an interrupted command on {intent.stack} has made what the state does not know: "
            f"{', '.join(found)}",
            resume_command(intent.stack),
        )


def _last_failed(intent: PlannedCommand) -> bool:
    """Whether the last up or destroy did not succeed."""
    chosen = ("--stack", intent.stack, "--non-interactive")
    told = run_cli(
        "pulumi", "stack", "history", "--json", "--page-size", "20", *chosen, folder=intent.project
    )
    try:
        updates = [_Update.model_validate(each) for each in json.loads(told.out or "[]")] if told.ok else []
    except ValueError:
        return False  # an answer of another form
    last = next((each for each in updates if each.kind in ("update", "destroy")), None)
    return last is not None and last.result == FAILED


def orphans(project: Path, stack: str, exported: str, reach: Sequence[str]) -> tuple[Resource, ...]:
    """The planned resources that are in the cluster, were made by Pulumi, and are not in the state."""
    from oneup.rehearsal.run import rehearse  # imports the SDKs: only after a failure

    state = _Export.model_validate_json(exported).deployment.resources
    if not any(each.type == PROVIDER for each in state):
        return ()
    plan = rehearse(project / "__main__.py", read_stack_file(project / f"Pulumi.{stack}.yaml")).plan
    unknown = _unknown(plan, {each.urn for each in state})
    objects = {key_of(each): each for each in unknown if each.type != RELEASE}
    releases = {_release(each): each for each in unknown if each.type == RELEASE}
    installed = [
        (each.namespace, each.name)
        for each in (revisions(reach) if releases else ())
        if _is_ours(each.managers)
    ]
    found = {objects[key].urn for key in _live(objects, reach) if key in objects}
    found |= {releases[key].urn for key in installed if key in releases}
    return tuple(each for each in unknown if each.urn in found)


def _unknown(plan: Plan, known: Collection[str]) -> tuple[Resource, ...]:
    """The objects and releases of a plan that a state does not have."""
    return tuple(
        each
        for each in plan.resources
        if each.type.startswith(KUBERNETES) and each.custom and not each.external and each.urn not in known
    )


def key_of(resource: Resource) -> tuple[str, ...]:
    """What identifies an object to the API server."""
    return _Object.model_validate(resource.inputs).key


def _release(resource: Resource) -> tuple[str, str]:
    return str(resource.inputs.get("namespace", "")), str(resource.inputs.get("name", ""))


def _live(objects: Mapping[tuple[str, ...], Resource], reach: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The keys of the objects that are there and whose fields Pulumi manages.

    One question for each kind: kubectl answers none at all that names a kind which is not served yet.
    """
    kinds: dict[tuple[str, ...], list[Json]] = defaultdict(list)
    for key, resource in objects.items():
        kinds[key[:2]].append(_reference(resource))
    with ThreadPoolExecutor(CALLS) as pool:
        for found in pool.map(partial(_managed, reach), kinds.values()):
            yield from found


def _managed(reach: Sequence[str], named: Sequence[Json]) -> list[tuple[str, ...]]:
    """The keys of those objects of one kind that are there, with a field manager of Pulumi's."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "objects.json"
        file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": named}))
        asked = ("--ignore-not-found", "--show-managed-fields", "--output", "json")
        answer = run_cli(*reach, "get", "--filename", str(file), *asked)
    try:
        found = _Objects.model_validate_json(_as_list(answer.out)).items
    except ValidationError:
        return []
    return [each.key for each in found if _is_ours(manager.manager for manager in each.metadata.managers)]


def _is_ours(managers: Iterable[str]) -> bool:
    """Whether Pulumi's Kubernetes provider is among the field managers."""
    return any(manager.startswith(OURS) for manager in managers)


def _as_list(text: str) -> str:
    """The answer of kubectl as a list: for one object it is the object itself."""
    value = json.loads(text or "{}")
    return text if not value or "items" in value else json.dumps({"items": [value]})


def _reference(resource: Resource) -> Json:
    """An object without its content."""
    given = _Object.model_validate(resource.inputs)
    metadata = {"name": given.metadata.name, "namespace": given.metadata.namespace}
    return {
        "apiVersion": given.api_version,
        "kind": given.kind,
        "metadata": {key: value for key, value in metadata.items() if value},
    }
