"""The versions of EKS addons, for each Kubernetes version.

EKS only accepts versions that it lists for the cluster's version (``aws eks describe-addon-versions
--kubernetes-version 1.35 --addon-name coredns``); its default changes from week to
week. These were in use with these Kubernetes versions in autumn 2026.
The comment is the addon's name in EKS, for Renovate.
"""

from collections.abc import Mapping
from typing import Final

from oneup.settings.cluster import AddonVersions, Cluster

KUBE_PROXY: Final[Mapping[str, str]] = {  # EKS: kube-proxy
    "1.32": "v1.32.13-eksbuild.21",
    "1.33": "v1.33.10-eksbuild.18",
    "1.34": "v1.34.6-eksbuild.21",
    "1.35": "v1.35.3-eksbuild.18",
    "1.36": "v1.36.0-eksbuild.21",
}
"""kube-proxy is never newer than the control plane."""

COREDNS: Final[Mapping[str, str]] = {  # EKS: coredns
    "1.32": "v1.11.4-eksbuild.40",
    "1.33": "v1.12.4-eksbuild.18",
    "1.34": "v1.12.4-eksbuild.29",
    "1.35": "v1.14.3-eksbuild.3",
    "1.36": "v1.14.3-eksbuild.16",
}


def addon_versions(cluster: Cluster) -> AddonVersions:
    """The versions for a cluster: those of the settings, else the tested ones.

    None for a Kubernetes version that is not in the tables: EKS chooses at creation.
    """
    given = cluster.addon_versions
    ours = {
        "vpc_cni": "v1.22.4-eksbuild.3",  # EKS: vpc-cni
        "kube_proxy": KUBE_PROXY.get(cluster.version),
        "coredns": COREDNS.get(cluster.version),
        "ebs_csi": "v1.63.1-eksbuild.1",  # EKS: aws-ebs-csi-driver
        "pod_identity_agent": "v1.3.10-eksbuild.3",  # EKS: eks-pod-identity-agent
        "snapshot_controller": "v8.5.0-eksbuild.3",  # EKS: snapshot-controller
        "node_monitoring_agent": "v1.6.4-eksbuild.1",  # EKS: eks-node-monitoring-agent
        "cloudwatch_observability": "v6.6.0-eksbuild.1",  # EKS: amazon-cloudwatch-observability
        "guardduty_agent": "v1.16.0-eksbuild.2",  # EKS: aws-guardduty-agent
    }
    return given.model_copy(update={**ours, **given.model_dump(exclude_none=True)})
