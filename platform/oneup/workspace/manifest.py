"""Kubernetes objects as values, and the resource that creates them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from oneup.api_groups import BUILT_IN_API_GROUPS
from oneup.foundation.facts import FoundationOutputs, resolve
from oneup.values import DeferredOutput, Value, Values


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A Kubernetes object or custom resource; ``body`` has all fields except metadata."""

    api_version: str
    kind: str
    name: str
    namespace: str | None = None
    body: Values
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    annotations: Mapping[str, str | DeferredOutput] = field(default_factory=dict[str, "str | DeferredOutput"])
    finalizers: tuple[str, ...] = ()

    @property
    def is_built_in(self) -> bool:
        """Whether the kind is built in; otherwise its CRD must exist first."""
        return self.api_version.rpartition("/")[0] in BUILT_IN_API_GROUPS

    @property
    def resource_type(self) -> str:
        """Pulumi's type: ``kubernetes:core/v1:ConfigMap``, ``kubernetes:argoproj.io/v1alpha1:Application``.

        Only the core group, which has no name in ``apiVersion``, is written differently there.
        """
        group_version = self.api_version if "/" in self.api_version else f"core/{self.api_version}"
        return f"kubernetes:{group_version}:{self.kind}"

    @property
    def metadata(self) -> Values:
        """The object's metadata without empty fields."""
        parts: dict[str, Value] = {
            "name": self.name,
            "namespace": self.namespace,
            "labels": self.labels,
            "annotations": self.annotations,
            "finalizers": self.finalizers,
        }
        return {key: value for key, value in parts.items() if value}


class KubernetesObject(pulumi.CustomResource):
    """An object of any kind, with the same type token as Pulumi's own classes.

    The SDK has a class for each built-in kind and one for custom resources that knows only ``spec``;
    here the manifest names the kind, so addons can hold both as values.
    """

    def __init__(
        self,
        name: str,
        manifest: Manifest,
        facts: FoundationOutputs,
        options: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Create the object; ``facts`` resolve the manifest's deferred outputs."""
        properties = {
            "apiVersion": manifest.api_version,
            "kind": manifest.kind,
            "metadata": resolve(manifest.metadata, facts),
            **{key: resolve(value, facts) for key, value in manifest.body.items()},
        }
        if manifest.kind == "Secret":
            secret = properties.keys() & {"data", "stringData"}
            properties |= {key: pulumi.Output.secret(properties[key]) for key in secret}
        super().__init__(manifest.resource_type, name, properties, options)
