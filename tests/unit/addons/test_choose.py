"""Which addons a stack gets, in which order, and what is refused."""

import sys
from types import ModuleType

import pytest
from hypothesis import assume, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from oneup.addonkit.addon import Addon, AddonName, Capability, Chart
from oneup.installation.choose import SelectionError, deep_merge, ordered, ordered_and_checked, select
from oneup.settings.addons import Addons
from oneup.workspace.namespace import Namespace
from tests.support.stacks import STACKS, settings

CHART = Chart("https://charts.example.com", "thing", "1")


def an_addon(name: str, **about: object) -> Addon:
    return Addon(**{"name": AddonName(name), "namespace": Namespace("n"), "chart": CHART, **about})  # type: ignore[arg-type] - a test's shorthand


def problems(*addons: Addon) -> tuple[str, ...]:
    with pytest.raises(SelectionError) as raised:
        ordered_and_checked("test", {addon.name: addon for addon in addons})
    return raised.value.problems


@pytest.mark.parametrize("stack", STACKS)
def test_each_stack_gets_its_addons_each_after_what_it_waits_for(stack: str) -> None:
    chosen = select(settings(stack))
    seen: set[str] = set()
    for addon in chosen.addons:
        assert seen.issuperset(chosen.dependencies[addon.name])
        seen.add(addon.name)
    assert {"argo-cd", "metrics-server"} <= seen
    assert ("aws-load-balancer-controller" in seen) == (settings(stack).foundation == "aws")


def test_an_addon_that_is_off_is_not_even_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    imported: list[str] = []

    def watch(name: str) -> ModuleType:
        imported.append(name)
        return __import__(name, fromlist=["NAME"])

    # The package exports the function of the same name, which hides the module from dotted paths.
    monkeypatch.setattr(sys.modules["oneup.installation.choose"], "import_module", watch)
    select(settings("staging", addons={"metricsServer": {"enabled": False}}))
    assert "oneup.addons.argo_cd" in imported
    assert "oneup.addons.metrics_server" not in imported


def test_an_addon_of_aws_is_left_out_elsewhere() -> None:
    assert "aws-load-balancer-controller" in {addon.name for addon in select(settings("staging")).addons}
    assert "aws-load-balancer-controller" not in {
        addon.name for addon in select(settings("baremetal")).addons
    }


def test_every_misfit_is_named_at_once() -> None:
    first = an_addon("first", requires=(AddonName("absent"),), conflicts=(AddonName("second"),))
    second = an_addon("second", namespace=Namespace("n", "privileged", "needs the host"))
    assert problems(first, second) == (
        "first requires absent, which is not enabled",
        "first conflicts with second: enable only one of them",
        "second and first describe the namespace n differently",
    )


def test_what_is_expected_must_be_there_and_is_not_waited_for() -> None:
    asks = an_addon("asks", soft_dependencies=(AddonName("told"),))
    assert problems(asks) == ("asks requires told, which is not enabled",)
    assert (
        ordered_and_checked("stack", {one.name: one for one in (asks, an_addon("told"))}).dependencies[
            asks.name
        ]
        == ()
    )


def test_a_null_is_refused_whether_the_addons_or_the_stacks() -> None:
    assert problems(an_addon("one", values={"a": {"b": None, "c": 1}})) == (
        "one: value a.b is null, which does not reach Helm; set a value",
    )
    with pytest.raises(SelectionError, match=r"metrics-server: value args is null"):
        select(settings("staging", addons={"metricsServer": {"values": {"args": None}}}))


def test_a_cycle_is_named() -> None:
    one = an_addon("one", requires=(AddonName("two"),))
    two = an_addon("two", requires=(AddonName("one"),))
    (problem,) = problems(one, two)
    assert problem.startswith("dependency cycle: ")
    assert {"one", "two"} == set(problem.removeprefix("dependency cycle: ").split(" -> "))


def test_services_wait_for_what_makes_balancers_and_providers_not_for_each_other() -> None:
    chosen = ordered(
        "test",
        {
            addon.name: addon
            for addon in (
                an_addon("alb", provides=(Capability.LOAD_BALANCERS,)),
                an_addon("metallb", provides=(Capability.LOAD_BALANCERS,)),
                an_addon("page"),
                an_addon("definitions", has_services=False),
            )
        },
    )
    assert chosen.dependencies == {"alb": (), "metallb": (), "page": ("alb", "metallb"), "definitions": ()}


@given(st.permutations(["a", "b", "c", "d", "e"]))
def test_the_order_depends_on_needs_and_names_alone(names: list[str]) -> None:
    needs = {"a": (AddonName("d"),), "b": (AddonName("a"), AddonName("e"))}
    addons = {AddonName(n): an_addon(n, requires=needs.get(n, ()), has_services=False) for n in names}
    assert [addon.name for addon in ordered("test", addons).addons] == ["c", "d", "e", "a", "b"]


def test_the_stacks_own_values_are_laid_over_the_addons() -> None:
    stack = settings("staging", addons={"metricsServer": {"values": {"resources": {"limits": {"cpu": "1"}}}}})
    addon = next(addon for addon in select(stack).addons if addon.name == "metrics-server")
    plain = next(addon for addon in select(settings("staging")).addons if addon.name == "metrics-server")
    assert addon.values == deep_merge(plain.values, {"resources": {"limits": {"cpu": "1"}}})
    assert addon.values["replicas"] == plain.values["replicas"]


def test_values_merge_as_helm_merges_them() -> None:
    base = {"map": {"a": 1, "b": [1, 2]}, "kept": True, "scalar": 1}
    over = {"map": {"b": [3]}, "scalar": {"now": "a map"}, "new": None}
    assert deep_merge(base, over) == {
        "map": {"a": 1, "b": [3]},
        "kept": True,
        "scalar": {"now": "a map"},
        "new": None,
    }


SWITCHES = sorted(set(Addons.model_fields) - {"prometheus_operator_crds"})
"""All but the one that says whether the stack has monitoring, which every addon is told."""


@effort(max_examples=30)
@given(st.sets(st.sampled_from(SWITCHES)), st.sampled_from(STACKS))
def test_turning_addons_on_or_off_changes_no_other_addon(off: set[str], stack: str) -> None:
    """Whatever is off, the others are what they are with all on, but for what they say that they regard."""
    all_on = {addon.name: addon for addon in select(settings(stack, addons={})).addons}
    changes = {Addons.model_fields[name].alias or name: {"enabled": False} for name in off}
    try:
        chosen = select(settings(stack, addons=changes))
    except SelectionError:
        assume(False)
        raise
    gone = all_on.keys() - {addon.name for addon in chosen.addons}
    for addon in chosen.addons:
        if not gone.intersection(addon.reads_settings_of):
            assert addon == all_on[addon.name]
