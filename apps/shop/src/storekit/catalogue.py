"""Finding a service by its name: each is a package with a module `service` that holds the value SERVICE."""

import importlib
from collections.abc import Mapping
from typing import cast

from storekit.configuration import ConfigurationError, ServiceSettings
from storekit.service import Service

NAMES = ("user", "product", "order", "payment", "store-api")


def find(environ: Mapping[str, str]) -> Service[ServiceSettings]:
    """The service that SHOP_SERVICE names."""
    name = environ.get("SHOP_SERVICE", "")
    if name not in NAMES:
        raise ConfigurationError(f"SHOP_SERVICE is {name!r}: it must be one of {', '.join(NAMES)}")
    return load(name)


def load(name: str) -> Service[ServiceSettings]:
    """The service called `name`."""
    module = importlib.import_module(f"{name.replace('-', '_')}.service")
    return cast(Service[ServiceSettings], module.SERVICE)
