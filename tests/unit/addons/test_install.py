"""The one component that installs any addon: what it makes, and what waits for what."""

from dataclasses import replace

import pulumi
import pytest

from oneup.addonkit.addon import Addon, AddonName, Capability, Chart, Manifest
from oneup.foundation.cluster_reference import Stage
from oneup.foundation.iam import Identity, Statement
from oneup.installation.choose import SelectedAddons, ordered
from oneup.installation.install import install
from oneup.plan import Resource
from oneup.values import DeferredOutput, FoundationOutput
from oneup.workspace.namespace import KUBE_SYSTEM, Namespace
from oneup.workspace.prepare import prepare
from tests.support.recorder import goes_with, handle, record, waits
from tests.support.stacks import settings

BASE = AddonName("base")
USER = AddonName("user")
SPACE = Namespace("somewhere")
CHART = Chart("https://charts.example.com", "thing", "1.2.3")


def chosen(*addons: Addon) -> SelectedAddons:
    return ordered("test", {addon.name: addon for addon in addons})


def installed(*addons: Addon, aws: bool = True) -> dict[tuple[str, str], Resource]:
    """What is registered, by type (its last part) and name."""

    def program() -> None:
        choice = chosen(*addons)
        cluster = handle(aws=aws)
        install(choice, cluster, prepare(settings("staging"), cluster, choice.namespaces))

    return {(item.type.rsplit(":", 1)[-1], item.name): item for item in record(program)}


def test_a_release_is_pinned_atomic_and_has_a_time_limit() -> None:
    addon = Addon(name=USER, namespace=SPACE, chart=CHART, values={"a": {"b": 1}}, timeout_seconds=77)
    release = installed(addon)["Release", "user"]
    assert release.inputs == {
        "name": "user",
        "namespace": "somewhere",
        "chart": "thing",
        "version": "1.2.3",
        "repositoryOpts": {"repo": "https://charts.example.com"},
        "values": {"a": {"b": 1}},
        "atomic": True,
        "cleanupOnFail": True,
        "createNamespace": False,
        "skipAwait": False,
        "timeout": 77,
        "compat": "true",
    }


def test_an_oci_chart_is_named_by_its_whole_reference() -> None:
    addon = Addon(name=USER, namespace=SPACE, chart=Chart("oci://registry.example.com/charts", "thing", "1"))
    inputs = installed(addon)["Release", "user"].inputs
    assert inputs["chart"] == "oci://registry.example.com/charts/thing"
    assert "repositoryOpts" not in inputs


def test_a_chart_whose_kinds_another_addon_brings_is_told_to_leave_them() -> None:
    chart = replace(CHART, crds=False)
    assert installed(Addon(name=USER, namespace=SPACE, chart=chart))["Release", "user"].inputs["skipCrds"]


def test_facts_take_their_places_and_the_rest_stays_plain() -> None:
    values = {
        "vpc": DeferredOutput(FoundationOutput.VPC_ID),
        "list": [DeferredOutput(FoundationOutput.ZONE_IDS, "zones {}!"), 2],
        "none": None,
    }
    inputs = installed(Addon(name=USER, namespace=SPACE, chart=CHART, values=values))[
        "Release", "user"
    ].inputs
    assert inputs["values"] == {"vpc": "the-vpc-id", "list": ["zones the-zone-ids!", 2], "none": None}


def test_a_release_waits_for_stage_namespace_priorities_and_what_it_needs() -> None:
    base = Addon(name=BASE, namespace=KUBE_SYSTEM, chart=CHART)
    user = Addon(name=USER, namespace=SPACE, chart=CHART, requires=(BASE,))
    release = installed(base, user)["Release", "user"]
    assert waits(release) >= {"control-plane", "nodes", "somewhere", "platform-critical", "base"}
    assert "volumes" not in waits(release)
    assert "gp3" not in waits(release)


def test_a_release_with_volumes_waits_for_the_driver_and_the_storage_class() -> None:
    addon = Addon(name=USER, namespace=SPACE, chart=CHART, stage=Stage.VOLUMES)
    assert waits(installed(addon)["Release", "user"]) >= {"volumes", "gp3"}


def test_definitions_go_in_before_there_are_nodes() -> None:
    addon = Addon(name=USER, namespace=SPACE, chart=CHART, stage=Stage.CONTROL_PLANE, has_services=False)
    assert waits(installed(addon)["Release", "user"]) == {"control-plane", "somewhere"}


def test_role_and_annotated_service_account_are_there_before_the_release() -> None:
    statement = Statement(sid="Read", actions=("s3:GetObject",), resources=("arn:aws:s3:::bucket/*",))
    identity = Identity(service_account="account", statements=(statement,))
    made = installed(Addon(name=USER, namespace=SPACE, chart=CHART, identity=identity))
    account = made["ServiceAccount", "account"]
    assert account.inputs["metadata"] == {
        "name": "account",
        "namespace": "somewhere",
        "annotations": {"eks.amazonaws.com/role-arn": "somewhere/account"},
    }
    assert waits(made["Release", "user"]) >= {"account", "user-policy"}


def test_objects_before_wait_for_no_node_and_objects_after_for_the_release() -> None:
    before = Manifest(api_version="v1", kind="ConfigMap", name="settings", body={"data": {"a": "b"}})
    after = Manifest(api_version="example.com/v1", kind="Widget", name="one", body={"spec": {"size": 1}})
    made = installed(
        Addon(
            name=USER,
            namespace=SPACE,
            chart=CHART,
            prerequisite_manifests=(before,),
            post_install_manifests=(after,),
        )
    )
    assert made["ConfigMap", "user/settings"].type == "kubernetes:core/v1:ConfigMap"
    assert waits(made["ConfigMap", "user/settings"]) == {"control-plane", "somewhere"}
    assert made["Widget", "user/one"].type == "kubernetes:example.com/v1:Widget"
    assert "user/settings" in waits(made["Release", "user"])
    assert "user" in waits(made["Widget", "user/one"])


def test_a_workload_of_its_own_waits_for_what_its_pods_name() -> None:
    account = Manifest(api_version="v1", kind="ServiceAccount", name="runner", body={})
    job = Manifest(api_version="batch/v1", kind="Job", name="run", body={})
    other = Manifest(api_version="apps/v1", kind="Deployment", name="serve", body={})
    made = installed(Addon(name=USER, namespace=SPACE, prerequisite_manifests=(job, other, account)))
    assert "user/runner" in waits(made["Job", "user/run"])
    assert "user/run" not in waits(made["Deployment", "user/serve"])


def test_a_custom_resource_before_the_release_waits_for_its_definition() -> None:
    base = Addon(name=BASE, namespace=SPACE, chart=CHART)
    before = Manifest(api_version="example.com/v1", kind="Widget", name="one", body={})
    made = installed(
        base,
        Addon(name=USER, namespace=SPACE, chart=CHART, requires=(BASE,), prerequisite_manifests=(before,)),
    )
    assert "base" in waits(made["Widget", "user/one"])


def test_an_addon_waits_for_the_custom_resources_of_what_it_requires() -> None:
    after = Manifest(api_version="example.com/v1", kind="Widget", name="one", body={})
    base = Addon(name=BASE, namespace=SPACE, chart=CHART, post_install_manifests=(after,))
    made = installed(base, Addon(name=USER, namespace=SPACE, chart=CHART, requires=(BASE,)))
    assert waits(made["Release", "user"]) >= {"base", "base/one"}


def test_nobody_waits_for_rules_that_are_only_read() -> None:
    rule = Manifest(api_version="monitoring.coreos.com/v1", kind="PrometheusRule", name="alerts", body={})
    base = Addon(name=BASE, namespace=SPACE, chart=CHART, post_install_manifests=(rule,))
    made = installed(base, Addon(name=USER, namespace=SPACE, chart=CHART, requires=(BASE,)))
    assert "base" in waits(made["PrometheusRule", "base/alerts"])
    assert "base/alerts" not in waits(made["Release", "user"])


def test_only_what_owns_nothing_outside_goes_with_the_cluster() -> None:
    inside = Addon(name=BASE, namespace=SPACE, chart=CHART)
    outside = Addon(name=USER, namespace=SPACE, chart=CHART, owns_external_resources=True)
    made = installed(inside, outside)
    assert goes_with(made["Release", "base"]) == "control-plane"
    assert goes_with(made["Release", "user"]) == ""


def test_nothing_waits_for_a_component() -> None:
    balancers = Addon(name=BASE, namespace=SPACE, chart=CHART, provides=(Capability.LOAD_BALANCERS,))
    made = installed(balancers, Addon(name=USER, namespace=SPACE, chart=CHART))
    waited_for = {urn for item in made.values() for urn in item.dependencies}
    types = {urn.split("::")[2].rsplit("$", 1)[-1] for urn in waited_for}
    assert "kubernetes:helm.sh/v3:Release" in types
    assert not [name for name in types if name.startswith("oneup:")]


def test_what_the_foundation_lacks_is_refused_before_anything_is_made() -> None:
    addon = Addon(
        name=USER,
        namespace=SPACE,
        chart=CHART,
        values={"vpc": DeferredOutput(FoundationOutput.VPC_ID)},
        identity=Identity(service_account="account"),
    )
    with pytest.raises(pulumi.RunError, match="user needs the output vpc-id\nuser needs an IAM role"):
        installed(addon, aws=False)


def test_an_unmet_need_registers_nothing() -> None:
    addon = Addon(
        name=USER, namespace=SPACE, chart=CHART, values={"vpc": DeferredOutput(FoundationOutput.VPC_ID)}
    )

    def program() -> None:
        cluster = handle(aws=False)
        space = prepare(settings("staging"), cluster, [SPACE])
        with pytest.raises(pulumi.RunError, match="vpc-id"):
            install(chosen(addon), cluster, space)

    assert not [item for item in record(program) if item.type == "oneup:platform:Addon"]
