"""A cluster that exists already."""

from oneup.settings.base import Section
from oneup.settings.formats.address import Cidr
from oneup.settings.formats.kubernetes import MinorVersion
from oneup.settings.formats.web import ContextName, KubeconfigPath
from oneup.settings.versions import DEFAULT_VERSION


class Existing(Section):
    """How to reach the cluster, and its address ranges."""

    context: ContextName
    """Context of the kubeconfig."""

    kubeconfig: KubeconfigPath | None = None
    """Path of the kubeconfig; the default one (``KUBECONFIG``, ``~/.kube/config``) where none is given."""

    version: MinorVersion = DEFAULT_VERSION
    """Kubernetes minor version that the cluster runs, in quotes."""

    pod_cidr: Cidr = "10.244.0.0/16"
    """Addresses of the cluster's pods."""

    service_cidr: Cidr = "10.96.0.0/12"
    """Addresses of the cluster's Services."""
