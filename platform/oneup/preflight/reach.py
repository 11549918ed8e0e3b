"""How kubectl reaches a stack's cluster: as the stack file says, or by the kubeconfig in the state."""

import json
import os
import shutil
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, cast

from pydantic import BaseModel, ValidationError

from oneup.preflight.cli import run_cli
from oneup.preflight.existing import kubectl
from oneup.settings import AwsSettings, Settings

PROVIDER: Final = "pulumi:providers:kubernetes"


class _Resource(BaseModel):
    type: str
    inputs: Mapping[str, object] = {}


class _Deployment(BaseModel):
    resources: list[_Resource] = []


class _Export(BaseModel):
    deployment: _Deployment


@contextmanager
def cluster_access(settings: Settings, stack: str, project: Path) -> Generator[Sequence[str]]:
    """The beginning of every call of kubectl; empty where the cluster cannot be reached.

    On AWS the state's kubeconfig is used. It names the command that signs in, and holds no credentials.
    """
    if shutil.which("kubectl") is None:
        yield ()
    elif not isinstance(settings, AwsSettings):
        yield kubectl(settings.existing)
    elif shutil.which("aws") is None or not (text := _kubeconfig(stack, project)):
        yield ()
    else:
        with tempfile.TemporaryDirectory() as folder:  # for its owner alone
            file = Path(folder) / "kubeconfig"
            file.write_text(text)
            yield ("kubectl", "--kubeconfig", os.fspath(file), "--request-timeout", "20s")


def _kubeconfig(stack: str, project: Path) -> str:
    """The kubeconfig of the provider in the state; empty where there is none yet."""
    words = ("--stack", stack, "--show-secrets", "--non-interactive")
    exported = run_cli("pulumi", "stack", "export", *words, folder=project)
    try:
        resources = _Export.model_validate_json(exported.out).deployment.resources
    except ValidationError:
        return ""
    return next((_text(each.inputs.get("kubeconfig")) for each in resources if each.type == PROVIDER), "")


def _text(value: object) -> str:
    """An input's text, also where the engine has wrapped it as a secret."""
    if isinstance(value, Mapping):
        wrapped = cast("Mapping[str, str]", value)
        return str(json.loads(wrapped.get("plaintext", '""')))
    return value if isinstance(value, str) else ""
