"""Domain names, addresses, repositories and paths."""

import re
from ipaddress import AddressValueError, IPv4Network, NetmaskValueError
from typing import Annotated, Final, NamedTuple
from urllib.parse import urlsplit

from oneup.settings.formats.form import Complaint, Format

_NAME: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN: Final = rf"(?=.{{1,253}}$){_NAME}(?:\.{_NAME})*\.[a-z][a-z0-9-]*[a-z0-9]"
_SCP_LIKE: Final = re.compile(r"[\w.-]+@[\w.-]+:[^/].*")


def _domain(value: str) -> str:
    host = urlsplit(value if "//" in value else f"//{value}").hostname or ""
    return host.removeprefix("*.").rstrip(".").lower()


def _repository(value: str) -> Complaint | None:
    if value.startswith("http://"):
        return Complaint("is not encrypted; use https://")
    if value.startswith("https://") and "@" in value.split("/")[2]:
        name = "credentialsSecret"
        return Complaint(f"contains credentials; put them in a Secret and set {name} to its name", hide=True)
    return None


def _https(value: str) -> str:
    return f"https://{value.removeprefix('git://')}"


def _https_only(value: str) -> str:
    return f"https://{value.removeprefix('http://')}"


def _relative(value: str) -> Complaint | None:
    if ".." in value.split("/"):
        return Complaint("is outside the repository; use a folder inside it, such as apps/staging")
    if value.startswith("/"):
        return Complaint(f"is absolute; did you mean {value.lstrip('/') or 'apps'}?")
    return None


def _kubeconfig(value: str) -> Complaint | None:
    if "\n" in value or value.lstrip().startswith(("apiVersion", "{")):
        return Complaint("is the content of a kubeconfig; give the path of the file", hide=True)
    return None


DomainName = Annotated[str, Format("a domain name such as example.com", _DOMAIN, correct=_domain)]
EmailAddress = Annotated[
    str, Format("an e-mail address such as platform@example.com", r"[^\s@]+@[^\s@]+\.[^\s@]+")
]
HttpsUrl = Annotated[
    str, Format("a URL such as https://login.example.com", r"https://[^\s/]+(?:/\S*)?", correct=_https_only)
]
RepositoryUrl = Annotated[
    str,
    Format(
        "a Git repository's URL (https://…, ssh://… or git@host:path)",
        rf"(?:https|ssh)://[^\s/]+/\S+|{_SCP_LIKE.pattern}",
        correct=_https,
        reject=_repository,
    ),
]
RepositoryPath = Annotated[
    str,
    Format(
        "a folder of the repository such as apps/staging",
        r"[\w.-]+(?:/[\w.-]+)*",
        correct=lambda value: value.removeprefix("./").rstrip("/"),
        reject=_relative,
        encryptable=False,
    ),
]
Revision = Annotated[str, Format("a Git branch, tag or commit", r"[^\s~^:?*\[\\]+", encryptable=False)]
KubeconfigPath = Annotated[str, Format("a file's path", r"[^\s].*", reject=_kubeconfig)]
ContextName = Annotated[
    str, Format("the name of a context in the kubeconfig", r"\S(?:.*\S)?", encryptable=False)
]


_OCTET: Final = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_BLOCK: Final = rf"{_OCTET}(?:\.{_OCTET}){{3}}/(?:3[0-2]|[12]?\d)"


def _host_bits(value: str) -> Complaint | None:
    try:
        block = IPv4Network(value, strict=False)
    except (AddressValueError, NetmaskValueError):
        return None
    if "/" not in value or str(block) == value:
        return None
    return Complaint(f"has host bits set; did you mean {block}?")


def _whole_address(value: str) -> str | None:
    return None if value.endswith(".0") else f"{value}/32"


Cidr = Annotated[
    str,
    Format(
        "an IPv4 block such as 10.0.0.0/16",
        _BLOCK,
        correct=_whole_address,
        reject=_host_bits,
        encryptable=False,
    ),
]
"""An IPv4 block without host bits."""


class GitRepository(NamedTuple):
    """A repository's place."""

    host: str
    """The Git host, such as ``github.com``; empty if the address has none."""

    path: str
    """Its path at the Git host, such as ``example/oneup``."""

    @property
    def is_github(self) -> bool:
        """Whether the host is github.com, or its alternative SSH host."""
        return f".{self.host}".endswith(".github.com")


def parse_git_url(repository: str) -> GitRepository:
    """The place of a URL by https or ssh, or of an address such as ``git@host:path``."""
    if "://" in repository:
        parts = urlsplit(repository)
        host, path = parts.hostname or "", parts.path
    else:
        before, _, path = repository.partition(":")
        host = before.rpartition("@")[2] if path else ""
    return GitRepository(host.lower(), path.strip("/").removesuffix(".git"))
