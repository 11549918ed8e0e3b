"""A cluster that exists already."""

from oneup.settings.base import Section


class Existing(Section):
    """How to reach the cluster, and its address ranges."""

    context: str
    """Context of the kubeconfig."""

    kubeconfig: str | None = None
    """Path of the kubeconfig; the default one (``KUBECONFIG``, ``~/.kube/config``) where none is given."""

    version: str = "1.35"
    """Kubernetes minor version that the cluster runs."""

    pod_cidr: str = "10.244.0.0/16"
    service_cidr: str = "10.96.0.0/12"
