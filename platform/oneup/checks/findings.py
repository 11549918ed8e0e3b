"""Schema errors of a plan: releases and objects."""

from collections.abc import Iterator
from dataclasses import dataclass

from oneup.checks.charts import ChartLibrary, mapping
from oneup.checks.custom import custom_resource_errors
from oneup.checks.kubernetes import built_in_object_errors, is_built_in
from oneup.checks.values import ValuesCheck
from oneup.plan import JsonMap, Plan, Resource
from oneup.plan.resource_types.kubernetes import PREFIX, RELEASE


@dataclass(frozen=True)
class SchemaError:
    """A schema error of a resource."""

    resource: str
    message: str

    def __str__(self) -> str:
        """The problem in one line."""
        return f"{self.resource}: {self.message}"


def schema_errors(plan: Plan, charts: ChartLibrary, version: str) -> Iterator[SchemaError]:
    """Check every release and object of a plan against its chart, CRD or Kubernetes schema.

    ``version`` is the Kubernetes minor version, such as ``1.35``.
    """
    for resource in plan.resources:
        lines = (
            release_errors(resource.inputs, charts, version)
            if resource.type == RELEASE
            else object_errors(resource.inputs, charts, version)
            if _is_object(resource)
            else ()
        )
        yield from (SchemaError(f"{resource.type} {resource.name}", line) for line in lines)


def release_errors(inputs: JsonMap, charts: ChartLibrary, version: str) -> Iterator[str]:
    """What is wrong with a release's chart or values."""
    name, chart_version = str(inputs["chart"]).rsplit("/", 1)[-1], str(inputs["version"])
    chart = charts.find(name, chart_version)
    if chart is None:
        there = ", ".join(charts.versions(name)) or "none"
        yield f"no data for chart {name} {chart_version}; available: {there}"
        return
    yield from ValuesCheck(chart, version).errors(mapping(inputs.get("values")))


def _is_object(resource: Resource) -> bool:
    return resource.type.startswith(PREFIX) and isinstance(resource.inputs.get("apiVersion"), str)


def object_errors(thing: JsonMap, charts: ChartLibrary, version: str) -> Iterator[str]:
    """What is wrong with a plain object or custom resource."""
    if is_built_in(str(thing["apiVersion"]), str(thing["kind"]), version):
        yield from built_in_object_errors(thing, version)
    else:
        yield from custom_resource_errors(thing, charts, version)
