"""Sets up Argo CD or Flux to deploy apps/."""

from oneup.gitops.deliver import deliver

__all__ = ["deliver"]
