"""Kubernetes objects and Helm releases."""

from oneup.plan import Json, JsonMap
from oneup.rehearsal.simulate.account import text


def outputs(token: str, name: str, inputs: JsonMap) -> dict[str, Json]:
    """An object comes back with its metadata filled in; a release with its status."""
    if token == "kubernetes:helm.sh/v3:Release":
        own, namespace = text(inputs.get("name"), name), text(inputs.get("namespace"), "default")
        status: Json = {"name": own, "namespace": namespace, "status": "deployed", "revision": 1}
        return {"id": f"{namespace}/{own}", "status": status}
    metadata = inputs.get("metadata")
    given = metadata if isinstance(metadata, dict) else {}
    own, namespace = text(given.get("name"), name), text(given.get("namespace"), "")
    return {
        "id": f"{namespace}/{own}" if namespace else own,
        "metadata": {**given, "name": own, "uid": f"uid-of-{own}"},
    }
