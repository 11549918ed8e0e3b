"""Kubernetes objects and Helm releases: all kinds of objects are alike."""

from collections.abc import Mapping
from typing import Final

from oneup.plan import Json, JsonMap
from oneup.plan.resource_types.resource_type import ResourceType
from oneup.plan.resource_types.simulated import Outputs, SimulatedResource

PREFIX: Final = "kubernetes:"
RELEASE: Final = "kubernetes:helm.sh/v3:Release"
CRD: Final = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition"
RENDERED_CHARTS: Final = ("kubernetes:helm.sh/v3:Chart", "kubernetes:helm.sh/v4:Chart")


def _release(made: SimulatedResource) -> Outputs:
    own, namespace = made.text("name", made.name), made.text("namespace", "default")
    status: Json = {"name": own, "namespace": namespace, "status": "deployed", "revision": 1}
    return {"id": f"{namespace}/{own}", "status": status}


def _object(made: SimulatedResource) -> Outputs:
    metadata = made.inputs.get("metadata")
    given: JsonMap = metadata if isinstance(metadata, Mapping) else {}
    own, namespace = given.get("name") or made.name, given.get("namespace")
    return {
        "id": f"{namespace}/{own}" if namespace else own,
        "metadata": {**given, "name": own, "uid": f"uid-of-{own}"},
    }


_RELEASE_TYPE: Final = ResourceType(RELEASE, taggable=False, simulate=_release)


def kubernetes_type(token: str) -> ResourceType:
    """The entry of a release, or of any kind of object."""
    if token == RELEASE:
        return _RELEASE_TYPE
    return ResourceType(token, taggable=False, seconds=1, simulate=_object)
