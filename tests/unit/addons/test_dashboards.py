"""The dashboards of addons: there with Grafana alone, and of figures that their programs tell."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, cast

import pytest

from oneup.addonkit.addon import Addon
from oneup.addons import kong, rook_ceph_cluster
from oneup.installation import select
from oneup.plan import Json
from oneup.workspace.manifest import Manifest
from tests.support.stacks import settings

FIGURE: Final = re.compile(r"\b(?:ceph|kong|ingress_controller)_[a-z_]+")

TOLD: Final[Mapping[str, frozenset[str]]] = {
    # Of ceph-mgr's module `prometheus`.
    "dashboard-ceph": frozenset(
        {
            "ceph_cluster_total_bytes",
            "ceph_cluster_total_used_raw_bytes",
            "ceph_daemon",
            "ceph_health_status",
            "ceph_mon_quorum_status",
            "ceph_osd_commit_latency_ms",
            "ceph_osd_in",
            "ceph_osd_up",
            "ceph_pg_active",
            "ceph_pg_degraded",
            "ceph_pg_total",
            "ceph_pg_undersized",
            "ceph_pool_metadata",
            "ceph_pool_rd",
            "ceph_pool_rd_bytes",
            "ceph_pool_stored",
            "ceph_pool_wr",
            "ceph_pool_wr_bytes",
        }
    ),
    # Of Kong's plug-in `prometheus`, and of its controller.
    "dashboard-kong": frozenset(
        {
            "ingress_controller_configuration_push_count",
            "kong_bandwidth_bytes",
            "kong_datastore_reachable",
            "kong_http_requests_total",
            "kong_kong_latency_ms_bucket",
            "kong_nginx_connections_total",
            "kong_request_latency_ms_bucket",
            "kong_upstream_latency_ms_bucket",
        }
    ),
}
"""The figures, and labels, that there are."""


def addon(name: str, **knobs: Json) -> Addon:
    return next(each for each in select(settings("baremetal", addons=knobs)).addons if each.name == name)


def pages(of: Addon) -> Sequence[Manifest]:
    return [
        each
        for each in (*of.prerequisite_manifests, *of.post_install_manifests)
        if "grafana_dashboard" in each.labels
    ]


SHOWN: Final = {
    page.name: page for name in (kong.NAME, rook_ceph_cluster.NAME) for page in pages(addon(name))
}
each_page = pytest.mark.parametrize("name", sorted(TOLD))


def panels(page: Manifest) -> Sequence[Mapping[str, Json]]:
    (text,) = cast("dict[str, str]", page.body["data"]).values()
    return cast("Sequence[Mapping[str, Json]]", json.loads(text)["panels"])


def queries(page: Manifest) -> Iterator[str]:
    for panel in panels(page):
        yield from (target["expr"] for target in cast("Sequence[Mapping[str, str]]", panel["targets"]))


def test_each_of_the_two_has_one() -> None:
    assert SHOWN.keys() == TOLD.keys()


@each_page
def test_a_dashboard_asks_for_figures_that_there_are(name: str) -> None:
    asked = {figure for query in queries(SHOWN[name]) for figure in FIGURE.findall(query)}
    assert asked == TOLD[name]


@each_page
def test_panels_fit_beside_each_other_and_ask_prometheus(name: str) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels(SHOWN[name]):
        place = cast("Mapping[str, int]", panel["gridPos"])
        assert place["x"] + place["w"] <= 24
        cells = {
            (place["x"] + right, place["y"] + down)
            for right in range(place["w"])
            for down in range(place["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells
        assert panel["datasource"] == {"type": "prometheus", "uid": "prometheus"}


@pytest.mark.parametrize("name", [kong.NAME, rook_ceph_cluster.NAME])
def test_without_grafana_there_is_none(name: str) -> None:
    shown_by: dict[str, Json] = {
        field: {"enabled": False} for field in ("kubePrometheusStack", "blackboxExporter")
    }
    assert not pages(addon(name, **shown_by))
