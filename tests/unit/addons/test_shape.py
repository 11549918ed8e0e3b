"""Every addon of the catalogue has the one shape, on every stack where it is on."""

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import cast

import pytest

from oneup.addonkit.addon import Addon, AddonModule
from oneup.settings.addons import Addons
from oneup.settings.addons.switch import AddonSettings
from oneup.settings.effects import descriptions
from oneup.values import DeferredOutput, Value
from tests.support.variants import built_anew, by_name

FIELDS = sorted(Addons.model_fields)
BUILT_AGAIN = [addon for _, addon in built_anew()]
each_addon = pytest.mark.parametrize("versions", by_name().values(), ids=by_name())


@pytest.mark.parametrize("field", FIELDS)
def test_a_line_of_the_catalogue_is_a_module_of_its_name(field: str) -> None:
    module = import_module(f"oneup.addons.{field}")
    assert cast(AddonModule, module).NAME.replace("-", "_") == field
    assert (module.__doc__ or "").endswith(".")


@pytest.mark.parametrize("field", FIELDS)
def test_a_line_of_the_catalogue_says_what_the_addon_does(field: str) -> None:
    about = Addons.model_fields[field]
    assert descriptions(Addons)[str(about.alias)]
    knobs: object = about.get_default(call_default_factory=True)
    assert isinstance(knobs, AddonSettings)


@each_addon
def test_the_charts_version_is_exact(versions: Sequence[Addon]) -> None:
    for chart in (addon.chart for addon in versions if addon.chart):
        assert re.fullmatch(r"v?\d+\.\d+\.\d+", chart.version)
        assert chart.repository.startswith(("https://", "oci://"))


def maps(value: Value) -> Iterator[Mapping[str, Value]]:
    if isinstance(value, Mapping):
        yield value
        for item in value.values():
            yield from maps(item)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            yield from maps(item)


@each_addon
def test_the_chart_is_told_to_leave_the_service_account_to_the_stack(versions: Sequence[Addon]) -> None:
    for addon in versions:
        if addon.identity and addon.chart:
            own = addon.identity.service_account
            accounts = [part for part in maps(addon.values) if part.get("name") == own]
            assert [part["create"] for part in accounts if "create" in part] == [False]


@each_addon
def test_an_addon_is_the_same_value_whenever_it_is_built(versions: Sequence[Addon]) -> None:
    assert all(addon in BUILT_AGAIN for addon in versions)


@each_addon
def test_values_are_plain(versions: Sequence[Addon]) -> None:
    def check(value: object) -> None:
        if isinstance(value, Mapping):
            for key, item in cast(Mapping[object, object], value).items():
                assert isinstance(key, str)
                check(item)
        elif isinstance(value, list | tuple):
            for item in cast(Sequence[object], value):
                check(item)
        else:
            assert value is None or isinstance(value, str | int | float | DeferredOutput)

    for addon in versions:
        check(addon.values)
        for manifest in (*addon.prerequisite_manifests, *addon.post_install_manifests):
            check(manifest.body)


@each_addon
def test_a_footprint_is_declared(versions: Sequence[Addon]) -> None:
    for addon in versions:
        pods = addon.requests.pods + addon.requests.daemon_pods
        assert pods or addon.stage == "control-plane", "what runs no pods needs no nodes"
        if addon.requests.pods:
            assert addon.requests.cpu_millis
            assert addon.requests.memory_mib
