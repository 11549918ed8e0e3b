"""Checks pods against Pod Security levels with Kyverno's CLI, which uses the API server's library."""

import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, cast

from oneup.plan import Json, JsonMap
from tests.render.workloads import Workload

BASELINE: Final = "baseline"
RESTRICTED: Final = "restricted"


def violations(binary: Path, judged: Sequence[Workload]) -> Mapping[str, Mapping[int, str]]:
    """By level, and by the pod's place among the judged, why the level refuses it."""
    pods = [_pod(number, each) for number, each in enumerate(judged)]
    with tempfile.TemporaryDirectory() as scratch:
        rules, resources = Path(scratch) / "rules.yaml", Path(scratch) / "pods.yaml"
        rules.write_text(_stream([_rule(level) for level in (BASELINE, RESTRICTED)]), "utf-8")
        resources.write_text(_stream(pods), "utf-8")
        command = [binary, "apply", rules, "--resource", resources, "--policy-report", "--output-format=json"]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    # It ends with 1 where a rule is broken, and with nothing said where it has not judged.
    if "{" not in done.stdout:
        raise RuntimeError(f"kyverno: {done.stdout}{done.stderr}")
    report = cast("JsonMap", json.loads(done.stdout[done.stdout.index("{") :]))
    results = cast("Sequence[JsonMap]", report["results"])
    if len(results) != 2 * len(pods):
        raise RuntimeError(f"kyverno judged {len(results)} times {len(pods)} pods by two levels")
    found: dict[str, dict[int, str]] = {BASELINE: {}, RESTRICTED: {}}
    for level, number, why in _failures(results):
        found[level][number] = why
    return found


def _failures(results: Sequence[JsonMap]) -> Iterator[tuple[str, int, str]]:
    for result in results:
        if result["result"] != "pass":
            (pod,) = cast("Sequence[Mapping[str, str]]", result["resources"])
            yield str(result["policy"]), int(pod["name"].removeprefix("pod-")), str(result["message"])


def _pod(number: int, workload: Workload) -> JsonMap:
    metadata = {"name": f"pod-{number}", "namespace": workload.namespace}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": workload.spec}


def _rule(level: str) -> JsonMap:
    pods: list[Json] = [{"resources": {"kinds": ["Pod"]}}]
    # Its newest rules: those of the stacks' own minor version are among them.
    judge: JsonMap = {"podSecurity": {"level": level, "version": "latest"}}
    rules: list[Json] = [{"name": level, "match": {"any": pods}, "validate": judge}]
    head: JsonMap = {"apiVersion": "kyverno.io/v1", "kind": "ClusterPolicy", "metadata": {"name": level}}
    return {**head, "spec": {"background": True, "rules": rules}}


def _stream(things: Sequence[JsonMap]) -> str:
    return "\n---\n".join(json.dumps(thing) for thing in things)
