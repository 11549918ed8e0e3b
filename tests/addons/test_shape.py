"""Every addon of the catalogue has the one shape, on every stack where it is on."""

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import cast

import pytest

from oneup.addons.addon import Addon, AddonModule
from oneup.settings.addons import Addons
from oneup.settings.addons.switch import Knobs
from oneup.values import Late, Value
from tests.variants import built_anew, every_addon

FIELDS = sorted(Addons.model_fields)
CHOSEN = every_addon()
BUILT_AGAIN = [addon for _, addon in built_anew()]
each_addon = pytest.mark.parametrize(
    "addon", [addon for _, addon in CHOSEN], ids=[f"{stack}-{addon.name}" for stack, addon in CHOSEN]
)


@pytest.mark.parametrize("field", FIELDS)
def test_a_line_of_the_catalogue_is_a_module_of_its_name(field: str) -> None:
    module = import_module(f"oneup.addons.{field}")
    assert cast(AddonModule, module).NAME.replace("-", "_") == field
    assert (module.__doc__ or "").endswith(".")


@pytest.mark.parametrize("field", FIELDS)
def test_a_line_of_the_catalogue_says_what_the_addon_does(field: str) -> None:
    about = Addons.model_fields[field]
    assert about.description
    knobs: object = about.get_default(call_default_factory=True)
    assert isinstance(knobs, Knobs)


@each_addon
def test_the_charts_version_is_exact(addon: Addon) -> None:
    if addon.chart:
        assert re.fullmatch(r"v?\d+\.\d+\.\d+", addon.chart.version)
        assert addon.chart.repository.startswith(("https://", "oci://"))


def maps(value: Value) -> Iterator[Mapping[str, Value]]:
    if isinstance(value, Mapping):
        yield value
        for item in value.values():
            yield from maps(item)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            yield from maps(item)


@each_addon
def test_the_chart_is_told_to_leave_the_service_account_to_the_stack(addon: Addon) -> None:
    if addon.identity and addon.chart:
        accounts = [part for part in maps(addon.values) if part.get("name") == addon.identity.service_account]
        assert [part["create"] for part in accounts if "create" in part] == [False]


@each_addon
def test_an_addon_is_the_same_value_whenever_it_is_built(addon: Addon) -> None:
    assert addon in BUILT_AGAIN


@each_addon
def test_values_are_plain(addon: Addon) -> None:
    def check(value: object) -> None:
        if isinstance(value, Mapping):
            for key, item in cast(Mapping[object, object], value).items():
                assert isinstance(key, str)
                check(item)
        elif isinstance(value, list | tuple):
            for item in cast(Sequence[object], value):
                check(item)
        else:
            assert value is None or isinstance(value, str | int | float | Late)

    check(addon.values)
    for manifest in (*addon.before, *addon.after):
        check(manifest.body)


@each_addon
def test_a_footprint_is_declared(addon: Addon) -> None:
    pods = addon.footprint.pods + addon.footprint.daemon_pods
    assert pods or addon.stage == "control-plane", "what runs no pods needs no nodes"
    if addon.footprint.pods:
        assert addon.footprint.cpu_millis
        assert addon.footprint.memory_mib
