"""What Grafana's sidecar finds by its label: data sources and dashboards, beside the addon that they show."""

import json

from oneup.addonkit.assets import read_text
from oneup.values import Values
from oneup.workspace.manifest import Manifest
from oneup.workspace.namespace import Namespace


def data_source(uid: str, namespace: Namespace, about: Values) -> Manifest:
    """The config map from which Grafana's sidecar loads a data source, in any namespace.

    ``uid`` is its name and reference; ``about`` contains the other fields of Grafana's provisioning
    format. Without Grafana it has no effect.
    """
    source: Values = {"name": uid, "uid": uid, "access": "proxy", "editable": False, **about}
    text = json.dumps({"apiVersion": 1, "datasources": [source]}, indent=2, sort_keys=True)
    return Manifest(
        api_version="v1",
        kind="ConfigMap",
        name=f"{uid}-data-source",
        namespace=namespace.name,
        labels={"grafana_datasource": "1", "app.kubernetes.io/part-of": "oneup"},
        body={"data": {f"{uid}.yaml": text}},
    )


def dashboard(name: str, namespace: str, model: str) -> Manifest:
    """A dashboard from its JSON model."""
    return Manifest(
        api_version="v1",
        kind="ConfigMap",
        name=f"dashboard-{name}",
        namespace=namespace,
        labels={"grafana_dashboard": "1"},
        annotations={"grafana_folder": "Platform"},
        body={"data": {f"{name}.json": model}},
    )


def dashboard_of(name: str, namespace: Namespace, file: str) -> Manifest:
    """An addon's own dashboard, from a file in its folder."""
    return dashboard(name, namespace.name, read_text(file))
