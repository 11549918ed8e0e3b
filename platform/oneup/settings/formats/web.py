"""Domain names, repositories and paths."""

import re
from typing import Annotated, Final
from urllib.parse import urlsplit

from oneup.settings.formats.form import Complaint, Form

_NAME: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN: Final = rf"(?=.{{1,253}}$){_NAME}(?:\.{_NAME})*\.[a-z][a-z0-9-]*[a-z0-9]"
_SCP_LIKE: Final = re.compile(r"[\w.-]+@[\w.-]+:[^/].*")


def _domain(value: str) -> str:
    host = urlsplit(value if "//" in value else f"//{value}").hostname or ""
    return host.removeprefix("*.").rstrip(".").lower()


def _repository(value: str) -> Complaint | None:
    if value.startswith("http://"):
        return Complaint("is not encrypted on its way; use https://")
    if value.startswith("https://") and "@" in value.split("/")[2]:
        name = "credentialsSecret"
        return Complaint(f"holds credentials; put them in a Secret and name it in {name}", hide=True)
    return None


def _https(value: str) -> str:
    return f"https://{value.removeprefix('git://')}"


def _https_only(value: str) -> str:
    return f"https://{value.removeprefix('http://')}"


def _relative(value: str) -> Complaint | None:
    if ".." in value.split("/"):
        return Complaint("leaves the repository; name a folder inside it, such as apps/staging")
    if value.startswith("/"):
        return Complaint(f"is absolute; did you mean {value.lstrip('/') or 'apps'}?")
    return None


def _kubeconfig(value: str) -> Complaint | None:
    if "\n" in value or value.lstrip().startswith(("apiVersion", "{")):
        return Complaint("is a kubeconfig itself; give the path of its file", hide=True)
    return None


DomainName = Annotated[str, Form("a domain name such as example.com", _DOMAIN, suggest=_domain)]
EmailAddress = Annotated[
    str, Form("an e-mail address such as platform@example.com", r"[^\s@]+@[^\s@]+\.[^\s@]+")
]
HttpsUrl = Annotated[
    str, Form("a URL such as https://login.example.com", r"https://[^\s/]+(?:/\S*)?", suggest=_https_only)
]
RepositoryUrl = Annotated[
    str,
    Form(
        "a Git repository's URL (https://…, ssh://… or git@host:path)",
        rf"(?:https|ssh)://[^\s/]+/\S+|{_SCP_LIKE.pattern}",
        suggest=_https,
        refuse=_repository,
    ),
]
RepositoryPath = Annotated[
    str,
    Form(
        "a folder of the repository such as apps/staging",
        r"[\w.-]+(?:/[\w.-]+)*",
        suggest=lambda value: value.removeprefix("./").rstrip("/"),
        refuse=_relative,
        encryptable=False,
    ),
]
Revision = Annotated[str, Form("a Git branch, tag or commit", r"[^\s~^:?*\[\\]+", encryptable=False)]
KubeconfigPath = Annotated[str, Form("a file's path", r"[^\s].*", refuse=_kubeconfig)]
ContextName = Annotated[
    str, Form("the name of a context in the kubeconfig", r"\S(?:.*\S)?", encryptable=False)
]
