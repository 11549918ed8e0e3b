"""Who defines which custom resources, compared with the charts' own definitions."""

import json
from pathlib import Path

from charts import chart_of
from oneup.policy.definitions import CHARTS_BY_API_GROUP, charts_of_group


def test_every_chart_is_known_to_define_what_it_defines(charts_folder: Path) -> None:
    missing = [
        f"{definition['group']} is defined by {name}"
        for file in sorted(charts_folder.glob("*/crds.json"))
        for definition in json.loads(file.read_text())
        if (name := chart_of(file.parent)) not in charts_of_group(definition["group"])
    ]
    assert not missing


def test_the_longest_name_counts() -> None:
    assert (
        charts_of_group("karpenter.k8s.aws")
        != charts_of_group("elbv2.k8s.aws")
        == CHARTS_BY_API_GROUP["k8s.aws"]
    )
    assert charts_of_group("acme.cert-manager.io") == CHARTS_BY_API_GROUP["cert-manager.io"]
    assert charts_of_group("example.com") == ()
