"""Tracing: spans into the store, and from figures and lines to the trace that they belong to."""

import json
import re
from collections.abc import Mapping
from typing import cast

import pytest

from oneup.addonkit.addon import Addon
from oneup.addons import eck_operator, jaeger, loki, opentelemetry_collector, opentelemetry_operator, tempo
from oneup.addons.eck_operator import users
from oneup.installation import select
from oneup.installation.choose import SelectionError
from oneup.plan import Json
from oneup.values import Value, Values
from tests.support.stacks import settings

OFF: Mapping[str, Json] = {"enabled": False}
NO_TRACES: Mapping[str, Json] = {
    "tempo": OFF,
    "opentelemetryCollector": OFF,
    "opentelemetryOperator": OFF,
}


def built(name: str, **addons: Json) -> Addon:
    return next(item for item in select(settings("staging", addons=addons)).addons if item.name == name)


def source(addon: Addon) -> Mapping[str, Json]:
    """Its data source in Grafana."""
    (text,) = (
        text
        for item in addon.post_install_manifests
        if "grafana_datasource" in item.labels
        for text in cast(Mapping[str, str], item.body["data"]).values()
    )
    (found,) = json.loads(text)["datasources"]
    return cast(Mapping[str, Json], found)


def at(values: Value, *path: str) -> Value:
    for key in path:
        values = cast(Values, values)[key]
    return values


@pytest.mark.parametrize(
    ("line", "trace"),
    [
        ('{"msg":"paid","trace_id":"0af7651916cd43dd8448eb211c80319c"}', "0af7651916cd43dd8448eb211c80319c"),
        ("level=info traceID=0af7651916cd43dd8448eb211c80319c paid", "0af7651916cd43dd8448eb211c80319c"),
        ('{"traceId": "0af7651916cd43dd8448eb211c80319c"}', "0af7651916cd43dd8448eb211c80319c"),
        ("a trace of 0af7651916cd43dd8448eb211c80319c", None),
    ],
)
def test_a_line_that_names_its_trace_leads_to_it(line: str, trace: str | None) -> None:
    about = cast(Mapping[str, Json], source(built(loki.NAME))["jsonData"])
    (link,) = cast("list[Mapping[str, str]]", about["derivedFields"])
    found = re.search(link["matcherRegex"], line)
    assert (found and found[1]) == trace
    assert link["datasourceUid"] == source(built(tempo.NAME))["uid"]


def test_without_traces_no_line_leads_anywhere() -> None:
    assert "jsonData" not in source(built(loki.NAME, **NO_TRACES))


def test_a_figure_leads_to_the_trace_that_it_was_measured_in() -> None:
    values = built("kube-prometheus-stack").values
    link = at(values, "grafana", "sidecar", "datasources", "exemplarTraceIdDestinations", "datasourceUid")
    assert link == source(built(tempo.NAME))["uid"]
    features = at(values, "prometheus", "prometheusSpec", "enableFeatures")
    assert "exemplar-storage" in cast("list[str]", features)


def test_a_span_leads_to_its_lines_and_the_map_of_services() -> None:
    about = cast(Mapping[str, Mapping[str, Json]], source(built(tempo.NAME))["jsonData"])
    assert about["tracesToLogsV2"]["datasourceUid"] == source(built(loki.NAME))["uid"]
    assert about["serviceMap"]["datasourceUid"] == "prometheus"


def test_tempo_lets_go_of_a_trace_when_its_bucket_would() -> None:
    stack = settings("staging", storage={"retention": {"tracesDays": 3}})
    (addon,) = (item for item in select(stack).addons if item.name == tempo.NAME)
    assert at(addon.values, "tempo", "retention") == "72h"
    assert at(addon.values, "tempo", "storage", "trace", "s3", "bucket") == source_bucket(addon)


def source_bucket(addon: Addon) -> str:
    """The one bucket that its role may touch."""
    assert addon.identity
    arns = {str(place) for part in addon.identity.statements for place in part.resources}
    return min(arn for arn in arns if arn.startswith("arn:aws:s3:::")).removeprefix("arn:aws:s3:::")


def test_the_collector_counts_and_draws_what_it_hands_on() -> None:
    pipeline = at(built(opentelemetry_collector.NAME).values, "alternateConfig")
    lines = cast(Mapping[str, Mapping[str, list[str]]], at(pipeline, "service", "pipelines"))
    assert set(lines["traces"]["exporters"]) == {"otlp/tempo", "spanmetrics", "servicegraph"}
    assert lines["metrics"]["receivers"] == ["spanmetrics", "servicegraph"]
    parts = cast(Mapping[str, Mapping[str, object]], pipeline)
    for line in lines.values():
        for end in ("receivers", "processors", "exporters"):
            known = {*parts["receivers"], *parts["processors"], *parts["exporters"], *parts["connectors"]}
            assert set(line.get(end, [])) <= known
    assert at(pipeline, "connectors", "spanmetrics", "exemplars", "enabled") is True
    (tempos,) = (
        item["value"]
        for item in cast("list[Values]", built(opentelemetry_collector.NAME).values["extraEnvs"])
        if item["name"] == "TEMPO"
    )
    assert tempos == f"{tempo.HOST}:4317"


def test_a_collector_without_a_store_is_refused() -> None:
    with pytest.raises(SelectionError) as refused:
        select(settings("staging", addons={"tempo": OFF}))
    assert "opentelemetry-collector requires tempo, which is not enabled" in refused.value.problems


ROOM: Json = [{"name": "all", "instanceTypes": ["m6i.4xlarge"], "minSize": 3, "desiredSize": 6, "maxSize": 9}]
ON: Mapping[str, Json] = {"enabled": True}


def with_jaeger(name: str, **addons: Json) -> Addon:
    """An addon of a staging that has Jaeger and room for it."""
    stack = settings("staging", nodeGroups=ROOM, addons={"jaeger": ON, **addons})
    return next(item for item in select(stack).addons if item.name == name)


@pytest.mark.parametrize(
    ("others", "stores"),
    [({}, (tempo.NAME, jaeger.NAME)), ({"tempo": OFF}, (jaeger.NAME,))],
)
def test_spans_go_to_every_store_that_is_on(others: Mapping[str, Json], stores: tuple[str, ...]) -> None:
    addon = with_jaeger(opentelemetry_collector.NAME, **others)
    pipeline = addon.values["alternateConfig"]
    takers = cast("list[str]", at(pipeline, "service", "pipelines", "traces", "exporters"))
    assert [taker for taker in takers if taker.startswith("otlp/")] == [f"otlp/{store}" for store in stores]
    hosts: Mapping[str, str] = {tempo.NAME: tempo.HOST, jaeger.NAME: jaeger.HOST}
    given = {str(item["name"]): item["value"] for item in cast("list[Values]", addon.values["extraEnvs"])}
    for store in stores:
        variable = str(at(pipeline, "exporters", f"otlp/{store}", "endpoint"))
        assert given[variable.removeprefix("${env:").removesuffix("}")] == f"{hosts[store]}:4317"
    assert (addon.requires, addon.soft_dependencies) == ((), stores)
    ends = {flow.destination for flow in addon.network_flows}
    assert (tempo.PODS in ends, jaeger.PODS in ends) == (tempo.NAME in stores, True)


def test_jaeger_keeps_traces_in_elasticsearch_where_there_is_one() -> None:
    addon = with_jaeger(jaeger.NAME, eckOperator=ON)
    store = at(addon.values, "userconfig", "extensions", "jaeger_storage", "backends", "traces")
    assert at(store, "elasticsearch", "auth", "basic", "username") == users.TRACER
    password = str(at(store, "elasticsearch", "auth", "basic", "password"))
    (variable,) = cast("list[Values]", at(addon.values, "jaeger", "extraEnv"))
    assert password == f"${{env:{variable['name']}}}"
    assert at(variable, "valueFrom", "secretKeyRef", "name") == users.TRACER
    assert addon.requires == (eck_operator.NAME,)
    assert {
        flow.source for flow in addon.network_flows if flow.destination == eck_operator.ELASTICSEARCH_PODS
    } == set(addon.pod_selectors)


def test_jaeger_deletes_traces_in_time() -> None:
    knobs: Json = {"enabled": True, "retentionDays": 5}
    cleaner = at(with_jaeger(jaeger.NAME, eckOperator=ON, jaeger=knobs).values, "esIndexCleaner")
    assert (at(cleaner, "enabled"), at(cleaner, "numberOfDays")) == (True, 5)


def test_jaeger_without_elasticsearch_keeps_traces_in_memory() -> None:
    addon = with_jaeger(jaeger.NAME, jaeger={"enabled": True, "traces": 700})
    store = at(addon.values, "userconfig", "extensions", "jaeger_storage", "backends", "traces")
    assert store == {"memory": {"max_traces": 700}}
    assert addon.requires == ()
    assert "esIndexCleaner" not in addon.values


def test_another_configuration_is_another_pod() -> None:
    def label(traces: int) -> Value:
        addon = with_jaeger(jaeger.NAME, jaeger={"enabled": True, "traces": traces})
        return at(addon.values, "jaeger", "podLabels", "oneup.dev/configuration")

    assert label(700) == label(700)
    assert label(700) != label(800)


@pytest.mark.parametrize(("percent", "argument"), [(10, "0.1"), (0, "0"), (100, "1"), (1, "0.01")])
def test_instrumented_pods_keep_as_many_traces_as_the_settings_say(percent: int, argument: str) -> None:
    addon = built(opentelemetry_operator.NAME, opentelemetryOperator={"sampledPercent": percent})
    (how,) = (item.body for item in addon.post_install_manifests if item.kind == "Instrumentation")
    assert at(how, "spec", "sampler", "argument") == argument
    assert at(how, "spec", "exporter", "endpoint") == f"http://{opentelemetry_collector.HOST}:4318"
