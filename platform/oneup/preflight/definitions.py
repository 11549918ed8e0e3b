"""Kinds that a cluster has already and the stack would make: a create of what exists fails."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from oneup.preflight.cli import run_cli
from oneup.preflight.finding import Finding
from oneup.settings.model import ExistingSettings

GATEWAYS: Final = "gateway.networking.k8s.io"
SNAPSHOTS: Final = "snapshot.storage.k8s.io"
OURS: Final = "pulumi-kubernetes"
"""How the field manager of the Pulumi provider begins: what it made is the stack's."""

FIELDS: Final = "{.metadata.name} {.spec.group} {.metadata.managedFields[*].manager}"


def check_definitions(settings: ExistingSettings, kubectl: Sequence[str]) -> Iterator[Finding]:
    """Say which kinds somebody else has brought; nothing where the cluster does not say."""
    made = _made(settings)
    if not made:
        return
    output = f"jsonpath={{range .items[*]}}{FIELDS}{{'\\n'}}{{end}}"
    answer = run_cli(*kubectl, "get", "crds", "--show-managed-fields", "--output", output)
    foreign: dict[str, list[str]] = {}
    for name, group, *managers in (line.split() for line in answer.out.splitlines() if answer.ok):
        if group in made and not any(manager.startswith(OURS) for manager in managers):
            foreign.setdefault(group, []).append(name)
    for group, names in foreign.items():
        key = made[group]
        yield Finding(
            f"{settings.existing.context} has kinds that {key} would make: {', '.join(names)}",
            f"set {key}.enabled: false where something else looks after them; else `kubectl delete crd "
            f"{' '.join(names)}`, which deletes all objects of these kinds",
        )


def _made(settings: ExistingSettings) -> Mapping[str, str]:
    """The groups of which the stack makes the kinds as objects of its own, and by which setting."""
    addons = settings.addons
    switches = {
        GATEWAYS: ("addons.gatewayApi", addons.gateway_api.enabled),
        SNAPSHOTS: ("addons.snapshotController", addons.snapshot_controller.enabled),
    }
    return {group: key for group, (key, enabled) in switches.items() if enabled}
