"""Writes the OpenAPI description of every service: `python -m storekit.descriptions <directory>`."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from storekit import configuration
from storekit.catalogue import NAMES, load
from storekit.configuration import ServiceSettings
from storekit.service import Service, application

# Nothing is connected to: these only let a service be assembled.
EXAMPLES = {"SHOP_REDIS_URL": "redis://redis:6379/0"}
ANYTHING = "x" * 32


def descriptions() -> Iterator[tuple[str, str]]:
    """Each service's name and its description as JSON text."""
    for name in NAMES:
        service = load(name)
        client = application(service, _settings(service)).test_client()
        yield name, json.dumps(client.get("/openapi.json").json, indent=2) + "\n"


def _settings(service: Service[ServiceSettings]) -> ServiceSettings:
    required = [name for name, _, needed in configuration.variables(service.settings) if needed]
    return configuration.read(service.settings, {**dict.fromkeys(required, ANYTHING), **EXAMPLES})


if __name__ == "__main__":
    for owner, text in descriptions():
        (Path(sys.argv[1]) / f"{owner}.json").write_text(text)
