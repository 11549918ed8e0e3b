"""Workflows as data."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import yaml

from tests import ROOT

Yaml = str | list["Yaml"] | dict[str, "Yaml"]
Map = dict[str, Yaml]

FOLDER = ROOT / ".github" / "workflows"
ACTIONS = ROOT / ".github" / "actions"


def mapping(value: Yaml | None) -> Map:
    """A mapping, or an empty one where there is none."""
    return value if isinstance(value, dict) else {}


def sequence(value: Yaml | None) -> list[Yaml]:
    """A list, or an empty one where there is none."""
    return value if isinstance(value, list) else []


def text(value: Yaml | None) -> str:
    """A scalar, or an empty text where there is none."""
    return value if isinstance(value, str) else ""


@dataclass(frozen=True)
class Job:
    """One job, with the workflow that it is part of."""

    workflow: "Workflow"
    key: str
    body: Map

    def __str__(self) -> str:
        return f"{self.workflow.name}: {self.key}"

    @property
    def permissions(self) -> Map:
        """Its own permissions; a job without any has the workflow's."""
        return mapping(self.body.get("permissions", self.workflow.body.get("permissions")))

    @property
    def steps(self) -> list[Map]:
        return [mapping(step) for step in sequence(self.body.get("steps"))]

    @property
    def condition(self) -> str:
        return " ".join(text(self.body.get("if")).split())

    @property
    def concurrency(self) -> Map:
        return mapping(self.body.get("concurrency")) or mapping(self.workflow.body.get("concurrency"))

    def uses(self, action: str) -> list[Map]:
        """Its steps with an action, by the action's repository."""
        return [step for step in self.steps if text(step.get("uses")).startswith(action + "@")]

    def names(self) -> Iterator[str]:
        """The names under which GitHub reports it, one for each entry of its matrix."""
        name = text(self.body.get("name")) or self.key
        matrix = mapping(mapping(self.body.get("strategy")).get("matrix"))
        entries = [mapping(entry) for entry in sequence(matrix.get("include"))]
        for key, values in matrix.items():
            if key != "include":
                entries += [{key: value} for value in sequence(values)]
        for entry in entries or [{}]:
            given = name
            for key, value in entry.items():
                given = given.replace(f"${{{{ matrix.{key} }}}}", text(value))
            yield given


@dataclass(frozen=True)
class Workflow:
    """One file of ``.github/workflows``; every scalar is text, so that ``on`` stays what it says."""

    name: str
    source: str
    body: Map

    @property
    def events(self) -> set[str]:
        on = self.body.get("on", "")
        return {on} if isinstance(on, str) else {text(event) for event in on}

    @property
    def jobs(self) -> list[Job]:
        return [Job(self, key, mapping(body)) for key, body in mapping(self.body.get("jobs")).items()]


@dataclass(frozen=True)
class Action:
    """One action of ``.github/actions``."""

    name: str
    source: str
    body: Map

    @property
    def steps(self) -> list[Map]:
        return [mapping(step) for step in sequence(mapping(self.body.get("runs")).get("steps"))]


def actions() -> list[Action]:
    """All of them, by name."""
    found: list[Action] = []
    for path in sorted(ACTIONS.glob("*/action.y*ml")):
        source = path.read_text(encoding="utf-8")
        found.append(Action(path.parent.name, source, cast("Map", yaml.load(source, yaml.BaseLoader))))
    return found


def workflows() -> list[Workflow]:
    """All of them, by name."""
    found: list[Workflow] = []
    for path in sorted(FOLDER.glob("*.y*ml")):
        source = path.read_text(encoding="utf-8")
        found.append(Workflow(path.name, source, cast("Map", yaml.load(source, yaml.BaseLoader))))
    return found
