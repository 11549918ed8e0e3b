"""Who defines which custom resources, compared with the charts' own definitions."""

import json
from pathlib import Path

from oneup.policy.definitions import DEFINED_BY, defined_by

RENAMED = {"istio-base": "base"}
"""Folders of the charts' data that do not bear the chart's name."""


def test_every_chart_is_known_to_define_what_it_defines(charts_folder: Path) -> None:
    missing = [
        f"{definition['group']} is defined by {name}"
        for file in sorted(charts_folder.glob("*/crds.json"))
        for definition in json.loads(file.read_text())
        if (name := RENAMED.get(file.parent.name, file.parent.name)) not in defined_by(definition["group"])
    ]
    assert not missing


def test_the_longest_name_counts() -> None:
    assert defined_by("karpenter.k8s.aws") != defined_by("elbv2.k8s.aws") == DEFINED_BY["k8s.aws"]
    assert defined_by("acme.cert-manager.io") == DEFINED_BY["cert-manager.io"]
    assert defined_by("example.com") == ()
