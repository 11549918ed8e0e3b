"""Where a Git repository is: at which forge, and by which name there."""

from typing import NamedTuple
from urllib.parse import urlsplit


class Place(NamedTuple):
    """A repository's place."""

    host: str
    """The forge, such as ``github.com``; empty where the address names none."""

    path: str
    """Its name at the forge, such as ``example/oneup``."""

    @property
    def at_github(self) -> bool:
        """Whether it is at GitHub's own, also over its other address for SSH."""
        return f".{self.host}".endswith(".github.com")


def place(repository: str) -> Place:
    """The place of a URL by https or ssh, or of an address such as ``git@host:path``."""
    if "://" in repository:
        parts = urlsplit(repository)
        host, path = parts.hostname or "", parts.path
    else:
        before, _, path = repository.partition(":")
        host = before.rpartition("@")[2] if path else ""
    return Place(host.lower(), path.strip("/").removesuffix(".git"))
