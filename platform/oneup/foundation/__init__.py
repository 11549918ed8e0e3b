"""The foundation of the cluster: created on AWS, or an existing cluster."""

from oneup.foundation.build import build

__all__ = ["build"]
