"""Stacks in which every addon is on that no stack file has on, on every foundation where it may be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Final, cast

from oneup.addonkit.addon import Addon, AddonContext, AddonModule
from oneup.installation import select
from oneup.installation.choose import SelectedAddons, SelectionError
from oneup.plan import Json
from oneup.settings.addons import Addons
from oneup.settings.addons.enabled import catalogue, enabled_addons
from oneup.settings.errors import SettingsError
from oneup.settings.model import Settings
from tests.support.stacks import STACKS, settings

_ROOM: Final[Mapping[str, Json]] = {
    "staging": {
        "availability": "high",
        "nodeGroups": [
            {"name": "all", "instanceTypes": ["m6i.4xlarge"], "minSize": 3, "desiredSize": 6, "maxSize": 9}
        ],
    },
    "baremetal": {},
}
"""One stack of each foundation, with room for whatever is turned on."""

_NEEDED: Final[Mapping[tuple[str, str], Mapping[str, Json]]] = {
    ("staging", "vault"): {"storage": "consul"},
    ("baremetal", "chaos_mesh"): {"inProduction": True, "confirmStack": "baremetal"},
}
"""What enabling an addon requires in addition."""


@dataclass(frozen=True)
class Variant:
    """A stack file with some addons enabled, and their conflicts disabled."""

    stack: str
    on: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    changes: Mapping[str, Json] = field(default_factory=dict[str, Json], hash=False)
    label: str = ""
    """What it is called, where it is not the addons that make it."""

    def __str__(self) -> str:
        return f"{self.stack}+{'+'.join(self.on[:2])}" if self.on else self.label or self.stack

    @property
    def overrides(self) -> Mapping[str, Json]:
        """The changes to the stack file, as ``rehearse_with`` takes them."""
        addons: dict[str, Json] = dict(cast("Mapping[str, Json]", self.changes.get("addons", {})))
        addons |= {_alias(name): {"enabled": False} for name in self.off}
        for name in self.on:
            addons[_alias(name)] = {"enabled": True, **_NEEDED.get((self.stack, name), {})}
        return {**self.changes, "addons": addons}

    @property
    def settings(self) -> Settings:
        """The settings that it comes to."""
        return settings(self.stack, **self.overrides)

    def chosen(self) -> SelectedAddons:
        """Its addons."""
        return select(self.settings)


def _alias(name: str) -> str:
    return str(Addons.model_fields[name].alias)


@cache
def variants() -> Sequence[Variant]:
    """As few as there are conflicts between the addons. A test's failure where one cannot be turned on."""
    return tuple(variant for stack in _ROOM for variant in _of(stack))


def _of(stack: str) -> Sequence[Variant]:
    base = Variant(stack, changes=cast("Mapping[str, Json]", _ROOM[stack]))
    own = base.settings
    kind = own.foundation
    on = enabled_addons(own)
    left = [name for name, knobs in catalogue(own) if kind in knobs.supported_foundations and name not in on]
    made: list[Variant] = []
    while left:
        variant = base
        for name in left:
            variant = _with(variant, name) or variant
        reached = set(enabled_addons(variant.settings)).intersection(left)
        assert reached, f"{stack}: none of these can be turned on: {', '.join(left)}"
        left = [name for name in left if name not in reached]
        made.append(variant)
    return made


def _with(variant: Variant, name: str) -> Variant | None:
    """The variant with one more addon and its requirements, without its conflicts."""
    on, off = {*variant.on, name}, set(variant.off)
    for _ in range(len(Addons.model_fields)):
        wider = Variant(variant.stack, tuple(sorted(on)), tuple(sorted(off)), variant.changes)
        try:
            built = _built(wider.settings)
        except SettingsError:
            return None
        by_name = {addon.name: one for one, addon in built.items()}
        needed = (
            need
            for one in on
            if one in built
            for need in (*built[one].requires, *built[one].soft_dependencies)
        )
        wanted = set(map(_field, needed)) - on
        rivals = {
            by_name[other] if one in on else one
            for one, addon in built.items()
            for other in addon.conflicts
            if other in by_name and (one in on or by_name[other] in on)
        } - off
        if not (wanted or rivals):
            return wider if _fits(wider) else None
        if rivals & on or wanted & off:
            return None
        on, off = on | wanted, off | rivals
    return None


def _field(name: str) -> str:
    return name.replace("-", "_")


def _built(configured: Settings) -> Mapping[str, Addon]:
    fields = enabled_addons(configured)
    modules = {name: cast(AddonModule, import_module(f"oneup.addons.{name}")) for name in fields}
    context = AddonContext(configured, frozenset(module.NAME for module in modules.values()))
    return {name: module.addon(context) for name, module in modules.items()}


def _fits(variant: Variant) -> bool:
    try:
        variant.chosen()
    except (SelectionError, SettingsError):
        return False
    return True


@cache
def every_addon() -> Sequence[tuple[str, Addon]]:
    """The addons of the stack files and of the variants, each with what it belongs to."""
    return built_anew()


def by_name() -> Mapping[str, Sequence[Addon]]:
    """Each addon as every stack and variant has it."""
    found: dict[str, list[Addon]] = {}
    for _, addon in every_addon():
        found.setdefault(addon.name, []).append(addon)
    return dict(sorted(found.items()))


def built_anew() -> Sequence[tuple[str, Addon]]:
    """What ``every_addon`` returns, all of it built once more."""
    chosen = [(stack, select(settings(stack))) for stack in STACKS]
    chosen += [(str(variant), variant.chosen()) for variant in variants()]
    return [(name, addon) for name, one in chosen for addon in one.addons]
