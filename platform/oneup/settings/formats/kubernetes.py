"""Names and texts that Kubernetes checks."""

import re
from typing import Annotated, Final

from oneup.settings.formats.form import Complaint, Format

_LABEL: Final = r"[a-zA-Z0-9](?:[a-zA-Z0-9_.-]{0,61}[a-zA-Z0-9])?"
_DNS_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_SUBDOMAIN: Final = rf"(?=.{{1,253}}$){_DNS_LABEL}(?:\.{_DNS_LABEL})*"
_PREFIX: Final = rf"{_DNS_LABEL}(?:\.{_DNS_LABEL})*/"

_KUBELETS_OWN: Final = re.compile(r"(?:[a-z0-9.-]+\.)?(?:kubernetes|k8s)\.io/.*")
_KUBELET_ALLOWS: Final = re.compile(r"(?:kubelet|node)\.kubernetes\.io/.*")
_EKS_OWN: Final = re.compile(r"eks\.amazonaws\.com/.*")


def _node_label(key: str) -> Complaint | None:
    if _EKS_OWN.fullmatch(key):
        return Complaint("is reserved by EKS; choose your own prefix")
    if _KUBELETS_OWN.fullmatch(key) and not _KUBELET_ALLOWS.fullmatch(key):
        return Complaint("is reserved by Kubernetes; choose your own prefix, such as node.role")
    return None


def _minor(value: str) -> str:
    return ".".join(value.removeprefix("v").split(".")[:2])


def _group(name: str) -> Complaint | None:
    if name.startswith("system:"):
        return Complaint("is a group of Kubernetes itself; use a group of your OIDC provider")
    return None


GroupName = Annotated[
    str,
    Format("a group's name such as oidc:platform-admins", r"[\w.:@/+-]{1,253}", reject=_group),
]
ObjectName = Annotated[
    str,
    Format(
        "a Kubernetes name (lower-case letters, digits, - and .; at most 253)",
        _SUBDOMAIN,
        correct=lambda value: value.lower().replace("_", "-"),
    ),
]
LabelValue = Annotated[
    str,
    Format(
        "a label's value (at most 63 letters, digits, -, _ and ., a letter or digit at both ends)",
        rf"(?:{_LABEL})?",
        encryptable=False,
    ),
]
NodeLabelKey = Annotated[
    str,
    Format(
        "a label's key (prefix/name; the name at most 63 letters, digits, -, _ and .)",
        rf"(?:{_PREFIX})?{_LABEL}",
        reject=_node_label,
        encryptable=False,
    ),
]
"""Key of a label or taint that a node registers with."""

_CRON: Final = r"[0-9*,/-]+(?: [0-9*,/-]+){2}(?: [0-9A-Z*,/-]+){2}"
Cron = Annotated[
    str,
    Format("a time as cron writes it, such as 17 1 * * * (minute, hour, day, month, weekday, in UTC)", _CRON),
]
LocalCron = Annotated[
    str, Format("a time as cron writes it, such as 0 16 * * 5 (minute, hour, day, month, weekday)", _CRON)
]
MinorVersion = Annotated[
    str,
    Format("a Kubernetes minor version such as 1.35", r"1\.\d{1,2}", correct=_minor, encryptable=False),
]
NodeGroupName = Annotated[
    str,
    Format(
        "a node group's name (lower-case letters, digits and -, at most 40, a letter first)",
        r"[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?",
        correct=lambda value: value.lower().replace("_", "-"),
        encryptable=False,
    ),
]
"""EKS allows 63 characters; the names of its launch template and its instances are longer."""
DeviceName = Annotated[
    str,
    Format(
        "a disk's name such as sdb, nvme1n1 or /dev/disk/by-id/wwn-0x5000c500a0b1c2d3",
        r"[a-z][a-z0-9]{1,31}|/dev/disk/by-(?:id|path)/[\w.:@+-]{1,200}",
        correct=lambda value: value.removeprefix("/dev/"),
    ),
]
