"""Vault and what it makes users for."""

from collections.abc import Iterator

from oneup.settings.checks.surviving import repeated
from oneup.settings.errors import Problem, path
from oneup.settings.model import Settings


def databases(settings: Settings) -> Iterator[Problem]:
    """A database is in a namespace of the applications, has a name of its own, and users that end."""
    found = settings.addons.vault_configuration.databases
    key = ("addons", "vaultConfiguration", "databases")
    spaces = (settings.environment, "application")
    for index, database in enumerate(found):
        if database.namespace not in spaces:
            text = (
                f"{database.namespace} is no namespace of applications; it is one of {' and '.join(spaces)}"
            )
            yield Problem(path((*key, index, "namespace")), text)
        if database.most_minutes < database.minutes:
            text = (
                f"{database.most_minutes} minutes is less than a user lives without being prolonged"
                f" (minutes, {database.minutes}); give {database.minutes} at least"
            )
            yield Problem(path((*key, index, "mostMinutes")), text)
    yield from repeated(key, [database.name for database in found])


def idle_consul(settings: Settings) -> Iterator[Problem]:
    """Consul is there for Vault."""
    addons = settings.addons
    if addons.consul.enabled and not (addons.vault.enabled and addons.vault.storage == "consul"):
        text = "nothing is kept in it; set addons.vault.storage to consul, or turn it off"
        yield Problem("addons.consul.enabled", text)
