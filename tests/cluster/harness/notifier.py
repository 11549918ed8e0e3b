"""The program's notification configuration, with Git hosts on loopback."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import yaml

from oneup.addonkit.addon import AddonContext
from oneup.addons.argo_cd import notifications
from oneup.settings.parse import parse
from tests.cluster.harness.forge import TOKEN, Forge
from tests.cluster.harness.objects import Json, JsonMap, Object

FORGES: Mapping[str, tuple[str, JsonMap]] = {
    "github": ("https://github.com/example/oneup.git", {"appId": 1, "installationId": 2}),
    "gitlab": ("https://gitlab.example.com/platform/example/oneup.git", {}),
}
"""By the setting's name: a repository there, and the setting."""

PARTS = ("notifiers", "templates", "triggers")


def configuration(stack_file: Path, forge: Forge) -> JsonMap:
    """The content of ``argocd-notifications-cm`` of a stack that notifies both Git hosts."""
    told = [Object(_told(stack_file, name)) for name in FORGES]
    content: dict[str, Json] = {"context": "argocdUrl: https://argocd.example.com"}
    for values in told:
        for part in PARTS:
            for key, text in values.map(part).items():
                content[key] = _both(str(content.get(key, "{}")), str(text))
    content["subscriptions"] = json.dumps(
        [each.raw for values in told for each in values.each("subscriptions")]
    )
    return {key: _on_loopback(key, str(text), forge) for key, text in content.items()}


def _told(stack_file: Path, name: str) -> JsonMap:
    """What the program makes of the stack file with this forge alone."""
    config = cast("dict[str, Json]", yaml.safe_load(stack_file.read_text())["config"])
    raw = {key.removeprefix("oneup:"): value for key, value in config.items()}
    repository, knobs = FORGES[name]
    raw["gitops"] = {**Object(raw).map("gitops"), "repository": repository}
    argo_cd = {**Object(raw).map("addons", "argoCd"), "notifications": {name: knobs}}
    raw["addons"] = {**Object(raw).map("addons"), "argoCd": argo_cd}
    settings = parse(stack_file.name.split(".")[1], raw)
    return cast(JsonMap, json.loads(json.dumps(notifications.values(AddonContext(settings, frozenset())))))


def _both(one: str, other: str) -> str:
    """The templates of an event for both Git hosts; the triggers are the same."""
    content = json.loads(other)
    return json.dumps({**json.loads(one), **content}) if isinstance(content, dict) else other


def _on_loopback(key: str, text: str, forge: Forge) -> str:
    if key == "service.github":
        return json.dumps({**json.loads(text), "enterpriseBaseURL": forge.url})
    return json.dumps({**json.loads(text), "url": forge.url}) if key == "service.webhook.gitlab" else text


def keys() -> JsonMap:
    """The Secret's content: a token that the forges know, and a private key of today's."""
    made = subprocess.run(["openssl", "genrsa", "2048"], capture_output=True, text=True, check=True)
    return {"gitlab-token": TOKEN, "github-private-key": made.stdout}
