"""gunicorn's settings. One worker with threads: pods are what is scaled, and metrics are a process's own."""

import os
from pathlib import Path

from storekit.catalogue import find
from storekit.configuration import read

_settings = read(find(os.environ).settings, os.environ)

bind = f"{_settings.bind}:{_settings.port}"
workers = 1
worker_class = "gthread"
threads = _settings.threads
# On SIGTERM the worker takes no new connection and finishes what it has, for at most this long.
graceful_timeout = _settings.drain_seconds
timeout = 60
keepalive = 75  # longer than the callers keep idle connections, so that it is they who close
backlog = 512
# The heartbeat file: memory, so that the root filesystem can be read-only.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
control_socket_disable = True
accesslog = None  # storekit.observe writes one line a request
logconfig_dict: dict[str, object] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "storekit.logs.JsonFormatter", "service": os.environ["SHOP_SERVICE"]}},
    "handlers": {
        "stdout": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stdout"}
    },
    "root": {"level": _settings.log_level, "handlers": ["stdout"]},
    "loggers": {
        "gunicorn.error": {"level": _settings.log_level, "handlers": ["stdout"], "propagate": False},
        "gunicorn.access": {"level": "WARNING", "handlers": [], "propagate": False},
    },
}
