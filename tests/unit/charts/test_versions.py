"""What tries our configuration is of the release that runs it."""

import re
from pathlib import Path
from typing import cast

from oneup.checks import ChartLibrary
from oneup.plan import JsonMap


def test_routes_are_tried_by_the_alertmanager_that_the_chart_installs(
    charts: ChartLibrary, root: Path
) -> None:
    module = (root / "tools" / "amtool" / "go.mod").read_text()
    (version,) = charts.versions("kube-prometheus-stack")
    chart = charts.find("kube-prometheus-stack", version)
    assert chart
    alertmanager = cast("JsonMap", chart.defaults["alertmanager"])
    image = cast("JsonMap", cast("JsonMap", alertmanager["alertmanagerSpec"])["image"])
    assert re.findall(r"prometheus/alertmanager (v\S+)", module) == [image["tag"]]
