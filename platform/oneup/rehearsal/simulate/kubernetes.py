"""Kubernetes objects and Helm releases."""

from collections.abc import Mapping

from oneup.plan import Json, JsonMap
from oneup.rehearsal.simulate.account import Outputs, SimulatedResource


def outputs(token: str, made: SimulatedResource) -> Outputs:
    """An object comes back with its metadata filled in; a release with its status."""
    if token == "kubernetes:helm.sh/v3:Release":
        own, namespace = made.text("name", made.name), made.text("namespace", "default")
        status: Json = {"name": own, "namespace": namespace, "status": "deployed", "revision": 1}
        return {"id": f"{namespace}/{own}", "status": status}
    metadata = made.inputs.get("metadata")
    given: JsonMap = metadata if isinstance(metadata, Mapping) else {}
    own, namespace = given.get("name") or made.name, given.get("namespace")
    return {
        "id": f"{namespace}/{own}" if namespace else own,
        "metadata": {**given, "name": own, "uid": f"uid-of-{own}"},
    }
