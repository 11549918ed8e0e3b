"""Checks a plan's Helm values against the charts, and its objects against Kubernetes's schemas.

The charts' data come from a folder with one folder per chart: ``Chart.yaml``, ``values.yaml``, and where
they exist ``values.schema.json`` and ``crds.json`` (a list of kinds with their served versions).
"""

from oneup.checks.charts import ChartLibrary
from oneup.checks.findings import schema_errors

__all__ = ["ChartLibrary", "schema_errors"]
