"""What the cluster stands on: on AWS built by the stack, elsewhere given."""

from oneup.foundation.build import build

__all__ = ["build"]
