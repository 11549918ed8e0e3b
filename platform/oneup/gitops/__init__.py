"""Sets up Argo CD or Flux to deploy apps/."""

from oneup.gitops.deliver import bootstrap

__all__ = ["bootstrap"]
