"""What gunicorn loads: the application of the service that SHOP_SERVICE names."""

import os

from flask import Flask

from storekit import configuration, logs, service, tracing
from storekit.catalogue import find


def create() -> Flask:
    """Configure this process and build its application."""
    found = find(os.environ)
    settings = configuration.read(found.settings, os.environ)
    logs.configure(found.name, settings.log_level)
    tracing.configure(found.name, os.environ)
    return service.application(found, settings)
