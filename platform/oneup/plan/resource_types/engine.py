"""Types of the Pulumi engine itself: the stack and the providers."""

from typing import Final

STACK: Final = "pulumi:pulumi:Stack"
PROVIDERS: Final = "pulumi:providers:"
"""Prefix of the types of providers."""

AWS_PROVIDER: Final = "pulumi:providers:aws"
KUBERNETES_PROVIDER: Final = "pulumi:providers:kubernetes"
