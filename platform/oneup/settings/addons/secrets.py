"""The knobs of what brings secrets into the cluster."""

from typing import Annotated

from pydantic import Field

from oneup.settings.addons.switch import AwsOptIn, Knobs, OptIn
from oneup.settings.formats.aws import SecretPrefix


class ExternalSecrets(Knobs):
    """Secrets from generators everywhere, and on AWS from its stores."""

    prefix: SecretPrefix | None = None
    """On AWS, the path below which Secrets Manager and Parameter Store are read; else ``oneup/<stack>``."""


class SecretsStoreCsiDriver(AwsOptIn):
    """Secrets as files of a pod, read with the pod's own role."""

    rotation_seconds: Annotated[int, Field(ge=30)] = 120
    """How often a mounted secret is read again."""


class SealedSecrets(OptIn):
    """Secrets that only the cluster can open, for Git."""

    renew_days: Annotated[int, Field(ge=1)] = 30
    """How often the cluster makes a new sealing key; the old ones go on opening what they have sealed."""
