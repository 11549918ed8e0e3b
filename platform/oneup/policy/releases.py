"""Helm releases: exact versions, atomic installs, timeouts."""

import re
from collections.abc import Iterator
from typing import Final

from oneup.plan import UNKNOWN, Resource
from oneup.plan.charts import LOAD_BALANCER_CONTROLLER, chart_facts
from oneup.plan.inputs import string_at, value_at
from oneup.plan.query import chart
from oneup.plan.resource_types.kubernetes import RELEASE, RENDERED_CHARTS
from oneup.policy.rule import ResourceRule

EXACT_VERSION: Final = re.compile(r"v?\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.-]+)*")


def _loose_version(release: Resource) -> Iterator[str]:
    version = string_at(release, "version")
    if release.type == RELEASE and version != UNKNOWN and not EXACT_VERSION.fullmatch(version):
        yield f"its version {version!r} is not exact, so the next deployment may install another; pin it"


def _no_repository(release: Resource) -> Iterator[str]:
    if release.type != RELEASE:
        return
    repository = string_at(release, "repositoryOpts", "repo")
    oci = string_at(release, "chart").startswith("oci://")
    if not oci and not repository.startswith("https://"):
        yield "its chart has no repository; set repositoryOpts.repo to an https:// URL, or use oci://"


def _not_atomic(release: Resource) -> Iterator[str]:
    if release.type != RELEASE:
        return
    for key in ("atomic", "cleanupOnFail"):
        if release.inputs.get(key) is not True:
            yield f"a failed install would stay half done and block the next one; set {key}"
    if release.inputs.get("skipAwait") is True:
        yield "it counts as installed before it is ready; do not set skipAwait"


def _no_limit(release: Resource) -> Iterator[str]:
    if release.type != RELEASE:
        return
    limit = release.inputs.get("timeout")
    least = chart_facts(chart(release)).min_timeout_seconds
    if limit != UNKNOWN and not (isinstance(limit, int | float) and limit >= least):
        yield f"its time limit is {limit}; set timeout to {least} seconds or more"


def _rendered(resource: Resource) -> Iterator[str]:
    if resource.type in RENDERED_CHARTS:
        yield "rendering a chart needs the cluster during a preview; use a Release"


def _unconfigured_load_balancer_controller(release: Resource) -> Iterator[str]:
    if release.type != RELEASE or chart(release) != LOAD_BALANCER_CONTROLLER:
        return
    for key in ("region", "vpcId", "clusterName"):
        if not value_at(release.inputs, "values", key):
            yield f"it would query the instance metadata, which pods cannot reach; set values.{key}"


def _service_webhook(release: Resource) -> Iterator[str]:
    if release.type != RELEASE or chart(release) != LOAD_BALANCER_CONTROLLER:
        return
    if value_at(release.inputs, "values", "enableServiceMutatorWebhook") is not False:
        yield "its webhook rejects Services while it starts; set enableServiceMutatorWebhook to false"


RULES: Final = (
    ResourceRule(
        id="helm-exact-version",
        description="Every release has an exact version.",
        incidents=("pulumi-kubernetes#2649", "pulumi-kubernetes#1724", "pulumi-kubernetes#2573"),
        check=_loose_version,
    ),
    ResourceRule(
        id="helm-repository-url",
        description="Every chart names its repository's URL.",
        incidents=("pulumi-kubernetes#2649",),
        check=_no_repository,
    ),
    ResourceRule(
        id="helm-atomic",
        description="A release is installed completely, or rolled back.",
        incidents=("pulumi-kubernetes#2054", "helm#7476"),
        check=_not_atomic,
    ),
    ResourceRule(
        id="helm-timeout",
        description="Every release has a timeout that fits its chart.",
        incidents=("pulumi-kubernetes#2054",),
        check=_no_limit,
    ),
    ResourceRule(
        id="helm-release-resources",
        description="Charts are Helm releases, so that a first preview needs no cluster.",
        incidents=("terraform-aws-eks#645", "terraform-aws-eks#2501", "pulumi-kubernetes#3027"),
        check=_rendered,
    ),
    ResourceRule(
        id="load-balancer-controller-configured",
        description="The load balancer controller's cluster, region and VPC are set.",
        incidents=("aws-load-balancer-controller#3695", "aws-load-balancer-controller#4307"),
        check=_unconfigured_load_balancer_controller,
    ),
    ResourceRule(
        id="load-balancer-controller-service-webhook-off",
        description="The load balancer controller's webhook for Services is off.",
        incidents=("eks-blueprints-addons#233", "aws-load-balancer-controller#4140"),
        check=_service_webhook,
    ),
)
