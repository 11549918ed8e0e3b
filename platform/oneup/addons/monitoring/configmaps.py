"""What Grafana's sidecar finds by its label: dashboards and data sources, beside the addon they show."""

import json
from pathlib import Path
from typing import Final

from oneup.values import Value, Values
from oneup.workspace.manifest import Manifest
from oneup.workspace.namespace import Namespace

_DASHBOARDS: Final = Path(__file__).parents[1] / "files" / "dashboards"


def dashboard(name: str, namespace: str, text: str) -> Manifest:
    """A dashboard from the text of its file."""
    return Manifest(
        api_version="v1",
        kind="ConfigMap",
        name=f"dashboard-{name}",
        namespace=namespace,
        labels={"grafana_dashboard": "1"},
        annotations={"grafana_folder": "Platform"},
        body={"data": {f"{name}.json": text}},
    )


def dashboard_of(name: str, namespace: Namespace) -> Manifest:
    """An addon's own dashboard: ``files/dashboards/<name>.json``."""
    return dashboard(name, namespace.name, (_DASHBOARDS / f"{name}.json").read_text("utf-8"))


def data_source(name: str, namespace: str, source: Values) -> Manifest:
    """A data source in Grafana's provisioning words: ``name``, ``uid``, ``type``, ``url``, ``jsonData``.

    A store's addon brings its own (in ``before``), so that a stack without the store has none.
    """
    whole: dict[str, Value] = {"access": "proxy", "editable": False, **source}
    return Manifest(
        api_version="v1",
        kind="ConfigMap",
        name=f"datasource-{name}",
        namespace=namespace,
        labels={"grafana_datasource": "1"},
        # JSON is YAML, and its order is ours.
        body={"data": {f"{name}.yaml": json.dumps({"apiVersion": 1, "datasources": [whole]})}},
    )
