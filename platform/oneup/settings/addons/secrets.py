"""The knobs of what brings secrets into the cluster."""

from oneup.settings.addons.switch import AwsOnly
from oneup.settings.formats.aws import SecretPrefix


class ExternalSecrets(AwsOnly):
    """Which secrets of AWS the cluster may read."""

    prefix: SecretPrefix | None = None
    """Path below which Secrets Manager and Parameter Store are read; else ``oneup/<stack>``."""
