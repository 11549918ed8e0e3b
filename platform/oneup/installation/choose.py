"""Selects and validates a stack's addons before deployment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from typing import cast

from pulumi import RunError

from oneup.addonkit.addon import Addon, AddonContext, AddonModule, AddonName, Capability, Manifest
from oneup.addonkit.alert import prometheus_rule
from oneup.foundation.cluster_reference import Stage
from oneup.installation import capacity, capacity_by_role
from oneup.installation.network_policy import network_policies
from oneup.settings.addons.enabled import catalogue, enabled_addons
from oneup.settings.model import AwsSettings, ExistingSettings, Settings
from oneup.values import Value, Values
from oneup.workspace.namespace import Namespace


class SelectionError(RunError):
    """The enabled addons are incompatible; lists every reason. Pulumi shows it without a stack trace."""

    def __init__(self, stack: str, problems: Sequence[str]) -> None:
        super().__init__("\n".join([f"The addons of stack {stack} are incompatible:", *problems]))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class SelectedAddons:
    """The addons of one stack in installation order."""

    addons: tuple[Addon, ...]
    dependencies: Mapping[AddonName, tuple[AddonName, ...]]
    """The dependencies of each addon: required addons, and providers of the capabilities it uses."""

    policies: tuple[Manifest, ...] = ()
    """The network policies for the addons' declared flows."""

    @property
    def namespaces(self) -> Sequence[Namespace]:
        """The addons' namespaces, unique, by name."""
        return sorted({addon.namespace for addon in self.addons}, key=lambda space: space.name)


def select(settings: Settings) -> SelectedAddons:
    """Build every enabled addon of the catalogue and order them.

    Raises ``ChoiceError`` with every unmet requirement, conflict and cycle, and with numbers
    if the nodes are too small or too few.
    """
    knobs = dict(catalogue(settings))
    modules = {field: _module(field) for field in enabled_addons(settings)}
    context = AddonContext(settings, frozenset(module.NAME for module in modules.values()))
    addons = {
        module.NAME: with_alerts(with_values(module.addon(context), knobs[field].values or {}), context)
        for field, module in modules.items()
    }
    chosen = ordered_and_checked(settings.stack, addons)
    short = tuple(_capacity_shortages(settings, chosen.addons))
    if short:
        raise SelectionError(settings.stack, short)
    return replace(chosen, policies=network_policies(settings, chosen.addons))


def _capacity_shortages(settings: Settings, addons: Sequence[Addon]) -> Iterator[str]:
    """Capacity errors."""
    match settings:
        case AwsSettings():
            yield from capacity.shortages(settings, addons)
        case ExistingSettings():
            yield from capacity_by_role.shortages(settings, addons)


def ordered_and_checked(stack: str, addons: Mapping[AddonName, Addon]) -> SelectedAddons:
    """The addons in order. Raises ``ChoiceError`` if they are incompatible."""
    problems = tuple(_conflicts(addons))
    if problems:
        raise SelectionError(stack, problems)
    return ordered(stack, addons)


def with_alerts(addon: Addon, context: AddonContext) -> Addon:
    """The addon with a PrometheusRule for its alerts, if the stack has monitoring."""
    if not addon.alerts or not context.has_monitoring:
        return addon
    rules = [alert.rule(context.settings.gitops.repository) for alert in addon.alerts]
    carried = prometheus_rule(f"{addon.name}-alerts", addon.namespace.name, rules)
    uses = (*addon.uses, Capability.MONITORS)
    return replace(
        addon,
        post_install_manifests=(*addon.post_install_manifests, carried),
        uses=tuple(dict.fromkeys(uses)),
    )


def with_values(addon: Addon, escape: Values) -> Addon:
    """The addon with the stack's own chart values merged over its values."""
    return replace(addon, values=deep_merge(addon.values, escape)) if escape else addon


def deep_merge(base: Values, over: Values) -> Values:
    """``over`` merged into ``base`` as Helm does: maps recursively, other values replaced."""
    result: dict[str, Value] = dict(base)
    for key, value in over.items():
        below = result.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            result[key] = deep_merge(below, value)
        else:
            result[key] = value
    return result


def _module(field: str) -> AddonModule:
    return cast(AddonModule, import_module(f"oneup.addons.{field}"))


def _conflicts(addons: Mapping[AddonName, Addon]) -> Iterator[str]:
    """Unmet requirements, conflicts, values without effect, namespaces that two describe differently."""
    spaces: dict[str, tuple[Namespace, AddonName]] = {}
    for name, addon in sorted(addons.items()):
        for missing in sorted({*addon.requires, *addon.soft_dependencies} - addons.keys()):
            yield f"{name} requires {missing}, which is not enabled"
        for rival in sorted(set(addon.conflicts) & addons.keys()):
            yield f"{name} conflicts with {rival}: enable only one of them"
        for place in _null_paths(addon.values):
            yield f"{name}: value {place} is null, which does not reach Helm; set a value"
        space, other = spaces.setdefault(addon.namespace.name, (addon.namespace, name))
        if space != addon.namespace:
            yield f"{name} and {other} describe the namespace {space.name} differently"


def _null_paths(values: Values, above: str = "") -> Iterator[str]:
    """The paths of nulls: Pulumi's Release drops them before Helm."""
    for key, value in values.items():
        if value is None:
            yield f"{above}{key}"
        elif isinstance(value, Mapping):
            yield from _null_paths(value, f"{above}{key}.")


def ordered(stack: str, addons: Mapping[AddonName, Addon]) -> SelectedAddons:
    """The addons in dependency order, stable by name.

    Raises ``ChoiceError`` on a dependency cycle.
    """
    needs = {name: tuple(sorted(_needs(addons[name], addons))) for name in sorted(addons)}
    sorter = TopologicalSorter(needs)
    order: list[Addon] = []
    try:
        sorter.prepare()
    except CycleError as error:
        cycle = cast("list[str]", error.args[1])
        raise SelectionError(stack, [f"dependency cycle: {' -> '.join(cycle)}"]) from None
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        order += [addons[name] for name in ready]
        sorter.done(*ready)
    return SelectedAddons(tuple(order), needs)


def _needs(addon: Addon, addons: Mapping[AddonName, Addon]) -> set[AddonName]:
    """An addon's dependencies. Providers of the same capability do not depend on each other."""
    uses = {*addon.uses, *((Capability.LOAD_BALANCERS,) if addon.has_services else ())}
    uses |= {Capability.VOLUMES} if addon.stage is Stage.VOLUMES else set()
    used = uses.difference(addon.provides)
    return {*addon.requires, *(other.name for other in addons.values() if used.intersection(other.provides))}
