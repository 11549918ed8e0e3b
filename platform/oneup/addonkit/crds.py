"""CRDs that no chart contains, built from a file."""

from collections.abc import Iterator
from typing import cast

from oneup.addonkit.addon import Manifest
from oneup.addonkit.assets import load_yaml
from oneup.values import Value, Values


def crds(file: str, group: str, approved: str) -> Iterator[Manifest]:
    """The CRDs of a file.

    Kubernetes accepts CRDs under ``k8s.io`` only with the URL of their review in ``approved``.
    """
    known = cast("dict[str, dict[str, Value]]", load_yaml(file))
    for kind, about in known.items():
        names: Values = {
            "kind": kind,
            "listKind": f"{kind}List",
            "plural": about["plural"],
            "singular": kind.lower(),
            **_given(shortNames=about["shortNames"]),
        }
        versions = list(_versions(about))
        yield Manifest(
            api_version="apiextensions.k8s.io/v1",
            kind="CustomResourceDefinition",
            name=f"{about['plural']}.{group}",
            annotations={"api-approved.kubernetes.io": approved},
            body={"spec": {"group": group, "names": names, "scope": about["scope"], "versions": versions}},
        )


def _versions(about: dict[str, Value]) -> Iterator[Value]:
    """The served versions; the first one is stored; all have the same schema."""
    schema = cast(Values, about["schema"])
    # Only kinds with a status have a status subresource.
    written = "status" in cast(Values, schema["properties"])
    for place, version in enumerate(cast("list[str]", about["versions"])):
        yield {
            "name": version,
            "served": True,
            "storage": place == 0,
            **_given(additionalPrinterColumns=about["columns"]),
            "schema": {"openAPIV3Schema": schema},
            **({"subresources": {"status": {}}} if written else {}),
        }


def _given(**parts: Value) -> Values:
    """What is not empty: the API server drops the rest, and a refresh would find it missing."""
    return {key: value for key, value in parts.items() if value}
