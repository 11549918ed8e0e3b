"""Helm releases: pinned, whole or not at all, within a time."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from oneup.plan import UNKNOWN, Resource
from oneup.plan.inputs import at, text
from oneup.plan.query import LOAD_BALANCER_CONTROLLER, RELEASE, chart
from oneup.policy.rule import ResourceRule

EXACT: Final = re.compile(r"v?\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.-]+)*")
SLOW: Final[Mapping[str, int]] = {
    "kube-prometheus-stack": 900,
    "loki": 900,
    "rook-ceph-cluster": 900,
    "vault": 900,
}
"""Seconds that a chart needs at least: 300 were too short for its users."""

RENDERED: Final = ("kubernetes:helm.sh/v3:Chart", "kubernetes:helm.sh/v4:Chart")


def _loose_version(release: Resource) -> Iterator[str]:
    version = text(release, "version")
    if release.type == RELEASE and version != UNKNOWN and not EXACT.fullmatch(version):
        yield f"its version {version!r} is not exact, and the next run may install another; pin it"


def _no_repository(release: Resource) -> Iterator[str]:
    if release.type != RELEASE:
        return
    repository = text(release, "repositoryOpts", "repo")
    oci = text(release, "chart").startswith("oci://")
    if not oci and not repository.startswith("https://"):
        yield "its chart comes from no repository; set repositoryOpts.repo to an https:// URL, or use oci://"


def _half_installed(release: Resource) -> Iterator[str]:
    if release.type != RELEASE:
        return
    for key in ("atomic", "cleanupOnFail"):
        if release.inputs.get(key) is not True:
            yield f"a failed install stays half done, and blocks the next; set {key}"
    if release.inputs.get("skipAwait") is True:
        yield "it counts as installed before it is ready; leave skipAwait off"


def _no_limit(release: Resource) -> Iterator[str]:
    if release.type != RELEASE:
        return
    limit = release.inputs.get("timeout")
    least = SLOW.get(chart(release), 1)
    if limit != UNKNOWN and not (isinstance(limit, int | float) and limit >= least):
        yield f"its time limit is {limit}; set timeout to {max(least, 300)} seconds or more"


def _rendered(resource: Resource) -> Iterator[str]:
    if resource.type in RENDERED:
        yield "a rendered chart asks the cluster in a preview, before there is one; make it a Release"


def _asks_the_node(release: Resource) -> Iterator[str]:
    if release.type != RELEASE or chart(release) != LOAD_BALANCER_CONTROLLER:
        return
    for key in ("region", "vpcId", "clusterName"):
        if not at(release.inputs, "values", key):
            yield f"it would ask the node's metadata, one hop too far; set values.{key}"


def _meddling_webhook(release: Resource) -> Iterator[str]:
    if release.type != RELEASE or chart(release) != LOAD_BALANCER_CONTROLLER:
        return
    if at(release.inputs, "values", "enableServiceMutatorWebhook") is not False:
        yield "its webhook refuses other Services while it starts; set enableServiceMutatorWebhook to false"


RULES: Final = (
    ResourceRule(
        name="releases-pinned",
        sentence="Every release has an exact version.",
        seen=("pulumi-kubernetes#2649", "pulumi-kubernetes#1724", "pulumi-kubernetes#2573"),
        check=_loose_version,
    ),
    ResourceRule(
        name="releases-sourced",
        sentence="Every chart comes from the URL of a repository.",
        seen=("pulumi-kubernetes#2649",),
        check=_no_repository,
    ),
    ResourceRule(
        name="releases-atomic",
        sentence="A release is installed whole and ready, or cleaned up.",
        seen=("pulumi-kubernetes#2054", "helm#7476"),
        check=_half_installed,
    ),
    ResourceRule(
        name="releases-limited",
        sentence="Every release has a time limit that fits its chart.",
        seen=("pulumi-kubernetes#2054",),
        check=_no_limit,
    ),
    ResourceRule(
        name="no-rendered-charts",
        sentence="Charts are releases, so that a first preview needs no cluster.",
        seen=("terraform-aws-eks#645", "terraform-aws-eks#2501", "pulumi-kubernetes#3027"),
        check=_rendered,
    ),
    ResourceRule(
        name="controller-told",
        sentence="The load balancer controller is told its cluster, region and VPC.",
        seen=("aws-load-balancer-controller#3695", "aws-load-balancer-controller#4307"),
        check=_asks_the_node,
    ),
    ResourceRule(
        name="no-service-webhook",
        sentence="The load balancer controller's webhook for Services is off.",
        seen=("eks-blueprints-addons#233", "aws-load-balancer-controller#4140"),
        check=_meddling_webhook,
    ),
)
