"""Writes what the documentation has of addons: ``python -m oneup.docs.addons``."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final, cast

from oneup.addonkit.addon import Addon, AddonModule, Context, Footprint
from oneup.docs import access
from oneup.settings.addons import Addons
from oneup.settings.addons.enabled import catalogue, enabled_addons
from oneup.settings.addons.switch import Foundation, Knobs
from oneup.settings.effects import effects
from oneup.settings.load import load_file
from oneup.settings.model import Settings

ROOT: Final = Path(__file__).resolve().parents[3]
PAGE: Final = ROOT / "docs" / "addons.md"

HEAD: Final = """\
# Addons

Each addon is one module in `platform/oneup/addons` and one line in the catalogue,
`platform/oneup/settings/addons/__init__.py`; [adding-an-addon.md](adding-an-addon.md) shows how. A stack file
turns it on or off under `oneup:addons`, and [settings.md](settings.md) has its knobs. This page is generated:
`make docs`.

What an addon asks for is what it requests of the nodes, for single and for high availability; a figure per
node is a DaemonSet's. `make rehearse` adds it up and says how full the nodes will be; nodes that cannot hold
it are refused before anything is made.

| addon | what it does | chart | on in | needs | asks for |
| --- | --- | --- | --- | --- | --- |
"""

PLACES: Final = """
## Where each may be

**on**: unless the stack file turns it off. **off**: unless the stack file turns it on. **no**: it is refused
there, before anything is made, and the message gives the reason. Whoever turns on two that are never beside
one another is told both names.

| addon | on `aws` | with EKS Auto Mode | on `existing` | never beside | why not elsewhere |
| --- | --- | --- | --- | --- | --- |
"""


@dataclass(frozen=True)
class Entry:
    """One addon of the catalogue: its field, and how it looks with one and with several replicas."""

    field: str
    about: str
    on: Sequence[str]
    """The stacks that install it."""

    single: Addon
    high: Addon
    knobs: Knobs
    """What it is told where a stack file says nothing of it."""

    @property
    def place(self) -> str:
        """Its line of the table of foundations, but for the other sides of conflicts."""
        aws, existing = self.where("aws"), self.where("existing")
        auto = aws if self.knobs.in_auto_mode else "no"
        reasons = [self.knobs.reason] if "no" in (aws, existing) else []
        reasons += ["EKS Auto Mode does it by itself"] if auto != aws else []
        return f"{aws} | {auto} | {existing} | {{}} | {'; '.join(reasons)}"

    def where(self, foundation: Foundation) -> str:
        """Whether a stack on a foundation has it: ``on``, ``off`` or ``no``."""
        if foundation not in self.knobs.foundations:
            return "no"
        return "on" if self.knobs.enabled and foundation in self.knobs.unasked else "off"

    @property
    def row(self) -> str:
        """Its line of the table."""
        cells = (
            f"`{self.single.name}`",
            self.about,
            _chart(self.single),
            ", ".join(self.on) or "none",
            _needs(self.single),
            _asks(self.single.footprint, self.high.footprint),
        )
        return f"| {' | '.join(cells)} |"


def pages() -> Mapping[Path, str]:
    """The text of each page."""
    return {PAGE: page(), access.PAGE: access.page([entry.single for entry in entries(stacks())])}


def page() -> str:
    """The whole page."""
    every = tuple(entries(stacks()))
    rows = "".join(f"{entry.row}\n" for entry in every)
    return HEAD + rows + PLACES + "".join(f"{row}\n" for row in places(every))


def places(every: Sequence[Entry]) -> Iterator[str]:
    """The table of foundations; a conflict stands on both of its sides."""
    pairs = {(entry.single.name, other) for entry in every for other in entry.single.conflicts}
    pairs |= {(other, name) for name, other in pairs}
    for entry in every:
        rivals = sorted(other for name, other in pairs if name == entry.single.name)
        beside = ", ".join(f"`{rival}`" for rival in rivals)
        yield f"| `{entry.single.name}` | {entry.place.format(beside)} |"


def stacks() -> Mapping[str, Settings]:
    """The project's stacks by name."""
    return {path.name.split(".")[1]: load_file(path) for path in sorted(ROOT.glob("Pulumi.*.yaml"))}


def entries(known: Mapping[str, Settings]) -> Iterator[Entry]:
    """Every addon of the catalogue."""
    for field, knobs in catalogue(next(iter(known.values()))):
        module = cast(AddonModule, import_module(f"oneup.addons.{field}"))
        settings = _home(knobs, known)
        single, high = (_built(module, settings, availability) for availability in ("single", "high"))
        about = effects(Addons)[str(Addons.model_fields[field].alias)].replace("``", "`")
        on = [name for name, stack in known.items() if field in enabled_addons(stack)]
        unsaid = cast(Knobs, Addons.model_fields[field].get_default(call_default_factory=True))
        yield Entry(field, " ".join(about.split()), on, single, high, unsaid)


def _home(knobs: Knobs, known: Mapping[str, Settings]) -> Settings:
    """A stack whose foundation carries the addon; one on AWS where that is possible."""
    fitting = [stack for stack in known.values() if stack.foundation in knobs.foundations]
    return min(fitting, key=lambda stack: (stack.foundation != "aws", stack.stack))


def _built(module: AddonModule, settings: Settings, availability: str) -> Addon:
    changed = settings.model_copy(update={"availability": availability})
    return module.addon(Context(changed, frozenset({module.NAME})))


def _chart(addon: Addon) -> str:
    return f"{addon.chart.name} {addon.chart.version}" if addon.chart else "plain objects"


def _needs(addon: Addon) -> str:
    parts = [f"`{name}`" for name in (*addon.requires, *addon.expects)]
    parts += ["a role of its own"] if addon.identity else []
    parts += [f"not `{name}`" for name in addon.conflicts]
    return ", ".join(parts) or "nothing"


def _asks(single: Footprint, high: Footprint) -> str:
    lines = [
        f"{one.pods} {'pod' if one.pods == 1 else 'pods'}, {one.cpu_millis}m, {one.memory_mib} MiB"
        for one in (single, high)
        if one.pods
    ]
    daemon = single
    each = f"{daemon.daemon_pods} per node, {daemon.daemon_cpu_millis}m, {daemon.daemon_memory_mib} MiB"
    parts = [*dict.fromkeys(lines), *([each] if daemon.daemon_pods else [])]
    return "; ".join(parts) or "nothing"


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, "utf-8")
