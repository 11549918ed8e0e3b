"""kubeconform runs once for many addons, and its errors are reported per addon."""

import json
from pathlib import Path

import pytest

from oneup.plan import JsonMap
from tests.render.conform import Schemas, problems

ROLE: JsonMap = {"apiVersion": "a/v1", "kind": "Role", "metadata": {"name": "a"}}


def answering(tmp_path: Path, *found: JsonMap, looked_at: int) -> Path:
    """What stands for kubeconform: it answers as that does, whatever it is given."""
    answer = {"resources": found, "summary": {"valid": looked_at - len(found), "invalid": len(found)}}
    binary = tmp_path / "kubeconform"
    binary.write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(answer)}\nEND\n")
    binary.chmod(0o755)
    return binary


def test_a_problem_is_told_of_the_addon_whose_object_has_it(tmp_path: Path) -> None:
    details: list[JsonMap] = [{"path": "/spec", "msg": "is missing"}]
    found: JsonMap = {"filename": "/x/tea.yaml", "kind": "Role", "name": "a", "validationErrors": details}
    binary = answering(tmp_path, found, looked_at=2)
    told = problems(binary, {"tea": [ROLE], "milk": [ROLE]}, Schemas(tmp_path, "1.35"))
    assert told == {"tea": ["Role a: /spec: is missing"], "milk": []}


def test_an_object_that_was_not_looked_at_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="looked at 1 objects of 2"):
        problems(answering(tmp_path, looked_at=1), {"tea": [ROLE, ROLE]}, Schemas(tmp_path, "1.35"))
