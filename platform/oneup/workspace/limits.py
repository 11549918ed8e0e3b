"""What the applications of a namespace may ask for."""

from oneup.settings.limits import Limits
from oneup.values import Value
from oneup.workspace.manifest import Manifest

NAME = "applications"


def limits(namespace: str, granted: Limits) -> tuple[Manifest, Manifest]:
    """What a container has that says nothing, and the quota: it refuses pods that ask for nothing."""
    return _range(namespace, granted), _quota(namespace, granted)


def _quota(namespace: str, granted: Limits) -> Manifest:
    hard: dict[str, Value] = {
        "requests.cpu": str(granted.cpu),
        "requests.memory": f"{granted.memory_gib}Gi",
        "requests.storage": f"{granted.storage_gib}Gi",
        "persistentvolumeclaims": str(granted.volumes),
        "pods": str(granted.pods),
        "services.loadbalancers": str(granted.load_balancers),
    }
    return Manifest(
        api_version="v1", kind="ResourceQuota", name=NAME, namespace=namespace, body={"spec": {"hard": hard}}
    )


def _range(namespace: str, granted: Limits) -> Manifest:
    """No container is held to a limit of CPU: a limit would slow it down while processors idle."""
    container: dict[str, Value] = {
        "type": "Container",
        "defaultRequest": {"cpu": "50m", "memory": "128Mi"},
        "default": {"memory": "256Mi"},
        "max": {"memory": f"{granted.container_memory_gib}Gi"},
    }
    volume: dict[str, Value] = {
        "type": "PersistentVolumeClaim",
        "max": {"storage": f"{granted.volume_gib}Gi"},
    }
    return Manifest(
        api_version="v1",
        kind="LimitRange",
        name=NAME,
        namespace=namespace,
        body={"spec": {"limits": [container, volume]}},
    )
