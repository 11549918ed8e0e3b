"""Namespaces as values."""

from dataclasses import dataclass
from typing import Final, Literal

PodSecurity = Literal["privileged", "baseline", "restricted"]


@dataclass(frozen=True)
class Namespace:
    """A namespace and the Pod Security level that it enforces.

    A level above ``restricted`` gives its ``reason``.
    """

    name: str
    pod_security: PodSecurity = "restricted"
    reason: str = ""
    builtin: bool = False
    """Kubernetes makes it; the stack does not."""


KUBE_SYSTEM: Final = Namespace("kube-system", "privileged", "networking and storage agents", builtin=True)
INGRESS: Final = Namespace("ingress-system")
ARGO_CD: Final = Namespace("argocd")
