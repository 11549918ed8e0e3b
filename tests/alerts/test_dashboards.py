"""Prometheus reads every query of every dashboard that the addons bring."""

import json
from typing import cast

from tests.alerts.judges import Run, Written
from tests.support.variants import every_addon


def test_prometheus_reads_what_dashboards_ask(run: Run, written: Written) -> None:
    asked: dict[str, list[str]] = {}
    for _, addon in every_addon():
        for page in (*addon.prerequisite_manifests, *addon.post_install_manifests):
            if "grafana_dashboard" in page.labels:
                (text,) = cast("dict[str, str]", page.body["data"]).values()
                panels = json.loads(text)["panels"]
                asked[page.name] = [target["expr"] for panel in panels for target in panel["targets"]]
    assert {"dashboard-platform", "dashboard-ceph", "dashboard-kong"} <= asked.keys()
    groups = [
        {
            "name": name,
            "rules": [{"record": f"asked:{number}", "expr": query} for number, query in enumerate(queries)],
        }
        for name, queries in sorted(asked.items())
    ]
    run("promtool", "check", "rules", written("dashboards.yaml", {"groups": groups}))
