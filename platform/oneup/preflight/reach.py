"""Whether a server can be reached."""

import os
import socket
from typing import Final
from urllib.parse import urlsplit

PATIENCE_SECONDS: Final = 5.0


def answers(url: str) -> bool:
    """Whether something accepts connections there; taken for granted behind a proxy, which we cannot ask."""
    if {"HTTPS_PROXY", "https_proxy"} & os.environ.keys():
        return True
    parts = urlsplit(url)
    default = 443 if parts.scheme == "https" else 80
    try:
        socket.create_connection((parts.hostname or "", parts.port or default), PATIENCE_SECONDS).close()
    except OSError:
        return False
    return True
