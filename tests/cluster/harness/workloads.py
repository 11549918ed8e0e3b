"""What pods name: the objects that a kubelet would need before it starts them."""

from collections.abc import Iterator

from tests.cluster.harness.api import Api, RefusedError
from tests.cluster.harness.objects import Object

NAMED = ("ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount")

WRITERS = (
    ("external-secrets.io/v1", "ExternalSecret", ("spec", "target", "name")),
    ("cert-manager.io/v1", "Certificate", ("spec", "secretName")),
)
"""Custom resources whose controllers write Secrets: version, kind, and where the Secret's name is."""


def references(pod: Object) -> Iterator[tuple[str, str]]:
    """Kind and name of each object that a pod cannot start without."""
    spec = Object(pod.map("spec"))
    for volume in spec.each("volumes"):
        yield from _volume(volume)
    for container in (*spec.each("initContainers"), *spec.each("containers")):
        for source in (*container.each("envFrom"), *container.each("env")):
            yield from _environment(source)
    if account := spec.text("serviceAccountName"):
        yield "ServiceAccount", account
    for secret in spec.each("imagePullSecrets"):
        yield "Secret", secret.text("name")


def _volume(volume: Object) -> Iterator[tuple[str, str]]:
    for part in (volume, *volume.each("projected", "sources")):
        yield from _needed(part, "configMap", "ConfigMap", "name")
        yield from _needed(part, "secret", "Secret", "name" if part is not volume else "secretName")
    yield from _needed(volume, "persistentVolumeClaim", "PersistentVolumeClaim", "claimName")


def _environment(source: Object) -> Iterator[tuple[str, str]]:
    yield from _needed(source, "configMapRef", "ConfigMap", "name")
    yield from _needed(source, "secretRef", "Secret", "name")
    value = Object(source.map("valueFrom"))
    yield from _needed(value, "configMapKeyRef", "ConfigMap", "name")
    yield from _needed(value, "secretKeyRef", "Secret", "name")


def _needed(part: Object, key: str, kind: str, field: str) -> Iterator[tuple[str, str]]:
    if (name := part.text(key, field)) and part.at(key, "optional") is not True:
        yield kind, name


def written(api: Api) -> Iterator[Object]:
    """The Secrets that controllers of the platform would write, by namespace and name only."""
    for api_version, kind, path in WRITERS:
        try:
            makers = api.list(api_version, kind)
        except RefusedError:
            continue  # the stack has none of that kind
        for maker in makers:
            name = maker.text(*path) or maker.name
            yield Object({"kind": "Secret", "metadata": {"namespace": maker.namespace, "name": name}})
