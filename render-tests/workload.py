"""A workload of a rendered chart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, cast

from need import maps
from oneup.plan import Json, JsonMap

KINDS: Final = ("Deployment", "DaemonSet", "StatefulSet", "Job", "CronJob", "Pod")


def at(value: Json, *path: str) -> Json:
    """What is there, or None."""
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


@dataclass(frozen=True)
class Workload:
    """Pods that are made alike."""

    addon: str
    namespace: str
    name: str
    kind: str
    labels: Mapping[str, str] = field(hash=False)
    spec: JsonMap = field(hash=False)

    @property
    def on_node(self) -> bool:
        """Whether no policy sees them, as they are on their node's own network."""
        return bool(self.spec.get("hostNetwork"))

    @property
    def account(self) -> tuple[str, str]:
        """Their service account."""
        return self.namespace, str(self.spec.get("serviceAccountName") or "default")

    @property
    def has_token(self) -> bool:
        """Whether they are given their account's token, by Kubernetes or as a volume."""
        sources = (
            source
            for volume in maps(self.spec.get("volumes"))
            for source in maps(at(volume, "projected", "sources"))
        )
        mounted = any("serviceAccountToken" in source for source in sources)
        return mounted or self.spec.get("automountServiceAccountToken") is not False

    @property
    def containers(self) -> Sequence[JsonMap]:
        """All of them."""
        return [*maps(self.spec.get("containers")), *maps(self.spec.get("initContainers"))]

    @cached_property
    def ports(self) -> Mapping[str, int]:
        """The ports that its containers name; one without a name is called by its number."""
        each = [port for container in self.containers for port in maps(container.get("ports"))]
        return {
            str(port.get("name") or port["containerPort"]): cast(int, port["containerPort"]) for port in each
        }

    def port(self, target: Json) -> int | None:
        """The number of a target port."""
        return self.ports.get(str(target)) or (int(str(target)) if str(target).isdigit() else None)
