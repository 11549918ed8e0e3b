"""The command of every image: `python -m storekit serve`, `migrate`, or a command of the service's own."""

import json
import os
import sys

from storekit import configuration, logs, tracing
from storekit.catalogue import find
from storekit.configuration import ConfigurationError, ServiceSettings
from storekit.problem import Unavailable
from storekit.service import Service, application, described
from storekit.serving import serve


def main(arguments: list[str]) -> int:
    """Run one command. Exit status 2: the configuration is wrong; 3: something it needs is not there yet."""
    try:
        service = find(os.environ)
        known = ("serve", "openapi", "variables", *service.commands)
        if len(arguments) != 1 or arguments[0] not in known:
            raise ConfigurationError(f"usage: python -m storekit {'|'.join(known)}")
        return _run(service, arguments[0])
    except ConfigurationError as wrong:
        print(wrong, file=sys.stderr)  # noqa: T201 - before logging is configured, for whoever started it
        return 2
    except Unavailable as missing:
        logs.say(missing.detail)
        return 3


def _run(service: Service[ServiceSettings], command: str) -> int:
    if command == "variables":
        _print_variables(service)
        return 0
    if command == "openapi":
        print(json.dumps(described(service).openapi(), indent=2))  # noqa: T201 - this command's output
        return 0
    settings = configuration.read(service.settings, os.environ)
    logs.configure(service.name, settings.log_level)
    tracing.configure(service.name, os.environ)
    if command == "serve":
        serve(application(service, settings), settings)
        return 0
    service.commands[command](settings)
    return 0


def _print_variables(service: Service[ServiceSettings]) -> None:
    for name, about, required in configuration.variables(service.settings):
        print(f"{name}\t{'required' if required else 'optional'}\t{about}")  # noqa: T201 - this command's output


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
