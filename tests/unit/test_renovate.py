"""Renovate sees each version that the project names: its own patterns are applied to the files."""

import ast
import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pytest

from oneup.settings.cluster import DEFAULT_VERSION
from tests import ROOT

CONFIG: Final = json.loads((ROOT / "renovate.json").read_text())

EXACT: Final = re.compile(r"v?\d+\.\d+\.\d+(?:[-+][\w.]+)?")
IMAGE: Final = re.compile(r"[\w-]+(?:\.[\w-]+)+/[\w./-]+:(v?\d[\w.-]*)")
NAMED: Final = re.compile(r"(?:^|_)(?:VERSION|IMAGE|PLUGIN|TAG)$")
MANIFEST: Final = re.compile(r"^\s*-?\s*(?:image|newTag):\s*['\"]?(?:[\w./-]+:)?(v?\d[\w.-]*)", re.MULTILINE)

PEOPLE_RAISE_IT: Final[Mapping[tuple[str, str], str]] = {
    ("platform/oneup/settings/cluster.py", "1.35"): "Kubernetes: one minor at a time, addons with it",
    ("platform/oneup/foundation/iam.py", "2012-10-17"): "the language of IAM's policies",
}
"""What no manager has to see, by file and value."""


@dataclass(frozen=True)
class Manager:
    """A custom manager, in so far as it finds things."""

    files: Sequence[str]
    patterns: Sequence[str]
    recursive: bool = False
    templates: Mapping[str, str] = field(default_factory=dict[str, str])

    def takes(self, path: str) -> bool:
        """Whether it reads a file. A pattern stands between slashes."""
        return any(re.search(pattern.strip("/"), path) for pattern in self.files)

    def found(self, text: str, depth: int = 0) -> Iterator[dict[str, str]]:
        """The groups of each thing that it finds; a recursive one looks within what it has found."""
        wanted = [self.patterns[depth]] if self.recursive else self.patterns
        for match in (one for pattern in wanted for one in re.finditer(pattern, text)):
            groups = {name: value for name, value in match.groupdict().items() if value}
            if self.recursive and depth + 1 < len(self.patterns):
                yield from ({**groups, **inner} for inner in self.found(match[0], depth + 1))
            else:
                yield groups


def managers() -> Sequence[Manager]:
    """The custom managers of ``renovate.json``."""
    return [
        Manager(
            given["managerFilePatterns"],
            [pattern.replace("(?<", "(?P<") for pattern in given["matchStrings"]],
            given.get("matchStringsStrategy") == "recursive",
            {key.removesuffix("Template"): value for key, value in given.items() if key.endswith("Template")},
        )
        for given in CONFIG["customManagers"]
    ]


def named_in_python(source: str) -> Iterator[str]:
    """The versions in a module's texts, and what its constants called a version or an image hold."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            image = IMAGE.fullmatch(node.value)
            if image or EXACT.fullmatch(node.value):
                yield image[1] if image else node.value
        elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            called = isinstance(target, ast.Name) and NAMED.search(target.id)
            if called and isinstance(node.value.value, str) and re.match(r"v?\d", node.value.value):
                yield node.value.value


def named_in(path: str, text: str) -> set[str]:
    """The versions that a file names."""
    if path.endswith(".py"):
        return set(named_in_python(text))
    return {match[1] for match in MANIFEST.finditer(text)}


def built_in(path: str, text: str) -> set[str]:
    """What Renovate's managers for Kubernetes and kustomize see: files of the given or their own names."""
    if path.endswith("/kustomization.yaml"):
        return set(re.findall(r"newTag: (v?\d[\w.-]*)", text))
    manifests = Manager(CONFIG["kubernetes"]["managerFilePatterns"], ())
    if not (manifests.takes(path) and "apiVersion:" in text and "kind:" in text):
        return set()
    return {match[1] for match in re.finditer(r"^\s*-?\s*image: *[\w./-]+:(v?\d[\w.-]*)", text, re.MULTILINE)}


def unseen(path: str, text: str) -> set[str]:
    """The versions that a file names and no manager finds."""
    custom = {groups["currentValue"] for one in managers() if one.takes(path) for groups in one.found(text)}
    return named_in(path, text) - custom - built_in(path, text)


def sources() -> Iterator[tuple[str, str]]:
    """What the platform and the applications are made of, their tests apart."""
    asked = ["git", "ls-files", "-z", "platform", "apps", "kind.yaml", "tests/cluster/*.yaml"]
    listing = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in listing.split("\0")[:-1]:
        path = ROOT / name
        if "/tests/" not in name and path.suffix in {".py", ".yaml"} and path.is_file():
            yield name, path.read_text()


def test_every_version_has_a_manager_or_a_reason() -> None:
    assert {(path, value) for path, text in sources() for value in unseen(path, text)} == set(PEOPLE_RAISE_IT)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("platform/oneup/addons/new.py", 'VERSION: Final = "9"'),
        ("platform/oneup/addons/new.py", 'NEWEST = {"1.35": "v1.2.3-eksbuild.4"}'),
        ("platform/oneup/addons/new.py", 'CHART = ("https://charts.example.org", "new", "1.2.3")'),
        ("apps/shop/src/new.py", 'CACHE = "docker.io/library/redis:7.2.11-alpine"'),
        ("platform/oneup/addons/new/objects.yaml", "apiVersion: v1\nkind: Pod\nimage: quay.io/a/b:v1.2.3"),
    ],
)
def test_a_version_that_nobody_would_see_is_named(path: str, text: str) -> None:
    assert len(unseen(path, text)) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("platform/oneup/addons/new.py", 'IMAGE: Final = "docker.io/library/redis:7.2.11-alpine"'),
        ("platform/oneup/addons/new.py", '# renovate: datasource=docker depName=a/b\nVERSION: Final = "9"'),
        ("platform/oneup/addons/new.py", 'Chart(\n    "https://charts.example.org", "new", "1.2.3"\n)'),
        ("apps/base/new/pod.yaml", "apiVersion: v1\nkind: Pod\nspec:\n  - image: quay.io/a/b:v1.2.3"),
    ],
)
def test_a_version_in_one_of_the_usual_places_is_seen(path: str, text: str) -> None:
    assert named_in(path, text)
    assert not unseen(path, text)


def test_each_thing_found_says_what_it_is_and_where_to_ask() -> None:
    alone = (".pulumi.version", ".gitlab-ci.yml", "tools/pulumi-resource-kubernetes/ldflags")
    texts = [(path, (ROOT / path).read_text()) for path in alone]
    folders = [*(ROOT / ".github" / "workflows").glob("*.yml"), *(ROOT / "tools").glob("*.py")]
    texts += [*sources(), *((str(path.relative_to(ROOT)), path.read_text()) for path in folders)]
    for one in managers():
        found = [groups for path, text in texts if one.takes(path) for groups in one.found(text)]
        assert found, one
        for groups in found:
            said = {**groups, **one.templates}
            assert said.keys() >= {"currentValue", "depName", "datasource"}
            assert said["datasource"] != "helm" or said["registryUrl"].startswith("https://")
            for template in one.templates.values():
                assert set(re.findall(r"\{\{\{(\w+)\}\}\}", template)) <= groups.keys()


def test_addons_of_eks_are_asked_for_with_our_kubernetes_version() -> None:
    asked = [one.templates["packageName"] for one in managers() if one.templates.get("packageName")]
    fixed = [json.loads(name) for name in asked if '"kubernetesVersion":"1.' in name]
    assert [name["kubernetesVersion"] for name in fixed] == [DEFAULT_VERSION]
