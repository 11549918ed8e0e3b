"""EKS addons have exact versions, and the settings can name others."""

import re
from datetime import date

import pytest

from oneup.foundation.addon_versions import addon_versions
from oneup.settings.cluster import SUPPORT, Cluster
from tests.unit.foundation.conftest import Planner
from tests.unit.foundation.graph import all_of

NOVEMBER = date(2026, 12, 1)
USABLE = [version for version, support in SUPPORT.items() if support is None or support.extended > NOVEMBER]


@pytest.mark.parametrize("version", USABLE)
def test_every_kubernetes_version_in_support_has_exact_addon_versions(version: str) -> None:
    chosen = addon_versions(Cluster(version=version)).model_dump()
    assert len(chosen) == 9
    for name, exact in chosen.items():
        assert re.fullmatch(r"v\d+\.\d+\.\d+-eksbuild\.\d+", exact), name


@pytest.mark.parametrize("version", USABLE)
def test_kube_proxy_is_of_the_clusters_version(version: str) -> None:
    assert str(addon_versions(Cluster(version=version)).kube_proxy).startswith(f"v{version}.")


def test_a_version_of_the_settings_wins_and_the_others_stay() -> None:
    given = "v1.12.4-eksbuild.1"
    cluster = Cluster.model_validate({"addonVersions": {"coredns": given}})
    ours = addon_versions(Cluster())
    assert addon_versions(cluster) == ours.model_copy(update={"coredns": given})
    assert ours.coredns != given


def test_the_versions_reach_their_addons(plan: Planner) -> None:
    every = plan({"cluster.containerInsights": True, "audit": {"guardDuty": True}})
    made = {addon.name: addon.inputs.get("addonVersion") for addon in all_of(every, "Addon")}
    ours = addon_versions(Cluster())
    assert made == {
        "vpc-cni": ours.vpc_cni,
        "amazon-cloudwatch-observability": ours.cloudwatch_observability,
        "kube-proxy": ours.kube_proxy,
        "coredns": ours.coredns,
        "aws-ebs-csi-driver": ours.ebs_csi,
        "eks-pod-identity-agent": ours.pod_identity_agent,
        "snapshot-controller": ours.snapshot_controller,
        "eks-node-monitoring-agent": ours.node_monitoring_agent,
        "aws-guardduty-agent": ours.guardduty_agent,
    }
