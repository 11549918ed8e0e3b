"""What hands apps/ to Argo CD or Flux."""

from oneup.gitops.deliver import deliver

__all__ = ["deliver"]
