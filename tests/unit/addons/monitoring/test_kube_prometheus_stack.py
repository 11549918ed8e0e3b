"""Prometheus, Alertmanager and Grafana as the stacks get them."""

import json
from collections.abc import Mapping, Sequence
from typing import cast

import pytest

from oneup.addonkit.addon import Addon, AddonContext, AddonName
from oneup.addons.kube_prometheus_stack import TRACES, addon, alertmanager, rules
from oneup.addons.kube_prometheus_stack.alertmanager import configuration
from oneup.addons.kube_prometheus_stack.grafana import role_path
from oneup.plan import Json, Plan
from oneup.plan.resource_types.kubernetes import RELEASE
from oneup.settings.addons.monitoring import Alertmanager, Grafana
from oneup.values import DeferredOutput, FoundationOutput
from tests.support.stacks import settings
from tests.unit.addons.monitoring.knobs import EVERYTHING, TOPIC


def built(
    stack: str = "staging",
    knobs: Mapping[str, Json] | None = None,
    enabled: frozenset[AddonName] = frozenset(),
) -> Addon:
    return addon(AddonContext(settings(stack, addons={"kubePrometheusStack": knobs or {}}), enabled))


def at(value: object, *path: str) -> object:
    for key in path:
        value = cast(Mapping[str, object], value)[key]
    return value


def told(stack: str = "staging", **knobs: Json) -> Mapping[str, object]:
    return cast(Mapping[str, object], built(stack, knobs).values)


@pytest.mark.parametrize(("stack", "replicas"), [("staging", 1), ("production", 2)])
def test_prometheus_and_alertmanager_have_the_stacks_replicas(stack: str, replicas: int) -> None:
    values = told(stack)
    for part, spec in (("prometheus", "prometheusSpec"), ("alertmanager", "alertmanagerSpec")):
        assert at(values, part, spec, "replicas") == replicas
        assert at(values, part, "podDisruptionBudget", "enabled") is (replicas > 1)


def test_what_is_kept_fits_on_the_volume() -> None:
    spec = at(told(prometheus={"volume": 200, "retentionDays": 30}), "prometheus", "prometheusSpec")
    claimed = at(spec, "storageSpec", "volumeClaimTemplate", "spec", "resources", "requests", "storage")
    assert (at(spec, "retention"), at(spec, "retentionSize"), claimed) == ("30d", "170GB", "200Gi")


def test_every_monitor_in_the_cluster_is_seen() -> None:
    spec = cast(Mapping[str, object], at(told(), "prometheus", "prometheusSpec"))
    selectors = {key: value for key, value in spec.items() if key.endswith("SelectorNilUsesHelmValues")}
    assert len(selectors) == 5
    assert not any(selectors.values())


@pytest.mark.parametrize(
    ("stack", "kept"), [("staging", "Delete"), ("production", "Retain"), ("baremetal", "Retain")]
)
def test_claims_go_or_stay_as_the_stack_says_of_volumes(stack: str, kept: str) -> None:
    for part, spec in (("prometheus", "prometheusSpec"), ("alertmanager", "alertmanagerSpec")):
        policy = at(told(stack), part, spec, "persistentVolumeClaimRetentionPolicy")
        assert policy == {"whenDeleted": kept, "whenScaled": "Retain"}


def test_alertmanager_has_no_page_that_anybody_can_open() -> None:
    assert at(told(alertmanager={"allowedCidrs": []}), "alertmanager", "ingress") == {"enabled": False}
    ingress = at(told(alertmanager={"allowedCidrs": ["203.0.113.0/24"]}), "alertmanager", "ingress")
    assert at(ingress, "hosts") == ["alertmanager.staging.example.com"]
    key = "alb.ingress.kubernetes.io/conditions.kube-prometheus-stack-alertmanager"
    (condition,) = json.loads(str(at(ingress, "annotations", key)))
    assert condition == {"field": "source-ip", "sourceIpConfig": {"values": ["203.0.113.0/24"]}}


@pytest.mark.parametrize("page", ["grafana", "alertmanager"])
def test_no_page_is_balanced_where_there_is_no_balancer(page: str) -> None:
    values = told("baremetal", alertmanager={"allowedCidrs": ["203.0.113.0/24"]})
    assert at(values, page, "ingress") == {"enabled": False}


def test_a_missing_secret_keeps_nothing_from_starting() -> None:
    values = built("staging", EVERYTHING).values
    volumes = cast(Sequence[Mapping[str, object]], at(values, "alertmanager", "alertmanagerSpec", "volumes"))
    names = [f"alertmanager-{kind}" for kind in ("email", "heartbeat", "pagerduty", "slack")]
    assert [volume["secret"] for volume in volumes] == [
        {"secretName": name, "optional": True} for name in names
    ]
    variables = at(values, "grafana", "envValueFrom")
    source = at(variables, "GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET", "secretKeyRef")
    assert source == {"name": "grafana-oidc", "key": "clientSecret", "optional": True}


def test_a_topic_gives_alertmanager_an_identity_that_can_publish_there_alone() -> None:
    with_topic = built("staging", {"alertmanager": {"sns": {"topic": TOPIC}}})
    assert with_topic.identity
    (statement,) = with_topic.identity.statements
    assert (statement.actions, statement.resources) == (("sns:Publish",), (TOPIC,))
    account = at(with_topic.values, "alertmanager", "serviceAccount")
    assert account == {"create": False, "name": with_topic.identity.service_account}
    assert built("staging", {"alertmanager": {"sns": None}}).identity is None


def test_the_stacks_own_topic_is_published_to_under_its_key(staging: Plan) -> None:
    own = built("staging", {"alertmanager": {"sns": {}}})
    (topic,) = (item for item in staging.resources if item.type == "aws:sns/topic:Topic")
    assert own.identity
    publish, encrypt = own.identity.statements
    assert publish.resources == (topic.outputs["arn"],)
    assert set(encrypt.actions) == {"kms:Decrypt", "kms:GenerateDataKey"}
    assert encrypt.resources == (DeferredOutput(FoundationOutput.KMS_KEY_ARN),)
    receivers = cast(
        Sequence[Mapping[str, Sequence[Mapping[str, object]]]],
        at(own.values, "alertmanager", "config", "receivers"),
    )
    ((told,),) = (one["sns_configs"] for one in receivers if "sns_configs" in one)
    assert (told["topic_arn"], told["sigv4"]) == (topic.outputs["arn"], {"region": "eu-central-1"})


@pytest.mark.parametrize("stack", ["staging", "production", "baremetal"])
def test_a_critical_alert_of_a_stack_reaches_somebody(stack: str) -> None:
    routes = at(built(stack).values, "alertmanager", "config", "route", "routes")
    chosen = cast(Sequence[Mapping[str, str]], routes)
    assert [one["receiver"] for one in chosen if "critical" in str(one["matchers"])]


def test_grafanas_page_is_open_to_the_named_sources_alone() -> None:
    shown = built("staging", {"grafana": {"allowedCidrs": ["203.0.113.0/24"]}}).values["grafana"]
    said = cast(Mapping[str, str], at(shown, "ingress", "annotations"))
    (condition,) = json.loads(said["alb.ingress.kubernetes.io/conditions.kube-prometheus-stack-grafana"])
    assert condition == {"field": "source-ip", "sourceIpConfig": {"values": ["203.0.113.0/24"]}}
    everybody = built("staging", {"grafana": {"allowedCidrs": []}}).values["grafana"]
    others = at(everybody, "ingress", "annotations")
    assert not [key for key in cast(Mapping[str, str], others) if "conditions" in key]


def test_nobody_is_told_where_nobody_is_named() -> None:
    tree = configuration(Alertmanager())
    assert tree["receivers"] == [{"name": "nobody"}]


def test_roles_come_from_groups() -> None:
    knobs = Grafana.model_validate(
        {"adminGroups": ("platform", "sre"), "editorGroups": ("developers",)},
    )
    assert role_path(knobs) == (
        "contains(groups[*], 'platform') && 'Admin' || contains(groups[*], 'sre') && 'Admin'"
        " || contains(groups[*], 'developers') && 'Editor' || 'Viewer'"
    )


def test_figures_lead_to_traces_where_traces_are_kept() -> None:
    def sources(addon: Addon) -> object:
        return at(addon.values, "grafana", "sidecar", "datasources")

    key = "exemplarTraceIdDestinations"
    assert key not in cast(Mapping[str, object], sources(built()))
    assert at(sources(built(enabled=frozenset({TRACES}))), key, "datasourceUid") == "tempo"


def test_its_volumes_wait_for_their_driver_and_its_figures_for_its_kinds(staging: Plan) -> None:
    (release,) = (item for item in staging.of_type(RELEASE) if item.name == "kube-prometheus-stack")
    awaited = " ".join(release.dependencies)
    assert "prometheus-operator-crds" in awaited
    assert "gp3" in awaited


def test_all_that_can_be_scraped_is(staging: Plan) -> None:
    releases = {item.name: item.inputs["values"] for item in staging.resources if "Release" in item.type}
    assert at(releases["metrics-server"], "serviceMonitor", "enabled") is True
    assert at(releases["aws-load-balancer-controller"], "serviceMonitor", "enabled") is True
    for part in ("controller", "server", "repoServer", "applicationSet", "notifications"):
        assert at(releases["argo-cd"], part, "metrics", "serviceMonitor", "enabled") is True


def test_grafana_reads_config_maps_and_no_secrets() -> None:
    """People reach it from outside, and the chart's own role reads every Secret of the cluster."""
    addon = built()
    shown = cast(Mapping[str, object], addon.values["grafana"])
    (role,) = (item for item in addon.prerequisite_manifests if item.kind == "ClusterRole")
    assert at(shown, "rbac", "useExistingClusterRole") == role.name
    (rule,) = cast(Sequence[Mapping[str, object]], role.body["rules"])
    assert (rule["resources"], rule["verbs"]) == (["configmaps"], ["get", "list", "watch"])
    for sidecar in ("dashboards", "datasources"):
        assert at(shown, "sidecar", sidecar, "resource") == "configmap"


def test_what_people_make_of_grafana_is_as_the_settings_say() -> None:
    shown = told(grafana=EVERYTHING["grafana"])["grafana"]
    assert at(shown, "plugins") == ["grafana-polystat-panel@2.1.13"]
    assert at(shown, "persistence", "size") == f"{Grafana().volume}Gi" == "20Gi"
    assert at(shown, "persistence", "enabled") is True


def test_alerts_made_in_grafana_go_to_alertmanager() -> None:
    files = at(told(), "grafana", "alerting")
    (contact,) = cast(Sequence[object], at(files, "contactpoints.yaml", "contactPoints"))
    (receiver,) = cast(Sequence[object], at(contact, "receivers"))
    assert at(receiver, "settings", "url") == alertmanager.URL
    (policy,) = cast(Sequence[object], at(files, "policies.yaml", "policies"))
    assert at(policy, "receiver") == at(contact, "name")


def test_the_charts_rules_are_on_but_for_those_that_ours_replace() -> None:
    values = told()
    assert at(values, "defaultRules") == {"disabled": dict.fromkeys(rules.REPLACED_CHART_ALERTS, True)}
    assert not set(rules.REPLACED_CHART_ALERTS) & {alert.name for alert in rules.PLATFORM}


def test_dashboards_are_in_the_folder_that_their_annotation_names() -> None:
    sidecar = at(built().values, "grafana", "sidecar", "dashboards")
    assert at(sidecar, "folderAnnotation") == "grafana_folder"
    assert at(sidecar, "provider", "foldersFromFilesStructure") is True
